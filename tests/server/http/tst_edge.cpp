// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/http/httpfixture.h"
#include "tests/server/http/rawclient.h"
#include "tests/support/testregistry.h"

#include <QSemaphore>

using namespace nephele;
using namespace nephele::test;

// What the edge lets through and what it stops, byte by byte.
class tst_Edge : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void malformedRequestsAreRefused_data();
    void malformedRequestsAreRefused();
    void aHiddenSecondRequestIsNeverServed_data();
    void aHiddenSecondRequestIsNeverServed();
    void limitsHold_data();
    void limitsHold();
    void repliesKeepTheOrderOfRequests();
    void aRequestMayComeByteByByte();
    void everyVerbReachesItsRouteByName_data();
    void everyVerbReachesItsRouteByName();
    void theAddressArrivesAsSent_data();
    void theAddressArrivesAsSent();
    void oldVersionsCloseUnlessAskedNotTo();
    void goAheadComesOnlyAfterTheJudgement();
    void refusalsWithoutBodyKeepTheConnection();
    void aRefusalIsReadableWhileTheClientPushes();
    void everyReplyNamesItsRequest();
    void aReplyCannotBeSplit();
    void headHasTheLengthAndNoBody();
    void buffersOfAllRequestsAreBounded_data();
    void buffersOfAllRequestsAreBounded();
    void tooManyConnectionsAreToldSo();

private:
    QByteArray m_lastTarget;
    std::unique_ptr<HttpServer> m_server;
};

namespace {

Reply echo(const Request &request, const Caller &)
{
    return Response::text(200,
        request.method + ' ' + request.target + " body=" + QByteArray::number(request.body.size()) + ' '
            + request.headers.value("X-Edge-Ticket") + ' ' + request.baseUrl);
}

std::vector<RouteTable> edgeRoutes(QObject *context)
{
    const auto slow = [context](const Request &, const Caller &) -> Reply {
        return later(context, 150, Result<Response>(Response::text(200, "slow")));
    };
    const auto split = [](const Request &, const Caller &) -> Reply {
        Response response = Response::text(200, "x");
        response.headers.append("X-Name", "a\r\nSet-Cookie: b\r\n\r\nHTTP/1.1 200 OK");
        return response;
    };
    std::vector<Route> routes;
    routes.emplace_back("GET", "/slow", Right::Public, slow);
    routes.emplace_back("GET", "/split", Right::Public, split);
    routes.emplace_back("GET", "/member", Right::Member, echo);
    routes.emplace_back("PUT", "/member", Right::Member, echo);
    routes.emplace_back("GET", "/empty", Right::Public,
        [](const Request &, const Caller &) -> Reply { return Response::empty(204); });
    routes.emplace_back("POST", "/small", Right::Public, echo, BodyRule::buffered(1000));
    for (const char *verb : { "GET", "PUT", "POST", "DELETE", "COPY", "MOVE", "PATCH", "OPTIONS", "BREW" })
        routes.emplace_back(verb, "/echo/{rest...}", Right::Public, echo);
    return { plainTable(std::move(routes)) };
}

const QByteArray host = "Host: localhost\r\n";

} // namespace

void tst_Edge::initTestCase()
{
    HttpOptions options;
    options.workers = 2;
    options.timeouts.lingerMs = 300;
    m_server = startServer(options, edgeRoutes);
    QVERIFY(m_server);
    QVERIFY(m_server->port() > 0);
}

void tst_Edge::malformedRequestsAreRefused_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<int>("status");
    const auto post = [](const QByteArray &fields) { return "POST /echo/a HTTP/1.1\r\n" + host + fields; };
    QTest::addRow("TLS hello") << QByteArray("\x16\x03\x01\x02\x00\x01\r\n\r\n", 10) << 400;
    QTest::addRow("no host") << QByteArray("GET /echo/a HTTP/1.1\r\n\r\n") << 400;
    QTest::addRow("two hosts") << QByteArray("GET /echo/a HTTP/1.1\r\nHost: localhost\r\nHost: a\r\n\r\n")
                               << 400;
    QTest::addRow("blank in host") << QByteArray("GET /echo/a HTTP/1.1\r\nHost: local host\r\n\r\n") << 400;
    QTest::addRow("foreign host") << QByteArray("GET /echo/a HTTP/1.1\r\nHost: evil.example\r\n\r\n") << 421;
    QTest::addRow("foreign address") << QByteArray("GET /echo/a HTTP/1.1\r\nHost: 192.0.2.7\r\n\r\n") << 421;
    QTest::addRow("length and chunked")
        << post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") << 400;
    QTest::addRow("chunked and length")
        << post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n") << 400;
    QTest::addRow("two lengths") << post("Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc") << 400;
    QTest::addRow("lengths in a list") << post("Content-Length: 3, 4\r\n\r\nabc") << 400;
    QTest::addRow("length with sign") << post("Content-Length: +3\r\n\r\nabc") << 400;
    QTest::addRow("negative length") << post("Content-Length: -3\r\n\r\nabc") << 400;
    QTest::addRow("length in hex") << post("Content-Length: 0x3\r\n\r\nabc") << 400;
    QTest::addRow("length beyond 64 bits") << post("Content-Length: 99999999999999999999\r\n\r\n") << 400;
    QTest::addRow("length of 63 bits") << post("Content-Length: 9223372036854775807\r\n\r\n") << 413;
    QTest::addRow("bad chunk size") << post("Transfer-Encoding: chunked\r\n\r\nzz\r\n") << 400;
    QTest::addRow("huge chunk size") << post("Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n")
                                     << 400;
    QTest::addRow("chunk without end") << post("Transfer-Encoding: chunked\r\n\r\n2\r\nabXX0\r\n\r\n") << 400;
    QTest::addRow("other coding") << post("Transfer-Encoding: gzip\r\n\r\n") << 501;
    QTest::addRow("coding before chunked")
        << post("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n") << 501;
    QTest::addRow("chunked twice") << post(
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                                   << 400;
    QTest::addRow("chunked in HTTP/1.0")
        << QByteArray("POST /echo/a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") << 400;
    QTest::addRow("blank before colon")
        << QByteArray("GET /echo/a HTTP/1.1\r\nHost : localhost\r\n\r\n") << 400;
    QTest::addRow("NUL in value") << QByteArray("GET /echo/a HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
        50) << 400;
    QTest::addRow("no name") << QByteArray("GET /echo/a HTTP/1.1\r\nHost: localhost\r\n: a\r\n\r\n") << 400;
    QTest::addRow("HTTP/3.0") << "GET /echo/a HTTP/3.0\r\n" + host + "\r\n" << 505;
    QTest::addRow("bare line feeds") << QByteArray("GET /echo/a HTTP/1.1\nHost: localhost\n\n") << 505;
    QTest::addRow("other expectation") << "GET /echo/a HTTP/1.1\r\n" + host + "Expect: x\r\n\r\n" << 417;
    QTest::addRow("no slash") << "GET echo/a HTTP/1.1\r\n" + host + "\r\n" << 400;
    QTest::addRow("CONNECT") << "CONNECT localhost:80 HTTP/1.1\r\n" + host + "\r\n" << 400;
    QTest::addRow("bytes that are no UTF-8") << "GET /echo/%ff HTTP/1.1\r\n" + host + "\r\n" << 400;
    QTest::addRow("NUL in the address") << "GET /echo/a%00b HTTP/1.1\r\n" + host + "\r\n" << 400;
}

void tst_Edge::malformedRequestsAreRefused()
{
    QFETCH(QByteArray, sent);
    QFETCH(int, status);
    RawClient client(m_server->port());
    const RawReply reply = client.exchange(sent);
    QCOMPARE(reply.status, status);
    QVERIFY(reply.body.contains("\"error\""));
    QVERIFY(!reply.header("X-Openstack-Request-Id").isEmpty());
    // And the server still serves.
    RawClient next(m_server->port());
    QCOMPARE(next.exchange("GET /echo/b HTTP/1.1\r\n" + host + "\r\n").status, 200);
}

void tst_Edge::aHiddenSecondRequestIsNeverServed_data()
{
    QTest::addColumn<QByteArray>("sent");
    const QByteArray hidden = "GET /echo/hidden HTTP/1.1\r\n" + host + "\r\n";
    QByteArray fields;
    for (int i = 0; i < 120; ++i)
        fields += "X-" + QByteArray::number(i) + ": 1\r\n";
    const QByteArray length = "Content-Length: " + QByteArray::number(hidden.size()) + "\r\n";
    const auto post = [](const QByteArray &more) { return "POST /echo/a HTTP/1.1\r\n" + host + more; };
    QTest::addRow("body after 120 fields") << post(fields + length + "\r\n" + hidden);
    QTest::addRow("length and chunked")
        << post(length + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden);
    QTest::addRow("coding with blanks")
        << post(length + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden);
    QTest::addRow("unknown coding") << post(length + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden);
    QTest::addRow("two lengths") << post("Content-Length: 0\r\n" + length + "\r\n" + hidden);
    QTest::addRow("folded line") << post("X: a\r\n Content-Length: 0\r\n" + length + "\r\n" + hidden);
    QTest::addRow("plain body") << post(length + "\r\n" + hidden);
    QTest::addRow("expectation refused") << post("Expect: 200-maybe\r\n" + length + "\r\n" + hidden);
    QTest::addRow("refused small body") << "PUT /member HTTP/1.1\r\n" + host + length + "\r\n" + hidden;
    QTest::addRow("edge's own field") << post("X-Edge-Ticket: 1\r\n" + length + "\r\n" + hidden);
}

void tst_Edge::aHiddenSecondRequestIsNeverServed()
{
    QFETCH(QByteArray, sent);
    RawClient client(m_server->port());
    client.send(sent);
    const QByteArray all = client.rest(600);
    QCOMPARE(all.count("HTTP/1.1 "), 1);
    QVERIFY(!all.contains("/echo/hidden"));
}

void tst_Edge::limitsHold_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<int>("status");
    const auto get = [](const QByteArray &fields) { return "GET /echo/a HTTP/1.1\r\n" + host + fields; };
    QByteArray fields;
    for (int i = 0; i < 127; ++i)
        fields += "X-" + QByteArray::number(i) + ": 1\r\n";
    QTest::addRow("128 fields") << get(fields + "\r\n") << 200;
    QTest::addRow("129 fields") << get(fields + "X: 1\r\n\r\n") << 431;
    QTest::addRow("field of 15 KiB") << get("X: " + QByteArray(15 * 1024, 'a') + "\r\n\r\n") << 200;
    QTest::addRow("field of 17 KiB") << get("X: " + QByteArray(17 * 1024, 'a') + "\r\n\r\n") << 431;
    QTest::addRow("endless field") << get("X: " + QByteArray(40 * 1024, 'a')) << 431;
    const auto address = [](int size) {
        return "GET /echo/" + QByteArray(size - 6, 'a') + " HTTP/1.1\r\n" + host + "\r\n";
    };
    QTest::addRow("address of 8 KiB") << address(8 * 1024) << 200;
    QTest::addRow("address of 8 KiB and a byte") << address(8 * 1024 + 1) << 414;
    const auto body = [](int size) {
        return "POST /small HTTP/1.1\r\n" + host + "Content-Length: " + QByteArray::number(size) + "\r\n\r\n"
            + QByteArray(size, 'a');
    };
    QTest::addRow("body at the limit") << body(1000) << 200;
    QTest::addRow("body over the limit") << body(1001) << 413;
    QTest::addRow("chunks over the limit")
        << "POST /small HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1f4\r\n"
            + QByteArray(500, 'a') + "\r\n1f5\r\n" + QByteArray(501, 'a') + "\r\n0\r\n\r\n"
        << 413;
    QTest::addRow("chunks at the limit") << "POST /small HTTP/1.1\r\n" + host
            + "Transfer-Encoding: chunked\r\n\r\n1f4\r\n" + QByteArray(500, 'a') + "\r\n1f4;x=y\r\n"
            + QByteArray(500, 'a') + "\r\n0\r\nX-Trailer: 1\r\n\r\n"
                                         << 200;
    QTest::addRow("endless chunk extension") << "POST /small HTTP/1.1\r\n" + host
            + "Transfer-Encoding: chunked\r\n\r\n1;"
            + QByteArray(200'000, 'a') << 400;
}

void tst_Edge::limitsHold()
{
    QFETCH(QByteArray, sent);
    QFETCH(int, status);
    RawClient client(m_server->port());
    QCOMPARE(client.exchange(sent).status, status);
}

void tst_Edge::repliesKeepTheOrderOfRequests()
{
    RawClient client(m_server->port());
    const QByteArray block(300'000, 'b');
    client.send("GET /echo/1 HTTP/1.1\r\n" + host + "\r\n" + "GET /slow HTTP/1.1\r\n" + host + "\r\n"
        + "\r\n\r\nPUT /echo/3 HTTP/1.1\r\n" + host + "Content-Length: 300000\r\n\r\n" + block
        + "GET /nothing HTTP/1.1\r\n" + host + "\r\n" + "POST /echo/5 HTTP/1.1\r\n" + host
        + "Transfer-Encoding: chunked\r\n\r\n3e8;ext=1\r\n" + block.left(1000) + "\r\n0\r\nX-T: 1\r\n\r\n"
        + "COPY /echo/6 HTTP/1.1\r\n" + host + "\r\n" + "GET /echo/7 HTTP/1.1\r\nConnection: close\r\n" + host
        + "\r\n");
    QVERIFY(client.reply().body.startsWith("GET /echo/1 body=0"));
    QCOMPARE(client.reply().body, QByteArray("slow"));
    QVERIFY(client.reply().body.startsWith("PUT /echo/3 body=300000"));
    QCOMPARE(client.reply().status, 404);
    QVERIFY(client.reply().body.startsWith("POST /echo/5 body=1000"));
    QVERIFY(client.reply().body.startsWith("COPY /echo/6"));
    const RawReply last = client.reply();
    QVERIFY(last.body.startsWith("GET /echo/7"));
    QCOMPARE(last.header("Connection"), QByteArray("close"));
    QVERIFY(client.isClosed());
}

void tst_Edge::aRequestMayComeByteByByte()
{
    RawClient client(m_server->port());
    const QByteArray sent = "PUT /echo/x HTTP/1.1\r\n" + host
        + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n";
    for (const char c : sent)
        client.send(QByteArray(1, c));
    QVERIFY(client.reply().body.startsWith("PUT /echo/x body=11"));
}

void tst_Edge::everyVerbReachesItsRouteByName_data()
{
    QTest::addColumn<QByteArray>("verb");
    for (const char *verb : { "GET", "PUT", "POST", "DELETE", "COPY", "MOVE", "PATCH", "OPTIONS", "BREW" })
        QTest::addRow("%s", verb) << QByteArray(verb);
}

void tst_Edge::everyVerbReachesItsRouteByName()
{
    QFETCH(QByteArray, verb);
    RawClient client(m_server->port());
    const RawReply reply = client.exchange(verb + " /echo/a?b=c HTTP/1.1\r\n" + host + "\r\n");
    QCOMPARE(reply.status, 200);
    QVERIFY(reply.body.startsWith(verb + " /echo/a?b=c "));
}

void tst_Edge::theAddressArrivesAsSent_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("arrived");
    QTest::addRow("two slashes") << QByteArray("/echo//a//b/") << QByteArray("/echo//a//b/");
    QTest::addRow("escapes") << QByteArray("/echo/%2F%25?x=%20") << QByteArray("/echo/%2F%25?x=%20");
    QTest::addRow("raw UTF-8") << QByteArray("/echo/\xc3\xa4") << QByteArray("/echo/\xc3\xa4");
    QTest::addRow("dots") << QByteArray("/echo/../a") << QByteArray("/echo/../a");
    QTest::addRow("odd characters") << QByteArray("/echo/a\"<>|{}") << QByteArray("/echo/a\"<>|{}");
    QTest::addRow("absolute form") << QByteArray("http://localhost:1/echo/a?b") << QByteArray("/echo/a?b");
}

void tst_Edge::theAddressArrivesAsSent()
{
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, arrived);
    RawClient client(m_server->port());
    const RawReply reply = client.exchange("GET " + sent + " HTTP/1.1\r\n" + host + "\r\n");
    QCOMPARE(reply.status, 200);
    QVERIFY2(reply.body.startsWith("GET " + arrived + " "), reply.body.constData());
}

void tst_Edge::oldVersionsCloseUnlessAskedNotTo()
{
    RawClient closing(m_server->port());
    QCOMPARE(closing.exchange("GET /echo/a HTTP/1.0\r\n\r\n").status, 200);
    QVERIFY(closing.isClosed());
    RawClient staying(m_server->port());
    const QByteArray ask = "GET /echo/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    QCOMPARE(staying.exchange(ask).header("Connection"), QByteArray("keep-alive"));
    QCOMPARE(staying.exchange(ask).status, 200);
}

void tst_Edge::goAheadComesOnlyAfterTheJudgement()
{
    const QByteArray ask =
        "PUT /member HTTP/1.1\r\n" + host + "Content-Length: 5\r\nExpect: 100-continue\r\n";
    RawClient welcome(m_server->port());
    welcome.send(ask + "X-Auth-Token: member\r\n\r\n");
    QCOMPARE(welcome.reply().status, 100);
    QVERIFY(welcome.exchange("12345").body.contains("body=5"));
    QCOMPARE(welcome.exchange("GET /echo/a HTTP/1.1\r\n" + host + "\r\n").status, 200);

    RawClient stranger(m_server->port());
    const RawReply refused = stranger.exchange(ask + "X-Auth-Token: nobody\r\n\r\n");
    QCOMPARE(refused.status, 401);
    QVERIFY(refused.header("WWW-Authenticate").startsWith("Keystone uri=\"http://localhost"));
    QCOMPARE(refused.header("Connection"), QByteArray("close"));
    QVERIFY(stranger.isClosed());
}

void tst_Edge::refusalsWithoutBodyKeepTheConnection()
{
    RawClient client(m_server->port());
    const QByteArray ask = "GET /member HTTP/1.1\r\n" + host + "\r\n";
    QCOMPARE(client.exchange(ask).status, 401);
    QCOMPARE(client.exchange(ask).status, 401);
    // A small body is read and dropped, so that an expired token costs no new connection.
    QCOMPARE(client.exchange("PUT /member HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc").status, 401);
    QCOMPARE(client.exchange("GET /echo/a HTTP/1.1\r\n" + host + "\r\n").status, 200);
}

void tst_Edge::aRefusalIsReadableWhileTheClientPushes()
{
    RawClient client(m_server->port());
    client.send("PUT /member HTTP/1.1\r\n" + host + "Content-Length: 16000000\r\n\r\n");
    for (int i = 0; i < 16; ++i)
        client.socket().write(QByteArray(1'000'000, 'z'));
    client.flush(1000);
    QCOMPARE(client.reply("PUT").status, 401);
}

void tst_Edge::everyReplyNamesItsRequest()
{
    RawClient client(m_server->port());
    QSet<QByteArray> ids;
    for (const char *path : { "/echo/a", "/nothing", "/member", "/empty" }) {
        const RawReply reply = client.exchange("GET " + QByteArray(path) + " HTTP/1.1\r\n" + host + "\r\n");
        const QByteArray id = reply.header("X-Openstack-Request-Id");
        QVERIFY(id.startsWith("req-"));
        QCOMPARE(id.size(), 40);
        QVERIFY(reply.header("Date").endsWith(" GMT"));
        ids.insert(id);
    }
    QCOMPARE(ids.size(), 4);
}

void tst_Edge::aReplyCannotBeSplit()
{
    RawClient client(m_server->port());
    client.send("GET /split HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n");
    const QByteArray all = client.rest();
    QCOMPARE(all.count("\r\nHTTP/1.1"), 0);
    QCOMPARE(all.count("\r\nSet-Cookie"), 0);
}

void tst_Edge::headHasTheLengthAndNoBody()
{
    RawClient client(m_server->port());
    const RawReply reply = client.exchange("HEAD /echo/a HTTP/1.1\r\n" + host + "\r\n", "HEAD");
    QCOMPARE(reply.status, 200);
    QVERIFY(reply.header("Content-Length").toInt() > 0);
    QCOMPARE(client.exchange("GET /echo/a HTTP/1.1\r\n" + host + "\r\n").status, 200);
    const RawReply empty = client.exchange("GET /empty HTTP/1.1\r\n" + host + "\r\n");
    QCOMPARE(empty.status, 204);
    QVERIFY(!empty.headers.contains("Content-Length"));
    QCOMPARE(client.exchange("GET /echo/a HTTP/1.1\r\n" + host + "\r\n").status, 200);
}

void tst_Edge::buffersOfAllRequestsAreBounded_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("otherToken");
    QTest::addRow("with a token") << QByteArray("X-Auth-Token: member\r\n") << QByteArray();
    QTest::addRow("strangers") << QByteArray() << QByteArray("X-Auth-Token: member\r\n");
}

// Strangers have a bound of their own: they cannot take the memory of those who say who they are.
void tst_Edge::buffersOfAllRequestsAreBounded()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, otherToken);
    HttpOptions options;
    options.workers = 2;
    options.limits.bufferedBytesInAll = 100'000;
    options.limits.strangersBytesInAll = 100'000;
    const auto server = startServer(options, edgeRoutes);
    const auto put = [](const QByteArray &field) {
        return "PUT /echo/a HTTP/1.1\r\n" + host + field + "Content-Length: 80000\r\n\r\n";
    };
    const QByteArray ask = put(token);
    RawClient first(server->port());
    first.send(ask + QByteArray(79'000, 'a')); // and waits
    RawClient second(server->port());
    RawReply reply;
    // Until the first one's bytes have arrived the second may still pass.
    QTRY_VERIFY_WITH_TIMEOUT(
        (reply = RawClient(server->port()).exchange(ask + QByteArray(80'000, 'b'), "PUT")).status == 503,
        5000);
    QCOMPARE(reply.header("Retry-After"), QByteArray("1"));
    QCOMPARE(RawClient(server->port()).exchange(put(otherToken) + QByteArray(80'000, 'b')).status, 200);
    QCOMPARE(first.exchange(QByteArray(1000, 'a')).status, 200);
    // What the first held is free again.
    QCOMPARE(second.exchange(ask + QByteArray(80'000, 'b')).status, 200);
}

void tst_Edge::tooManyConnectionsAreToldSo()
{
    HttpOptions options;
    options.workers = 2;
    options.limits.connections = 5;
    const auto server = startServer(options, edgeRoutes);
    const QByteArray ask = "GET /echo/a HTTP/1.1\r\n" + host + "\r\n";
    std::vector<std::unique_ptr<RawClient>> clients;
    int served = 0;
    int refused = 0;
    for (int i = 0; i < 9; ++i) {
        clients.push_back(std::make_unique<RawClient>(server->port()));
        const RawReply reply = clients.back()->exchange(ask);
        served += reply.status == 200;
        refused += reply.status == 503 && reply.headers.contains("Retry-After");
    }
    QCOMPARE(served, 5);
    QCOMPARE(refused, 4);
    clients.clear();
    QTRY_COMPARE(RawClient(server->port()).exchange(ask).status, 200);
}

NEPHELE_TEST(tst_Edge)
#include "tst_edge.moc"
