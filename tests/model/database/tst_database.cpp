// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/database/database.h"
#include "tests/support/testregistry.h"

#include <QSemaphore>
#include <QtConcurrentRun>
#include <QTemporaryDir>

using namespace nephele;

namespace {

Result<> setValue(Transaction &t, const QString &name, const QString &value)
{
    const auto done = t.execute(R"(
        INSERT INTO setting (name, value) VALUES (:name, :value)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value)",
        { { ":name", name }, { ":value", value } });
    return done ? Result<>() : Result<>(done.error());
}

Result<std::optional<QString>> valueOf(ReadTransaction &t, const QString &name)
{
    return t.row("SELECT value FROM setting WHERE name = :name", { { ":name", name } },
        [](const Row &row) { return row.text(0); });
}

} // namespace

class tst_Database : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void aFailedClosureLeavesNothingAndHarmsNoOther();
    void aBatchThatCannotBeCommittedFailsWhole();
    void writesBeyondTheQueueAreRefused();
    void aNameTakenTwiceIsAConflict();
    void aReadCannotWrite();
    void aReadThatTakesTooLongIsInterrupted();
    void aReadSeesOneSnapshot();
    void countersLoseNothingUnderThreads();
    void stampsGrowThoughTheClockStands();
    void changesArePublishedOnlyWhenCommitted();
    void theLogStaysBounded();

    void aNewerDatabaseIsRefusedAndLeftAlone();
    void aBrokenMigrationLeavesTheVersionBefore();
    void aMigrationKeepsACopy();
    void aFileThatIsNoDatabaseIsRefused();
    void anAddressIsReadStrictly_data();
    void anAddressIsReadStrictly();

private:
    DatabaseOptions options() const
    {
        DatabaseOptions options;
        options.address.sqliteFile = m_dir->filePath(QStringLiteral("cloud.db"));
        return options;
    }
    std::unique_ptr<Database> opened(const DatabaseOptions &options) const
    {
        auto database = Database::open(options);
        return database ? std::move(*database) : nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void tst_Database::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void tst_Database::aFailedClosureLeavesNothingAndHarmsNoOther()
{
    const auto database = opened(options());
    QVERIFY(database);
    // Queued together, so that they share a batch.
    QList<QFuture<Result<>>> writes;
    for (int i = 0; i < 100; ++i) {
        writes.append(database->write([i](Transaction &t) -> Result<> {
            if (const auto done = setValue(t, QString::number(i), QStringLiteral("x")); !done)
                return done.error();
            if (i % 3 == 0)
                return conflict(QStringLiteral("no"));
            return {};
        }));
    }
    for (int i = 0; i < 100; ++i) {
        const Result<> result = writes[i].result();
        QCOMPARE(result.ok(), i % 3 != 0);
        if (!result)
            QCOMPARE(result.error().code, ErrorCode::Conflict);
        const auto kept = database->read([i](ReadTransaction &t) { return valueOf(t, QString::number(i)); });
        QCOMPARE(kept->has_value(), i % 3 != 0);
    }
}

void tst_Database::aBatchThatCannotBeCommittedFailsWhole()
{
    const auto database = opened(options());
    QVERIFY(database);
    QVERIFY(database
                ->write([](Transaction &t) -> Result<qint64> {
                    for (const char *sql : { "CREATE TABLE parent (id INTEGER NOT NULL PRIMARY KEY)",
                             "CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent (id) "
                             "DEFERRABLE INITIALLY DEFERRED)" }) {
                        if (const auto done = t.execute(sql); !done)
                            return done.error();
                    }
                    return 0;
                })
                .result());
    // A reference that hangs in the air is found at COMMIT: what shares that batch is lost, and is told so.
    auto orphan = database->write(
        [](Transaction &t) -> Result<qint64> { return t.execute("INSERT INTO child (parent) VALUES (7)"); });
    QCOMPARE(orphan.result().error().code, ErrorCode::Unavailable);
    const auto children = database->read([](ReadTransaction &t) {
        return t.row("SELECT COUNT(*) FROM child", {}, [](const Row &row) { return row.integer(0); });
    });
    QCOMPARE(**children, 0);
    QVERIFY(
        database
            ->write([](Transaction &t) { return setValue(t, QStringLiteral("after"), QStringLiteral("1")); })
            .result());
}

void tst_Database::writesBeyondTheQueueAreRefused()
{
    DatabaseOptions few = options();
    few.queueLimit = 3;
    const auto database = opened(few);
    QVERIFY(database);
    QSemaphore running;
    QSemaphore hold;
    auto first = database->write([&](Transaction &) -> Result<> {
        running.release();
        hold.acquire();
        return {};
    });
    running.acquire();
    QList<QFuture<Result<>>> waiting;
    for (int i = 0; i < 3; ++i)
        waiting.append(database->write([](Transaction &) -> Result<> { return {}; }));
    const Result<> refused = database->write([](Transaction &) -> Result<> { return {}; }).result();
    hold.release();
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unavailable);
    QVERIFY(first.result());
    for (auto &write : waiting)
        QVERIFY(write.result());
}

void tst_Database::aNameTakenTwiceIsAConflict()
{
    const auto database = opened(options());
    QVERIFY(database);
    const auto insert = [](Transaction &t) -> Result<qint64> {
        return t.execute("INSERT INTO setting (name, value) VALUES ('a', 'b')");
    };
    QVERIFY(database->write(insert).result());
    const auto second = database->write(insert).result();
    QCOMPARE(second.error().code, ErrorCode::Conflict);
    QVERIFY2(!second.error().message.contains(QStringLiteral("setting")), "the caller learns no table names");
}

void tst_Database::aReadCannotWrite()
{
    const auto database = opened(options());
    QVERIFY(database);
    const auto written = database->read([](ReadTransaction &t) {
        return t.eachRow("INSERT INTO setting (name, value) VALUES ('a', 'b')", {}, [](const Row &) {});
    });
    QVERIFY(!written);
    const auto found = database->read([](ReadTransaction &t) { return valueOf(t, QStringLiteral("a")); });
    QVERIFY(!found->has_value());
}

void tst_Database::aReadThatTakesTooLongIsInterrupted()
{
    DatabaseOptions hasty = options();
    hasty.readLimitMs = 20;
    const auto database = opened(hasty);
    QVERIFY(database);
    const auto endless = database->read([](ReadTransaction &t) {
        return t.row("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n",
            {}, [](const Row &row) { return row.integer(0); });
    });
    QCOMPARE(endless.error().code, ErrorCode::Timeout);
    QVERIFY(database->read([](ReadTransaction &t) { return valueOf(t, QStringLiteral("a")); }));
}

void tst_Database::aReadSeesOneSnapshot()
{
    const auto database = opened(options());
    QVERIFY(database);
    QVERIFY(
        database->write(
                    [](Transaction &t) { return setValue(t, QStringLiteral("a"), QStringLiteral("old")); })
            .result());
    const auto seen = database->read([&](ReadTransaction &t) -> Result<QStringList> {
        const auto before = valueOf(t, QStringLiteral("a"));
        const auto written = database
                                 ->write([](Transaction &w) {
                                     return setValue(w, QStringLiteral("a"), QStringLiteral("new"));
                                 })
                                 .result();
        const auto after = valueOf(t, QStringLiteral("a"));
        if (!before || !written || !after)
            return internalError(QStringLiteral("read or write failed"));
        return QStringList { before->value_or(QString()), after->value_or(QString()) };
    });
    QVERIFY(seen);
    QCOMPARE(*seen, (QStringList { QStringLiteral("old"), QStringLiteral("old") }));
    const auto later = database->read([](ReadTransaction &t) { return valueOf(t, QStringLiteral("a")); });
    QCOMPARE(**later, QStringLiteral("new"));
}

void tst_Database::countersLoseNothingUnderThreads()
{
    constexpr int threads = 8;
    constexpr int perThread = 200;
    const auto database = opened(options());
    QVERIFY(database);
    QList<QFuture<QSet<qint64>>> workers;
    for (int i = 0; i < threads; ++i) {
        workers.append(QtConcurrent::run([&] {
            QSet<qint64> numbers;
            for (int n = 0; n < perThread; ++n) {
                const auto number =
                    database->write([](Transaction &t) { return t.nextNumber(QLatin1StringView("server")); })
                        .result();
                if (number)
                    numbers.insert(*number);
            }
            return numbers;
        }));
    }
    QSet<qint64> all;
    for (auto &worker : workers)
        all.unite(worker.result());
    QCOMPARE(all.size(), threads * perThread);
    QCOMPARE(*std::max_element(all.begin(), all.end()), threads * perThread);
}

void tst_Database::stampsGrowThoughTheClockStands()
{
    const FakeClock clock(1'000);
    DatabaseOptions standing = options();
    standing.clock = &clock;
    const auto database = opened(standing);
    QVERIFY(database);
    qint64 last = 0;
    for (int i = 0; i < 5; ++i) {
        const auto stamp =
            database->write([](Transaction &t) -> Result<qint64> { return t.stampMs(); }).result();
        QVERIFY(*stamp > last);
        last = *stamp;
    }
}

void tst_Database::changesArePublishedOnlyWhenCommitted()
{
    const auto database = opened(options());
    QVERIFY(database);
    std::atomic<int> published = 0;
    connect(
        database.get(), &Database::changesCommitted, this, [&] { ++published; }, Qt::DirectConnection);
    const Change change { QLatin1StringView("server"), QStringLiteral("s"), ProjectId::create(),
        UserId::create(), false };
    const auto undone = database->write([&](Transaction &t) -> Result<> {
        if (const auto noted = t.noteChange(change); !noted)
            return noted.error();
        return conflict(QStringLiteral("no"));
    });
    QVERIFY(!undone.result());
    QVERIFY(database->write([](Transaction &) -> Result<> { return {}; }).result());
    QVERIFY(database->write([&](Transaction &t) { return t.noteChange(change); }).result());
    QTRY_COMPARE(published.load(), 1);
    const auto rows = database->read([](ReadTransaction &t) {
        return t.row("SELECT COUNT(*) FROM change", {}, [](const Row &row) { return row.integer(0); });
    });
    QCOMPARE(**rows, 1);
}

void tst_Database::theLogStaysBounded()
{
    DatabaseOptions busy = options();
    busy.maintenanceMs = 5;
    const auto database = opened(busy);
    QVERIFY(database);
    const QString filling(4000, QLatin1Char('x'));
    for (int round = 0; round < 40; ++round) {
        QList<QFuture<Result<>>> writes;
        for (int i = 0; i < 200; ++i) {
            writes.append(
                database->write([&, i](Transaction &t) { return setValue(t, QString::number(i), filling); }));
        }
        for (auto &write : writes)
            QVERIFY(write.result());
        QTRY_VERIFY(database->logBytes() < (80 << 20));
    }
    // 40 rounds wrote over 30 MB of pages; without maintenance all of it would still lie in the log.
    QTRY_VERIFY2(database->logBytes() < (16 << 20), qPrintable(QString::number(database->logBytes())));
}

void tst_Database::aNewerDatabaseIsRefusedAndLeftAlone()
{
    {
        const auto database = opened(options());
        QVERIFY(database);
        QVERIFY(database
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

void tst_Database::aBrokenMigrationLeavesTheVersionBefore()
{
    auto migrations = builtInMigrations();
    QVERIFY(migrations);
    QVERIFY(Database::open(options(), *migrations));
    QList<Migration> broken = *migrations;
    broken.append({ int(broken.size()) + 1, QStringLiteral("9_broken"),
        "CREATE TABLE half (id INTEGER);\nCREATE TABLE half (id INTEGER);\n" });
    QVERIFY(!Database::open(options(), broken));
    const auto again = Database::open(options(), *migrations);
    QVERIFY2(again, "the program that wrote it must still open it");
    const auto half = (*again)->read([](ReadTransaction &t) {
        return t.row("SELECT COUNT(*) FROM sqlite_master WHERE name = 'half'", {},
            [](const Row &row) { return row.integer(0); });
    });
    QCOMPARE(**half, 0);
}

void tst_Database::aMigrationKeepsACopy()
{
    auto migrations = builtInMigrations();
    QVERIFY(migrations);
    {
        const auto database = Database::open(options(), *migrations);
        QVERIFY(database);
        QVERIFY(
            (*database)
                ->write([](Transaction &t) { return setValue(t, QStringLiteral("a"), QStringLiteral("b")); })
                .result());
    }
    QList<Migration> next = *migrations;
    next.append({ int(next.size()) + 1, QStringLiteral("9_next"), "DELETE FROM setting;\n" });
    QVERIFY(Database::open(options(), next));
    DatabaseOptions copy;
    copy.address.sqliteFile =
        options().address.sqliteFile + QStringLiteral(".before-%1").arg(next.size(), 4, 10, QLatin1Char('0'));
    const auto before = Database::open(copy, *migrations);
    QVERIFY(before);
    const auto kept = (*before)->read([](ReadTransaction &t) { return valueOf(t, QStringLiteral("a")); });
    QCOMPARE(kept->value_or(QString()), QStringLiteral("b"));
}

void tst_Database::aFileThatIsNoDatabaseIsRefused()
{
    QFile file(options().address.sqliteFile);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(10'000, 'x'));
    file.close();
    const auto refused = Database::open(options());
    QVERIFY(!refused);
}

void tst_Database::anAddressIsReadStrictly_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("name"); // empty: refused
    QTest::addColumn<QString>("host");
    QTest::addRow("full") << QStringLiteral("postgresql://u@db.example:5433/cloud") << QStringLiteral("cloud")
                          << QStringLiteral("db.example");
    QTest::addRow("socket") << QStringLiteral("postgresql:///cloud?host=/run/pg") << QStringLiteral("cloud")
                            << QStringLiteral("/run/pg");
    QTest::addRow("password") << QStringLiteral("postgresql://u:secret@db/cloud") << QString() << QString();
    QTest::addRow("no name") << QStringLiteral("postgresql://db") << QString() << QString();
    QTest::addRow("another engine") << QStringLiteral("mysql://db/cloud") << QString() << QString();
    QTest::addRow("relative file") << QStringLiteral("cloud.db") << QString() << QString();
}

void tst_Database::anAddressIsReadStrictly()
{
    QFETCH(QString, text);
    QFETCH(QString, name);
    QFETCH(QString, host);
    const auto address = DatabaseAddress::fromText(text);
    QCOMPARE(address.ok(), !name.isEmpty());
    if (address) {
        QCOMPARE(address->name, name);
        QCOMPARE(address->host, host);
    }
}

NEPHELE_TEST(tst_Database)
#include "tst_database.moc"
