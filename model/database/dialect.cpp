// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/database/dialect.h"

#include <QSqlError>

#include <sqlite3.h>

namespace nephele {

namespace {

ErrorCode codeFromSqlite(const QSqlError &error)
{
    const int native = error.nativeErrorCode().toInt();
    switch (native & 0xff) {
    case SQLITE_CONSTRAINT:
        return native == SQLITE_CONSTRAINT_UNIQUE || native == SQLITE_CONSTRAINT_PRIMARYKEY
            ? ErrorCode::Conflict
            : ErrorCode::Internal;
    case SQLITE_INTERRUPT:
        return ErrorCode::Timeout;
    case SQLITE_FULL:
        return ErrorCode::InsufficientStorage;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
        return ErrorCode::Unavailable;
    default:
        return ErrorCode::Internal;
    }
}

// PostgreSQL manual, appendix A, error codes.
ErrorCode codeFromPostgreSql(const QSqlError &error)
{
    const QString state = error.nativeErrorCode();
    if (state == QLatin1StringView("23505"))
        return ErrorCode::Conflict;
    if (state == QLatin1StringView("57014"))
        return ErrorCode::Timeout;
    if (state.startsWith(QLatin1StringView("53")))
        return ErrorCode::InsufficientStorage;
    if (state.startsWith(QLatin1StringView("40")) || state.isEmpty()
        || state.startsWith(QLatin1StringView("08")) || state.startsWith(QLatin1StringView("57P")))
        return ErrorCode::Unavailable;
    return ErrorCode::Internal;
}

QString plainMessage(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Conflict:
        return QStringLiteral("Something with the same name or number exists already.");
    case ErrorCode::Timeout:
        return QStringLiteral("The database took too long to answer.");
    case ErrorCode::InsufficientStorage:
        return QStringLiteral("The disk that holds the database is full.");
    case ErrorCode::Unavailable:
        return QStringLiteral("The database does not answer.");
    default:
        return internalError({}).message;
    }
}

} // namespace

QByteArray adaptMigration(QByteArray sql, Engine engine)
{
    const bool sqlite = engine == Engine::Sqlite;
    sql.replace("${text}", sqlite ? "TEXT" : "TEXT COLLATE \"C\"");
    sql.replace("${blob}", sqlite ? "BLOB" : "BYTEA");
    sql.replace("${serial}",
        sqlite ? "INTEGER PRIMARY KEY AUTOINCREMENT" : "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
    return sql;
}

bool isRetryable(const QSqlError &error, Engine engine)
{
    const QString state = error.nativeErrorCode();
    return engine == Engine::PostgreSql
        && (state == QLatin1StringView("40001") || state == QLatin1StringView("40P01"));
}

Error errorFromSql(const QSqlError &error, Engine engine, const QByteArray &sql)
{
    const ErrorCode code = engine == Engine::Sqlite ? codeFromSqlite(error) : codeFromPostgreSql(error);
    const QString detail =
        QStringLiteral("%1 (%2) in %3")
            .arg(error.text(), error.nativeErrorCode(), QString::fromUtf8(sql.simplified()));
    return { code, plainMessage(code), detail };
}

} // namespace nephele
