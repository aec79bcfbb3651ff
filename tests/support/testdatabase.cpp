// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testdatabase.h"

#include "tests/support/postgresfixture.h"

#include <QTest>

namespace nephele::test {

namespace {

// Migrated once in this program, then copied for each test.
Result<DatabaseAddress> migratedCopy()
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
    if (engine == Engine::Sqlite) {
        options.address.sqliteFile = test->m_folder.filePath(QStringLiteral("cloud.db"));
    } else {
        const auto address = migratedCopy();
        if (!address)
            return address.error();
        options.address = *address;
    }
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
