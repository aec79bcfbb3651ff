// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/database/database.h"
#include "tests/support/testregistry.h"

#include <QTemporaryDir>

using namespace nephele;

class tst_Database : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aFailedClosureLeavesNothing();
    void aNewerDatabaseIsRefused();
    void numbersCountUp();

private:
    DatabaseOptions options() const
    {
        DatabaseOptions options;
        options.address.sqliteFile = m_dir->filePath(QStringLiteral("cloud.db"));
        return options;
    }
    std::unique_ptr<QTemporaryDir> m_dir;
};

void tst_Database::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

void tst_Database::aFailedClosureLeavesNothing()
{
    const auto database = Database::open(options());
    QVERIFY2(database, qPrintable(database ? QString() : database.error().detail));
    auto failed = (*database)->write([](Transaction &t) -> Result<> {
        if (const auto done = t.execute("INSERT INTO setting (name, value) VALUES ('a', 'b')"); !done)
            return done.error();
        return conflict(QStringLiteral("no"));
    });
    QCOMPARE(failed.result().error().code, ErrorCode::Conflict);
    const auto count = (*database)->read([](ReadTransaction &t) {
        return t.row("SELECT COUNT(*) FROM setting", {}, [](const Row &row) { return row.integer(0); });
    });
    QCOMPARE(**count, 0);
}

void tst_Database::aNewerDatabaseIsRefused()
{
    {
        const auto database = Database::open(options());
        QVERIFY(database);
        QVERIFY((*database)
                    ->write([](Transaction &t) -> Result<qint64> {
                        return t.execute(
                            "INSERT INTO schema_version (version, name) VALUES (9999, 'future')");
                    })
                    .result());
    }
    const auto refused = Database::open(options());
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY(refused.error().message.contains(QStringLiteral("newer Nephele")));
}

void tst_Database::numbersCountUp()
{
    const auto database = Database::open(options());
    QVERIFY(database);
    for (qint64 expected = 1; expected <= 3; ++expected) {
        const auto number =
            (*database)
                ->write([](Transaction &t) { return t.nextNumber(QLatin1StringView("server")); })
                .result();
        QCOMPARE(*number, expected);
    }
}

NEPHELE_TEST(tst_Database)
#include "tst_database.moc"
