// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testdatabase.h"

#include "tests/support/postgresfixture.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace nephele::test {

namespace {

// Both kinds are migrated once in this program, then copied for each test.
Result<DatabaseAddress> migratedFile(const QString &path)
{
    static const QTemporaryDir folder;
    const QString original = folder.filePath(QStringLiteral("migrated.db"));
    if (!QFile::exists(original)) {
        DatabaseOptions options;
        options.address.sqliteFile = folder.filePath(QStringLiteral("making.db"));
        if (const auto migrated = Database::open(options); !migrated)
            return migrated.error();
        // Closed, it has no log beside it any more.
        if (!QFile::rename(options.address.sqliteFile, original))
            return unavailable(QStringLiteral("The migrated database cannot be renamed."));
    }
    if (!QFile::copy(original, path))
        return unavailable(QStringLiteral("The migrated database cannot be copied."));
    DatabaseAddress address;
    address.sqliteFile = path;
    return address;
}

Result<DatabaseAddress> migratedOnServer()
{
    static QString original;
    const auto cluster = PostgresCluster::shared();
    if (!cluster)
        return cluster.error();
    if (original.isEmpty()) {
        DatabaseOptions options;
        const auto address = (*cluster)->createDatabase();
        if (!address)
            return address.error();
        options.address = *address;
        if (const auto migrated = Database::open(options); !migrated)
            return migrated.error();
        original = address->name;
    }
    return (*cluster)->createDatabase(original);
}

} // namespace

Result<std::unique_ptr<TestDatabase>> TestDatabase::open(Engine engine, const Clock &clock)
{
    std::unique_ptr<TestDatabase> test(new TestDatabase);
    DatabaseOptions options;
    options.clock = &clock;
    const auto address = engine == Engine::Sqlite
        ? migratedFile(test->m_folder.filePath(QStringLiteral("cloud.db")))
        : migratedOnServer();
    if (!address)
        return address.error();
    options.address = *address;
    auto database = Database::open(options);
    if (!database)
        return database.error();
    test->m_database = std::move(*database);
    return test;
}

void addEngineRows()
{
    QTest::addColumn<Engine>("engine");
    if (qEnvironmentVariable("NEPHELE_TEST_ENGINE") == QLatin1StringView("postgresql"))
        QTest::newRow("PostgreSQL") << Engine::PostgreSql;
    else
        QTest::newRow("SQLite") << Engine::Sqlite;
}

} // namespace nephele::test
