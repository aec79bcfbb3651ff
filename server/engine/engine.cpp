// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/engine/engine.h"

#include "model/operation/operationstore.h"
#include "server/engine/operationrun.h"

#include <QLoggingCategory>
#include <QMutex>
#include <QThread>
#include <QThreadPool>
#include <QTimer>

#include <deque>
#include <map>

namespace nephele {

Q_DECLARE_LOGGING_CATEGORY(engineLog)

namespace {

constexpr int generalPoolLimit = 8;
constexpr int mostPoolThreads = 64;
constexpr int pruneEveryMs = 60'000;

} // namespace

// Rings as long as the engine is there.
struct EngineBell
{
    QMutex mutex; // guards engine
    OperationEngine *engine;
};

// Lives in the engine's thread, and so does everything below the line.
class OperationEngine::Private : public QObject
{
public:
    struct Job
    {
        QString targetKind;
        QString target;
        std::unique_ptr<OperationRun> run;
        bool isWaiting = false; // for a time or a wake, in no pool
        bool wasWoken = false; // while it was in a pool
        quint64 turn = 0; // tells the timer of this wait from that of an earlier one
    };
    struct Pool
    {
        int limit = generalPoolLimit;
        int running = 0;
        std::deque<std::shared_ptr<Job>> queue;
    };

    Private(Database &lent, EngineOptions wanted) : database(lent), options(wanted)
    {
        pool.setMaxThreadCount(mostPoolThreads);
        thread.setObjectName(QStringLiteral("engine"));
    }

    void begin();
    void poll();
    void take(OperationStore::Take which);
    void adopt(const QList<Operation> &operations, bool resumed);
    void enqueue(const std::shared_ptr<Job> &job);
    void fill(Pool &into);
    void advanced(const std::shared_ptr<Job> &job, const QByteArray &poolName, OperationRun::Next next);
    void waitFor(const std::shared_ptr<Job> &job, int milliseconds);
    void wakeJob(const std::shared_ptr<Job> &job);
    void cancelWanted();
    void prune();
    // Runs the closure in the pool and then, with what it wrote, `then` in this thread. Not QFuture::then():
    // its continuation may look for a context that stop() has ended.
    template <class Closure, class Then>
    void write(Closure closure, Then then)
    {
        pool.start([this, closure, then] {
            const auto result = database.write(closure).result();
            QMetaObject::invokeMethod(this, [then, result] { then(result); });
        });
    }

    Database &database;
    const EngineOptions options;
    std::map<QString, OperationKind> kinds; // fixed once started
    QThread thread;
    QThreadPool pool;
    std::atomic<bool> stopping = false;
    std::atomic<bool> isPollDue = false;
    bool isStarted = false;
    std::shared_ptr<EngineBell> bell;

    // ------
    qint64 lease = 0;
    bool isTaking = false;
    bool isTakeDue = false;
    std::map<QByteArray, Pool> pools;
    std::map<QString, std::shared_ptr<Job>> jobs; // by the operation's id
    std::unique_ptr<QTimer> pollTimer;
    std::unique_ptr<QTimer> pruneTimer;
};

void OperationEngine::Private::begin()
{
    pollTimer = std::make_unique<QTimer>();
    pollTimer->setInterval(options.pollMs);
    QObject::connect(pollTimer.get(), &QTimer::timeout, this, [this] { poll(); });
    pruneTimer = std::make_unique<QTimer>();
    pruneTimer->setInterval(pruneEveryMs);
    QObject::connect(pruneTimer.get(), &QTimer::timeout, this, [this] { prune(); });
    write([](Transaction &t) { return t.nextNumber(QLatin1StringView("engine.lease")); },
        [this](const Result<qint64> &number) {
            if (stopping)
                return;
            if (!number) {
                qCWarning(engineLog, "no lease: %s", qUtf8Printable(number.error().detail));
                QTimer::singleShot(options.mostRetryMs, this, [this] { begin(); });
                return;
            }
            lease = *number;
            pollTimer->start();
            pruneTimer->start();
            take(OperationStore::Take::EveryLive);
            prune();
        });
}

void OperationEngine::Private::poll()
{
    isPollDue = false;
    if (stopping || lease == 0)
        return;
    const auto hasNew = database.read([](ReadTransaction &t) { return OperationStore::hasNew(t); });
    if (hasNew && *hasNew)
        take(OperationStore::Take::New);
    cancelWanted();
}

void OperationEngine::Private::take(OperationStore::Take which)
{
    if (isTaking) {
        isTakeDue = true;
        return;
    }
    isTaking = true;
    write([lease = lease, which](Transaction &t) { return OperationStore::take(t, lease, which); },
        [this, which](const Result<QList<Operation>> &taken) {
            isTaking = false;
            if (stopping)
                return;
            if (!taken) {
                qCWarning(engineLog, "cannot take work: %s", qUtf8Printable(taken.error().detail));
                QTimer::singleShot(options.pollMs, this, [this, which] { take(which); });
                return;
            }
            adopt(*taken, which == OperationStore::Take::EveryLive);
            const bool isMore = taken->size() == 500;
            if (isMore || std::exchange(isTakeDue, false))
                take(isMore ? which : OperationStore::Take::New);
        });
}

void OperationEngine::Private::adopt(const QList<Operation> &operations, bool resumed)
{
    const OperationRun::World world { database, options, lease, stopping };
    for (const Operation &operation : operations) {
        const auto kind = kinds.find(operation.kind);
        if (kind == kinds.end()) {
            qCWarning(engineLog, "nobody knows how to do %s", qUtf8Printable(operation.kind));
            continue;
        }
        auto job = std::make_shared<Job>();
        job->targetKind = operation.targetKind;
        job->target = operation.target;
        job->run = std::make_unique<OperationRun>(world, kind->second, operation, resumed);
        jobs[operation.id.text()] = job;
        enqueue(job);
    }
}

void OperationEngine::Private::enqueue(const std::shared_ptr<Job> &job)
{
    if (stopping)
        return;
    job->isWaiting = false;
    ++job->turn;
    Pool &into = pools[job->run->pool()];
    into.queue.push_back(job);
    fill(into);
}

void OperationEngine::Private::fill(Pool &into)
{
    while (!stopping && into.running < into.limit && !into.queue.empty()) {
        const auto job = into.queue.front();
        into.queue.pop_front();
        ++into.running;
        job->wasWoken = false;
        pool.start([this, job, name = job->run->pool()] {
            const auto next = stopping ? OperationRun::Next::Left : job->run->advance();
            QMetaObject::invokeMethod(this, [this, job, name, next] { advanced(job, name, next); });
        });
    }
}

void OperationEngine::Private::advanced(
    const std::shared_ptr<Job> &job, const QByteArray &poolName, OperationRun::Next next)
{
    Pool &from = pools[poolName];
    --from.running;
    switch (next) {
    case OperationRun::Next::Go:
        enqueue(job);
        break;
    case OperationRun::Next::Wait:
        waitFor(job, job->wasWoken ? 0 : job->run->waitMs());
        break;
    case OperationRun::Next::Ended:
        jobs.erase(job->run->operation().id.text());
        poll(); // its end may have begun the next operation on the target
        break;
    case OperationRun::Next::Lost:
        qCWarning(engineLog, "%s was taken over", qUtf8Printable(job->run->operation().id.text()));
        jobs.erase(job->run->operation().id.text());
        break;
    case OperationRun::Next::Left:
        break;
    }
    fill(from);
}

void OperationEngine::Private::waitFor(const std::shared_ptr<Job> &job, int milliseconds)
{
    job->isWaiting = true;
    const quint64 turn = ++job->turn;
    QTimer::singleShot(milliseconds, this, [this, job, turn] {
        if (job->isWaiting && job->turn == turn)
            enqueue(job);
    });
}

void OperationEngine::Private::wakeJob(const std::shared_ptr<Job> &job)
{
    if (job->isWaiting)
        enqueue(job);
    else
        job->wasWoken = true;
}

void OperationEngine::Private::cancelWanted()
{
    if (jobs.empty())
        return;
    const auto ids =
        database.read([lease = lease](ReadTransaction &t) { return OperationStore::cancelWanted(t, lease); });
    if (!ids)
        return; // the next poll asks again
    for (const OperationId &id : *ids) {
        const auto found = jobs.find(id.text());
        if (found == jobs.end() || found->second->run->isCancelWanted())
            continue;
        found->second->run->cancel();
        wakeJob(found->second);
    }
}

void OperationEngine::Private::prune()
{
    const qint64 before = database.clock().nowMs() - options.keepFinishedMs;
    write([before](Transaction &t) { return OperationStore::pruneFinished(t, before); },
        [this](const Result<qint64> &removed) {
            if (removed && *removed == 500 && !stopping)
                prune();
        });
}

OperationEngine::OperationEngine(Database &database, EngineOptions options)
    : m_d(std::make_unique<Private>(database, options))
{
    m_d->bell = std::make_shared<EngineBell>();
    m_d->bell->engine = this;
    m_d->pools["start"].limit = qMax(1, QThread::idealThreadCount());
}

OperationEngine::~OperationEngine()
{
    {
        const QMutexLocker lock(&m_d->bell->mutex);
        m_d->bell->engine = nullptr;
    }
    stop();
}

void OperationEngine::add(OperationKind kind)
{
    Q_ASSERT(!m_d->isStarted);
    const QString name = kind.name;
    m_d->kinds.emplace(name, std::move(kind));
}

void OperationEngine::limitPool(const QByteArray &pool, int atOnce)
{
    Q_ASSERT(!m_d->isStarted && atOnce > 0);
    m_d->pools[pool].limit = atOnce;
}

void OperationEngine::start()
{
    Q_ASSERT(!m_d->isStarted);
    m_d->isStarted = true;
    m_d->moveToThread(&m_d->thread);
    connect(&m_d->thread, &QThread::started, m_d.get(), [this] { m_d->begin(); });
    // Timers end in the thread they live in.
    connect(
        &m_d->thread, &QThread::finished, m_d.get(),
        [this] {
            m_d->pollTimer.reset();
            m_d->pruneTimer.reset();
        },
        Qt::DirectConnection);
    m_d->thread.start();
}

void OperationEngine::stop()
{
    m_d->stopping = true;
    m_d->pool.waitForDone();
    m_d->thread.quit();
    m_d->thread.wait();
    m_d->pool.waitForDone(); // what the thread started between the two; it sees `stopping` and does nothing
}

QString OperationEngine::stepName(const Operation &operation) const
{
    const auto kind = m_d->kinds.find(operation.kind);
    if (kind == m_d->kinds.end() || operation.step < 0 || operation.step >= int(kind->second.steps.size()))
        return {};
    return QString::fromLatin1(kind->second.steps.at(size_t(operation.step)).name);
}

Result<OperationId> OperationEngine::begin(Transaction &t, const QString &kind, const QString &targetKind,
    const QString &target, const QString &targetName, const Ownership &owner, const QJsonObject &data)
{
    Operation operation;
    operation.id = OperationId::create();
    operation.kind = kind;
    operation.targetKind = targetKind;
    operation.target = target;
    operation.targetName = targetName;
    operation.owner = owner;
    operation.data = data;
    if (const auto inserted = OperationStore::insert(t, operation); !inserted)
        return inserted.error();
    return operation.id;
}

Result<bool> OperationEngine::isBusy(ReadTransaction &t, const QString &targetKind, const QString &target)
{
    const auto live = OperationStore::findLive(t, targetKind, target);
    if (!live)
        return live.error();
    return live->has_value();
}

Result<> OperationEngine::requestCancel(Transaction &t, const OperationId &id)
{
    return OperationStore::requestCancel(t, id);
}

void OperationEngine::wake()
{
    if (!m_d->isStarted || m_d->isPollDue.exchange(true))
        return;
    QMetaObject::invokeMethod(
        m_d.get(), [d = m_d.get()] { d->poll(); }, Qt::QueuedConnection);
}

std::function<void()> OperationEngine::bell() const
{
    return [bell = m_d->bell] {
        const QMutexLocker lock(&bell->mutex);
        if (bell->engine)
            bell->engine->wake();
    };
}

void OperationEngine::wakeTarget(const QString &targetKind, const QString &target)
{
    QMetaObject::invokeMethod(
        m_d.get(),
        [d = m_d.get(), targetKind, target] {
            for (const auto &[id, job] : d->jobs) {
                if (job->target == target && job->targetKind == targetKind) {
                    d->wakeJob(job);
                    return; // at most one is alive
                }
            }
        },
        Qt::QueuedConnection);
}

void OperationEngine::stopAt(const QByteArray &step)
{
    OperationRun::stopAt(step);
}

} // namespace nephele
