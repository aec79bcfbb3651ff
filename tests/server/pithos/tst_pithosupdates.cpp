// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/pithosupdates.h"
#include "tests/server/pithos/pithosfixture.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

namespace {

using Fields = SwiftFixture::Fields;

const QByteArray octets = "application/octet-stream";

Fields data(const QByteArray &range, Fields more = {})
{
    more.emplaceBack("Content-Type", octets);
    if (!range.isEmpty())
        more.emplaceBack("Content-Range", range);
    return more;
}

Fields fromObject(const QByteArray &source, const QByteArray &range, Fields more = {})
{
    more.emplaceBack("X-Source-Object", source);
    more.emplaceBack("Content-Range", range);
    return more;
}

QByteArray bytesOf(QRandomGenerator &random, int length)
{
    QByteArray bytes(length, '\0');
    // Few values, and long runs of zeros: blocks that are the same, or nothing.
    if (random.bounded(4) == 0)
        return bytes;
    for (char &c : bytes)
        c = char('a' + random.bounded(26));
    if (random.bounded(3) == 0)
        bytes.fill('\0', length);
    return bytes;
}

QByteArray formOf(const QByteArray &boundary, const QList<std::pair<QByteArray, QByteArray>> &parts)
{
    QByteArray body;
    for (const auto &[head, text] : parts)
        body += "--" + boundary + "\r\n" + head + "\r\n\r\n" + text + "\r\n";
    return body + "--" + boundary + "--\r\n";
}

} // namespace

// POST of objects in Pithos' face: metadata, data, forms.
class tst_PithosUpdates : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void aRangeIsReadOrRefused_data();
    void aRangeIsReadOrRefused();
    void wrongUpdatesChangeNothing_data();
    void wrongUpdatesChangeNothing();
    void bytesTakeTheirPlace_data();
    void bytesTakeTheirPlace();
    void bytesComeFromAnObject_data();
    void bytesComeFromAnObject();
    void theStateSourceIsNamed();
    void wholeBlocksAreShared();
    void largeBodiesAreCutWhereTheObjectIs();
    void metadataIsReplacedOrMerged();
    void nothingNewIsNoNewState();
    void foreignWritersUpdate();
    void quotaIsJudged();
    void anImageIsNotWritten();
    void appendsAtOnceAllLand();
    void randomUpdatesAreAsOnPlainBytes_data();
    void randomUpdatesAreAsOnPlainBytes();
    void aFormBringsAFile_data();
    void aFormBringsAFile();
    void wrongFormsAreRefused_data();
    void wrongFormsAreRefused();
    void nothingIsLeftOver();
};

void tst_PithosUpdates::aRangeIsReadOrRefused_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<int>("status"); // 0: it is read
    QTest::addColumn<qint64>("first"); // -1: none
    QTest::addColumn<qint64>("last");
    QTest::addColumn<qint64>("total");
    const auto bad = [](const char *name, const QByteArray &field, int status = 416) {
        QTest::addRow("%s", name) << field << status << qint64(-1) << qint64(-1) << qint64(-1);
    };
    const auto good = [](const char *name, const QByteArray &field, qint64 first, qint64 last, qint64 total) {
        QTest::addRow("%s", name) << field << 0 << first << last << total;
    };
    bad("missing", "", 400);
    bad("another unit", "chars 0-1/*");
    bad("no total", "bytes 0-1");
    bad("backwards", "bytes 5-4/*");
    bad("a suffix", "bytes -5/*");
    bad("a sign", "bytes +1-2/*");
    bad("letters", "bytes a-b/*");
    bad("star with a total", "bytes */5");
    bad("an empty total", "bytes 0-1/");
    bad("too large a number", "bytes 0-99999999999999999999/*");
    good("a part", "bytes 0-9/*", 0, 9, -1);
    good("an open end", "bytes 10-/*", 10, -1, -1);
    good("with its total", "bytes 0-9/100", 0, 9, 100);
    good("at the end", "bytes */*", -1, -1, -1);
    good("letter case and blanks", " Bytes 1-2/3 ", 1, 2, 3);
}

void tst_PithosUpdates::aRangeIsReadOrRefused()
{
    QFETCH(QByteArray, field);
    QFETCH(int, status);
    QFETCH(qint64, first);
    QFETCH(qint64, last);
    QFETCH(qint64, total);
    const auto place = contentPlace(field);
    if (status != 0) {
        QVERIFY(!place);
        QCOMPARE(place.error().code, status == 400 ? ErrorCode::Invalid : ErrorCode::RangeNotSatisfiable);
        return;
    }
    QVERIFY(place);
    QCOMPARE(place->first.value_or(-1), first);
    QCOMPARE(place->last.value_or(-1), last);
    QCOMPARE(place->total.value_or(-1), total);
}

void tst_PithosUpdates::wrongUpdatesChangeNothing_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<Fields>("fields");
    QTest::addColumn<QByteArray>("body");
    const QByteArray o = "/ann/c/o"; // 100 bytes
    QTest::addRow("no range") << 400 << o << QByteArray("ann") << data("") << QByteArray("xx");
    QTest::addRow("unreadable range")
        << 416 << o << QByteArray("ann") << data("bytes x/*") << QByteArray("xx");
    QTest::addRow("a hole") << 416 << o << QByteArray("ann") << data("bytes 101-102/*") << QByteArray("xx");
    QTest::addRow("body shorter than the range")
        << 400 << o << QByteArray("ann") << data("bytes 0-9/*") << QByteArray("xx");
    QTest::addRow("body longer than the range")
        << 400 << o << QByteArray("ann") << data("bytes 0-1/*") << QByteArray("xxx");
    QTest::addRow("another total") << 416 << o << QByteArray("ann") << data("bytes 0-1/99")
                                   << QByteArray("xx");
    QTest::addRow("past the total") << 416 << o << QByteArray("ann") << data("bytes 99-100/100")
                                    << QByteArray("xx");
    QTest::addRow("past the total, open")
        << 416 << o << QByteArray("ann") << data("bytes 99-/100") << QByteArray("xx");
    QTest::addRow("bytes that are no number")
        << 400 << o << QByteArray("ann") << data("bytes 0-1/*", { { "X-Object-Bytes", "many" } })
        << QByteArray("xx");
    QTest::addRow("another tag") << 412 << o << QByteArray("ann")
                                 << data("bytes 0-1/*", { { "If-Match", "\"0123\"" } }) << QByteArray("xx");
    QTest::addRow("must not be there")
        << 412 << o << QByteArray("ann") << data("bytes 0-1/*", { { "If-None-Match", "*" } })
        << QByteArray("xx");
    QTest::addRow("no object") << 404 << QByteArray("/ann/c/none") << QByteArray("ann") << data("bytes */*")
                               << QByteArray("xx");
    QTest::addRow("no container") << 404 << QByteArray("/ann/none/o") << QByteArray("ann")
                                  << data("bytes */*") << QByteArray("xx");
    QTest::addRow("a stranger") << 403 << o << QByteArray("ben") << data("bytes */*") << QByteArray("xx");
    QTest::addRow("a stranger, no object")
        << 403 << QByteArray("/ann/c/none") << QByteArray("ben") << data("bytes */*") << QByteArray("xx");
    QTest::addRow("who only reads") << 403 << o << QByteArray("viewer") << data("bytes */*")
                                    << QByteArray("xx");
    QTest::addRow("nobody") << 401 << o << QByteArray() << data("bytes */*") << QByteArray("xx");
    QTest::addRow("source is not there")
        << 404 << o << QByteArray("ann") << fromObject("/c/none", "bytes */*") << QByteArray();
    QTest::addRow("source is malformed")
        << 400 << o << QByteArray("ann") << fromObject("none", "bytes */*") << QByteArray();
    QTest::addRow("source is too short")
        << 400 << o << QByteArray("ann") << fromObject("/c/o", "bytes 0-100/*") << QByteArray();
    QTest::addRow("source is another's")
        << 403 << o << QByteArray("ann")
        << fromObject("/c/o", "bytes */*", { { "X-Source-Account", PithosTokens::idOf("ben").toLatin1() } })
        << QByteArray();
    QTest::addRow("state of the source is no number")
        << 400 << o << QByteArray("ann") << fromObject("/c/o", "bytes */*", { { "X-Source-Version", "old" } })
        << QByteArray();
    QTest::addRow("state of the source is not there")
        << 404 << o << QByteArray("ann")
        << fromObject("/c/o", "bytes */*", { { "X-Source-Version", "99999" } }) << QByteArray();
    QTest::addRow("wrong sharing") << 400 << o << QByteArray("ann")
                                   << data("bytes 0-1/*", { { "X-Object-Sharing", "peek=*" } })
                                   << QByteArray("xx");
    QTest::addRow("metadata of no object") << 404 << QByteArray("/ann/c/none") << QByteArray("ann")
                                           << Fields { { "X-Object-Meta-A", "b" } } << QByteArray();
    QTest::addRow("metadata that is too long")
        << 400 << o << QByteArray("ann") << Fields { { "X-Object-Meta-A", QByteArray(257, 'x') } }
        << QByteArray();
    QTest::addRow("metadata by a stranger")
        << 403 << o << QByteArray("ben") << Fields { { "X-Object-Meta-A", "b" } } << QByteArray();
}

void tst_PithosUpdates::wrongUpdatesChangeNothing()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(int, status);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, token);
    QFETCH(Fields, fields);
    QFETCH(QByteArray, body);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.code("PUT", "/ben/c", "ben"), 201);
    const QByteArray content(100, 'o');
    QCOMPARE(cloud.put("/ann/c/o", content), 201);
    const QByteArray version = cloud.field("/ann/c/o", "x-object-version");
    const auto refused = cloud.ask("POST", path, token, fields, body);
    QCOMPARE(refused.status, status);
    QVERIFY(!refused.body.isEmpty());
    QCOMPARE(cloud.text("/ann/c/o"), content);
    QCOMPARE(cloud.field("/ann/c/o", "x-object-version"), version);
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), content.size());
    QVERIFY(cloud.hasExactCounters());
}

void tst_PithosUpdates::bytesTakeTheirPlace_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("range");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("most"); // X-Object-Bytes; empty: not sent
    QTest::addColumn<QByteArray>("after");
    const QByteArray o(200, 'o');
    QTest::addRow("in the middle") << QByteArray("0123456789") << QByteArray("bytes 3-4/*")
                                   << QByteArray("xy") << QByteArray() << QByteArray("012xy56789");
    QTest::addRow("open end") << QByteArray("0123456789") << QByteArray("bytes 3-/*") << QByteArray("xy")
                              << QByteArray() << QByteArray("012xy56789");
    QTest::addRow("with the total") << QByteArray("0123456789") << QByteArray("bytes 8-9/10")
                                    << QByteArray("xy") << QByteArray() << QByteArray("01234567xy");
    QTest::addRow("over the end") << QByteArray("0123456789") << QByteArray("bytes 8-11/*")
                                  << QByteArray("wxyz") << QByteArray() << QByteArray("01234567wxyz");
    QTest::addRow("at the end") << QByteArray("0123456789") << QByteArray("bytes 10-/*") << QByteArray("xy")
                                << QByteArray() << QByteArray("0123456789xy");
    QTest::addRow("appended") << QByteArray("0123456789") << QByteArray("bytes */*") << QByteArray("xy")
                              << QByteArray() << QByteArray("0123456789xy");
    QTest::addRow("to nothing") << QByteArray() << QByteArray("bytes */*") << QByteArray("xy") << QByteArray()
                                << QByteArray("xy");
    QTest::addRow("nothing") << QByteArray("0123") << QByteArray("bytes */*") << QByteArray() << QByteArray()
                             << QByteArray("0123");
    QTest::addRow("cut") << QByteArray("0123456789") << QByteArray("bytes 0-1/*") << QByteArray("xy")
                         << QByteArray("4") << QByteArray("xy23");
    QTest::addRow("cut within what came") << QByteArray("0123456789") << QByteArray("bytes 0-3/*")
                                          << QByteArray("wxyz") << QByteArray("2") << QByteArray("wx");
    QTest::addRow("cut to nothing") << o << QByteArray("bytes 0-0/*") << QByteArray("x") << QByteArray("0")
                                    << QByteArray();
    QTest::addRow("cut behind the end") << QByteArray("0123") << QByteArray("bytes 0-1/*") << QByteArray("xy")
                                        << QByteArray("99") << QByteArray("xy23");
    QTest::addRow("over blocks") << o << QByteArray("bytes 60-159/*") << QByteArray(100, 'n') << QByteArray()
                                 << QByteArray(60, 'o') + QByteArray(100, 'n') + QByteArray(40, 'o');
    QTest::addRow("zeros") << o << QByteArray("bytes 64-/*") << QByteArray(128, '\0') << QByteArray()
                           << QByteArray(64, 'o') + QByteArray(128, '\0') + QByteArray(8, 'o');
    QTest::addRow("zeros at the end")
        << o << QByteArray("bytes */*") << QByteArray(100, '\0') << QByteArray() << o + QByteArray(100, '\0');
}

void tst_PithosUpdates::bytesTakeTheirPlace()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, range);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, most);
    QFETCH(QByteArray, after);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/o", before), 201);
    const QByteArray version = cloud.field("/ann/c/o", "x-object-version");
    const QByteArray uuid = cloud.field("/ann/c/o", "x-object-uuid");
    Fields fields = data(range);
    if (!most.isEmpty())
        fields.emplaceBack("X-Object-Bytes", most);
    const auto done = cloud.ask("POST", "/ann/c/o", "ann", fields, sent);
    QCOMPARE(done.status, 204);
    QCOMPARE(done.headers.value("etag"), PithosFixture::md5(after));
    const auto now = cloud.ask("HEAD", "/ann/c/o");
    QCOMPARE(now.headers.value("content-length"), QByteArray::number(after.size()));
    QCOMPARE(now.headers.value("x-object-version"), done.headers.value("x-object-version"));
    QVERIFY(now.headers.value("x-object-version") != version);
    QCOMPARE(now.headers.value("x-object-uuid"), uuid);
    QCOMPARE(now.headers.value("content-type"), "text/plain");
    QCOMPARE(cloud.text("/ann/c/o"), after);
    QCOMPARE(cloud.body(PithosFixture::swift("/ann/c/o"), "ann"), after);
    // The state before stays readable.
    QCOMPARE(cloud.text("/ann/c/o?version=" + version), before);
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), after.size());
    QVERIFY(cloud.hasExactCounters());
}

void tst_PithosUpdates::bytesComeFromAnObject_data()
{
    QTest::addColumn<QByteArray>("range");
    QTest::addColumn<QByteArray>("most");
    QTest::addColumn<bool>("fromItself");
    QTest::addColumn<QByteArray>("after");
    const QByteArray o = QByteArray(64, 'p') + QByteArray(36, 'q'); // what is there
    const QByteArray s = QByteArray(64, 'r') + QByteArray(16, 't'); // the source
    QTest::addRow("its beginning") << QByteArray("bytes 10-19/*") << QByteArray() << false
                                   << o.first(10) + s.first(10) + o.sliced(20);
    QTest::addRow("all of it") << QByteArray("bytes 64-/*") << QByteArray() << false << o.first(64) + s;
    QTest::addRow("all at the end") << QByteArray("bytes */*") << QByteArray() << false << o + s;
    QTest::addRow("doubled") << QByteArray("bytes */*") << QByteArray() << true << o + o;
    QTest::addRow("cut by itself") << QByteArray("bytes 0-0/*") << QByteArray("70") << true << o.first(70);
    QTest::addRow("cut as kamaki does")
        << QByteArray("bytes 0-70/*") << QByteArray("70") << true << o.first(70);
    QTest::addRow("cut at a block") << QByteArray("bytes 0-0/*") << QByteArray("64") << true << o.first(64);
    QTest::addRow("with the total") << QByteArray("bytes 20-99/100") << QByteArray() << false
                                    << o.first(20) + s;
}

void tst_PithosUpdates::bytesComeFromAnObject()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(QByteArray, range);
    QFETCH(QByteArray, most);
    QFETCH(bool, fromItself);
    QFETCH(QByteArray, after);
    PithosFixture cloud(engine);
    for (const char *path : { "/ann/c", "/ben/d" })
        QCOMPARE(cloud.code("PUT", path, path[1] == 'a' ? "ann" : "ben"), 201);
    QCOMPARE(cloud.put("/ann/c/o", QByteArray(64, 'p') + QByteArray(36, 'q')), 201);
    // Another's, which he shares.
    const QByteArray source = QByteArray(64, 'r') + QByteArray(16, 't');
    QCOMPARE(cloud.code("PUT", "/ben/d/s", "ben",
                 { { "Content-Type", "text/x" },
                     { "X-Object-Sharing", "read=" + PithosTokens::idOf("ann").toLatin1() } },
                 source),
        201);
    Fields fields = fromItself
        ? fromObject("/c/o", range)
        : fromObject("/d/s", range, { { "X-Source-Account", PithosTokens::idOf("ben").toLatin1() } });
    if (!most.isEmpty())
        fields.emplaceBack("X-Object-Bytes", most);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", fields), 204);
    QCOMPARE(cloud.text("/ann/c/o"), after);
    QCOMPARE(cloud.text("/ben/d/s", "ben"), source);
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), after.size());
    QVERIFY(cloud.hasExactCounters());
}

void tst_PithosUpdates::theStateSourceIsNamed()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/s", "first"), 201);
    const QByteArray version = cloud.field("/ann/c/s", "x-object-version");
    QCOMPARE(cloud.put("/ann/c/s", "second"), 201);
    QCOMPARE(cloud.put("/ann/c/o", "o"), 201);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann",
                 fromObject("/c/s", "bytes */*", { { "X-Source-Version", version } })),
        204);
    QCOMPARE(cloud.text("/ann/c/o"), "ofirst");
}

void tst_PithosUpdates::wholeBlocksAreShared()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QRandomGenerator random(7);
    QByteArray content;
    for (int i = 0; i < 40 * 64; ++i)
        content.append(char(random.bounded(256)));
    QCOMPARE(cloud.put("/ann/c/o", content), 201);
    const qint64 before = cloud.count("SELECT COUNT(*) FROM block");
    QCOMPARE(before, 40);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", data("bytes 1000-1009/*"), QByteArray(10, 'x')), 204);
    content.replace(1000, 10, QByteArray(10, 'x'));
    QCOMPARE(cloud.text("/ann/c/o"), content);
    QCOMPARE(cloud.count("SELECT COUNT(*) FROM block"), before + 1);
    // A body that falls into place is not stored a second time.
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", data("bytes */*"), content.first(640)), 204);
    QCOMPARE(cloud.text("/ann/c/o"), content + content.first(640));
    QCOMPARE(cloud.count("SELECT COUNT(*) FROM block"), before + 1);
}

void tst_PithosUpdates::largeBodiesAreCutWhereTheObjectIs()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    const QByteArray begun(20, 'b');
    QCOMPARE(cloud.put("/ann/c/o", begun), 201);
    QRandomGenerator random(8);
    QByteArray more;
    for (int i = 0; i < 20 * 64; ++i)
        more.append(char(random.bounded(256)));
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", data("bytes */*"), more), 204);
    QCOMPARE(cloud.text("/ann/c/o"), begun + more);
    // The block that was there, 20 whole ones and the rest: nothing that was only on its way.
    QCOMPARE(cloud.count("SELECT COUNT(*) FROM block"), 22);
}

void tst_PithosUpdates::metadataIsReplacedOrMerged()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/o", "o",
                 { { "X-Object-Meta-A", "1" }, { "X-Object-Meta-B", "2" }, { "Content-Encoding", "x" } }),
        201);
    const auto meta = [&] {
        const auto head = cloud.ask("HEAD", "/ann/c/o").headers;
        return head.value("x-object-meta-a") + ',' + head.value("x-object-meta-b") + ','
            + head.value("x-object-meta-c") + ',' + head.value("content-encoding");
    };
    const auto merged = cloud.ask("POST", "/ann/c/o?update", "ann",
        { { "X-Object-Meta-A", "" }, { "X-Object-Meta-C", "3" }, { "Content-Type", "text/html" } });
    QCOMPARE(merged.status, 202);
    QCOMPARE(merged.headers.value("x-object-version"), cloud.field("/ann/c/o", "x-object-version"));
    QCOMPARE(meta(), ",2,3,x");
    QCOMPARE(cloud.field("/ann/c/o", "content-type"), "text/plain"); // never changed
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", { { "X-Object-Meta-A", "4" } }), 202);
    QCOMPARE(meta(), "4,,,");
    // With data in one go.
    QCOMPARE(
        cloud.code("POST", "/ann/c/o?update", "ann", data("bytes */*", { { "X-Object-Meta-B", "5" } }), "p"),
        204);
    QCOMPARE(meta(), "4,5,,");
    QCOMPARE(cloud.text("/ann/c/o"), "op");
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", data("bytes */*"), "q"), 204);
    QCOMPARE(meta(), ",,,");
}

void tst_PithosUpdates::nothingNewIsNoNewState()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/o", "o", { { "X-Object-Meta-A", "1" } }), 201);
    const QByteArray version = cloud.field("/ann/c/o", "x-object-version");
    QCOMPARE(cloud.code("POST", "/ann/c/o?update", "ann", { { "X-Object-Sharing", "read=*" } }), 202);
    QCOMPARE(cloud.code("POST", "/ann/c/o?update", "ann", { { "X-Object-Public", "true" } }), 202);
    QCOMPARE(cloud.field("/ann/c/o", "x-object-version"), version);
    QCOMPARE(cloud.field("/ann/c/o", "x-object-sharing"), "read=*");
    QVERIFY(cloud.field("/ann/c/o", "x-object-public").contains("/pithos/public/"));
}

void tst_PithosUpdates::foreignWritersUpdate()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    const QByteArray ben = PithosTokens::idOf("ben").toLatin1();
    const QByteArray cat = PithosTokens::idOf("cat").toLatin1();
    QCOMPARE(cloud.put("/ann/c/o", "o", { { "X-Object-Sharing", "write=" + ben + "; read=" + cat } }), 201);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "cat", data("bytes */*"), "c"), 403);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "cat", { { "X-Object-Meta-A", "c" } }), 403);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ben", data("bytes */*"), "b"), 204);
    QCOMPARE(cloud.code("POST", "/ann/c/o?update", "ben", { { "X-Object-Meta-A", "b" } }), 202);
    QCOMPARE(cloud.text("/ann/c/o"), "ob");
    QCOMPARE(cloud.field("/ann/c/o", "x-object-modified-by"), ben);
    // Not the rights themselves, also not along the way.
    for (const Fields &fields : { Fields { { "X-Object-Sharing", "write=" + ben } },
             Fields { { "X-Object-Public", "true" } }, data("bytes */*", { { "X-Object-Sharing", "" } }) })
        QCOMPARE(cloud.code("POST", "/ann/c/o?update", "ben", fields, "x"), 403);
    QCOMPARE(cloud.text("/ann/c/o"), "ob");
    QCOMPARE(cloud.field("/ann/c/o", "x-object-sharing"), "read=" + cat + "; write=" + ben);
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), 2);
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ben")), 0);
}

void tst_PithosUpdates::quotaIsJudged()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/o", QByteArray(1000, 'o')), 201);
    QVERIFY(cloud.database()
                .write([](Transaction &t) {
                    return QuotaStore::setProjectLimit(
                        t, PithosTokens::projectOf("ann"), u"pithos.diskspace"_s, 1100);
                })
                .result());
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", data("bytes */*"), QByteArray(101, 'x')), 413);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", fromObject("/c/o", "bytes */*")), 413);
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), 1000);
    // What takes the place of other bytes needs no room.
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", data("bytes 0-/*"), QByteArray(1000, 'p')), 204);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", data("bytes */*"), QByteArray(100, 'x')), 204);
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), 1100);
    QCOMPARE(cloud.text("/ann/c/o"), QByteArray(1000, 'p') + QByteArray(100, 'x'));
}

void tst_PithosUpdates::anImageIsNotWritten()
{
    QFETCH_GLOBAL(Engine, engine);
    static ObjectId image;
    const ObjectImages images { [](ReadTransaction &, const ObjectId &id) -> Result<bool> {
                                   return id == image;
                               },
        [](Transaction &, const ObjectId &) -> Result<> { return {}; } };
    image = {};
    PithosFixture cloud(engine, PithosFixture::patient(), images);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/o", "disk"), 201);
    image = ObjectId::stored(QString::fromLatin1(cloud.field("/ann/c/o", "x-object-uuid")));
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", data("bytes */*"), "x"), 409);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", fromObject("/c/o", "bytes */*")), 409);
    QCOMPARE(cloud.text("/ann/c/o"), "disk");
}

void tst_PithosUpdates::appendsAtOnceAllLand()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/log", QByteArray()), 201);
    // Small ones, and such as go through a map of their own.
    QNetworkAccessManager network;
    QByteArrayList pieces;
    std::vector<std::unique_ptr<QNetworkReply>> replies;
    for (int i = 0; i < 36; ++i) {
        pieces.append(QByteArray(i % 3 == 0 ? 150 : 7, char('A' + i)));
        QNetworkRequest request(
            QUrl::fromEncoded(cloud.server().url().toEncoded() + PithosFixture::pithos("/ann/c/log")));
        request.setRawHeader("X-Auth-Token", "ann");
        for (const auto &[name, value] : data("bytes */*"))
            request.setRawHeader(name, value);
        replies.emplace_back(network.post(request, pieces.constLast()));
    }
    qsizetype bytes = 0;
    for (size_t i = 0; i < replies.size(); ++i) {
        QTRY_VERIFY_WITH_TIMEOUT(replies[i]->isFinished(), 30'000);
        QCOMPARE(replies[i]->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 204);
        bytes += pieces[qsizetype(i)].size();
    }
    const QByteArray log = cloud.text("/ann/c/log");
    QCOMPARE(log.size(), bytes);
    for (const QByteArray &piece : pieces)
        QCOMPARE(log.count(piece), 1);
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), bytes);
    QVERIFY(cloud.hasExactCounters());
}

void tst_PithosUpdates::randomUpdatesAreAsOnPlainBytes_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 3; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void tst_PithosUpdates::randomUpdatesAreAsOnPlainBytes()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(quint32, seed);
    PithosFixture cloud(engine);
    QRandomGenerator random(seed);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QByteArray content = bytesOf(random, 300);
    QByteArray other = bytesOf(random, 200);
    QCOMPARE(cloud.put("/ann/c/o", content), 201);
    QCOMPARE(cloud.put("/ann/c/s", other), 201);
    const int rounds = engine == Engine::Sqlite ? 80 : 25;
    for (int round = 0; round < rounds; ++round) {
        const int size = int(content.size());
        const bool isAppend = random.bounded(4) == 0;
        const int offset = isAppend ? size : random.bounded(size + 1);
        // Lengths around the sizes of small bodies and of blocks.
        const int lengths[] { 0, 1, 16, 17, 63, 64, 65, 128, int(random.bounded(300)) };
        const bool isFromSource = random.bounded(3) == 0;
        QByteArray sent = bytesOf(random, lengths[random.bounded(9)]);
        if (isFromSource)
            sent = other.first(1 + random.bounded(int(other.size())));
        const int last = offset + int(sent.size()) - 1;
        QByteArray range = isAppend ? "bytes */*" : "bytes " + QByteArray::number(offset) + "-";
        if (!isAppend) {
            if (isFromSource || (random.bounded(2) && !sent.isEmpty()))
                range += QByteArray::number(last);
            range += random.bounded(2) && last < size ? "/" + QByteArray::number(size) : QByteArray("/*");
        }
        if (isAppend && isFromSource)
            sent = other;
        Fields fields = isFromSource ? fromObject("/c/s", range) : data(range);
        QByteArray next = content;
        if (next.size() < offset + sent.size())
            next.resize(offset + sent.size());
        next.replace(offset, sent.size(), sent);
        if (random.bounded(4) == 0 || next.size() > 2000) {
            const int most = random.bounded(int(next.size()) + 20);
            fields.emplaceBack("X-Object-Bytes", QByteArray::number(most));
            next.truncate(most);
        }
        const auto done = cloud.ask("POST", "/ann/c/o", "ann", fields, isFromSource ? QByteArray() : sent);
        QCOMPARE(done.status, 204);
        QCOMPARE(done.headers.value("etag"), PithosFixture::md5(next));
        content = next;
        QCOMPARE(cloud.text("/ann/c/o"), content);
        if (content.size() > 1) {
            const int first = random.bounded(int(content.size()) - 1);
            const int end = first + 1 + random.bounded(int(content.size()) - first - 1);
            const auto part = cloud.ask("GET", "/ann/c/o", "ann",
                { { "Range", "bytes=" + QByteArray::number(first) + '-' + QByteArray::number(end) } });
            QCOMPARE(part.status, 206);
            QCOMPARE(part.body, content.mid(first, end - first + 1));
        }
        if (random.bounded(10) == 0) {
            other = content.isEmpty() ? QByteArray("x") : content;
            QCOMPARE(cloud.code(
                         "PUT", "/ann/c/s", "ann", { { "X-Copy-From", "/c/o" }, { "Content-Length", "0" } }),
                201);
            if (content.isEmpty())
                QCOMPARE(cloud.put("/ann/c/s", other), 201);
        }
    }
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), content.size() + other.size());
    QVERIFY(cloud.hasExactCounters());
}

void tst_PithosUpdates::aFormBringsAFile_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("type");
    const QByteArray field = "Content-Disposition: form-data; name=\"X-Object-Data\"; filename=\"a;b.txt\"";
    QTest::addRow("small") << field + "\r\nContent-Type: text/html" << QByteArray("<b>")
                           << QByteArray("text/html");
    QTest::addRow("empty") << field + "\r\nContent-Type: text/html" << QByteArray()
                           << QByteArray("text/html");
    QTest::addRow("without a type") << field << QByteArray("x") << octets;
    QTest::addRow("large") << field << QByteArray(5000, 'x') << octets;
    QTest::addRow("nearly a boundary") << field << QByteArray("\r\n--XX\r\n--XXYY\r\n--X") << octets;
}

void tst_PithosUpdates::aFormBringsAFile()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, type);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/f", "before", { { "X-Object-Meta-A", "1" } }), 201);
    const QByteArray other = "Content-Disposition: form-data; name=other";
    const QByteArray body =
        formOf("XXYYZZ", { { other, "1" }, { head, content }, { other, QByteArray(300, 'o') } });
    // The token comes in the query: a form has no header fields of its own.
    const auto done = cloud.ask("POST", "/ann/c/f?X-Auth-Token=ann", {},
        { { "Content-Type", "multipart/form-data; boundary=XXYYZZ" } }, body);
    QCOMPARE(done.status, 201);
    QCOMPARE(done.body, PithosFixture::md5(content));
    QCOMPARE(done.headers.value("etag"), PithosFixture::md5(content));
    QCOMPARE(cloud.text("/ann/c/f"), content);
    const auto now = cloud.ask("HEAD", "/ann/c/f").headers;
    QCOMPARE(now.value("content-type"), type);
    QVERIFY(!now.contains("x-object-meta-a"));
    QCOMPARE(now.value("x-object-version"), done.headers.value("x-object-version"));
}

void tst_PithosUpdates::wrongFormsAreRefused_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("token");
    const QByteArray type = "multipart/form-data; boundary=XX";
    const QByteArray file = "Content-Disposition: form-data; name=X-Object-Data";
    const QByteArray good = formOf("XX", { { file, "x" } });
    QTest::addRow("no boundary") << 400 << QByteArray("multipart/form-data") << good << QByteArray("ann");
    QTest::addRow("no field") << 400 << type
                              << formOf("XX", { { "Content-Disposition: form-data; name=y", "x" } })
                              << QByteArray("ann");
    QTest::addRow("the field twice") << 400 << type << formOf("XX", { { file, "x" }, { file, "y" } })
                                     << QByteArray("ann");
    QTest::addRow("empty") << 400 << type << QByteArray() << QByteArray("ann");
    QTest::addRow("ends early") << 400 << type << good.chopped(8) << QByteArray("ann");
    QTest::addRow("ends in a head") << 400 << type << good.first(20) << QByteArray("ann");
    QTest::addRow("a head without end")
        << 400 << type << "--XX\r\nA: " + QByteArray(9000, 'a') << QByteArray("ann");
    QTest::addRow("another's account") << 403 << type << good << QByteArray("ben");
    QTest::addRow("nobody") << 401 << type << good << QByteArray();
}

void tst_PithosUpdates::wrongFormsAreRefused()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(int, status);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, token);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.code("POST", "/ann/c/f", token, { { "Content-Type", type } }, body), status);
    QCOMPARE(cloud.code("HEAD", "/ann/c/f"), 404);
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), 0);
}

void tst_PithosUpdates::nothingIsLeftOver()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine, BlockFixture::defaults());
    QCOMPARE(cloud.code("PUT", "/ann/c", "ann", { { "X-Container-Policy-Versioning", "none" } }), 201);
    QCOMPARE(cloud.put("/ann/c/o", QByteArray(100, 'o')), 201);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", data("bytes */*"), QByteArray(100 + i, 'x')), 204);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", data("bytes 700-/*"), QByteArray(100, 'x')), 416);
    const QByteArray content = cloud.text("/ann/c/o");
    cloud.clock.advanceMs(1000);
    for (int i = 0; i < 4; ++i) {
        QVERIFY(cloud.blocks().store().collect());
        cloud.clock.advanceMs(1000);
    }
    QCOMPARE(cloud.count("SELECT COUNT(*) FROM map"), 1);
    QCOMPARE(cloud.count("SELECT COUNT(*) FROM block WHERE refs = 0"), 0);
    QCOMPARE(cloud.text("/ann/c/o"), content);
}

NEPHELE_TEST(tst_PithosUpdates)
#include "tst_pithosupdates.moc"
