// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/http/httpfixture.h"
#include "tests/server/http/rawclient.h"
#include "tests/server/http/testcertificate.h"
#include "tests/support/testregistry.h"

#include <QSignalSpy>
#include <QThread>
#include <QWebSocket>

using namespace nephele;
using namespace nephele::test;

class tst_WebSocket : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void messagesGoBothWays_data();
    void messagesGoBothWays();
    void whoMayNotIsRefusedBeforeTheUpgrade_data();
    void whoMayNotIsRefusedBeforeTheUpgrade();
    void aBrokenHandshakeIsRefused();
    void theOpenerKnowsWhoCalls();
    void aMessageThatIsTooLargeEndsIt();
    void aSlowReaderShowsAsBacklog();
    void aClientThatLeavesIsNoticed();
    void theServerMayClose();
    void stoppingSaysGoodbye();
    void aPlainRequestGetsThePlainAnswer();

private:
    QNetworkRequest request(const QByteArray &path, const QByteArray &token = "member") const;
    std::vector<RouteTable> routes();

    std::unique_ptr<HttpServer> m_server;
    std::atomic<int> m_closed = 0;
    std::atomic<qint64> m_mostBacklog = 0;
    std::atomic<qint64> m_sentMessages = 0;
    bool m_secure = false;
};

namespace {

constexpr qint64 backlogBytes = 1 << 20;

} // namespace

std::vector<RouteTable> tst_WebSocket::routes()
{
    const auto echo = [this](QWebSocket *socket, const Request &request, const Caller &caller) {
        connect(socket, &QWebSocket::textMessageReceived, socket,
            [socket](const QString &text) { socket->sendTextMessage(text); });
        connect(socket, &QWebSocket::binaryMessageReceived, socket,
            [socket](const QByteArray &data) { socket->sendBinaryMessage(data); });
        connect(socket, &QWebSocket::disconnected, socket, [this] { ++m_closed; });
        if (request.query(QLatin1StringView("hello")))
            socket->sendTextMessage(QStringLiteral("%1 %2 %3")
                                        .arg(caller.user.text(), request.parameter(QLatin1StringView("name")),
                                            QString::fromLatin1(request.baseUrl)));
        if (request.query(QLatin1StringView("close")))
            socket->close(QWebSocketProtocol::CloseCodeNormal, QStringLiteral("enough"));
    };
    // Sends without end, yet never has more than a mebibyte under way.
    const auto flood = [this](QWebSocket *socket, const Request &, const Caller &) {
        const auto more = [this, socket] {
            while (socket->bytesToWrite() < backlogBytes) {
                socket->sendBinaryMessage(QByteArray(64 * 1024, 'f'));
                ++m_sentMessages;
                m_mostBacklog = std::max(m_mostBacklog.load(), socket->bytesToWrite());
            }
        };
        connect(socket, &QWebSocket::bytesWritten, socket, more);
        connect(socket, &QWebSocket::disconnected, socket, [this] { ++m_closed; });
        more();
    };
    RouteTable table = plainTable({});
    table.routes.emplace_back("GET", "/echo/{name}", Right::Public,
        [](const Request &, const Caller &) -> Reply { return Response::text(200, "plain"); });
    table.webSockets.emplace_back("/echo/{name}", Right::Member, echo);
    table.webSockets.emplace_back("/flood", Right::Public, flood);
    return { table };
}

void tst_WebSocket::init()
{
    m_server.reset();
    m_closed = 0;
    m_mostBacklog = 0;
    m_sentMessages = 0;
    HttpOptions options;
    options.workers = 2;
    options.limits.webSocketMessageBytes = 3 << 20;
    options.timeouts.headMs = 500;
    options.endpoints = { HttpEndpoint(), { QHostAddress::LocalHost, 0, temporaryCertificate() } };
    m_server = startServer(options, [this](QObject *) { return routes(); });
    QVERIFY(m_server);
}

QNetworkRequest tst_WebSocket::request(const QByteArray &path, const QByteArray &token) const
{
    const QByteArray scheme = m_secure ? "wss" : "ws";
    QNetworkRequest request(QUrl(QString::fromLatin1(
        scheme + "://127.0.0.1:" + QByteArray::number(m_server->port(m_secure ? 1 : 0)) + path)));
    if (!token.isEmpty())
        request.setRawHeader("X-Auth-Token", token);
    return request;
}

void tst_WebSocket::messagesGoBothWays_data()
{
    QTest::addColumn<bool>("secure");
    QTest::addRow("plain") << false;
    QTest::addRow("TLS") << true;
}

void tst_WebSocket::messagesGoBothWays()
{
    QFETCH(bool, secure);
    m_secure = secure;
    QWebSocket client;
    QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
    trusting.setPeerVerifyMode(QSslSocket::VerifyNone);
    client.setSslConfiguration(trusting);
    QSignalSpy texts(&client, &QWebSocket::textMessageReceived);
    QSignalSpy binaries(&client, &QWebSocket::binaryMessageReceived);
    QSignalSpy pongs(&client, &QWebSocket::pong);
    client.open(request("/echo/a"));
    m_secure = false;
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    QByteArray large(2 << 20, Qt::Uninitialized);
    for (qsizetype i = 0; i < large.size(); ++i)
        large[i] = char(i * 7);
    client.sendTextMessage(QStringLiteral("gr\u00fc\u00df dich"));
    client.sendBinaryMessage(large);
    client.sendBinaryMessage({});
    client.sendTextMessage(QStringLiteral("again"));
    client.ping("p");
    QTRY_COMPARE(texts.size(), 2);
    QTRY_COMPARE(binaries.size(), 2);
    QTRY_COMPARE(pongs.size(), 1);
    QCOMPARE(texts.at(0).at(0).toString(), QStringLiteral("gr\u00fc\u00df dich"));
    QVERIFY(binaries.at(0).at(0).toByteArray() == large);
    // The handshake's time is over; an open connection is not cut.
    QTest::qWait(700);
    QCOMPARE(client.state(), QAbstractSocket::ConnectedState);
    client.close();
    QTRY_COMPARE(m_closed.load(), 1);
}

void tst_WebSocket::whoMayNotIsRefusedBeforeTheUpgrade_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<int>("status");
    QTest::addRow("good") << QByteArray("member") << QByteArray() << 101;
    QTest::addRow("good page") << QByteArray("member") << QByteArray("http://localhost") << 101;
    QTest::addRow("no token") << QByteArray() << QByteArray() << 401;
    QTest::addRow("reads only") << QByteArray("reader") << QByteArray() << 403;
    QTest::addRow("foreign page") << QByteArray("member") << QByteArray("http://evil.example") << 403;
}

void tst_WebSocket::whoMayNotIsRefusedBeforeTheUpgrade()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, origin);
    QFETCH(int, status);
    QByteArray ask =
        "GET /echo/a HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Protocol: binary\r\n";
    if (!token.isEmpty())
        ask += "X-Auth-Token: " + token + "\r\n";
    if (!origin.isEmpty())
        ask += "Origin: " + origin + "\r\n";
    RawClient client(m_server->port());
    const RawReply reply = client.exchange(ask + "\r\n");
    QCOMPARE(reply.status, status);
    if (status == 101) {
        // RFC 6455, section 1.3: the answer to that very key.
        QCOMPARE(reply.header("Sec-WebSocket-Accept"), QByteArray("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        QCOMPARE(reply.header("Sec-WebSocket-Protocol"), QByteArray("binary"));
    }
}

void tst_WebSocket::aBrokenHandshakeIsRefused()
{
    RawClient client(m_server->port());
    client.send("GET /echo/a HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "X-Auth-Token: member\r\n\r\n");
    QVERIFY(client.isClosed());
    QCOMPARE(
        RawClient(m_server->port()).exchange("GET /echo/a HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 200);
}

void tst_WebSocket::theOpenerKnowsWhoCalls()
{
    QWebSocket client;
    QSignalSpy texts(&client, &QWebSocket::textMessageReceived);
    client.open(request("/echo/b%20c?hello", "bob"));
    QTRY_COMPARE(texts.size(), 1);
    QCOMPARE(texts.at(0).at(0).toString(),
        QStringLiteral("%1 b c http://127.0.0.1:%2").arg(bob.text()).arg(m_server->port()));
}

void tst_WebSocket::aMessageThatIsTooLargeEndsIt()
{
    QWebSocket client;
    client.open(request("/echo/a"));
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    client.sendBinaryMessage(QByteArray(4 << 20, 'x'));
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(m_closed.load(), 1);
}

void tst_WebSocket::aSlowReaderShowsAsBacklog()
{
    const qint64 before = residentBytes();
    RawClient client(m_server->port(), 64 * 1024);
    client.send("GET /flood HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    QVERIFY(client.socket().waitForReadyRead(5000));
    QVERIFY(comesToRest(m_sentMessages));
    const qint64 sent = m_sentMessages;
    QVERIFY(m_mostBacklog.load() >= backlogBytes);
    QVERIFY(m_mostBacklog.load() < backlogBytes + 256 * 1024);
    QVERIFY(residentBytes() - before < 16 << 20);
    // Who reads on gets more.
    qint64 read = 0;
    QTRY_VERIFY_WITH_TIMEOUT((client.socket().waitForReadyRead(100), read += client.socket().readAll().size(),
                                 m_sentMessages > sent + 20),
        10'000);
    client.socket().abort();
    QTRY_COMPARE(m_closed.load(), 1);
}

void tst_WebSocket::aClientThatLeavesIsNoticed()
{
    for (int i = 0; i < 10; ++i) {
        QWebSocket client;
        client.open(request("/echo/a"));
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        client.abort();
    }
    QTRY_COMPARE(m_closed.load(), 10);
}

void tst_WebSocket::theServerMayClose()
{
    QWebSocket client;
    QSignalSpy closed(&client, &QWebSocket::disconnected);
    client.open(request("/echo/a?close"));
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(client.closeCode(), QWebSocketProtocol::CloseCodeNormal);
    QCOMPARE(client.closeReason(), QStringLiteral("enough"));
    QTRY_COMPARE(m_closed.load(), 1);
}

void tst_WebSocket::stoppingSaysGoodbye()
{
    QWebSocket client;
    client.open(request("/echo/a"));
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    QElapsedTimer clock;
    clock.start();
    const std::unique_ptr<QThread> stopper(QThread::create([&] { m_server->stop(); }));
    stopper->start();
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(client.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
    QVERIFY(stopper->wait(4000));
}

void tst_WebSocket::aPlainRequestGetsThePlainAnswer()
{
    RawClient client(m_server->port());
    QCOMPARE(client.exchange("GET /echo/a HTTP/1.1\r\nHost: localhost\r\n\r\n").body, QByteArray("plain"));
    QCOMPARE(client.exchange("GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 404);
}

NEPHELE_TEST(tst_WebSocket)
#include "tst_websocket.moc"
