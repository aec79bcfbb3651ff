// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/byteranges.h"
#include "tests/server/http/httpfixture.h"
#include "tests/server/http/rawclient.h"
#include "tests/server/http/sinks.h"
#include "tests/support/testregistry.h"

#include <QRegularExpression>

using namespace nephele;
using namespace nephele::test;

// Bodies that are never whole in memory, both ways.
class tst_Streaming : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aBodyReachesItsSink_data();
    void aBodyReachesItsSink();
    void aSinkThatIsSlowStopsTheClient();
    void aSinkThatFailsEndsTheUpload();
    void aSinkThatFailsAtTheEndAnswers();
    void aSinkThatCannotBeOpenedAnswers_data();
    void aSinkThatCannotBeOpenedAnswers();
    void anUploadOverTheLimitIsAborted_data();
    void anUploadOverTheLimitIsAborted();
    void aClientThatLeavesAbortsItsSink_data();
    void aClientThatLeavesAbortsItsSink();
    void aWholeUploadCountsThoughItsClientLeft();
    void contentArrivesWhole();
    void aSlowReaderCostsNoMemory();
    void readersThatLeaveLetGo();
    void brokenContentCutsTheConnection();
    void rangesAreParts_data();
    void rangesAreParts();
    void manyRangesAreOneMultipart();
    void headTellsTheLengthOfContent();
    void aConditionDecidesOnRanges();

private:
    std::vector<RouteTable> routes(QObject *context);
    void restart(HttpOptions options = {});
    QByteArray put(const QByteArray &path, qint64 length) const
    {
        return "PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + QByteArray::number(length)
            + "\r\n\r\n";
    }
    void serverLives();

    std::shared_ptr<SinkRecord> m_sink;
    std::shared_ptr<PatternDevice::Record> m_content;
    std::atomic<int> m_handled = 0;
    std::unique_ptr<HttpServer> m_server;
};

namespace {

constexpr qint64 rangedSize = 1'000'003;

} // namespace

std::vector<RouteTable> tst_Streaming::routes(QObject *context)
{
    const auto open = [sink = m_sink](const Request &, const Caller &) {
        return QtFuture::makeReadyFuture(
            Result<std::shared_ptr<BodySink>>(std::make_shared<RecordingSink>(sink)));
    };
    const auto openLater = [sink = m_sink, context](const Request &, const Caller &) {
        return later(context, 100, Result<std::shared_ptr<BodySink>>(std::make_shared<RecordingSink>(sink)));
    };
    const auto refuse = [](const Request &, const Caller &) {
        return QtFuture::makeReadyFuture(Result<std::shared_ptr<BodySink>>(
            Error { ErrorCode::QuotaExceeded, QStringLiteral("The quota is used up."), {} }));
    };
    const auto forget = [](const Request &, const Caller &) {
        return QFuture<Result<std::shared_ptr<BodySink>>>(); // a promise nobody kept
    };
    const auto done = [this](const Request &request, const Caller &) -> Reply {
        ++m_handled;
        return Response::text(201, request.sink && request.body.isEmpty() ? "stored" : "no sink");
    };
    const auto content = [record = m_content](qint64 size, qint64 breaksAt = -1) {
        return [record, size, breaksAt](const Request &, const Caller &) -> Reply {
            Response response =
                Response::download(std::make_shared<PatternDevice>(size, record, breaksAt), "image/x");
            response.headers.append("ETag", "\"tag\"");
            return response;
        };
    };
    std::vector<Route> routes;
    routes.emplace_back("PUT", "/up", Right::Public, done, BodyRule::streamed(1 << 30, open));
    routes.emplace_back("PUT", "/up-later", Right::Public, done, BodyRule::streamed(1 << 30, openLater));
    routes.emplace_back("PUT", "/up-small", Right::Public, done, BodyRule::streamed(1000, open));
    routes.emplace_back("PUT", "/up-refused", Right::Public, done, BodyRule::streamed(1 << 30, refuse));
    routes.emplace_back("PUT", "/up-forgotten", Right::Public, done, BodyRule::streamed(1 << 30, forget));
    routes.emplace_back("GET", "/ranged", Right::Public, content(rangedSize));
    routes.emplace_back("GET", "/empty", Right::Public, content(0));
    routes.emplace_back("GET", "/large", Right::Public, content(qint64(4) << 30));
    routes.emplace_back("GET", "/medium", Right::Public, content(32 << 20));
    routes.emplace_back("GET", "/broken", Right::Public, content(10 << 20, 3 << 20));
    RouteTable pithos { "/pithos", Face::Synnefo, FaultForm::Pithos, {}, {} };
    pithos.routes.emplace_back("GET", "/ranged", Right::Public, content(rangedSize));
    return { plainTable(std::move(routes)), std::move(pithos) };
}

void tst_Streaming::restart(HttpOptions options)
{
    m_server.reset();
    m_sink = std::make_shared<SinkRecord>();
    m_content = std::make_shared<PatternDevice::Record>();
    m_handled = 0;
    options.workers = 2;
    m_server = startServer(options, [this](QObject *context) { return routes(context); });
}

void tst_Streaming::init()
{
    restart();
    QVERIFY(m_server);
}

void tst_Streaming::serverLives()
{
    RawClient client(m_server->port());
    QCOMPARE(client.exchange("HEAD /ranged HTTP/1.1\r\nHost: localhost\r\n\r\n", "HEAD").status, 200);
}

void tst_Streaming::aBodyReachesItsSink_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<qint64>("length");
    QTest::addColumn<bool>("chunked");
    for (const char *path : { "/up", "/up-later" }) {
        for (const qint64 length : { 0, 1, 65'536, 3'000'001 }) {
            QTest::addRow("%s %lld", path, length) << QByteArray(path) << length << false;
            QTest::addRow("%s %lld chunked", path, length) << QByteArray(path) << length << true;
        }
    }
}

void tst_Streaming::aBodyReachesItsSink()
{
    QFETCH(QByteArray, path);
    QFETCH(qint64, length);
    QFETCH(bool, chunked);
    const QByteArray body = pattern(7, length);
    RawClient client(m_server->port());
    if (chunked) {
        QByteArray sent =
            "PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (qint64 at = 0; at < length; at += 100'000) {
            const QByteArray piece = body.mid(at, 100'000);
            sent += QByteArray::number(piece.size(), 16) + "\r\n" + piece + "\r\n";
        }
        client.send(sent + "0\r\n\r\n");
    } else {
        client.send(put(path, length) + body);
    }
    const RawReply reply = client.reply();
    QCOMPARE(reply.status, 201);
    QCOMPARE(reply.body, QByteArray("stored"));
    QCOMPARE(m_sink->received.load(), length);
    QCOMPARE(m_sink->sum.load(), sumOf(body));
    QCOMPARE(m_sink->finished.load(), 1);
    QCOMPARE(m_sink->aborted.load(), 0);
    // And the connection goes on.
    QCOMPARE(client.exchange(put("/up", 3) + "abc").status, 201);
}

void tst_Streaming::aSinkThatIsSlowStopsTheClient()
{
    HttpOptions options;
    options.timeouts.bodyIdleMs = 200; // the wait is not the client's fault
    restart(options);
    m_sink->isReady = false;
    const qint64 before = residentBytes();
    constexpr qint64 length = 64 << 20;
    RawClient client(m_server->port());
    client.send(put("/up", length));
    QTRY_COMPARE(m_sink->opened.load(), 1);
    const QByteArray piece(1 << 20, 'p');
    qint64 sent = 0;
    while (sent < length) {
        client.socket().write(piece);
        sent += piece.size();
        if (!client.flush(600))
            break;
    }
    QVERIFY2(sent < 32 << 20, "everything was taken though nobody wanted it");
    QCOMPARE(m_sink->received.load(), qint64(0));
    QVERIFY(residentBytes() - before < 24 << 20);
    m_sink->isReady = true;
    for (; sent < length; sent += piece.size()) {
        client.socket().write(piece);
        QVERIFY(client.flush());
    }
    QVERIFY(client.flush());
    QCOMPARE(client.reply().status, 201);
    QCOMPARE(m_sink->received.load(), length);
    QVERIFY(residentBytes() - before < 24 << 20);
}

void tst_Streaming::aSinkThatFailsEndsTheUpload()
{
    m_sink->failAfter = 100'000;
    RawClient client(m_server->port());
    client.send(put("/up", 50'000'000));
    client.socket().write(QByteArray(4'000'000, 'x'));
    client.flush(1000);
    const RawReply reply = client.reply();
    QCOMPARE(reply.status, 507);
    QCOMPARE(reply.header("Connection"), QByteArray("close"));
    QCOMPARE(m_sink->aborted.load(), 1);
    QCOMPARE(m_handled.load(), 0);
    serverLives();
}

void tst_Streaming::aSinkThatFailsAtTheEndAnswers()
{
    m_sink->failsAtEnd = true;
    RawClient client(m_server->port());
    QCOMPARE(client.exchange(put("/up", 3) + "abc").status, 422);
    QCOMPARE(m_handled.load(), 0);
    m_sink->failsAtEnd = false;
    // The body was read: the connection is good.
    QCOMPARE(client.exchange(put("/up", 3) + "abc").status, 201);
}

void tst_Streaming::aSinkThatCannotBeOpenedAnswers_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::addRow("quota") << QByteArray("/up-refused") << 403;
    QTest::addRow("forgotten") << QByteArray("/up-forgotten") << 500;
}

void tst_Streaming::aSinkThatCannotBeOpenedAnswers()
{
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    RawClient client(m_server->port());
    client.send("PUT " + path
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n");
    QCOMPARE(client.reply().status, status);
    QVERIFY(client.isClosed());
    QCOMPARE(m_handled.load(), 0);
}

void tst_Streaming::anUploadOverTheLimitIsAborted_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<int>("aborted");
    QTest::addRow("by its length") << put("/up-small", 1001) + QByteArray(1001, 'a') << 0;
    QTest::addRow("by its chunks")
        << QByteArray(
               "PUT /up-small HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n")
            + QByteArray(1001, 'a') + "\r\n0\r\n\r\n"
        << 1;
}

void tst_Streaming::anUploadOverTheLimitIsAborted()
{
    QFETCH(QByteArray, sent);
    QFETCH(int, aborted);
    RawClient client(m_server->port());
    QCOMPARE(client.exchange(sent).status, 413);
    QCOMPARE(m_sink->aborted.load(), aborted);
    QCOMPARE(m_sink->opened.load(), aborted); // known from the head: never opened
    QCOMPARE(m_handled.load(), 0);
}

void tst_Streaming::aClientThatLeavesAbortsItsSink_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isReady");
    QTest::addRow("in the middle") << QByteArray("/up") << QByteArray(500'000, 'x') << true;
    QTest::addRow("before the body") << QByteArray("/up") << QByteArray() << true;
    QTest::addRow("while the sink is busy") << QByteArray("/up") << QByteArray(500'000, 'x') << false;
    QTest::addRow("while the sink is opened") << QByteArray("/up-later") << QByteArray() << true;
}

void tst_Streaming::aClientThatLeavesAbortsItsSink()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(bool, isReady);
    m_sink->isReady = isReady;
    {
        RawClient client(m_server->port());
        client.send(put(path, 1'000'000) + body);
        if (path == "/up")
            QTRY_COMPARE(m_sink->opened.load(), 1);
        client.socket().abort();
    }
    m_sink->isReady = true; // the end comes after the bytes the sink did not want yet
    QTRY_COMPARE(m_sink->aborted.load(), 1);
    QTRY_COMPARE(m_sink->destroyed.load(), 1);
    QCOMPARE(m_sink->finished.load(), 0);
    QCOMPARE(m_handled.load(), 0);
    serverLives();
}

void tst_Streaming::aWholeUploadCountsThoughItsClientLeft()
{
    m_sink->isSettling = false;
    RawClient client(m_server->port());
    client.send(put("/up", 3) + "abc");
    QTRY_COMPARE(m_sink->finished.load(), 1);
    client.socket().abort();
    serverLives(); // the end of the connection has been seen by now, or will be
    QCOMPARE(m_handled.load(), 0);
    m_sink->isSettling = true; // the sink's timer tells
    QTRY_COMPARE(m_handled.load(), 1);
    QCOMPARE(m_sink->aborted.load(), 0);
}

void tst_Streaming::contentArrivesWhole()
{
    RawClient client(m_server->port());
    client.send("GET /medium HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const RawReply reply = client.reply("GET", 20'000);
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.header("Content-Type"), QByteArray("image/x"));
    QCOMPARE(reply.header("Accept-Ranges"), QByteArray("bytes"));
    QCOMPARE(reply.body.size(), 32 << 20);
    QVERIFY(reply.body == pattern(0, 32 << 20));
    QCOMPARE(client.exchange("GET /empty HTTP/1.1\r\nHost: localhost\r\n\r\n").header("Content-Length"),
        QByteArray("0"));
    QTRY_COMPARE(m_content->destroyed.load(), 2);
}

void tst_Streaming::aSlowReaderCostsNoMemory()
{
    const qint64 before = residentBytes();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(std::make_unique<RawClient>(m_server->port(), 64 * 1024));
        clients.back()->send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
        QVERIFY(clients.back()->socket().waitForReadyRead(5000));
    }
    // Nothing moves any more once all buffers on the way are full.
    QVERIFY(comesToRest(m_content->read));
    QVERIFY(m_content->read < 8 * (16 << 20));
    QVERIFY2(residentBytes() - before < 32 << 20, qPrintable(QString::number(residentBytes() - before)));
}

void tst_Streaming::readersThatLeaveLetGo()
{
    for (int i = 0; i < 20; ++i) {
        RawClient client(m_server->port(), 64 * 1024);
        client.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
        QVERIFY(client.socket().waitForReadyRead(5000));
        client.socket().abort();
    }
    QTRY_COMPARE(m_content->destroyed.load(), 20);
    serverLives();
}

void tst_Streaming::brokenContentCutsTheConnection()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("content ended early")));
    RawClient client(m_server->port());
    client.send("GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const RawReply reply = client.reply();
    QCOMPARE(reply.status, 200);
    QVERIFY(reply.body.size() < 10 << 20);
    QVERIFY(client.isClosed());
    serverLives();
}

void tst_Streaming::rangesAreParts_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("range");
    QTest::addColumn<int>("status");
    QTest::addColumn<qint64>("offset");
    QTest::addColumn<qint64>("length");
    const auto row = [](const char *path, const char *range, int status, qint64 offset, qint64 length) {
        QTest::addRow("%s %s", path, range)
            << QByteArray(path) << QByteArray(range) << status << offset << length;
    };
    row("/ranged", "bytes=0-0", 206, 0, 1);
    row("/ranged", "bytes=5-99", 206, 5, 95);
    row("/ranged", "bytes=1000000-", 206, 1'000'000, 3);
    row("/ranged", "bytes=-7", 206, rangedSize - 7, 7);
    row("/ranged", "bytes=900000-9999999", 206, 900'000, rangedSize - 900'000);
    row("/ranged", "bytes=300000-900000", 206, 300'000, 600'001);
    row("/ranged", "bytes=1000003-", 416, 0, 0);
    row("/ranged", "bytes=9-5", 200, 0, rangedSize);
    row("/pithos/ranged", "bytes=5-99", 206, 5, 95);
    row("/pithos/ranged", "bytes%3D5-99", 206, 5, 95);
    row("/pithos/ranged", "bytes=900000-9999999", 416, 0, 0);
    row("/pithos/ranged", "bytes=5", 200, 0, rangedSize);
    row("/empty", "bytes=0-", 416, 0, 0);
}

void tst_Streaming::rangesAreParts()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, range);
    QFETCH(int, status);
    QFETCH(qint64, offset);
    QFETCH(qint64, length);
    RawClient client(m_server->port());
    const RawReply reply =
        client.exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nRange: " + range + "\r\n\r\n");
    QCOMPARE(reply.status, status);
    const QByteArray size = path == "/empty" ? QByteArray("0") : QByteArray::number(rangedSize);
    if (status == 416) {
        QCOMPARE(reply.header("Content-Range"), "bytes */" + size);
        return;
    }
    QVERIFY(reply.body == pattern(offset, length));
    if (status == 206)
        QCOMPARE(reply.header("Content-Range"),
            "bytes " + QByteArray::number(offset) + '-' + QByteArray::number(offset + length - 1) + '/'
                + size);
}

void tst_Streaming::manyRangesAreOneMultipart()
{
    RawClient client(m_server->port());
    const RawReply reply = client.exchange(
        "GET /ranged HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-9,500000-899999,-5\r\n\r\n");
    QCOMPARE(reply.status, 206);
    QVERIFY(!reply.headers.contains("Content-Range"));
    const QByteArray type = reply.header("Content-Type");
    QVERIFY(type.startsWith("multipart/byteranges; boundary="));
    const QByteArray boundary = type.mid(31);
    const auto part = [&](qint64 offset, qint64 length) {
        return "--" + boundary + "\r\nContent-Type: image/x\r\nContent-Range: "
            + contentRange({ offset, length }, rangedSize) + "\r\n\r\n" + pattern(offset, length) + "\r\n";
    };
    const QByteArray expected =
        part(0, 10) + part(500'000, 400'000) + part(rangedSize - 5, 5) + "--" + boundary + "--\r\n";
    QCOMPARE(reply.body.size(), expected.size());
    QVERIFY(reply.body == expected);
    // Too many to be meant well: the whole.
    QByteArray many = "bytes=0-0";
    for (int i = 2; i < 40; i += 2)
        many += ',' + QByteArray::number(i) + '-' + QByteArray::number(i);
    const RawReply whole =
        client.exchange("GET /ranged HTTP/1.1\r\nHost: localhost\r\nRange: " + many + "\r\n\r\n");
    QCOMPARE(whole.status, 200);
    QCOMPARE(whole.body.size(), rangedSize);
}

void tst_Streaming::headTellsTheLengthOfContent()
{
    RawClient client(m_server->port());
    const RawReply reply =
        client.exchange("HEAD /large HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-9\r\n\r\n", "HEAD");
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.header("Content-Length"), QByteArray::number(qint64(4) << 30));
    QCOMPARE(m_content->read.load(), qint64(0));
    QCOMPARE(client.exchange("GET /empty HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 200);
}

void tst_Streaming::aConditionDecidesOnRanges()
{
    RawClient client(m_server->port());
    const QByteArray ask = "GET /ranged HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-9\r\nIf-Range: ";
    QCOMPARE(client.exchange(ask + "\"tag\"\r\n\r\n").status, 206);
    QCOMPARE(client.exchange(ask + "\"other\"\r\n\r\n").status, 200);
    QCOMPARE(client.exchange(ask + "\r\n\r\n").status, 206);
}

NEPHELE_TEST(tst_Streaming)
#include "tst_streaming.moc"
