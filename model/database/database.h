// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/migrations.h"
#include "model/database/transaction.h"
#include "model/database/writer.h"

#include <QFuture>
#include <QObject>

#include <memory>

namespace nephele {

struct DatabaseOptions
{
    DatabaseAddress address;
    const Clock *clock = &Clock::system(); // outlives the database
    int queueLimit = 10000; // writes waiting; beyond it Unavailable
    int readLimitMs = 100; // one statement of a read; beyond it Timeout
    int maintenanceMs = 250; // between looks at the size of SQLite's log
};

// The one door to the database. All of it may be called from every thread; owned by main.
//   write: the closure runs in a writer's thread inside a transaction, perhaps twice, and the future holds
//   its
//          result once that is on disk (Unavailable or InsufficientStorage when it could not be).
//   read:  the closure runs now, in this thread, on this thread's own connection, and sees one snapshot.
class Database : public QObject
{
    Q_OBJECT

public:
    static Result<std::unique_ptr<Database>> open(const DatabaseOptions &options);
    static Result<std::unique_ptr<Database>> open(
        const DatabaseOptions &options, const QList<Migration> &migrations);
    ~Database() override;

    // `closure` is Result<T>(Transaction &).
    template <class Closure, class T = typename std::invoke_result_t<Closure, Transaction &>::Value>
    QFuture<Result<T>> write(Closure closure)
    {
        auto job = std::make_unique<TypedWriteJob<T>>(std::move(closure));
        const auto future = job->future();
        m_writer->enqueue(std::move(job));
        return future;
    }

    // `closure` is Result<T>(ReadTransaction &).
    template <class Closure, class R = std::invoke_result_t<Closure, ReadTransaction &>>
    R read(Closure closure)
    {
        const auto connection = beginRead();
        if (!connection)
            return connection.error();
        ReadTransaction t(**connection);
        R result = closure(t);
        endRead(**connection);
        return result;
    }

    // Closes the connection that reads of this thread left open for the next one: at the end of a job in a
    // thread that may end with the process. Qt's wait for a thread is over before its thread-locals are gone.
    void closeReads();

    const Clock &clock() const { return *m_options.clock; }
    Engine engine() const { return m_options.address.engine; }
    const DatabaseAddress &address() const { return m_options.address; }

    // Bytes in SQLite's write-ahead log; 0 on PostgreSQL.
    qint64 logBytes() const;

signals:
    // Rows were added to the change feed. Sent from a writer's thread.
    void changesCommitted();

private:
    explicit Database(DatabaseOptions options);
    Result<Connection *> beginRead();
    void endRead(Connection &connection);

    class Maintenance;

    const DatabaseOptions m_options;
    const quint64 m_serial; // tells this database's connections from those of an earlier one
    std::unique_ptr<Writer> m_writer;
    std::unique_ptr<Maintenance> m_maintenance;
};

// Calls closeReads() at the end of its scope.
class ReadingJob
{
public:
    explicit ReadingJob(Database &database) : m_database(database) { }
    ~ReadingJob() { m_database.closeReads(); }
    Q_DISABLE_COPY_MOVE(ReadingJob)

private:
    Database &m_database;
};

} // namespace nephele
