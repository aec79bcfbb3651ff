// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/blockcheck.h"
#include "model/object/objectstore.h"
#include "server/object/objectcheck.h"
#include "tests/server/http/rawclient.h"
#include "tests/server/swift/swiftfixture.h"
#include "tests/support/testregistry.h"

#include <atomic>
#include <thread>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int writers = 6;

// Writes on one connection, for a thread of its own.
class Writing
{
public:
    explicit Writing(SwiftFixture &swift) : m_client(quint16(swift.server().url().port())) { }

    int send(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &fields = {})
    {
        return exchange(method, path, body, fields).status;
    }
    RawReply exchange(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &fields = {})
    {
        m_client.send(method + ' ' + SwiftFixture::accountA() + path
            + " HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: member\r\nContent-Length: "
            + QByteArray::number(body.size()) + "\r\n" + fields + "\r\n" + body);
        return m_client.reply(method, 30'000);
    }

private:
    RawClient m_client;
};

void together(int threads, const std::function<void(int)> &work)
{
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i)
        all.emplace_back([&work, i] { work(i); });
    for (std::thread &thread : all)
        thread.join();
}

} // namespace

// Many at once: one name written by all, the same blocks put and dropped against a collector that keeps
// nothing; and how much history stays. On SQLite and PostgreSQL.
class tst_SwiftWriters : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup();
    void oneNameIsOneWritersAtATime();
    void onlyOneMakesANewName();
    void aCountsQuotaHoldsAgainstAll();
    void blocksOutliveTheCollector();
    void historyIsBoundedByNumber();
    void historyIsBoundedByAge();
    void historyIsBoundedByItsSum();
    void badBoundsAreRefused_data();
    void badBoundsAreRefused();

private:
    void keepHistory(const QByteArray &container);
    qint64 history() { return m_swift->count("SELECT COUNT(*) FROM version WHERE valid_to_ms IS NOT NULL"); }

    std::unique_ptr<SwiftFixture> m_swift;
};

void tst_SwiftWriters::init()
{
    QFETCH_GLOBAL(Engine, engine);
    // Only what is between its file and its row keeps its time: that is a writer's at this moment.
    BlockOptions blocks = BlockFixture::defaults();
    blocks.strayMs = 3600 * 1000;
    m_swift = std::make_unique<SwiftFixture>(engine, ObjectImages(), blocks);
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
}

// Whatever a test did: every number is right, every block is there.
void tst_SwiftWriters::cleanup()
{
    QVERIFY(m_swift->hasExactCounters());
    QVERIFY(m_swift->charged() >= 0);
    const auto problems = checkObjects(m_swift->database());
    QVERIFY(problems);
    QCOMPARE(*problems, QStringList());
    const auto report = checkBlocks(m_swift->blocks().store(), &contentNames);
    QVERIFY(report);
    QVERIFY(report->findings.isEmpty());
    m_swift.reset();
}

void tst_SwiftWriters::keepHistory(const QByteArray &container)
{
    const auto done = m_swift->database()
                          .write([container](Transaction &t) {
                              return t.execute("UPDATE container SET versioning = 'auto' WHERE name = :name",
                                  { { ":name", QString::fromUtf8(container) } });
                          })
                          .result();
    QVERIFY(done && *done == 1);
}

void tst_SwiftWriters::oneNameIsOneWritersAtATime()
{
    // Each knows which of its own was acknowledged last; whoever was the last of all, his is there.
    std::atomic<int> wrong = 0;
    QList<QByteArray> last(writers);
    together(writers, [&](int writer) {
        Writing writing(*m_swift);
        for (int i = 0; i < 12; ++i) {
            const qint64 bytes = i % 3 == 0 ? 10 : i % 3 == 1 ? 200 : 1000;
            const QByteArray content =
                QByteArray::number(writer * 1000 + i) + patternedContent(bytes, quint32(writer * 100 + i));
            if (writing.send("PUT", "/c/o", content) != 201)
                ++wrong;
            last[writer] = content;
            if (i % 4 == 3
                && writing.send(
                       "POST", "/c/o", {}, "X-Object-Meta-Who: " + QByteArray::number(writer) + "\r\n")
                    != 202)
                ++wrong;
        }
    });
    QCOMPARE(wrong, 0);
    QVERIFY(last.contains(m_swift->body("/c/o")));
    QCOMPARE(m_swift->header("/c", "x-container-object-count"), QByteArray("1"));
    QCOMPARE(m_swift->header("/c", "x-container-bytes-used").toLongLong(), m_swift->body("/c/o").size());
    // One after the other, the later one stands.
    Writing first(*m_swift);
    Writing second(*m_swift);
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(first.send("PUT", "/c/o", "first"), 201);
        QCOMPARE(second.send("PUT", "/c/o", "second"), 201);
        QCOMPARE(first.exchange("GET", "/c/o").body, QByteArray("second"));
    }
}

void tst_SwiftWriters::onlyOneMakesANewName()
{
    for (const qint64 bytes : { 5, 500 }) {
        std::atomic<int> made = 0;
        std::atomic<int> refused = 0;
        together(writers, [&](int writer) {
            Writing writing(*m_swift);
            const int status = writing.send("PUT", "/c/new" + QByteArray::number(bytes),
                patternedContent(bytes, quint32(writer)), "If-None-Match: *\r\n");
            made += status == 201 ? 1 : 0;
            refused += status == 412 ? 1 : 0;
        });
        QCOMPARE(made, 1);
        QCOMPARE(refused, writers - 1);
    }
}

void tst_SwiftWriters::aCountsQuotaHoldsAgainstAll()
{
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-Container-Meta-Quota-Count", "4" } }), 204);
    std::atomic<int> made = 0;
    together(writers, [&](int writer) {
        Writing writing(*m_swift);
        for (int i = 0; i < 3; ++i)
            made += writing.send("PUT", "/c/" + QByteArray::number(writer * 10 + i), "x") == 201 ? 1 : 0;
    });
    QCOMPARE(made, 4);
    QCOMPARE(m_swift->header("/c", "x-container-object-count"), QByteArray("4"));
}

void tst_SwiftWriters::blocksOutliveTheCollector()
{
    std::atomic<int> wrong = 0;
    std::atomic<int> writing = writers;
    std::atomic<int> collected = 0;
    std::thread collector([&] {
        while (writing > 0) {
            if (!m_swift->blocks().store().collect())
                ++wrong;
            ++collected;
        }
        m_swift->database().closeReads();
    });
    together(writers, [&](int writer) {
        Writing own(*m_swift);
        const QByteArray path = "/c/w" + QByteArray::number(writer);
        for (int i = 0; i < 20; ++i) {
            // The same few contents for everybody, small and in many blocks.
            const QByteArray content = patternedContent(i % 2 == 0 ? 12 : 400, quint32(i % 4));
            if (own.send("PUT", path, content) != 201)
                ++wrong;
            if (own.exchange("GET", path).body != content)
                ++wrong;
            if (i % 5 == 4 && own.send("DELETE", path) != 204)
                ++wrong;
        }
        --writing;
    });
    collector.join();
    QCOMPARE(wrong, 0);
    QVERIFY(collected > 0);
}

void tst_SwiftWriters::historyIsBoundedByNumber()
{
    keepHistory("c");
    for (int i = 0; i < ObjectStore::mostVersions + 3; ++i)
        QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, QByteArray::number(i)), 201);
    QCOMPARE(history(), ObjectStore::mostVersions);
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-Container-Meta-History-Versions", "95" } }), 204);
    QCOMPARE(m_swift->header("/c", "x-container-meta-history-versions"), QByteArray("95"));
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "next"), 201);
    QCOMPARE(history(), 95);
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-Container-Meta-History-Versions", "0" } }), 204);
    for (int i = 0; i < 12; ++i)
        QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "last"), 201);
    QCOMPARE(history(), 0);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("last"));
}

void tst_SwiftWriters::historyIsBoundedByAge()
{
    constexpr qint64 dayMs = 24LL * 3600 * 1000;
    keepHistory("c");
    QCOMPARE(m_swift->status("PUT", "/short", "member", { { "X-Container-Meta-History-Days", "2" } }), 201);
    keepHistory("short");
    for (const char *path : { "/c/o", "/short/o" }) {
        QCOMPARE(m_swift->status("PUT", path, "member", {}, "first"), 201);
        QCOMPARE(m_swift->status("PUT", path, "member", {}, "second"), 201);
    }
    const auto clean = [&] {
        const auto done = m_swift->works().clean();
        return done ? *done : -1;
    };
    m_swift->clock.advanceMs(dayMs);
    QCOMPARE(clean(), 0);
    m_swift->clock.advanceMs(dayMs + 1000);
    QCOMPARE(clean(), 1);
    QCOMPARE(m_swift->count("SELECT history_bytes FROM container WHERE name = 'short'"), 0);
    QCOMPARE(m_swift->count("SELECT history_bytes FROM container WHERE name = 'c'"), 5);
    m_swift->clock.advanceMs(27 * dayMs);
    QCOMPARE(clean(), 0);
    m_swift->clock.advanceMs(dayMs);
    QCOMPARE(clean(), 1);
    QCOMPARE(history(), 0);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("second"));
}

void tst_SwiftWriters::historyIsBoundedByItsSum()
{
    keepHistory("c");
    for (int i = 0; i < 31; ++i) {
        QCOMPARE(m_swift->status(
                     "PUT", "/c/o" + QByteArray::number(i % 3), "member", {}, QByteArray(10, char('a' + i))),
            201);
        m_swift->clock.advanceMs(1000);
    }
    QCOMPARE(history(), 28);
    const auto done = m_swift->works().clean(150);
    QVERIFY(done);
    const qint64 left = m_swift->count("SELECT history_bytes FROM container WHERE name = 'c'");
    QVERIFY(left <= 150 && left > 0);
    // The oldest went first: what is left begins where that ended.
    QCOMPARE(m_swift->count("SELECT COUNT(*) FROM version WHERE valid_to_ms IS NOT NULL AND valid_to_ms < "
                            "(SELECT MAX(valid_to_ms) FROM version) - 14000"),
        0);
}

void tst_SwiftWriters::badBoundsAreRefused_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addRow("more versions than others") << QByteArray("Versions") << QByteArray("101");
    QTest::addRow("more days than others") << QByteArray("Days") << QByteArray("31");
    QTest::addRow("less than none") << QByteArray("Days") << QByteArray("-1");
    QTest::addRow("no number") << QByteArray("Versions") << QByteArray("all");
}

void tst_SwiftWriters::badBoundsAreRefused()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-Container-Meta-History-" + name, value } }), 400);
}

NEPHELE_TEST(tst_SwiftWriters)
#include "tst_swiftwriters.moc"
