// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/coreroutes.h"
#include "tests/server/http/httpfixture.h"
#include "tests/server/http/rawclient.h"
#include "tests/server/http/sinks.h"
#include "tests/server/http/testcertificate.h"
#include "tests/support/testregistry.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QRegularExpression>
#include <QThread>

using namespace nephele;
using namespace nephele::test;

// The server as main sees it: start, addresses, TLS, stop; and what stands at its root.
class tst_HttpServer : public QObject
{
    Q_OBJECT

private slots:
    void anAddressInUseIsNamed();
    void severalListenersShareTheWorkers();
    void workersAreMadeAndServeInThreadsOfTheirOwn();
    void theBaseOfAddressesIsWhatTheClientUsed();
    void theSameOverTls();
    void aPlainClientOnTheTlsPortIsNoTrouble();
    void stoppingLetsRunningRequestsEnd();
    void stoppingCutsWhatDoesNotEnd();
    void stoppingUnderLoadTearsNoReply();
    void requestsAreLoggedWithoutSecrets();
    void healthIsTold();
    void metricsCount();
    void metricsAreNotForStrangers();
    void browsersAreWelcomed();
};

namespace {

const QByteArray host = "Host: localhost\r\n";
const QByteArray get = "GET /ok HTTP/1.1\r\n" + host + "\r\n";

std::vector<RouteTable> serverRoutes(QObject *context)
{
    const auto ok = [](const Request &request, const Caller &) -> Reply {
        return Response::text(200, request.baseUrl + (request.secure ? " secure" : " plain"));
    };
    const auto never = [](const Request &, const Caller &) -> Reply {
        static QMutex mutex;
        static std::vector<std::shared_ptr<QPromise<Result<Response>>>> kept;
        auto promise = std::make_shared<QPromise<Result<Response>>>();
        promise->start();
        const QMutexLocker lock(&mutex);
        kept.push_back(promise);
        return promise->future();
    };
    const auto slow = [context](const Request &, const Caller &) -> Reply {
        return later(context, 300, Result<Response>(Response::text(200, QByteArray(200'000, 's'))));
    };
    const auto content = [](const Request &, const Caller &) -> Reply {
        return Response::download(
            std::make_shared<PatternDevice>(8 << 20, std::make_shared<PatternDevice::Record>()),
            "application/octet-stream");
    };
    std::vector<Route> routes;
    routes.emplace_back("GET", "/ok", Right::Public, ok);
    routes.emplace_back("PUT", "/ok", Right::Public, ok, BodyRule::buffered(8 << 20));
    routes.emplace_back("GET", "/never", Right::Public, never);
    routes.emplace_back("GET", "/slow", Right::Public, slow);
    routes.emplace_back("GET", "/content", Right::Public, content);
    return { plainTable(std::move(routes)) };
}

QByteArray readAll(QSslSocket &socket, qint64 length)
{
    QByteArray all;
    while (all.size() < length && (socket.bytesAvailable() > 0 || socket.waitForReadyRead(5000)))
        all += socket.readAll();
    return all;
}

} // namespace

void tst_HttpServer::anAddressInUseIsNamed()
{
    const auto first = startServer({}, serverRoutes);
    QVERIFY(first);
    HttpOptions options;
    options.endpoints[0].port = first->port();
    const auto second = HttpServer::start(options, [] { return std::make_unique<TestWorker>(serverRoutes); });
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Unavailable);
    QVERIFY(second.error().message.contains(QString::number(first->port())));
}

void tst_HttpServer::severalListenersShareTheWorkers()
{
    HttpOptions options;
    options.workers = 1;
    options.endpoints = { HttpEndpoint(), HttpEndpoint { QHostAddress::Any, 0, std::nullopt } };
    const auto server = startServer(options, serverRoutes);
    QVERIFY(server);
    QVERIFY(server->port(0) != server->port(1));
    for (const size_t endpoint : { 0, 1 }) {
        QCOMPARE(RawClient(server->port(endpoint)).exchange(get).status, 200);
        QCOMPARE(server->url(endpoint).toString(),
            QStringLiteral("http://127.0.0.1:%1").arg(server->port(endpoint)));
    }
}

void tst_HttpServer::workersAreMadeAndServeInThreadsOfTheirOwn()
{
    QMutex mutex;
    QSet<QThread *> made;
    QSet<QThread *> served;
    HttpOptions options;
    options.workers = 3;
    const auto server = startServer(options, [&](QObject *) {
        const QMutexLocker lock(&mutex);
        made.insert(QThread::currentThread());
        return std::vector<RouteTable> { plainTable(
            { Route("GET", "/ok", Right::Public, [&](const Request &, const Caller &) -> Reply {
                const QMutexLocker inner(&mutex);
                served.insert(QThread::currentThread());
                return Response::empty(204);
            }) }) };
    });
    QCOMPARE(made.size(), 3);
    QVERIFY(!made.contains(QThread::currentThread()));
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 6; ++i) {
        clients.push_back(std::make_unique<RawClient>(server->port()));
        QCOMPARE(clients.back()->exchange(get).status, 204);
    }
    QCOMPARE(served, made); // connections are spread
}

void tst_HttpServer::theBaseOfAddressesIsWhatTheClientUsed()
{
    const auto server = startServer({}, serverRoutes);
    QCOMPARE(RawClient(server->port()).exchange(get).body, QByteArray("http://localhost plain"));
    QCOMPARE(RawClient(server->port()).exchange("GET /ok HTTP/1.1\r\nHost: 127.0.0.1:7\r\n\r\n").body,
        QByteArray("http://127.0.0.1:7 plain"));
    HttpOptions options;
    options.publicUrl = "https://cloud.example.org";
    const auto published = startServer(options, serverRoutes);
    QCOMPARE(RawClient(published->port()).exchange(get).body, QByteArray("https://cloud.example.org plain"));
    QCOMPARE(
        RawClient(published->port()).exchange("GET /ok HTTP/1.1\r\nHost: cloud.example.org\r\n\r\n").status,
        200);
}

void tst_HttpServer::theSameOverTls()
{
    HttpOptions options;
    options.workers = 2;
    options.endpoints[0].tls = temporaryCertificate();
    const auto server = startServer(options, serverRoutes);
    QVERIFY(server);
    QCOMPARE(server->url().scheme(), QStringLiteral("https"));
    QSslSocket client;
    client.setPeerVerifyMode(QSslSocket::VerifyNone);
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), server->port());
    QVERIFY2(client.waitForEncrypted(5000), qPrintable(client.errorString()));
    const QByteArray body(3'000'000, 'b');
    client.write("PUT /ok HTTP/1.1\r\n" + host + "Content-Length: 3000000\r\n\r\n" + body + get
        + "GET /content HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n");
    const QByteArray all = readAll(client, (8 << 20) + 600);
    QCOMPARE(all.count("https://localhost secure"), 2);
    QVERIFY(all.endsWith(pattern(0, 8 << 20)));
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);

    // A refusal while the client still sends must be readable here too.
    QSslSocket pusher;
    pusher.setPeerVerifyMode(QSslSocket::VerifyNone);
    pusher.connectToHostEncrypted(QStringLiteral("127.0.0.1"), server->port());
    QVERIFY(pusher.waitForEncrypted(5000));
    pusher.write("PUT /ok HTTP/1.1\r\n" + host + "Content-Length: 90000000\r\n\r\n" + body);
    QVERIFY(readAll(pusher, 20).startsWith("HTTP/1.1 413"));
}

void tst_HttpServer::aPlainClientOnTheTlsPortIsNoTrouble()
{
    HttpOptions options;
    options.workers = 1;
    options.endpoints = { { QHostAddress::LocalHost, 0, temporaryCertificate() }, HttpEndpoint() };
    const auto server = startServer(options, serverRoutes);
    RawClient client(server->port(0));
    client.send(get);
    QVERIFY(client.isClosed());
    QCOMPARE(RawClient(server->port(1)).exchange(get).status, 200);
}

void tst_HttpServer::stoppingLetsRunningRequestsEnd()
{
    auto server = startServer({}, serverRoutes);
    const quint16 port = server->port();
    RawClient idle(port);
    QCOMPARE(idle.exchange(get).status, 200);
    RawClient busy(port);
    busy.send("GET /slow HTTP/1.1\r\n" + host + "\r\n");
    RawClient sending(port);
    sending.send("PUT /ok HTTP/1.1\r\n" + host + "Content-Length: 10\r\n\r\n12345");
    QTest::qWait(50); // both have reached their worker
    QElapsedTimer clock;
    clock.start();
    const std::unique_ptr<QThread> stopper(QThread::create([&] { server->stop(); }));
    stopper->start();
    QVERIFY(idle.isClosed(1000));
    QVERIFY(clock.elapsed() < 1000);
    sending.send("67890");
    const RawReply sent = sending.reply();
    QCOMPARE(sent.status, 200);
    QCOMPARE(sent.header("Connection"), QByteArray("close"));
    const RawReply reply = busy.reply();
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.body.size(), 200'000);
    QVERIFY(busy.isClosed());
    QVERIFY(stopper->wait(3000)); // far less than stopMs: nothing was left
    QTcpSocket late;
    late.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    QVERIFY(!late.waitForConnected(500));
    server->stop(); // again: nothing
}

void tst_HttpServer::stoppingCutsWhatDoesNotEnd()
{
    HttpOptions options;
    options.timeouts.stopMs = 300;
    auto server = startServer(options, serverRoutes);
    RawClient waiting(server->port());
    waiting.send("GET /never HTTP/1.1\r\n" + host + "\r\n");
    RawClient halfway(server->port());
    halfway.send("PUT /ok HTTP/1.1\r\n" + host + "Content-Length: 10\r\n\r\n12345");
    QTest::qWait(50);
    QElapsedTimer clock;
    clock.start();
    server->stop();
    QVERIFY(clock.elapsed() < 1500);
    QCOMPARE(waiting.reply().status, 503);
    QVERIFY(waiting.isClosed());
    QVERIFY(halfway.isClosed());
}

void tst_HttpServer::stoppingUnderLoadTearsNoReply()
{
    HttpOptions options;
    options.workers = 2;
    auto server = startServer(options, serverRoutes);
    const quint16 port = server->port();
    std::atomic<int> whole = 0;
    std::atomic<int> torn = 0;
    std::vector<std::unique_ptr<QThread>> clients;
    for (int i = 0; i < 6; ++i) {
        clients.emplace_back(QThread::create([&, i] {
            const QByteArray path = i % 3 == 0 ? "/content" : i % 3 == 1 ? "/slow" : "/ok";
            const qint64 length = i % 3 == 0 ? 8 << 20 : i % 3 == 1 ? 200'000 : 22;
            for (;;) {
                RawClient client(port);
                if (client.socket().state() != QAbstractSocket::ConnectedState)
                    return;
                for (;;) {
                    client.send("GET " + path + " HTTP/1.1\r\n" + host + "\r\n");
                    const RawReply reply = client.reply();
                    if (reply.status == 0)
                        break; // closed between requests
                    ++(reply.status == 200 && reply.body.size() == length ? whole : torn);
                    if (reply.header("Connection") == "close")
                        break;
                }
            }
        }));
        clients.back()->start();
    }
    QTRY_VERIFY(whole > 50);
    server->stop();
    for (const auto &client : clients)
        QVERIFY(client->wait(10'000));
    QCOMPARE(torn.load(), 0);
}

void tst_HttpServer::requestsAreLoggedWithoutSecrets()
{
    static QMutex mutex;
    static QStringList lines;
    lines.clear();
    QLoggingCategory::setFilterRules(QStringLiteral("nephele.http.access.info=true"));
    const auto previous =
        qInstallMessageHandler([](QtMsgType, const QMessageLogContext &context, const QString &text) {
            const QMutexLocker lock(&mutex);
            if (qstrcmp(context.category, "nephele.http.access") == 0)
                lines.append(text);
        });
    {
        const auto server = startServer({}, serverRoutes);
        RawClient client(server->port());
        (void)client.exchange(
            "GET /ok?X-Auth-Token=s3cret HTTP/1.1\r\n" + host + "X-Auth-Token: s3cret\r\n\r\n");
        (void)client.exchange("GET /v2.0/tokens/s3cret HTTP/1.1\r\n" + host + "\r\n");
    }
    qInstallMessageHandler(previous);
    QLoggingCategory::setFilterRules({});
    QCOMPARE(lines.size(), 2);
    static const QRegularExpression form(
        QStringLiteral("^127\\.0\\.0\\.1 GET /ok 200 \\d+ \\d+ms req-[0-9a-f-]{36}$"));
    QVERIFY2(form.match(lines.at(0)).hasMatch(), qPrintable(lines.at(0)));
    QVERIFY(lines.at(1).contains(QStringLiteral(" /v2.0/tokens/... 404 ")));
    QVERIFY(!lines.join(QLatin1Char('\n')).contains(QStringLiteral("s3cret")));
}

namespace {

std::unique_ptr<HttpServer> coreServer(CoreOptions core)
{
    HttpOptions options;
    options.workers = 1;
    options.metrics = core.metrics = std::make_shared<HttpMetrics>();
    return startServer(options, [core](QObject *) { return std::vector<RouteTable> { coreRoutes(core) }; });
}

} // namespace

void tst_HttpServer::healthIsTold()
{
    std::atomic<bool> isWell = true;
    CoreOptions core;
    core.writeFacts = [](JsonWriter &json) { json.member("hypervisor", "qemu:///session"); };
    core.check = [&]() -> Result<> {
        return isWell ? Result<>() : unavailable(QStringLiteral("The database is away."));
    };
    const auto server = coreServer(core);
    RawClient client(server->port());
    const QByteArray ask = "GET /healthcheck HTTP/1.1\r\n" + host;
    QJsonObject facts = QJsonDocument::fromJson(client.exchange(ask + "\r\n").body).object();
    QCOMPARE(facts.value(QStringLiteral("status")).toString(), QStringLiteral("ok"));
    QCOMPARE(facts.value(QStringLiteral("hypervisor")).toString(), QStringLiteral("qemu:///session"));
    QVERIFY(facts.contains(QStringLiteral("version")));
    QCOMPARE(client.exchange(ask + "Accept: text/plain\r\n\r\n").body, QByteArray("OK\n"));
    isWell = false;
    const RawReply ill = client.exchange(ask + "\r\n");
    QCOMPARE(ill.status, 503);
    facts = QJsonDocument::fromJson(ill.body).object();
    QCOMPARE(facts.value(QStringLiteral("reason")).toString(), QStringLiteral("The database is away."));
}

void tst_HttpServer::metricsCount()
{
    CoreOptions core;
    core.moreMetrics = [] { return QByteArray("nephele_servers 3\n"); };
    const auto server = coreServer(core);
    RawClient client(server->port());
    (void)client.exchange("GET /healthcheck HTTP/1.1\r\n" + host + "\r\n");
    (void)client.exchange("GET /nothing HTTP/1.1\r\n" + host + "\r\n");
    (void)client.exchange("GET /nothing HTTP/1.1\r\n" + host + "\r\n");
    const RawReply reply = client.exchange("GET /metrics HTTP/1.1\r\n" + host + "\r\n");
    QCOMPARE(reply.status, 200);
    QVERIFY(reply.header("Content-Type").startsWith("text/plain; version=0.0.4"));
    for (const char *line : { "nephele_http_requests_total{status=\"2xx\"} 1\n",
             "nephele_http_requests_total{status=\"4xx\"} 2\n", "nephele_http_connections 1\n",
             "nephele_http_request_milliseconds_count 3\n",
             "nephele_http_request_milliseconds_bucket{le=\"+Inf\"} 3\n", "nephele_servers 3\n" })
        QVERIFY2(reply.body.contains(line), line);
}

void tst_HttpServer::metricsAreNotForStrangers()
{
    const auto server = coreServer({});
    RawClient client(server->port());
    const QByteArray ask = "GET /metrics HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\n" + host;
    QCOMPARE(client.exchange(ask + "\r\n").status, 403);
    QCOMPARE(client.exchange(ask + "X-Auth-Token: member\r\n\r\n").status, 403);
    QCOMPARE(client.exchange(ask + "X-Auth-Token: admin\r\n\r\n").status, 200);
}

void tst_HttpServer::browsersAreWelcomed()
{
    CoreOptions core;
    core.regionName = QStringLiteral("<here>");
    const auto server = coreServer(core);
    RawClient client(server->port());
    const RawReply page =
        client.exchange("GET / HTTP/1.1\r\nHost: localhost:99\r\nAccept: text/html\r\n\r\n");
    QCOMPARE(page.status, 200);
    QCOMPARE(page.header("Content-Type"), QByteArray("text/html; charset=UTF-8"));
    QVERIFY(page.header("Content-Security-Policy").startsWith("default-src 'none'"));
    QVERIFY(page.body.contains("export OS_AUTH_URL=http://localhost:99/identity/v3"));
    QVERIFY(page.body.contains("OS_REGION_NAME=&lt;here&gt;"));
    QVERIFY(!page.body.contains("${"));
    QCOMPARE(client.exchange("GET /favicon.ico HTTP/1.1\r\n" + host + "\r\n").status, 404);
}

NEPHELE_TEST(tst_HttpServer)
#include "tst_httpserver.moc"
