// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/blockcheck.h"
#include "tests/support/blockfixture.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QCryptographicHash>
#include <QDirIterator>
#include <QRandomGenerator>
#include <QThread>

#include <atomic>

using namespace nephele;
using nephele::test::BlockFixture;
using nephele::test::patternedContent;
using nephele::test::TestDatabase;

// Contents as maps over real files and a real database.
class tst_Maps : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data();
    void init();
    void cleanup();
    void whatWasWrittenReadsBack_data();
    void whatWasWrittenReadsBack();
    void anyPlaceReadsAsInAByteArray();
    void theSameContentIsKeptOnce();
    void zerosAtTheEndMakeAnotherContent();
    void anotherAccountCountsForItself();
    void theLastUnpinGivesEverythingBack();
    void abortLeavesNothing();
    void aFailedWriteLeavesNothing_data();
    void aFailedWriteLeavesNothing();
    void aDyingBlockIsWrittenAsTheNextGeneration();
    void whatADeadProcessBuiltIsGivenUp();
    void aBlockWithoutARowIsSwept();
    void damageIsAnErrorAndHasAName_data();
    void damageIsAnErrorAndHasAName();
    void aWrongCountIsFound();
    void uploadsOutliveACollectorWithoutGrace();

private:
    Result<qint64> count(const QByteArray &sql)
    {
        const auto found = m_database->read([&](ReadTransaction &t) {
            return t.row(sql, {}, [](const Row &row) { return row.integer(0); });
        });
        if (!found)
            return found.error();
        return **found;
    }
    // Nothing in any table or folder of blocks.
    QString remains();
    Result<> execute(const QByteArray &sql, const Parameters &parameters = {});

    const ProjectId m_account = ProjectId::create();
    std::unique_ptr<TestDatabase> m_testDatabase;
    Database *m_database = nullptr;
    std::unique_ptr<BlockFixture> m_blocks;
};

void tst_Maps::initTestCase_data()
{
    nephele::test::addEngineRows();
}

void tst_Maps::init()
{
    QFETCH_GLOBAL(Engine, engine);
    auto database = TestDatabase::open(engine);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().detail));
    m_testDatabase = std::move(*database);
    m_database = &**m_testDatabase;
    m_blocks = std::make_unique<BlockFixture>(*m_database);
}

void tst_Maps::cleanup()
{
    m_blocks.reset();
    m_testDatabase.reset();
}

Result<> tst_Maps::execute(const QByteArray &sql, const Parameters &parameters)
{
    const auto done = m_database->write([=](Transaction &t) { return t.execute(sql, parameters); }).result();
    if (!done)
        return done.error();
    return {};
}

QString tst_Maps::remains()
{
    const auto collected = m_blocks->store().collect();
    if (!collected)
        return collected.error().detail;
    QStringList found;
    for (const QByteArray table : { "map", "map_block", "block", "block_ref" }) {
        const auto rows = count("SELECT COUNT(*) FROM " + table);
        if (!rows || *rows != 0)
            found.append(
                QStringLiteral("%1: %2 rows").arg(QString::fromLatin1(table)).arg(rows ? *rows : -1));
    }
    for (const StoredBlock &block : m_blocks->storedBlocks())
        found.append(QString::fromLatin1(block.hash.toHex()));
    QDirIterator temporary(m_blocks->directory() + QStringLiteral("/tmp"), QDir::Files);
    while (temporary.hasNext())
        found.append(temporary.next());
    return found.join(QStringLiteral(", "));
}

void tst_Maps::whatWasWrittenReadsBack_data()
{
    QTest::addColumn<QByteArray>("content");
    for (const int size : { 0, 1, 16, 17, 63, 64, 65, 127, 128, 129, 1000, 64 * 501 })
        QTest::addRow("%d bytes", size) << patternedContent(size, 1);
    QTest::addRow("only NULs") << QByteArray(1000, '\0');
    QTest::addRow("equal blocks") << QByteArray(640, 'x');
    QTest::addRow("a byte behind NULs") << QByteArray(500, '\0') + "x";
}

void tst_Maps::whatWasWrittenReadsBack()
{
    QFETCH(QByteArray, content);
    const auto map = m_blocks->write(m_account, content);
    QVERIFY2(map, qPrintable(map ? QString() : map.error().detail));
    const auto read = m_blocks->read(*map);
    QVERIFY2(read, qPrintable(read ? QString() : read.error().detail));
    QVERIFY(*read == content);
    const auto found = m_database->read([&](ReadTransaction &t) { return MapStore::find(t, *map); });
    QVERIFY(found && *found);
    QCOMPARE((*found)->md5.toLatin1(), QCryptographicHash::hash(content, QCryptographicHash::Md5).toHex());
    QCOMPARE((*found)->sizeBytes, content.size());
    QCOMPARE((*found)->pins, 1);
    QVERIFY((*found)->state == MapState::Live);
    const auto report = checkBlocks(
        m_blocks->store(), [](ReadTransaction &, qint64) { return Result<QStringList>(QStringList()); });
    QVERIFY(report && report->findings.isEmpty());
}

// Seeks and reads of every length against the plain bytes.
void tst_Maps::anyPlaceReadsAsInAByteArray()
{
    QRandomGenerator random(20261122);
    for (int round = 0; round < 20; ++round) {
        const QByteArray content = patternedContent(random.bounded(1, 64 * 40), quint32(round));
        const auto map = m_blocks->write(m_account, content, random.bounded(1, 300));
        QVERIFY(map);
        const auto reader = MapReader::open(m_blocks->store(), *map);
        QVERIFY(reader);
        QCOMPARE((*reader)->size(), content.size());
        for (int i = 0; i < 50; ++i) {
            const qint64 at = random.bounded(content.size() + 1);
            const qint64 length = random.bounded(200);
            QVERIFY((*reader)->seek(at));
            const QByteArray part = (*reader)->read(length);
            QVERIFY2(part == content.mid(at, length),
                qPrintable(QStringLiteral("round %1: %2 bytes at %3 of %4")
                               .arg(round)
                               .arg(length)
                               .arg(at)
                               .arg(content.size())));
        }
    }
}

void tst_Maps::theSameContentIsKeptOnce()
{
    const QByteArray content = patternedContent(2000, 3);
    const auto first = m_blocks->write(m_account, content);
    const qsizetype stored = m_blocks->storedBlocks().size();
    const auto second = m_blocks->write(m_account, content);
    QVERIFY(first && second);
    QCOMPARE(*second, *first);
    QVERIFY(m_blocks->store().collect());
    QCOMPARE(m_blocks->storedBlocks().size(), stored);
    QVERIFY(m_blocks->unpin(*first));
    QVERIFY(m_blocks->store().collect());
    QVERIFY(*m_blocks->read(*second) == content);
    QVERIFY(m_blocks->unpin(*second));
    QCOMPARE(remains(), QString());
}

// The Merkle root of both is the same.
void tst_Maps::zerosAtTheEndMakeAnotherContent()
{
    const auto bare = m_blocks->write(m_account, "x");
    const auto padded = m_blocks->write(m_account, "x" + QByteArray(30, '\0'));
    QVERIFY(bare && padded);
    QVERIFY(*bare != *padded);
    QCOMPARE(m_blocks->read(*bare)->size(), 1);
    QCOMPARE(m_blocks->read(*padded)->size(), 31);
}

void tst_Maps::anotherAccountCountsForItself()
{
    const QByteArray content = patternedContent(1000, 5);
    const auto mine = m_blocks->write(m_account, content);
    const auto theirs = m_blocks->write(ProjectId::create(), content);
    QVERIFY(mine && theirs);
    QVERIFY(*mine != *theirs);
    QVERIFY(m_blocks->unpin(*mine));
    QVERIFY(m_blocks->store().collect());
    QVERIFY(*m_blocks->read(*theirs) == content);
    QVERIFY(m_blocks->unpin(*theirs));
    QCOMPARE(remains(), QString());
}

void tst_Maps::theLastUnpinGivesEverythingBack()
{
    // More places than a slice, so that releasing takes several.
    const auto map = m_blocks->write(m_account, patternedContent(64 * (2 * rowsInASlice + 1), 7), 64);
    QVERIFY(map);
    QVERIFY(m_database->write([&](Transaction &t) { return MapStore::pin(t, *map); }).result());
    QVERIFY(m_blocks->unpin(*map));
    QVERIFY(m_blocks->read(*map));
    QVERIFY(m_blocks->unpin(*map));
    QCOMPARE(remains(), QString());
    QCOMPARE(m_database->write([&](Transaction &t) { return MapStore::pin(t, *map); }).result().error().code,
        ErrorCode::NotFound);
}

void tst_Maps::abortLeavesNothing()
{
    for (const int bytes : { 0, 10, 64, 300, 5000 }) {
        const auto writer = MapWriter::create(m_blocks->store(), { m_account }, {});
        writer->append(patternedContent(bytes, 9));
        writer->abort();
        writer->abort();
        m_blocks->store().pool().waitForDone();
        QCOMPARE(remains(), QString());
    }
}

// A backend on which the n-th write fails, or that is full.
class FailingBlocks final : public BlockBackend
{
public:
    FailingBlocks(int goodPuts, qint64 free) : m_goodPuts(goodPuts), m_free(free) { }
    Result<> put(const BlockHash &hash, qint64 generation, QByteArrayView trimmed) override
    {
        const QMutexLocker lock(&m_mutex);
        if (m_goodPuts-- <= 0)
            return unavailable(QStringLiteral("The data could not be kept on disk."));
        m_blocks.insert({ hash, generation }, trimmed.toByteArray());
        return {};
    }
    Result<QByteArray> get(const BlockHash &hash, qint64 generation) override
    {
        const QMutexLocker lock(&m_mutex);
        const auto found = m_blocks.constFind({ hash, generation });
        return found == m_blocks.cend() ? Result<QByteArray>(notFound({})) : *found;
    }
    Result<bool> has(const BlockHash &hash, qint64 generation) override { return get(hash, generation).ok(); }
    Result<> remove(const BlockHash &hash, qint64 generation) override
    {
        const QMutexLocker lock(&m_mutex);
        m_blocks.remove({ hash, generation });
        return {};
    }
    Result<qint64> freeBytes() override { return m_free; }
    Result<qint64> totalBytes() override { return m_free; }
    Result<> each(const std::function<bool(const StoredBlock &)> &visit) override
    {
        const QMutexLocker lock(&m_mutex);
        for (auto block = m_blocks.cbegin(); block != m_blocks.cend(); ++block) {
            if (!visit({ block.key().first, block.key().second, 0 }))
                break;
        }
        return {};
    }
    Result<> clearLeftovers() override { return {}; }

private:
    QMutex m_mutex;
    QMap<std::pair<BlockHash, qint64>, QByteArray> m_blocks;
    int m_goodPuts;
    qint64 m_free;
};

void tst_Maps::aFailedWriteLeavesNothing_data()
{
    QTest::addColumn<int>("goodPuts");
    QTest::addColumn<qint64>("freeBytes");
    QTest::addColumn<int>("code");
    QTest::addRow("the first write fails") << 0 << qint64(1 << 20) << int(ErrorCode::Unavailable);
    QTest::addRow("a later write fails") << 5 << qint64(1 << 20) << int(ErrorCode::Unavailable);
    QTest::addRow("below the reserve") << 1000 << qint64(999) << int(ErrorCode::InsufficientStorage);
}

void tst_Maps::aFailedWriteLeavesNothing()
{
    QFETCH(int, goodPuts);
    QFETCH(qint64, freeBytes);
    QFETCH(int, code);
    BlockOptions options = BlockFixture::defaults();
    options.reserveBytes = 1000;
    BlockStore store(*m_database, std::make_unique<FailingBlocks>(goodPuts, freeBytes), options);
    const auto writer = MapWriter::create(store, { m_account }, {});
    writer->append(patternedContent(64 * 30, 11));
    const auto built = writer->finish().result();
    QVERIFY(!built);
    QCOMPARE(int(built.error().code), code);
    store.pool().waitForDone();
    QVERIFY(store.collect());
    QCOMPARE(remains(), QString());
    qsizetype left = 0;
    QVERIFY(store.backend().each([&](const StoredBlock &) { return ++left; }));
    QCOMPARE(left, 0);
}

void tst_Maps::aDyingBlockIsWrittenAsTheNextGeneration()
{
    const QByteArray content(64, 'd');
    const auto first = m_blocks->write(m_account, content);
    QVERIFY(first);
    const StoredBlock former = m_blocks->storedBlocks().constFirst();
    QVERIFY(m_blocks->unpin(*first));
    // A collector got as far as marking it and is slow to unlink.
    QVERIFY(m_database->write([&](Transaction &t) { return MapStore::releaseSlice(t, *first); }).result());
    QVERIFY(execute("UPDATE block SET state = 'dying'"));
    const auto second = m_blocks->write(m_account, content);
    QVERIFY(second);
    QCOMPARE(m_blocks->storedBlocks().size(), 2);
    QVERIFY(m_blocks->store().backend().remove(former.hash, former.generation));
    QVERIFY(m_blocks->store().collect());
    QVERIFY(*m_blocks->read(*second) == content);
    QVERIFY(m_blocks->storedBlocks().constFirst().generation != former.generation);
}

void tst_Maps::whatADeadProcessBuiltIsGivenUp()
{
    const auto writer = MapWriter::create(m_blocks->store(), { m_account }, {});
    writer->append(patternedContent(1000, 13));
    QTRY_COMPARE(*count("SELECT COUNT(*) FROM map_block"), 15);
    QFile leftover(m_blocks->directory() + QStringLiteral("/tmp/1.1"));
    QVERIFY(leftover.open(QIODevice::WriteOnly));
    QVERIFY(m_blocks->store().recover());
    QVERIFY(!leftover.exists());
    QVERIFY(!writer->finish().result());
    m_blocks->store().pool().waitForDone();
    QCOMPARE(remains(), QString());
}

void tst_Maps::aBlockWithoutARowIsSwept()
{
    for (const QByteArray &content : { QByteArray("small"), QByteArray(50, 'l') })
        QVERIFY(m_blocks->store().backend().put(hashOfTrimmed(content), 77, content));
    QCOMPARE(m_blocks->storedBlocks().size(), 2);
    QCOMPARE(m_blocks->store().collect()->strays, 2);
    QCOMPARE(m_blocks->storedBlocks().size(), 0);
}

void tst_Maps::damageIsAnErrorAndHasAName_data()
{
    QTest::addColumn<QByteArray>("file"); // what stands in the block's file afterwards; null: no file
    QTest::addColumn<int>("damage");
    QByteArray altered(64, 'b');
    altered[40] = 'c';
    QTest::addRow("missing") << QByteArray() << int(Damage::Missing);
    QTest::addRow("truncated") << QByteArray(63, 'b') << int(Damage::Truncated);
    QTest::addRow("emptied") << QByteArray("") << int(Damage::Truncated);
    QTest::addRow("altered") << altered << int(Damage::Altered);
    QTest::addRow("longer") << QByteArray(65, 'b') << int(Damage::Altered);
}

void tst_Maps::damageIsAnErrorAndHasAName()
{
    QFETCH(QByteArray, file);
    QFETCH(int, damage);
    const auto map = m_blocks->write(m_account, QByteArray(64, 'a') + QByteArray(64, 'b'));
    const auto other = m_blocks->write(m_account, QByteArray(64, 'a'));
    QVERIFY(map && other);
    const BlockHash hash = hashOfTrimmed(QByteArray(64, 'b'));
    QDirIterator walk(m_blocks->directory(), { QString::fromLatin1(hash.toHex()) + QStringLiteral(".*") },
        QDir::Files, QDirIterator::Subdirectories);
    QVERIFY(walk.hasNext());
    QFile block(walk.next());
    if (file.isNull()) {
        QVERIFY(block.remove());
    } else {
        QVERIFY(block.open(QIODevice::WriteOnly));
        block.write(file);
        block.close();
    }

    const auto reader = MapReader::open(m_blocks->store(), *map);
    QVERIFY(reader);
    QCOMPARE((*reader)->read(64), QByteArray(64, 'a'));
    char byte = 0;
    QCOMPARE((*reader)->read(&byte, 1), -1);
    QCOMPARE((*reader)->failure()->code, ErrorCode::Internal);
    QTRY_COMPARE(*count("SELECT COUNT(*) FROM block_damage"), 1);

    const auto report = checkBlocks(m_blocks->store(), [](ReadTransaction &, qint64 number) {
        return Result<QStringList>({ QStringLiteral("content %1").arg(number) });
    });
    QVERIFY(report);
    QCOMPARE(report->blocks, 2);
    QCOMPARE(report->findings.size(), 1);
    const CheckFinding &finding = report->findings.constFirst();
    QCOMPARE(int(finding.damage), damage);
    QCOMPARE(finding.hash, hash);
    QCOMPARE(finding.maps, QList<qint64> { *map });
    QCOMPARE(finding.affected, QStringList { QStringLiteral("content %1").arg(*map) });
}

void tst_Maps::aWrongCountIsFound()
{
    const auto map = m_blocks->write(m_account, QByteArray(64, 'a') + QByteArray(64, 'b'));
    QVERIFY(map);
    QVERIFY(execute(
        "UPDATE block SET refs = 2 WHERE hash = :hash", { { ":hash", hashOfTrimmed(QByteArray(64, 'a')) } }));
    QVERIFY(execute("UPDATE block_ref SET refs = 0 WHERE hash = :hash",
        { { ":hash", hashOfTrimmed(QByteArray(64, 'b')) } }));
    const auto report = checkBlocks(
        m_blocks->store(), [](ReadTransaction &, qint64) { return Result<QStringList>(QStringList()); });
    QVERIFY(report);
    QCOMPARE(report->findings.size(), 2);
    for (const CheckFinding &finding : report->findings) {
        QVERIFY(finding.damage == Damage::WrongCount);
        QCOMPARE(finding.maps, QList<qint64> { *map });
    }
}

// PostgreSQL refuses one of two transactions that meet; whoever asked tries again.
template <class Call>
static auto untilAvailable(Call call)
{
    auto result = call();
    for (int attempt = 0; attempt < 100 && !result && result.error().code == ErrorCode::Unavailable;
         ++attempt)
        result = call();
    return result;
}

// Four uploaders write and drop the same few contents while a collector takes everything that is unused.
void tst_Maps::uploadsOutliveACollectorWithoutGrace()
{
    BlockOptions options = BlockFixture::defaults();
    options.strayMs = 3600 * 1000; // a block between its file and its row is no stray
    m_blocks = std::make_unique<BlockFixture>(*m_database, options);
    constexpr int uploaders = 4;
    constexpr int rounds = 60;
    std::atomic<int> running = uploaders;
    std::atomic<int> collected = 0;
    QStringList failures;
    QMutex mutex;
    const auto fail = [&](const QString &why) {
        const QMutexLocker lock(&mutex);
        failures.append(why);
    };
    std::vector<std::unique_ptr<QThread>> threads;
    for (int i = 0; i < uploaders; ++i) {
        threads.emplace_back(QThread::create([&, i] {
            for (int round = 0; round < rounds; ++round) {
                const QByteArray content = patternedContent(64 * 9, quint32((round + i) % 3));
                const auto map = untilAvailable([&] { return m_blocks->write(m_account, content); });
                if (!map) {
                    fail(map.error().message + map.error().detail);
                    continue;
                }
                const auto read = m_blocks->read(*map);
                if (!read || *read != content)
                    fail(read ? QStringLiteral("other bytes") : read.error().detail);
                if (const auto dropped = untilAvailable([&] { return m_blocks->unpin(*map); }); !dropped)
                    fail(dropped.error().detail);
            }
            --running;
        }));
    }
    threads.emplace_back(QThread::create([&] {
        while (running > 0) {
            const auto report = untilAvailable([&] { return m_blocks->store().collect(); });
            if (!report)
                fail(report.error().message + report.error().detail);
            else
                collected += int(report->blocks);
        }
    }));
    for (const auto &thread : threads)
        thread->start();
    for (const auto &thread : threads)
        QVERIFY(thread->wait(100'000));
    QVERIFY2(failures.isEmpty(), qPrintable(failures.mid(0, 5).join(QStringLiteral("; "))));
    QVERIFY2(collected > 0, "the collector never met an unused block: the race did not take place");
    const auto report = checkBlocks(
        m_blocks->store(), [](ReadTransaction &, qint64) { return Result<QStringList>(QStringList()); });
    QVERIFY(report && report->findings.isEmpty());
}

NEPHELE_TEST(tst_Maps)
#include "tst_maps.moc"
