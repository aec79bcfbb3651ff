// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/database/writer.h"

#include <QLoggingCategory>
#include <QReadWriteLock>
#include <QScopeGuard>
#include <QSemaphore>

namespace nephele {

Q_LOGGING_CATEGORY(databaseLog, "nephele.database")

namespace {

constexpr size_t mostJobsInABatch = 256;
constexpr int postgreSqlThreads = 4;
constexpr int mostAttempts = 5;
const QByteArray savepoint = "SAVEPOINT closure";
const QByteArray releaseSavepoint = "RELEASE SAVEPOINT closure";
const QByteArray rollbackToSavepoint = "ROLLBACK TO SAVEPOINT closure";

Error stopped()
{
    return unavailable(QStringLiteral("The cloud is shutting down."));
}

} // namespace

Writer::Writer(const Clock &clock, Published published, int queueLimit)
    : m_clock(clock), m_published(std::move(published)), m_queueLimit(queueLimit)
{
}

void Writer::enqueue(std::unique_ptr<WriteJob> job)
{
    std::optional<Error> refusal;
    {
        const QMutexLocker lock(&m_mutex);
        if (m_stopping)
            refusal = stopped();
        else if (int(m_queue.size()) >= m_queueLimit)
            refusal = unavailable(QStringLiteral("Too many writes are waiting."));
        else
            m_queue.push_back(std::move(job));
    }
    if (refusal)
        job->finish(refusal);
    else
        m_filled.wakeOne();
}

std::vector<std::unique_ptr<WriteJob>> Writer::take(size_t most)
{
    const QMutexLocker lock(&m_mutex);
    while (m_queue.empty() && !m_stopping)
        m_filled.wait(&m_mutex);
    std::vector<std::unique_ptr<WriteJob>> jobs;
    while (!m_queue.empty() && jobs.size() < most) {
        jobs.push_back(std::move(m_queue.front()));
        m_queue.pop_front();
    }
    return jobs;
}

// What is queued is still carried out; what comes later is refused.
void Writer::stop()
{
    const QMutexLocker lock(&m_mutex);
    m_stopping = true;
    m_filled.wakeAll();
}

qint64 Writer::nextStampMs()
{
    qint64 last = m_lastStampMs;
    qint64 next = 0;
    do {
        next = qMax(last + 1, m_clock.nowMs());
    } while (!m_lastStampMs.compare_exchange_weak(last, next));
    return next;
}

// One thread, one connection: everything waiting goes into one BEGIN IMMEDIATE, each closure in a savepoint
// of its own, and one fsync serves them all.
class SqliteWriter final : public Writer
{
public:
    using Writer::Writer;

    ~SqliteWriter() override
    {
        stop();
        m_thread->wait();
    }

    Result<> start(const DatabaseAddress &address)
    {
        Result<> opened;
        QSemaphore ready;
        m_thread.reset(QThread::create([this, address, &opened, &ready] {
            auto connection = Connection::open(address, Connection::Access::Write);
            const bool ok = connection.ok();
            if (!ok)
                opened = connection.error();
            ready.release();
            if (ok)
                work(**connection);
        }));
        m_thread->setObjectName(QStringLiteral("database writer"));
        m_thread->start();
        ready.acquire();
        return opened;
    }

private:
    void work(Connection &connection)
    {
        for (;;) {
            auto jobs = take(mostJobsInABatch);
            if (jobs.empty())
                return;
            bool changes = false;
            const auto committed = runBatch(connection, jobs, changes);
            if (!committed) {
                qCCritical(databaseLog, "batch lost: %s", qUtf8Printable(committed.error().detail));
                (void)connection.control("ROLLBACK");
            }
            const std::optional<Error> failure = committed
                ? std::nullopt
                : std::optional(Error { committed.error().code == ErrorCode::InsufficientStorage
                        ? ErrorCode::InsufficientStorage
                        : ErrorCode::Unavailable,
                    QStringLiteral("The change could not be written to disk."), committed.error().detail });
            for (const auto &job : jobs)
                job->finish(failure);
            if (committed && changes)
                publish();
        }
    }

    Result<> runBatch(
        Connection &connection, const std::vector<std::unique_ptr<WriteJob>> &jobs, bool &changes)
    {
        if (const auto begun = connection.control("BEGIN IMMEDIATE"); !begun)
            return begun.error();
        for (const auto &job : jobs) {
            if (const auto opened = connection.run(savepoint, {}); !opened)
                return opened.error();
            Transaction t(connection, nextStampMs());
            const bool keep = job->run(t);
            if (!keep) {
                if (const auto undone = connection.run(rollbackToSavepoint, {}); !undone)
                    return undone.error();
            }
            if (const auto released = connection.run(releaseSavepoint, {}); !released)
                return released.error();
            changes = changes || (keep && t.m_hasChanges);
        }
        return connection.control("COMMIT");
    }

    std::unique_ptr<QThread> m_thread;
};

// Some threads with a connection each; a closure that lost a race is run again, at most mostAttempts times.
class PostgreSqlWriter final : public Writer
{
public:
    using Writer::Writer;

    ~PostgreSqlWriter() override
    {
        stop();
        for (const auto &thread : m_threads)
            thread->wait();
    }

    Result<> start(const DatabaseAddress &address)
    {
        Result<> opened;
        QMutex mutex;
        QSemaphore ready;
        for (int i = 0; i < postgreSqlThreads; ++i) {
            m_threads.emplace_back(QThread::create([this, address, &opened, &mutex, &ready] {
                auto connection = Connection::open(address, Connection::Access::Write);
                const bool ok = connection.ok();
                if (!ok) {
                    const QMutexLocker lock(&mutex);
                    opened = connection.error();
                }
                ready.release();
                if (ok)
                    work(address, std::move(*connection));
            }));
            m_threads.back()->setObjectName(QStringLiteral("database writer %1").arg(i));
            m_threads.back()->start();
        }
        ready.acquire(postgreSqlThreads);
        return opened;
    }

private:
    void work(const DatabaseAddress &address, std::unique_ptr<Connection> connection)
    {
        for (;;) {
            const auto jobs = take(1);
            if (jobs.empty())
                return;
            if (!connection) { // lost in an earlier round
                if (auto reopened = Connection::open(address, Connection::Access::Write); reopened)
                    connection = std::move(*reopened);
            }
            if (!connection) {
                jobs.front()->finish(unavailable(QStringLiteral("The database does not answer.")));
                continue;
            }
            const auto committed = runWithRetries(*connection, *jobs.front());
            if (!committed && committed.error().code == ErrorCode::Unavailable)
                connection.reset();
            jobs.front()->finish(committed ? std::nullopt : std::optional(committed.error()));
            if (committed && *committed)
                publish();
        }
    }

    // Whether the committed transaction holds changes for the feed.
    Result<bool> runWithRetries(Connection &connection, WriteJob &job)
    {
        for (int attempt = 1;; ++attempt) {
            // Who lost twice runs alone in this process, or hot rows would starve him.
            if (attempt > 2)
                m_gate.lockForWrite();
            else
                m_gate.lockForRead();
            const auto opened = qScopeGuard([this] { m_gate.unlock(); });
            if (const auto begun = connection.control("BEGIN ISOLATION LEVEL SERIALIZABLE"); !begun)
                return begun.error();
            Transaction t(connection, nextStampMs());
            const bool keep = job.run(t);
            bool lostRace = !keep && connection.lastFailureIsRetryable();
            const auto ended = connection.control(keep ? "COMMIT" : "ROLLBACK");
            if (keep && ended)
                return t.m_hasChanges;
            if (keep) {
                lostRace = connection.lastFailureIsRetryable();
                (void)connection.control("ROLLBACK");
            }
            if (lostRace && attempt < mostAttempts)
                continue;
            return ended ? Result<bool>(false) : Result<bool>(ended.error());
        }
    }

    std::vector<std::unique_ptr<QThread>> m_threads;
    QReadWriteLock m_gate;
};

Result<std::unique_ptr<Writer>> Writer::open(
    const DatabaseAddress &address, const Clock &clock, Published published, int queueLimit)
{
    const auto started = [&](auto writer) -> Result<std::unique_ptr<Writer>> {
        if (const auto running = writer->start(address); !running)
            return running.error();
        return std::unique_ptr<Writer>(std::move(writer));
    };
    if (address.engine == Engine::Sqlite)
        return started(std::make_unique<SqliteWriter>(clock, std::move(published), queueLimit));
    return started(std::make_unique<PostgreSqlWriter>(clock, std::move(published), queueLimit));
}

} // namespace nephele
