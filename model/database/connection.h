// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/database/dialect.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>

#include <initializer_list>
#include <memory>
#include <unordered_map>

namespace nephele {

// Where a database is. SQLite: a file. PostgreSQL: a URL without a password (libpq finds that itself).
struct DatabaseAddress
{
    Engine engine = Engine::Sqlite;
    QString sqliteFile;
    QString host;
    int port = 0;
    QString name;
    QString user;

    // "postgresql://[user@][host[:port]]/name[?host=/socket/dir]"; anything else but an absolute path is
    // refused.
    static Result<DatabaseAddress> fromText(const QString &text);
};

// A named placeholder and its value: {":id", id.text()}. A bool is stored as 0 or 1, a null QString as the
// empty text; NULL is QVariant().
struct Parameter
{
    QLatin1StringView name;
    QVariant value;

    Parameter(const char *placeholder, QVariant bound) : name(placeholder), value(std::move(bound)) { }
};
using Parameters = QList<Parameter>;

// One session with the database; belongs to the thread that opened it. Every statement of the program passes
// through run(): prepared once, kept, its failure turned into our Error.
class Connection
{
public:
    enum class Access { Read, Write };

    static Result<std::unique_ptr<Connection>> open(const DatabaseAddress &address, Access access);
    ~Connection();
    Q_DISABLE_COPY_MOVE(Connection)

    Engine engine() const { return m_engine; }

    // The executed query, standing before its first row; the caller finishes it. The pointer is good until
    // the same statement runs again.
    Result<QSqlQuery *> run(const QByteArray &sql, const Parameters &parameters);

    // For statements without parameters or rows (BEGIN, PRAGMA ...); not kept.
    Result<> control(const QByteArray &sql);

    // Whether the last failure may go away by running the transaction again.
    bool lastFailureIsRetryable() const { return m_retryable; }

    // From now on a statement that runs longer than this is interrupted (Timeout). 0 lifts the limit.
    void limitStatements(int milliseconds);

private:
    Connection(Engine engine, QString name);
    Result<> configure(Access access);
    Error failed(const QSqlError &error, const QByteArray &sql);

    Engine m_engine;
    QString m_name; // Qt's name of the connection
    std::unordered_map<QByteArray, QSqlQuery> m_statements;
    bool m_retryable = false;
    qint64 m_deadlineMs = 0; // read by SQLite's progress handler, in this thread
    int m_limitMs = 0;
};

} // namespace nephele
