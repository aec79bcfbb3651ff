// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/database/connection.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QSqlDriver>
#include <QSqlError>
#include <QUrl>
#include <QUrlQuery>

#include <atomic>

#include <sqlite3.h>

namespace nephele {

namespace {

constexpr size_t mostKeptStatements = 400;
constexpr int stepsBetweenChecks = 2000;

qint64 monotonicMs()
{
    static const QElapsedTimer timer = [] {
        QElapsedTimer started;
        started.start();
        return started;
    }();
    return timer.elapsed();
}

int isPastDeadline(void *deadlineMs)
{
    const qint64 deadline = *static_cast<qint64 *>(deadlineMs);
    return deadline != 0 && monotonicMs() > deadline;
}

sqlite3 *sqliteHandle(const QSqlDatabase &database)
{
    return *static_cast<sqlite3 *const *>(database.driver()->handle().constData());
}

// Qt would bind a null QString as NULL.
QVariant bindable(const QVariant &value)
{
    if (value.typeId() == QMetaType::Bool)
        return int(value.toBool());
    if (value.typeId() == QMetaType::QString && value.toString().isNull())
        return QStringLiteral("");
    return value;
}

} // namespace

Result<DatabaseAddress> DatabaseAddress::fromText(const QString &text)
{
    DatabaseAddress address;
    if (text.startsWith(QLatin1Char('/'))) {
        address.sqliteFile = text;
        return address;
    }
    const QUrl url(text);
    if (!url.isValid()
        || (url.scheme() != QLatin1StringView("postgresql") && url.scheme() != QLatin1StringView("postgres")))
        return invalid(QStringLiteral("The database must be given as postgresql://[user@]host[:port]/name."));
    if (!url.password().isEmpty())
        return invalid(QStringLiteral("The database URL must not hold a password; use a .pgpass file."));
    address.engine = Engine::PostgreSql;
    address.host = QUrlQuery(url).queryItemValue(QStringLiteral("host"), QUrl::FullyDecoded);
    if (address.host.isEmpty())
        address.host = url.host();
    address.port = url.port(0);
    address.name = url.path().mid(1);
    address.user = url.userName();
    if (address.name.isEmpty())
        return invalid(QStringLiteral("The database URL names no database."));
    return address;
}

Connection::Connection(Engine engine, QString name) : m_engine(engine), m_name(std::move(name)) { }

Connection::~Connection()
{
    m_statements.clear();
    if (m_engine == Engine::Sqlite && QSqlDatabase::contains(m_name)) {
        const QSqlDatabase database = QSqlDatabase::database(m_name, false);
        if (database.isOpen())
            sqlite3_progress_handler(sqliteHandle(database), 0, nullptr, nullptr);
    }
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<Connection>> Connection::open(const DatabaseAddress &address, Access access)
{
    static std::atomic<quint64> count = 0;
    const QString name = QStringLiteral("nephele-%1").arg(++count);
    const bool sqlite = address.engine == Engine::Sqlite;
    std::unique_ptr<Connection> connection(new Connection(address.engine, name));
    QSqlDatabase database =
        QSqlDatabase::addDatabase(sqlite ? QStringLiteral("QSQLITE") : QStringLiteral("QPSQL"), name);
    if (sqlite) {
        database.setDatabaseName(address.sqliteFile);
    } else {
        database.setDatabaseName(address.name);
        database.setHostName(address.host);
        if (address.port)
            database.setPort(address.port);
        database.setUserName(address.user);
    }
    if (!database.open())
        return Error { ErrorCode::Unavailable, QStringLiteral("The database cannot be opened."),
            database.lastError().text() };
    if (const auto configured = connection->configure(access); !configured)
        return configured.error();
    return connection;
}

Result<> Connection::configure(Access access)
{
    QList<QByteArray> statements;
    if (m_engine == Engine::Sqlite) {
        // The writer never checkpoints by itself: a maintenance thread does, so no commit waits for it.
        statements = { "PRAGMA busy_timeout = 10000", "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", "PRAGMA wal_autocheckpoint = 0",
            "PRAGMA cache_size = -4096", "PRAGMA temp_store = MEMORY" };
        if (access == Access::Read)
            statements.append("PRAGMA query_only = ON");
    } else {
        statements = { "SET client_min_messages = WARNING", "SET TIME ZONE 'UTC'" };
        if (access == Access::Read)
            statements.append("SET default_transaction_read_only = ON");
    }
    for (const QByteArray &statement : statements) {
        if (const auto done = control(statement); !done)
            return done.error();
    }
    return {};
}

void Connection::limitStatements(int milliseconds)
{
    m_limitMs = milliseconds;
    if (m_engine == Engine::PostgreSql) {
        if (const auto done = control("SET statement_timeout = " + QByteArray::number(milliseconds)); !done)
            qWarning("statement limit: %s", qUtf8Printable(done.error().detail));
        return;
    }
    sqlite3 *handle = sqliteHandle(QSqlDatabase::database(m_name, false));
    if (milliseconds > 0)
        sqlite3_progress_handler(handle, stepsBetweenChecks, isPastDeadline, &m_deadlineMs);
    else
        sqlite3_progress_handler(handle, 0, nullptr, nullptr);
}

Result<QSqlQuery *> Connection::run(const QByteArray &sql, const Parameters &parameters)
{
    auto found = m_statements.find(sql);
    if (found == m_statements.end()) {
        if (m_statements.size() >= mostKeptStatements)
            m_statements.clear();
        QSqlQuery query(QSqlDatabase::database(m_name, false));
        query.setForwardOnly(true);
        if (!query.prepare(QString::fromUtf8(sql)))
            return failed(query.lastError(), sql);
        found = m_statements.emplace(sql, std::move(query)).first;
    }
    QSqlQuery &query = found->second;
    for (const Parameter &parameter : parameters) {
        query.bindValue(parameter.name, bindable(parameter.value));
    }
    if (m_limitMs > 0)
        m_deadlineMs = monotonicMs() + m_limitMs;
    if (!query.exec()) {
        const Error error = failed(query.lastError(), sql);
        // PostgreSQL takes no DEALLOCATE inside the transaction that just failed, and the statement is good.
        if (m_engine == Engine::Sqlite)
            m_statements.erase(found);
        return error;
    }
    return &query;
}

Result<> Connection::control(const QByteArray &sql)
{
    m_deadlineMs = 0;
    m_retryable = false;
    QSqlQuery query(QSqlDatabase::database(m_name, false));
    if (!query.exec(QString::fromUtf8(sql)))
        return failed(query.lastError(), sql);
    return {};
}

Error Connection::failed(const QSqlError &error, const QByteArray &sql)
{
    m_retryable = isRetryable(error, m_engine);
    return errorFromSql(error, m_engine, sql);
}

} // namespace nephele
