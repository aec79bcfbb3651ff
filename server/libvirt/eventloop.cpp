// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/eventloop.h"

#include "server/libvirt/libvirterror.h"

#include <QMutex>
#include <QSocketNotifier>
#include <QTimer>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <poll.h>
#include <unordered_map>

namespace nephele {

// Handles and timeouts by id. libvirt adds, updates and removes them from any thread, also from inside a
// callback; that only writes the map and posts sync(), which does the rest in the worker's thread. So a free
// callback runs later, never inside remove, as virEventRegisterImpl asks.
class EventWorker final : public QObject
{
public:
    int addHandle(int fd, int events, virEventHandleCallback call, void *opaque, virFreeCallback release);
    void updateHandle(int id, int events);
    int removeHandle(int id);
    int addTimeout(int ms, virEventTimeoutCallback call, void *opaque, virFreeCallback release);
    void updateTimeout(int id, int ms);
    int removeTimeout(int id);
    ~EventWorker() override;

private:
    struct Handle
    {
        int fd = -1;
        int events = 0; // virEventHandleType
        virEventHandleCallback call = nullptr;
        void *opaque = nullptr;
        virFreeCallback release = nullptr;
        bool isRemoved = false;
        std::unique_ptr<QSocketNotifier> readable; // the worker's thread only
        std::unique_ptr<QSocketNotifier> writable;
    };
    struct Timeout
    {
        int ms = -1; // below zero: off
        virEventTimeoutCallback call = nullptr;
        void *opaque = nullptr;
        virFreeCallback release = nullptr;
        bool isRemoved = false;
        std::unique_ptr<QTimer> timer; // the worker's thread only
    };

    void postSyncHandle(int id);
    void postSyncTimeout(int id);
    void syncHandle(int id);
    void syncTimeout(int id);
    void handleIsReady(int id);
    void timeoutIsDue(int id);

    QMutex m_mutex; // guards the maps and all in them but notifiers and timers
    std::unordered_map<int, Handle> m_handles;
    std::unordered_map<int, Timeout> m_timeouts;
    int m_lastId = 0;
};

namespace {

int pollEvents(int events)
{
    return (events & VIR_EVENT_HANDLE_READABLE ? POLLIN : 0)
        | (events & VIR_EVENT_HANDLE_WRITABLE ? POLLOUT : 0);
}

int handleEvents(int revents)
{
    return (revents & POLLIN ? VIR_EVENT_HANDLE_READABLE : 0)
        | (revents & POLLOUT ? VIR_EVENT_HANDLE_WRITABLE : 0)
        | (revents & (POLLERR | POLLNVAL) ? VIR_EVENT_HANDLE_ERROR : 0)
        | (revents & POLLHUP ? VIR_EVENT_HANDLE_HANGUP : 0);
}

QMutex s_mutex; // guards both below
std::weak_ptr<EventLoop> s_loop;
EventWorker *s_worker = nullptr; // what libvirt's calls reach; null while no connection is open

EventWorker *worker()
{
    const QMutexLocker lock(&s_mutex);
    return s_worker;
}

} // namespace

int EventWorker::addHandle(
    int fd, int events, virEventHandleCallback call, void *opaque, virFreeCallback release)
{
    const QMutexLocker lock(&m_mutex);
    const int id = ++m_lastId;
    Handle handle;
    handle.fd = fd;
    handle.events = events;
    handle.call = call;
    handle.opaque = opaque;
    handle.release = release;
    m_handles.emplace(id, std::move(handle));
    postSyncHandle(id);
    return id;
}

void EventWorker::updateHandle(int id, int events)
{
    const QMutexLocker lock(&m_mutex);
    const auto found = m_handles.find(id);
    if (found == m_handles.end() || found->second.events == events)
        return;
    found->second.events = events;
    postSyncHandle(id);
}

int EventWorker::removeHandle(int id)
{
    const QMutexLocker lock(&m_mutex);
    const auto found = m_handles.find(id);
    if (found == m_handles.end() || found->second.isRemoved)
        return -1;
    found->second.isRemoved = true;
    postSyncHandle(id);
    return 0;
}

int EventWorker::addTimeout(int ms, virEventTimeoutCallback call, void *opaque, virFreeCallback release)
{
    const QMutexLocker lock(&m_mutex);
    const int id = ++m_lastId;
    Timeout timeout;
    timeout.ms = ms;
    timeout.call = call;
    timeout.opaque = opaque;
    timeout.release = release;
    m_timeouts.emplace(id, std::move(timeout));
    postSyncTimeout(id);
    return id;
}

void EventWorker::updateTimeout(int id, int ms)
{
    const QMutexLocker lock(&m_mutex);
    const auto found = m_timeouts.find(id);
    if (found == m_timeouts.end())
        return;
    found->second.ms = ms;
    postSyncTimeout(id);
}

int EventWorker::removeTimeout(int id)
{
    const QMutexLocker lock(&m_mutex);
    const auto found = m_timeouts.find(id);
    if (found == m_timeouts.end() || found->second.isRemoved)
        return -1;
    found->second.isRemoved = true;
    postSyncTimeout(id);
    return 0;
}

void EventWorker::postSyncHandle(int id)
{
    QMetaObject::invokeMethod(
        this, [this, id] { syncHandle(id); }, Qt::QueuedConnection);
}

void EventWorker::postSyncTimeout(int id)
{
    QMetaObject::invokeMethod(
        this, [this, id] { syncTimeout(id); }, Qt::QueuedConnection);
}

void EventWorker::syncHandle(int id)
{
    QMutexLocker lock(&m_mutex);
    const auto found = m_handles.find(id);
    if (found == m_handles.end())
        return;
    Handle &handle = found->second;
    if (handle.isRemoved) {
        const auto gone = m_handles.extract(found);
        lock.unlock();
        // The notifiers first: the free callback may close the descriptor.
        gone.mapped().readable.reset();
        gone.mapped().writable.reset();
        if (gone.mapped().release)
            gone.mapped().release(gone.mapped().opaque);
        return;
    }
    const int fd = handle.fd;
    const auto watch = [&](std::unique_ptr<QSocketNotifier> &notifier, QSocketNotifier::Type type,
                           bool wanted) {
        if (wanted && !notifier) {
            notifier = std::make_unique<QSocketNotifier>(fd, type);
            connect(notifier.get(), &QSocketNotifier::activated, this, [this, id] { handleIsReady(id); });
        }
        if (notifier)
            notifier->setEnabled(wanted);
    };
    // Qt's read notifier also fires for errors and hang-ups, which libvirt is told without asking.
    watch(handle.readable, QSocketNotifier::Read, handle.events & ~VIR_EVENT_HANDLE_WRITABLE);
    watch(handle.writable, QSocketNotifier::Write, handle.events & VIR_EVENT_HANDLE_WRITABLE);
}

void EventWorker::syncTimeout(int id)
{
    QMutexLocker lock(&m_mutex);
    const auto found = m_timeouts.find(id);
    if (found == m_timeouts.end())
        return;
    Timeout &timeout = found->second;
    if (timeout.isRemoved) {
        const auto gone = m_timeouts.extract(found);
        lock.unlock();
        gone.mapped().timer.reset();
        if (gone.mapped().release)
            gone.mapped().release(gone.mapped().opaque);
        return;
    }
    if (!timeout.timer) {
        timeout.timer = std::make_unique<QTimer>();
        connect(timeout.timer.get(), &QTimer::timeout, this, [this, id] { timeoutIsDue(id); });
    }
    if (timeout.ms < 0)
        timeout.timer->stop();
    else
        timeout.timer->start(timeout.ms);
}

// Asks the kernel once more: since Qt looked, libvirt may have read the descriptor from another thread or
// changed its mind, and it wants to know exactly what is ready.
void EventWorker::handleIsReady(int id)
{
    QMutexLocker lock(&m_mutex);
    const auto found = m_handles.find(id);
    if (found == m_handles.end() || found->second.isRemoved || found->second.events == 0)
        return;
    pollfd look { found->second.fd, short(pollEvents(found->second.events)), 0 };
    const auto call = found->second.call;
    void *opaque = found->second.opaque;
    lock.unlock();
    if (poll(&look, 1, 0) > 0)
        call(id, look.fd, handleEvents(look.revents), opaque);
}

void EventWorker::timeoutIsDue(int id)
{
    QMutexLocker lock(&m_mutex);
    const auto found = m_timeouts.find(id);
    if (found == m_timeouts.end() || found->second.isRemoved || found->second.ms < 0)
        return;
    const auto call = found->second.call;
    void *opaque = found->second.opaque;
    lock.unlock();
    call(id, opaque);
}

// In its thread, after the loop has ended: what was removed last still has its free callback coming.
EventWorker::~EventWorker()
{
    for (auto &[id, handle] : m_handles) {
        handle.readable.reset();
        handle.writable.reset();
        if (handle.isRemoved && handle.release)
            handle.release(handle.opaque);
    }
    for (auto &[id, timeout] : m_timeouts) {
        timeout.timer.reset();
        if (timeout.isRemoved && timeout.release)
            timeout.release(timeout.opaque);
    }
}

EventLoop::EventLoop() : m_worker(new EventWorker)
{
    m_thread.setObjectName(QStringLiteral("libvirt events"));
    m_worker->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
}

EventLoop::~EventLoop()
{
    {
        const QMutexLocker lock(&s_mutex);
        if (s_worker == m_worker)
            s_worker = nullptr;
    }
    m_thread.quit();
    m_thread.wait();
}

Result<std::shared_ptr<EventLoop>> EventLoop::acquire()
{
    static const bool isRegistered = [] {
        virSetErrorFunc(nullptr, [](void *, virErrorPtr) {}); // else libvirt prints every error
        virEventRegisterImpl(
            [](int fd, int events, virEventHandleCallback call, void *opaque, virFreeCallback release) {
                EventWorker *to = worker();
                return to ? to->addHandle(fd, events, call, opaque, release) : -1;
            },
            [](int id, int events) {
                if (EventWorker *to = worker())
                    to->updateHandle(id, events);
            },
            [](int id) {
                EventWorker *to = worker();
                return to ? to->removeHandle(id) : -1;
            },
            [](int ms, virEventTimeoutCallback call, void *opaque, virFreeCallback release) {
                EventWorker *to = worker();
                return to ? to->addTimeout(ms, call, opaque, release) : -1;
            },
            [](int id, int ms) {
                if (EventWorker *to = worker())
                    to->updateTimeout(id, ms);
            },
            [](int id) {
                EventWorker *to = worker();
                return to ? to->removeTimeout(id) : -1;
            });
        return virInitialize() == 0;
    }();
    if (!isRegistered)
        return libvirtError(QStringLiteral("start libvirt"));
    const QMutexLocker lock(&s_mutex);
    std::shared_ptr<EventLoop> loop = s_loop.lock();
    if (!loop) {
        loop.reset(new EventLoop);
        s_loop = loop;
        s_worker = loop->m_worker;
    }
    return loop;
}

} // namespace nephele
