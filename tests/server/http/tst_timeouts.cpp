// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/http/httpfixture.h"
#include "tests/server/http/rawclient.h"
#include "tests/server/http/sinks.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace nephele::test;

// Nobody keeps the edge waiting for ever, and nobody is cut for what is not his fault.
class tst_Timeouts : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void whoSaysNothingIsClosedWithoutAWord();
    void anUnfinishedHeadIsTold_data();
    void anUnfinishedHeadIsTold();
    void anIdleConnectionIsClosed();
    void aStalledBodyIsTold_data();
    void aStalledBodyIsTold();
    void aTrickleIsTooSlow();
    void aHandlerThatNeverAnswersIsATimeout_data();
    void aHandlerThatNeverAnswersIsATimeout();
    void aHandlerMayTakeLongerThanItsClient();
    void anAnswerThatComesTooLateIsDropped();
    void aBrokenPromiseIsOurMistake();
    void aSinkThatNeverSettlesIsATimeout();
    void aReaderThatStopsIsCut();

private:
    std::vector<RouteTable> routes(QObject *context);
    HttpOptions shortTimes() const;

    std::shared_ptr<SinkRecord> m_sink;
    std::shared_ptr<PatternDevice::Record> m_content;
    std::unique_ptr<HttpServer> m_server;
};

namespace {

const QByteArray host = "Host: localhost\r\n";

} // namespace

std::vector<RouteTable> tst_Timeouts::routes(QObject *context)
{
    const auto ok = [](const Request &, const Caller &) -> Reply { return Response::text(200, "ok"); };
    const auto never = [](const Request &, const Caller &) -> Reply {
        static std::vector<std::shared_ptr<QPromise<Result<Response>>>> kept;
        static QMutex mutex;
        auto promise = std::make_shared<QPromise<Result<Response>>>();
        promise->start();
        const QMutexLocker lock(&mutex);
        kept.push_back(promise);
        return promise->future();
    };
    const auto after = [context](int milliseconds) {
        return [context, milliseconds](const Request &, const Caller &) -> Reply {
            return later(context, milliseconds, Result<Response>(Response::text(200, "late")));
        };
    };
    const auto broken = [](const Request &, const Caller &) -> Reply {
        QPromise<Result<Response>> promise;
        promise.start();
        return promise.future();
    };
    const auto open = [sink = m_sink](const Request &, const Caller &) {
        return QtFuture::makeReadyFuture(
            Result<std::shared_ptr<BodySink>>(std::make_shared<RecordingSink>(sink)));
    };
    std::vector<Route> routes;
    routes.emplace_back("GET", "/ok", Right::Public, ok);
    routes.emplace_back("POST", "/ok", Right::Public, ok);
    routes.emplace_back("PUT", "/up", Right::Public, ok, BodyRule::streamed(1 << 30, open));
    routes.emplace_back("GET", "/never", Right::Public, never);
    routes.emplace_back("GET", "/slow", Right::Public, after(500));
    routes.emplace_back("GET", "/too-late", Right::Public, after(1500));
    routes.emplace_back("GET", "/broken", Right::Public, broken);
    routes.emplace_back(
        "GET", "/large", Right::Public, [content = m_content](const Request &, const Caller &) -> Reply {
            return Response::download(
                std::make_shared<PatternDevice>(qint64(1) << 30, content), "application/octet-stream");
        });
    RouteTable cyclades { "/cyclades", Face::Synnefo, FaultForm::Cyclades, {}, {} };
    cyclades.routes.emplace_back("GET", "/never", Right::Public, never);
    return { plainTable(std::move(routes)), std::move(cyclades) };
}

HttpOptions tst_Timeouts::shortTimes() const
{
    HttpOptions options;
    options.workers = 1;
    options.timeouts.headMs = 300;
    options.timeouts.bodyIdleMs = 400;
    options.timeouts.bodyBytesPerSecond = 100;
    options.timeouts.keepAliveMs = 300;
    options.timeouts.writeIdleMs = 500;
    options.timeouts.handlerMs = 800;
    options.timeouts.lingerMs = 200;
    return options;
}

void tst_Timeouts::init()
{
    m_server.reset();
    m_sink = std::make_shared<SinkRecord>();
    m_content = std::make_shared<PatternDevice::Record>();
    m_server = startServer(shortTimes(), [this](QObject *context) { return routes(context); });
    QVERIFY(m_server);
}

void tst_Timeouts::whoSaysNothingIsClosedWithoutAWord()
{
    RawClient client(m_server->port());
    QCOMPARE(client.rest(2000), QByteArray());
    QVERIFY(client.isClosed());
}

void tst_Timeouts::anUnfinishedHeadIsTold_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<bool>("isTrickling");
    QTest::addRow("stalled") << QByteArray("GET / HTTP/1.1\r\nHos") << false;
    QTest::addRow("a byte now and then") << QByteArray("GET / HTTP/1.1\r\nX: ") << true;
}

void tst_Timeouts::anUnfinishedHeadIsTold()
{
    QFETCH(QByteArray, begin);
    QFETCH(bool, isTrickling);
    RawClient client(m_server->port());
    client.send(begin);
    QElapsedTimer clock;
    clock.start();
    while (isTrickling && clock.elapsed() < 2000 && client.socket().bytesAvailable() == 0) {
        client.send("a");
        client.socket().waitForReadyRead(40);
    }
    QCOMPARE(client.reply().status, 408);
    QVERIFY(client.isClosed());
    QVERIFY(clock.elapsed() < 2000);
}

void tst_Timeouts::anIdleConnectionIsClosed()
{
    RawClient client(m_server->port());
    QCOMPARE(client.exchange("GET /ok HTTP/1.1\r\n" + host + "\r\n").status, 200);
    QCOMPARE(client.rest(2000), QByteArray());
    QVERIFY(client.isClosed());
}

void tst_Timeouts::aStalledBodyIsTold_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addRow("buffered") << "POST /ok HTTP/1.1\r\n" + host + "Content-Length: 100\r\n\r\nabc";
    QTest::addRow("streamed") << "PUT /up HTTP/1.1\r\n" + host + "Content-Length: 100\r\n\r\nabc";
    QTest::addRow("chunked") << "PUT /up HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n5\r\nab";
}

void tst_Timeouts::aStalledBodyIsTold()
{
    QFETCH(QByteArray, begin);
    RawClient client(m_server->port());
    QCOMPARE(client.exchange(begin).status, 408);
    QVERIFY(client.isClosed());
    QCOMPARE(m_sink->aborted.load(), m_sink->opened.load());
}

void tst_Timeouts::aTrickleIsTooSlow()
{
    RawClient client(m_server->port());
    client.send("PUT /up HTTP/1.1\r\n" + host + "Content-Length: 100000\r\n\r\n");
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 3000 && client.socket().bytesAvailable() == 0) {
        client.send("a"); // never idle, and some 20 bytes a second where 100 are asked for
        client.socket().waitForReadyRead(50);
    }
    QCOMPARE(client.reply().status, 408);
    QCOMPARE(m_sink->aborted.load(), 1);
}

void tst_Timeouts::aHandlerThatNeverAnswersIsATimeout_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::addRow("Nephele") << QByteArray("/never") << 504;
    QTest::addRow("Cyclades") << QByteArray("/cyclades/never") << 503;
}

void tst_Timeouts::aHandlerThatNeverAnswersIsATimeout()
{
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    RawClient client(m_server->port());
    QCOMPARE(client.exchange("GET " + path + " HTTP/1.1\r\n" + host + "\r\n").status, status);
    QCOMPARE(client.exchange("GET /ok HTTP/1.1\r\n" + host + "\r\n").status, 200);
}

void tst_Timeouts::aHandlerMayTakeLongerThanItsClient()
{
    RawClient client(m_server->port());
    // Longer than head, body and idle times.
    QCOMPARE(client.exchange("GET /slow HTTP/1.1\r\n" + host + "\r\n").status, 200);
}

void tst_Timeouts::anAnswerThatComesTooLateIsDropped()
{
    RawClient client(m_server->port());
    QCOMPARE(client.exchange("GET /too-late HTTP/1.1\r\n" + host + "\r\n").status, 504);
    // It would come while this one waits.
    const RawReply reply = client.exchange("GET /never HTTP/1.1\r\n" + host + "\r\n");
    QCOMPARE(reply.status, 504);
    QVERIFY(!client.rest(200).contains("late"));
}

void tst_Timeouts::aBrokenPromiseIsOurMistake()
{
    RawClient client(m_server->port());
    const RawReply reply = client.exchange("GET /broken HTTP/1.1\r\n" + host + "\r\n");
    QCOMPARE(reply.status, 500);
    QVERIFY(reply.body.contains(reply.header("X-Openstack-Request-Id")));
}

void tst_Timeouts::aSinkThatNeverSettlesIsATimeout()
{
    m_sink->isSettling = false;
    RawClient client(m_server->port());
    QCOMPARE(client.exchange("PUT /up HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc").status, 504);
}

void tst_Timeouts::aReaderThatStopsIsCut()
{
    RawClient client(m_server->port(), 64 * 1024);
    client.send("GET /large HTTP/1.1\r\n" + host + "\r\n");
    QVERIFY(client.socket().waitForReadyRead(5000));
    QTRY_COMPARE(m_content->destroyed.load(), 1);
}

NEPHELE_TEST(tst_Timeouts)
#include "tst_timeouts.moc"
