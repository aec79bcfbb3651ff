// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/database/migrations.h"

#include <QDir>
#include <QFile>
#include <QLoggingCategory>

namespace nephele {

Q_DECLARE_LOGGING_CATEGORY(databaseLog)

namespace {

// 0 for a database without a version.
Result<int> versionOf(Connection &connection)
{
    const bool sqlite = connection.engine() == Engine::Sqlite;
    const auto tables = connection.run(sqlite
            ? QByteArray(
                "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'")
            : QByteArray("SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'schema_version'"
                         " AND table_schema = current_schema()"),
        {});
    if (!tables)
        return tables.error();
    const bool known = (*tables)->next() && (*tables)->value(0).toInt() > 0;
    (*tables)->finish();
    if (!known)
        return 0;
    const auto version = connection.run("SELECT MAX(version) FROM schema_version", {});
    if (!version)
        return version.error();
    const int number = (*version)->next() ? (*version)->value(0).toInt() : 0;
    (*version)->finish();
    return number;
}

Result<> keepCopy(Connection &connection, const DatabaseAddress &address, int version)
{
    if (address.engine != Engine::Sqlite)
        return {};
    const QString copy =
        QStringLiteral("%1.before-%2").arg(address.sqliteFile).arg(version + 1, 4, 10, QLatin1Char('0'));
    if (QFile::exists(copy) && !QFile::remove(copy))
        return unavailable(QStringLiteral("The old copy of the database cannot be replaced."), copy);
    const auto done = connection.run("VACUUM INTO :copy", { { ":copy", copy } });
    if (!done)
        return done.error().within(QStringLiteral("copy before migration"));
    (*done)->finish();
    return {};
}

QList<QByteArray> statementsOf(const QByteArray &sql)
{
    QList<QByteArray> statements;
    QByteArray current;
    for (const QByteArray &line : sql.split('\n')) {
        const QByteArray trimmed = line.trimmed();
        if (trimmed.isEmpty() || trimmed.startsWith("--"))
            continue;
        current += line + '\n';
        if (trimmed.endsWith(';')) {
            statements.append(current);
            current.clear();
        }
    }
    if (!current.isEmpty())
        statements.append(current);
    return statements;
}

Result<> apply(Connection &connection, const Migration &migration)
{
    for (const QByteArray &statement : statementsOf(adaptMigration(migration.sql, connection.engine()))) {
        if (const auto done = connection.control(statement); !done)
            return done.error().within(migration.name);
    }
    return connection.control("INSERT INTO schema_version (version, name) VALUES ("
        + QByteArray::number(migration.number) + ", '" + migration.name.toUtf8() + "')");
}

} // namespace

Result<QList<Migration>> builtInMigrations()
{
    QList<Migration> migrations;
    const QDir folder(QStringLiteral(":/sql"));
    for (const QString &file : folder.entryList({ QStringLiteral("*.sql") }, QDir::Files, QDir::Name)) {
        QFile source(folder.filePath(file));
        if (!source.open(QIODevice::ReadOnly))
            return internalError(QStringLiteral("cannot read %1").arg(file));
        migrations.append({ file.left(4).toInt(), file.chopped(4), source.readAll() });
        if (migrations.last().number != migrations.size())
            return internalError(QStringLiteral("migration %1 is out of order").arg(file));
    }
    return migrations;
}

Result<> migrate(Connection &connection, const DatabaseAddress &address, const QList<Migration> &migrations)
{
    const auto version = versionOf(connection);
    if (!version)
        return version.error();
    if (*version > migrations.size())
        return conflict(QStringLiteral("The database has version %1 and this program knows up to %2: "
                                       "it was written by a newer Nephele.")
                            .arg(*version)
                            .arg(migrations.size()));
    if (*version == migrations.size())
        return {};
    if (*version > 0) {
        if (const auto kept = keepCopy(connection, address, *version); !kept)
            return kept.error();
    }
    for (const Migration &migration : migrations.mid(*version)) {
        const bool sqlite = connection.engine() == Engine::Sqlite;
        if (const auto begun = connection.control(sqlite ? "BEGIN IMMEDIATE" : "BEGIN"); !begun)
            return begun.error();
        auto done = apply(connection, migration);
        if (done)
            done = connection.control("COMMIT");
        if (!done) {
            (void)connection.control("ROLLBACK");
            return done.error();
        }
        qCDebug(databaseLog, "migrated to %s", qUtf8Printable(migration.name));
    }
    return {};
}

} // namespace nephele
