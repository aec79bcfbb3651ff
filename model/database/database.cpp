// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/database/database.h"

#include <QFileInfo>
#include <QLoggingCategory>
#include <QSqlQuery>

namespace nephele {

Q_DECLARE_LOGGING_CATEGORY(databaseLog)

namespace {

constexpr qint64 logBytesWorthMoving = 4 << 20;
constexpr qint64 logBytesWorthCutting = 64 << 20;

// The reading connections of one thread, closed when it ends.
std::unordered_map<quint64, std::unique_ptr<Connection>> &connectionsOfThisThread()
{
    thread_local std::unordered_map<quint64, std::unique_ptr<Connection>> connections;
    return connections;
}

enum class Frame { Begin, End };

// Begins or ends a reading transaction. PostgreSQL prepares neither statement; SQLite gains by it.
Result<> frame(Connection &connection, Frame which)
{
    static const QByteArray begin = "BEGIN";
    static const QByteArray end = "COMMIT";
    if (connection.engine() == Engine::PostgreSql)
        return connection.control(
            which == Frame::Begin ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : end);
    const auto done = connection.run(which == Frame::Begin ? begin : end, {});
    return done ? Result<>() : Result<>(done.error());
}

quint64 nextSerial()
{
    static std::atomic<quint64> serial = 0;
    return ++serial;
}

} // namespace

// Moves SQLite's log into the main file while others write. PASSIVE never makes a writer wait; only a log
// that has grown large in spite of it is cut.
class Database::Maintenance
{
public:
    Maintenance(const DatabaseOptions &options)
        : m_options(options), m_thread(QThread::create([this] { work(); }))
    {
        m_thread->setObjectName(QStringLiteral("database maintenance"));
        m_thread->start(QThread::LowPriority);
    }
    ~Maintenance()
    {
        {
            const QMutexLocker lock(&m_mutex);
            m_stopping = true;
        }
        m_wake.wakeAll();
        m_thread->wait();
    }

private:
    void work()
    {
        const auto connection = Connection::open(m_options.address, Connection::Access::Write);
        if (!connection) {
            qCWarning(databaseLog, "maintenance: %s", qUtf8Printable(connection.error().detail));
            return;
        }
        const QString log = m_options.address.sqliteFile + QStringLiteral("-wal");
        QMutexLocker lock(&m_mutex);
        while (!m_stopping) {
            m_wake.wait(&m_mutex, m_options.maintenanceMs);
            lock.unlock();
            const qint64 size = QFileInfo(log).size();
            if (size > logBytesWorthMoving && size != m_lastSize) {
                const bool cut = size > logBytesWorthCutting;
                (void)(*connection)->control("PRAGMA wal_checkpoint(PASSIVE)");
                // Cutting makes writers wait, but only for what came in during the PASSIVE just done.
                if (cut)
                    (void)(*connection)->control("PRAGMA wal_checkpoint(TRUNCATE)");
                m_lastSize = cut ? QFileInfo(log).size() : -1;
            }
            lock.relock();
        }
    }

    const DatabaseOptions m_options;
    QMutex m_mutex; // guards m_stopping
    QWaitCondition m_wake;
    bool m_stopping = false;
    qint64 m_lastSize = 0;
    std::unique_ptr<QThread> m_thread;
};

Database::Database(DatabaseOptions options) : m_options(std::move(options)), m_serial(nextSerial()) { }

Database::~Database()
{
    m_writer.reset();
    m_maintenance.reset();
    connectionsOfThisThread().erase(m_serial);
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions &options)
{
    const auto migrations = builtInMigrations();
    if (!migrations)
        return migrations.error();
    return open(options, *migrations);
}

Result<std::unique_ptr<Database>> Database::open(
    const DatabaseOptions &options, const QList<Migration> &migrations)
{
    {
        const auto connection = Connection::open(options.address, Connection::Access::Write);
        if (!connection)
            return connection.error();
        if (const auto migrated = migrate(**connection, options.address, migrations); !migrated)
            return migrated.error();
    }
    std::unique_ptr<Database> database(new Database(options));
    auto writer = Writer::open(
        options.address, *options.clock, [self = database.get()] { emit self->changesCommitted(); },
        options.queueLimit);
    if (!writer)
        return writer.error();
    database->m_writer = std::move(*writer);
    if (options.address.engine == Engine::Sqlite)
        database->m_maintenance = std::make_unique<Maintenance>(options);
    return database;
}

Result<Connection *> Database::beginRead()
{
    auto &connections = connectionsOfThisThread();
    auto found = connections.find(m_serial);
    if (found == connections.end()) {
        auto opened = Connection::open(m_options.address, Connection::Access::Read);
        if (!opened)
            return opened.error();
        (*opened)->limitStatements(m_options.readLimitMs);
        found = connections.emplace(m_serial, std::move(*opened)).first;
    }
    if (const auto begun = frame(*found->second, Frame::Begin); !begun) {
        const Error error = begun.error();
        connections.erase(found); // broken: the next read opens a new one
        return error;
    }
    return found->second.get();
}

void Database::endRead(Connection &connection)
{
    if (const auto ended = frame(connection, Frame::End); !ended)
        connectionsOfThisThread().erase(m_serial);
}

void Database::closeReads()
{
    connectionsOfThisThread().erase(m_serial);
}

qint64 Database::logBytes() const
{
    if (engine() != Engine::Sqlite)
        return 0;
    return QFileInfo(m_options.address.sqliteFile + QStringLiteral("-wal")).size();
}

} // namespace nephele
