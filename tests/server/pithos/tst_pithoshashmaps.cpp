// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/pithos/pithosfixture.h"
#include "tests/support/testregistry.h"

#include <QSemaphore>
#include <QtConcurrent>

#include <atomic>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

using Fields = SwiftFixture::Fields;
Q_DECLARE_METATYPE(Fields)

// Contents made of blocks in Pithos' face: hashmaps and uploads of blocks. On SQLite and PostgreSQL.
class tst_PithosHashmaps : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup();
    void badHashmapsAreRefused_data();
    void badHashmapsAreRefused();
    void whatIsMissingIsToldAndThenStored_data();
    void whatIsMissingIsToldAndThenStored();
    void aBlockLongerThanTheRestIsRefused();
    void blocksOfOthersAreMissing();
    void blocksInNoObjectAreForgottenInTime();
    void blocksComeInAnyNumber();
    void badBlockUploadsAreRefused();
    void metadataComesAlongWithBlocks();
    void theHashmapOfAnObjectIsTold();
    void aHashmapObeysConditionsAndQuota();
    void aLargeContentHasItsDigestLater();
    void collectingBesideUploadsLosesNothing();

private:
    int putMap(
        const QByteArray &path, const QByteArray &body, const QByteArray &token = "ann", Fields fields = {})
    {
        fields.emplaceBack("Content-Type", "text/plain");
        return m_pithos->code("PUT", path + "?hashmap&format=json", token, fields, body);
    }
    SwiftReply postBlocks(const QByteArray &path, const QByteArray &body, const QByteArray &token = "ann")
    {
        return m_pithos->ask("POST", path + "?update&format=json", token,
            { { "Content-Type", "application/octet-stream" } }, body);
    }

    std::unique_ptr<PithosFixture> m_pithos;
};

void tst_PithosHashmaps::init()
{
    QFETCH_GLOBAL(Engine, engine);
    m_pithos = std::make_unique<PithosFixture>(engine);
    QCOMPARE(m_pithos->code("PUT", "/ann/c"), 201);
    QCOMPARE(m_pithos->code("PUT", "/ben/c", "ben"), 201);
}

void tst_PithosHashmaps::cleanup()
{
    if (m_pithos)
        QVERIFY(m_pithos->hasExactCounters());
    m_pithos.reset();
}

void tst_PithosHashmaps::badHashmapsAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    const QByteArray hash(64, 'a');
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("{\"bytes\": 5,");
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("no bytes") << QByteArray("{\"hashes\": []}");
    QTest::newRow("bytes is text") << QByteArray("{\"bytes\": \"5\", \"hashes\": []}");
    QTest::newRow("bytes is negative") << QByteArray("{\"bytes\": -5, \"hashes\": []}");
    QTest::newRow("no hashes") << QByteArray("{\"bytes\": 5}");
    QTest::newRow("hashes is an object") << QByteArray("{\"bytes\": 5, \"hashes\": {}}");
    QTest::newRow("a hash is a number") << QByteArray("{\"bytes\": 5, \"hashes\": [5]}");
    QTest::newRow("a hash is too short") << QByteArray("{\"bytes\": 5, \"hashes\": [\"abcd\"]}");
    QTest::newRow("a hash is no hash")
        << QByteArray("{\"bytes\": 5, \"hashes\": [\"" + QByteArray(64, 'g') + "\"]}");
    QTest::newRow("too few") << "{\"bytes\": 65, \"hashes\": [\"" + hash + "\"]}";
    QTest::newRow("too many") << "{\"bytes\": 64, \"hashes\": [\"" + hash + "\", \"" + hash + "\"]}";
    QTest::newRow("some of nothing") << "{\"bytes\": 0, \"hashes\": [\"" + hash + "\"]}";
    QTest::newRow("more bytes than fit")
        << "{\"bytes\": 9223372036854775807, \"hashes\": [\"" + hash + "\"]}";
}

void tst_PithosHashmaps::badHashmapsAreRefused()
{
    QFETCH(QByteArray, body);
    const int status = putMap("/ann/c/o", body);
    // What no quota has room for is refused for that.
    QVERIFY2(status == 400 || (body.contains("9223372036854775807") && status == 413),
        QByteArray::number(status).constData());
    QCOMPARE(m_pithos->code("GET", "/ann/c/o"), 404);
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM map WHERE state = 'live'"), 0);
}

void tst_PithosHashmaps::whatIsMissingIsToldAndThenStored_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("one byte") << QByteArray("x");
    QTest::newRow("a small block") << QByteArray("sixteen bytes it");
    QTest::newRow("a block") << QByteArray(64, 'a');
    QTest::newRow("a block and a byte") << QByteArray(64, 'a') + "b";
    QTest::newRow("the same block twice") << QByteArray(128, 'a');
    QTest::newRow("five") << QByteArray(64, 'a') + QByteArray(64, 'b') + QByteArray(64, 'c')
            + QByteArray(64, 'd') + "end";
    QTest::newRow("zeros only") << QByteArray(150, '\0');
    QTest::newRow("zeros at the end of a block") << QByteArray(40, 'a') + QByteArray(50, '\0') + "b";
    QTest::newRow("zeros at the end") << QByteArray(70, 'a') + QByteArray(30, '\0');
}

void tst_PithosHashmaps::whatIsMissingIsToldAndThenStored()
{
    QFETCH(QByteArray, content);
    const QByteArray map = PithosFixture::hashmapOf(content);
    const auto first =
        m_pithos->ask("PUT", "/ann/c/o?hashmap&format=xml", "ann", { { "Content-Type", "text/plain" } }, map);
    const QByteArray nothing = PithosFixture::sha256({});
    QSet<QByteArray> blocks;
    for (qsizetype at = 0; at < content.size(); at += 64)
        blocks.insert(content.mid(at, 64));
    blocks.removeIf([](const QByteArray &block) { return block.count('\0') == block.size(); });
    if (!blocks.isEmpty()) {
        QCOMPARE(first.status, 409);
        // In JSON whatever was asked for, each once.
        const QJsonArray missing = QJsonDocument::fromJson(first.body).array();
        QCOMPARE(missing.size(), blocks.size());
        QCOMPARE(m_pithos->code("GET", "/ann/c/o"), 404);
        for (const QByteArray &block : blocks) {
            const auto stored = postBlocks("/ann/c", block);
            QCOMPARE(stored.status, 202);
            const QJsonArray hashes = QJsonDocument::fromJson(stored.body).array();
            QCOMPARE(hashes.size(), 1);
            QVERIFY(missing.contains(hashes.at(0)));
        }
        QCOMPARE(putMap("/ann/c/o", map), 201);
    } else {
        QCOMPARE(first.status, 201);
    }
    QCOMPARE(m_pithos->text("/ann/c/o"), content);
    const auto head = m_pithos->ask("HEAD", "/ann/c/o").headers;
    QCOMPARE(head.value("content-length"), QByteArray::number(content.size()));
    QCOMPARE(head.value("etag"), PithosFixture::md5(content));
    // A content is what it is, however it came.
    QCOMPARE(m_pithos->put("/ann/c/plain", content), 201);
    QCOMPARE(m_pithos->field("/ann/c/plain", "x-object-hash"), head.value("x-object-hash"));
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM map WHERE state = 'live'"), 1);
    // Once more: nothing is missing.
    const auto again =
        m_pithos->ask("PUT", "/ann/c/again?hashmap", "ann", { { "Content-Type", "text/plain" } }, map);
    QCOMPARE(again.status, 201);
    QCOMPARE(again.headers.value("etag"), PithosFixture::md5(content));
    QVERIFY(again.headers.value("x-object-version").toLongLong() > 0);
    QVERIFY(again.headers.contains("content-length") && again.headers.contains("content-type"));
    QCOMPARE(m_pithos->charged(PithosTokens::projectOf("ann")), 3 * content.size());
}

// The count of hashes fits, but the last block holds more than the size leaves for it.
void tst_PithosHashmaps::aBlockLongerThanTheRestIsRefused()
{
    const QByteArray block(64, 'a');
    QCOMPARE(postBlocks("/ann/c", block).status, 202);
    const QByteArray hash = '"' + PithosFixture::sha256(block) + '"';
    QCOMPARE(putMap("/ann/c/o", "{\"bytes\": 10, \"hashes\": [" + hash + "]}"), 400);
    QCOMPARE(putMap("/ann/c/o", "{\"bytes\": 74, \"hashes\": [" + hash + ", " + hash + "]}"), 400);
    QCOMPARE(m_pithos->code("GET", "/ann/c/o"), 404);
    QCOMPARE(putMap("/ann/c/o", "{\"bytes\": 128, \"hashes\": [" + hash + ", " + hash + "]}"), 201);
}

void tst_PithosHashmaps::blocksOfOthersAreMissing()
{
    const QByteArray secret = QByteArray(64, 's') + QByteArray(64, 't');
    const QByteArray map = PithosFixture::hashmapOf(secret);
    // As an object and as loose blocks: ben learns nothing of either.
    QCOMPARE(m_pithos->put("/ann/c/o", secret), 201);
    QCOMPARE(postBlocks("/ann/c", QByteArray(64, 'u')).status, 202);
    const auto asked = m_pithos->ask("PUT", "/ben/c/o?hashmap", "ben", { { "Content-Type", "a/b" } }, map);
    QCOMPARE(asked.status, 409);
    QCOMPARE(QJsonDocument::fromJson(asked.body).array().size(), 2);
    QCOMPARE(putMap("/ben/c/o", PithosFixture::hashmapOf(QByteArray(64, 'u')), "ben"), 409);
    QCOMPARE(m_pithos->code("GET", "/ben/c/o", "ben"), 404);
    // He sends them, and they are stored once all the same.
    const qint64 before = m_pithos->count("SELECT COUNT(*) FROM block");
    const auto sent = postBlocks("/ben/c", secret, "ben");
    QCOMPARE(QJsonDocument::fromJson(sent.body).array().size(), 2);
    QCOMPARE(putMap("/ben/c/o", map, "ben"), 201);
    QCOMPARE(m_pithos->text("/ben/c/o", "ben"), secret);
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM block"), before);
    // Who writes into another's account brings blocks of his own, and learns nothing of that one's.
    QCOMPARE(m_pithos->put("/ann/c/d", {}, { { "X-Object-Sharing", "write=*" } }), 201);
    QCOMPARE(postBlocks("/ann/c", QByteArray(64, 'v'), "ben").status, 403);
    QCOMPARE(putMap("/ann/c/d", PithosFixture::hashmapOf(QByteArray(64, 'u')), "ben"), 409);
    QCOMPARE(putMap("/ann/c/d", PithosFixture::hashmapOf(QByteArray(64, 'v')), "ben"), 409);
    QCOMPARE(postBlocks("/ben/c", QByteArray(64, 'v'), "ben").status, 202);
    QCOMPARE(putMap("/ann/c/d", PithosFixture::hashmapOf(QByteArray(64, 'v')), "ben"), 201);
    QCOMPARE(m_pithos->text("/ann/c/d"), QByteArray(64, 'v'));
}

void tst_PithosHashmaps::blocksInNoObjectAreForgottenInTime()
{
    const QByteArray content(64, 'f');
    const QByteArray map = PithosFixture::hashmapOf(content);
    QCOMPARE(postBlocks("/ann/c", content).status, 202);
    QVERIFY(m_pithos->blocks().store().collect());
    QCOMPARE(putMap("/ann/c/o", map), 201); // still within the grace time
    QCOMPARE(m_pithos->code("DELETE", "/ann/c/o?until=1900000000"), 204);
    m_pithos->clock.advanceMs(2 * 3600 * 1000);
    QVERIFY(m_pithos->blocks().store().collect());
    QCOMPARE(putMap("/ann/c/o", map), 409);
    m_pithos->clock.advanceMs(2 * 3600 * 1000);
    QVERIFY(m_pithos->blocks().store().collect());
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM block"), 0);
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM block_ref"), 0);
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM map"), 0);
}

void tst_PithosHashmaps::blocksComeInAnyNumber()
{
    QByteArray many;
    QByteArrayList expected;
    for (int i = 0; i < 20; ++i) {
        const QByteArray block(i == 19 ? 10 : 64, char('a' + i % 7));
        many.append(block);
        expected.append(PithosFixture::sha256(block));
    }
    const auto json = postBlocks("/ann/c", many);
    QCOMPARE(json.status, 202);
    QByteArrayList told;
    for (const QJsonValue &hash : QJsonDocument::fromJson(json.body).array())
        told.append(hash.toString().toLatin1());
    QCOMPARE(told, expected);
    const auto xml = m_pithos->ask("POST", "/ann/c?update&format=xml", "ann",
        { { "Content-Type", "application/octet-stream" } }, many.left(64));
    QVERIFY(xml.body.contains("<items><item>" + expected.constFirst() + "</item></items>"));
}

void tst_PithosHashmaps::badBlockUploadsAreRefused()
{
    QCOMPARE(postBlocks("/ann/missing", "x").status, 404);
    QCOMPARE(postBlocks("/ann/c", "x", "ben").status, 403);
    QCOMPARE(postBlocks("/ann/c", "x", "viewer").status, 403);
    // Another type is no upload of blocks.
    const auto other =
        m_pithos->ask("POST", "/ann/c?update", "ann", { { "Content-Type", "text/plain" } }, "abc");
    QCOMPARE(other.status, 202);
    QVERIFY(other.body.isEmpty());
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM block"), 0);
    QVERIFY(m_pithos->database()
                .write([](Transaction &t) {
                    return QuotaStore::setProjectLimit(
                        t, PithosTokens::projectOf("ann"), u"pithos.diskspace"_s, 100);
                })
                .result());
    QCOMPARE(postBlocks("/ann/c", QByteArray(101, 'x')).status, 413);
    QCOMPARE(postBlocks("/ann/c", QByteArray(100, 'x')).status, 202);
}

void tst_PithosHashmaps::metadataComesAlongWithBlocks()
{
    QCOMPARE(m_pithos->code("POST", "/ann/c", "ann", { { "X-Container-Meta-A", "1" } }), 202);
    QCOMPARE(postBlocks("/ann/c", "x").status, 202);
    QCOMPARE(m_pithos->field("/ann/c", "x-container-meta-a"), QByteArray("1"));
    // Without update the same call replaces metadata.
    QCOMPARE(m_pithos->code("POST", "/ann/c", "ann", { { "Content-Type", "application/octet-stream" } }, "y"),
        202);
    QVERIFY(!m_pithos->ask("HEAD", "/ann/c").headers.contains("x-container-meta-a"));
}

void tst_PithosHashmaps::theHashmapOfAnObjectIsTold()
{
    const QByteArray content = QByteArray(64, 'a') + "rest";
    QCOMPARE(m_pithos->put("/ann/c/o", content), 201);
    const auto json = m_pithos->ask("GET", "/ann/c/o?hashmap");
    QCOMPARE(json.status, 200);
    QCOMPARE(json.headers.value("content-type"), QByteArray("application/json; charset=UTF-8"));
    const QJsonObject map = QJsonDocument::fromJson(json.body).object();
    QCOMPARE(map.keys(), QStringList({ u"block_hash"_s, u"block_size"_s, u"bytes"_s, u"hashes"_s }));
    QCOMPARE(map.value(u"block_hash"_s).toString(), u"sha256"_s);
    QCOMPARE(map.value(u"block_size"_s).toInt(), 64);
    QCOMPARE(map.value(u"bytes"_s).toInt(), 68);
    const QByteArray first = PithosFixture::sha256(content.left(64));
    const QByteArray second = PithosFixture::sha256("rest");
    QCOMPARE(map.value(u"hashes"_s).toArray().at(0).toString().toLatin1(), first);
    QCOMPARE(map.value(u"hashes"_s).toArray().at(1).toString().toLatin1(), second);
    // The root of two: the hash of both, raw, one behind the other.
    QCOMPARE(json.headers.value("x-object-hash"),
        PithosFixture::sha256(QByteArray::fromHex(first) + QByteArray::fromHex(second)));
    const QByteArray xml = m_pithos->text("/ann/c/o?hashmap&format=xml");
    QVERIFY(xml.contains("<object name=\"o\" bytes=\"68\" block_size=\"64\" block_hash=\"sha256\">"));
    QVERIFY(xml.contains("<hash>" + first + "</hash><hash>" + second + "</hash>"));
    // It is what a client may send back.
    QCOMPARE(putMap("/ann/c/p", json.body), 201);
    QCOMPARE(m_pithos->text("/ann/c/p"), content);
}

void tst_PithosHashmaps::aHashmapObeysConditionsAndQuota()
{
    const QByteArray content(100, 'q');
    const QByteArray map = PithosFixture::hashmapOf(content);
    QCOMPARE(m_pithos->put("/ann/c/o", content), 201);
    QCOMPARE(putMap("/ann/c/o", map, "ann", { { "If-None-Match", "*" } }), 412);
    QCOMPARE(putMap("/ann/c/new", map, "ann", { { "If-Match", "*" } }), 412);
    QCOMPARE(putMap("/ann/c/new", map, "ann", { { "If-None-Match", "*" } }), 201);
    QCOMPARE(m_pithos->code("PUT", "/ann/c/x?hashmap", "ann", {}, map), 411);
    QCOMPARE(putMap("/ann/missing/o", map), 404);
    QVERIFY(m_pithos->database()
                .write([](Transaction &t) {
                    return QuotaStore::setProjectLimit(
                        t, PithosTokens::projectOf("ann"), u"pithos.diskspace"_s, 250);
                })
                .result());
    QCOMPARE(putMap("/ann/c/third", map), 413);
    QCOMPARE(m_pithos->code("GET", "/ann/c/third"), 404);
    QCOMPARE(m_pithos->charged(PithosTokens::projectOf("ann")), 200);
}

void tst_PithosHashmaps::aLargeContentHasItsDigestLater()
{
    const QByteArray content = QByteArray(64, 'a') + QByteArray(64, 'b') + "end";
    m_pithos->works().setDigestedAtOnceBytes(100);
    QCOMPARE(postBlocks("/ann/c", content).status, 202);
    // The job that finds it out waits behind this one.
    m_pithos->works().pool().setMaxThreadCount(1);
    QSemaphore isHeld;
    m_pithos->works().pool().start([&isHeld] { isHeld.acquire(); });
    const auto put = m_pithos->ask("PUT", "/ann/c/o?hashmap", "ann", { { "Content-Type", "text/plain" } },
        PithosFixture::hashmapOf(content));
    const auto pithos = m_pithos->ask("HEAD", "/ann/c/o").headers;
    const auto swift = m_pithos->call("GET", PithosFixture::swift("/ann/c/o"), "ann");
    const QString listed =
        m_pithos->json("/ann/c?format=json").array().at(0).toObject().value(u"hash"_s).toString();
    isHeld.release();
    // Until then: the root, and in Swift's face something that is not taken for an MD5.
    QCOMPARE(put.status, 201);
    QCOMPARE(put.headers.value("etag"), pithos.value("x-object-hash"));
    QCOMPARE(pithos.value("etag"), pithos.value("x-object-hash"));
    QCOMPARE(swift.body, content);
    QCOMPARE(swift.headers.value("etag"), '"' + pithos.value("x-object-hash") + '"');
    QCOMPARE(swift.headers.value("x-static-large-object"), QByteArray("True"));
    QCOMPARE(listed, QString());
    QTRY_COMPARE(m_pithos->field("/ann/c/o", "etag"), PithosFixture::md5(content));
    const auto later = m_pithos->call("HEAD", PithosFixture::swift("/ann/c/o"), "ann").headers;
    QCOMPARE(later.value("etag"), PithosFixture::md5(content));
    QVERIFY(!later.contains("x-static-large-object"));
}

// Nothing is kept for a grace time, and the collector never rests. A client may have to send a block again
// and again, and may lose; but what it was told is stored is there, byte for byte.
void tst_PithosHashmaps::collectingBesideUploadsLosesNothing()
{
    QFETCH_GLOBAL(Engine, engine);
    m_pithos.reset();
    BlockOptions options = BlockFixture::defaults();
    options.strayMs = 3600 * 1000; // what is written and not yet named is no stray
    PithosFixture pithos(engine, options);
    QCOMPARE(pithos.code("PUT", "/ann/c"), 201);
    std::atomic<bool> isOver = false;
    auto collecting = QtConcurrent::run([&] {
        const ReadingJob job(pithos.database());
        bool isGood = true;
        while (!isOver)
            isGood = pithos.blocks().store().collect().ok() && isGood;
        return isGood;
    });
    QStringList wrong;
    int stored = 0;
    for (int i = 0; i < 60; ++i) {
        const int turn = i / 3;
        const QByteArray one(64, char('a' + turn % 5));
        const QByteArray two(64, char('k' + turn % 3));
        // Data first, then its blocks the other way round.
        const QByteArray content = i % 3 == 0 ? one + two : two + one;
        const QByteArray name = "/ann/c/o" + QByteArray::number(i % 4);
        if (i % 3 == 0) {
            const int status = pithos.put(name, content);
            if (status != 201 || pithos.text(name) != content)
                wrong.append(QStringLiteral("%1: data %2").arg(i).arg(status));
        } else {
            // Known to the account while the object is there; uploaded as blocks, until the next round.
            (void)pithos.code(
                "POST", "/ann/c?update", "ann", { { "Content-Type", "application/octet-stream" } }, content);
            const int status = pithos.code("PUT", name + "?hashmap", "ann", { { "Content-Type", "a/b" } },
                PithosFixture::hashmapOf(content));
            stored += status == 201;
            if ((status != 201 && status != 409) || (status == 201 && pithos.text(name) != content))
                wrong.append(QStringLiteral("%1: %2").arg(i).arg(status));
        }
        if (i % 7 == 6)
            (void)pithos.code("DELETE", name + "?until=1900000000");
    }
    isOver = true;
    QVERIFY(collecting.result());
    QCOMPARE(wrong.join(u' '), QString());
    QVERIFY(stored > 0);
    QVERIFY(pithos.hasExactCounters());
}

NEPHELE_TEST(tst_PithosHashmaps)
#include "tst_pithoshashmaps.moc"
