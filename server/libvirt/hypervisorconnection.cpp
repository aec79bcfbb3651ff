// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/hypervisorconnection.h"

#include "server/libvirt/libvirterror.h"

#include <QLoggingCategory>

namespace nephele {

Q_LOGGING_CATEGORY(libvirtLog, "nephele.libvirt")

namespace {

constexpr int firstPauseMs = 200;
constexpr int longestPauseMs = 10'000;
constexpr int keepAliveSeconds = 2;
constexpr int keepAliveProbes = 3;
constexpr int longestFirstAttemptMs = 10'000;

} // namespace

// What libvirt's callbacks hold of us: it outlives us, since libvirt frees it at a time of its own.
struct HypervisorConnection::Watch
{
    QMutex mutex; // held while a callback runs
    HypervisorConnection *owner = nullptr; // null once given up
    virConnectCloseFunc closed = nullptr; // the connector's thread only, as is the next
    QList<int> registered;
};

namespace {

template <class Watch>
Watch &watchOf(void *opaque)
{
    return **static_cast<std::shared_ptr<Watch> *>(opaque);
}

template <class Watch>
void releaseWatch(void *opaque)
{
    delete static_cast<std::shared_ptr<Watch> *>(opaque);
}

std::optional<ServerId> serverOf(virDomainPtr domain)
{
    char uuid[VIR_UUID_STRING_BUFLEN] = {};
    if (virDomainGetUUIDString(domain, uuid) < 0)
        return std::nullopt;
    return ServerId::fromText(QString::fromLatin1(uuid));
}

} // namespace

Result<std::unique_ptr<HypervisorConnection>> HypervisorConnection::open(
    const QString &uri, Listener listener)
{
    auto loop = EventLoop::acquire();
    if (!loop)
        return loop.error();
    return std::unique_ptr<HypervisorConnection>(
        new HypervisorConnection(uri, std::move(listener), std::move(*loop)));
}

HypervisorConnection::HypervisorConnection(
    const QString &uri, Listener listener, std::shared_ptr<EventLoop> loop)
    : m_uri(uri), m_listener(std::move(listener)), m_loop(std::move(loop))
{
    m_thread.reset(QThread::create([this] { work(); }));
    m_thread->setObjectName(QStringLiteral("hypervisor"));
    m_thread->start();
}

HypervisorConnection::~HypervisorConnection()
{
    {
        const QMutexLocker lock(&m_mutex);
        m_isStopping = true;
    }
    m_changed.wakeAll();
    m_thread->wait();
}

bool HypervisorConnection::isConnected() const
{
    const QMutexLocker lock(&m_mutex);
    return m_connection && !m_isLost;
}

QString HypervisorConnection::lastProblem() const
{
    const QMutexLocker lock(&m_mutex);
    return m_problem;
}

Result<VirConnect> HypervisorConnection::connection() const
{
    QMutexLocker lock(&m_mutex);
    while (!m_wasTried && !m_isStopping) {
        if (!m_changed.wait(&m_mutex, longestFirstAttemptMs))
            break;
    }
    if (m_connection && !m_isLost)
        return shared(m_connection);
    return unavailable(QStringLiteral("The hypervisor %1 does not answer.").arg(m_uri), m_problem);
}

void HypervisorConnection::work()
{
    int pauseMs = firstPauseMs;
    QMutexLocker lock(&m_mutex);
    while (!m_isStopping) {
        if (m_connection && !m_isLost) {
            m_changed.wait(&m_mutex);
            continue;
        }
        if (m_isLost) {
            VirConnect lost = std::move(m_connection);
            m_isLost = false;
            lock.unlock();
            qCWarning(libvirtLog, "%s: connection lost", qUtf8Printable(m_uri));
            giveUp(std::move(lost));
            m_listener.connectedChanged(false);
            lock.relock();
            continue;
        }
        lock.unlock();
        auto opened = connectNow();
        lock.relock();
        m_wasTried = true;
        if (!opened) {
            if (m_problem != opened.error().detail)
                qCWarning(libvirtLog, "%s", qUtf8Printable(opened.error().detail));
            m_problem = opened.error().detail;
            m_changed.wakeAll();
            m_changed.wait(&m_mutex, pauseMs);
            pauseMs = qMin(pauseMs * 2, longestPauseMs);
            continue;
        }
        m_connection = std::move(*opened);
        m_problem.clear();
        m_changed.wakeAll();
        pauseMs = firstPauseMs;
        lock.unlock();
        qCInfo(libvirtLog, "%s: connected", qUtf8Printable(m_uri));
        m_listener.connectedChanged(true);
        lock.relock();
    }
    VirConnect last = std::move(m_connection);
    m_changed.wakeAll();
    lock.unlock();
    giveUp(std::move(last));
}

// Everything registered on a connection dies with it: all of it is asked for anew each time.
Result<VirConnect> HypervisorConnection::connectNow()
{
    VirConnect connection(virConnectOpen(m_uri.toUtf8().constData()));
    if (!connection)
        return libvirtError(QStringLiteral("connect to %1").arg(m_uri));
    m_watch = std::make_shared<Watch>();
    m_watch->owner = this;
    const auto opaque = [this]() -> void * { return new std::shared_ptr<Watch>(m_watch); };

    // Local drivers know neither of the two; there is nothing to lose there.
    (void)virConnectSetKeepAlive(connection.get(), keepAliveSeconds, keepAliveProbes);
    const virConnectCloseFunc closed = [](virConnectPtr, int, void *watch) {
        const QMutexLocker lock(&watchOf<Watch>(watch).mutex);
        if (HypervisorConnection *owner = watchOf<Watch>(watch).owner)
            owner->wasClosed();
    };
    m_watch->closed = closed;
    if (void *watch = opaque();
        virConnectRegisterCloseCallback(connection.get(), closed, watch, releaseWatch<Watch>) < 0)
        releaseWatch<Watch>(watch);

    const virConnectDomainEventCallback lived = [](virConnectPtr, virDomainPtr domain, int, int,
                                                    void *watch) {
        const QMutexLocker lock(&watchOf<Watch>(watch).mutex);
        HypervisorConnection *owner = watchOf<Watch>(watch).owner;
        if (const auto server = serverOf(domain); owner && server)
            owner->m_listener.guestChanged(*server);
        return 0;
    };
    const virConnectDomainEventGenericCallback rebooted = [](virConnectPtr, virDomainPtr domain,
                                                              void *watch) {
        const QMutexLocker lock(&watchOf<Watch>(watch).mutex);
        HypervisorConnection *owner = watchOf<Watch>(watch).owner;
        if (const auto server = serverOf(domain); owner && server)
            owner->m_listener.guestChanged(*server);
    };
    const auto listen = [&](int event, virConnectDomainEventGenericCallback call) {
        void *watch = opaque();
        const int id = virConnectDomainEventRegisterAny(
            connection.get(), nullptr, event, call, watch, releaseWatch<Watch>);
        if (id < 0)
            releaseWatch<Watch>(watch);
        else
            m_watch->registered.append(id);
        return id >= 0;
    };
    if (!listen(VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(lived))) {
        const Error error = libvirtError(QStringLiteral("listen to %1").arg(m_uri));
        giveUp(std::move(connection));
        return error;
    }
    (void)listen(VIR_DOMAIN_EVENT_ID_REBOOT, rebooted);
    return connection;
}

// virConnectClose leaks the connection until the close callback is unregistered.
void HypervisorConnection::giveUp(VirConnect connection)
{
    if (!connection)
        return;
    {
        const QMutexLocker lock(&m_watch->mutex);
        m_watch->owner = nullptr;
    }
    for (const int id : m_watch->registered)
        (void)virConnectDomainEventDeregisterAny(connection.get(), id);
    (void)virConnectUnregisterCloseCallback(connection.get(), m_watch->closed);
    m_watch.reset();
}

void HypervisorConnection::wasClosed()
{
    const QMutexLocker lock(&m_mutex);
    m_isLost = true;
    m_changed.wakeAll();
}

} // namespace nephele
