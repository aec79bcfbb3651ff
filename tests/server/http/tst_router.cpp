// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/router.h"
#include "tests/server/http/httpfixture.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace nephele::test;

Q_DECLARE_METATYPE(nephele::Face)
Q_DECLARE_METATYPE(nephele::Right)
Q_DECLARE_METATYPE(nephele::FaultForm)

class tst_Router : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void addressesFindTheirRoute_data();
    void addressesFindTheirRoute();
    void wrongAddressesSpeakTheirFace_data();
    void wrongAddressesSpeakTheirFace();
    void wrongMethodsTellTheRightOnes();
    void rightsHold_data();
    void rightsHold();
    void synnefoTokensMayComeInTheQuery();
    void hostsAreThoseOfThisMachine_data();
    void hostsAreThoseOfThisMachine();
    void pagesOfOthersMayNotConnect_data();
    void pagesOfOthersMayNotConnect();
    void queriesAreForms_data();
    void queriesAreForms();
    void formatsAreChosenInOrder_data();
    void formatsAreChosenInOrder();

private:
    Judgement judge(const QByteArray &method, const QByteArray &target, const QByteArray &token = "admin");

    NamedTokens m_tokens;
    std::unique_ptr<AllowedHosts> m_hosts;
    std::unique_ptr<Router> m_router;
    Request m_request;
};

namespace {

Route route(const char *method, const char *pattern, Right right = Right::Public)
{
    return Route(
        method, pattern, right, [name = QByteArray(pattern)](const Request &, const Caller &) -> Reply {
            return Response::text(200, name);
        });
}

} // namespace

void tst_Router::init()
{
    m_hosts = std::make_unique<AllowedHosts>(
        "https://cloud.example.org:8443", QStringList { QStringLiteral("other.example.org") });
    std::vector<RouteTable> tables;
    tables.push_back({ "", Face::OpenStack, FaultForm::Nephele, {}, {} });
    tables.back().routes.push_back(route("GET", "/"));
    tables.back().routes.push_back(route("GET", "/info"));
    tables.push_back({ "/compute/v2.1", Face::OpenStack, FaultForm::Nova, {}, {} });
    for (const auto &[method, pattern] : { std::pair("GET", "/servers"), { "POST", "/servers" },
             { "GET", "/servers/detail" }, { "GET", "/servers/{id}" }, { "DELETE", "/servers/{id}" },
             { "POST", "/servers/{id}/action" }, { "HEAD", "/probe" }, { "GET", "/probe" } })
        tables.back().routes.push_back(route(method, pattern));
    tables.push_back({ "/compute", Face::OpenStack, FaultForm::Nova, {}, {} });
    tables.back().routes.push_back(route("GET", "/"));
    tables.push_back({ "/cyclades/compute/v2.0", Face::Synnefo, FaultForm::Cyclades, {}, {} });
    tables.back().routes.push_back(route("GET", "/servers/{id}", Right::Reader));
    tables.push_back({ "/astakos", Face::Synnefo, FaultForm::Astakos, {}, {} });
    tables.push_back({ "/network", Face::OpenStack, FaultForm::Neutron, {}, {} });
    tables.push_back({ "/v1", Face::OpenStack, FaultForm::Swift, {}, {} });
    tables.back().routes.push_back(route("GET", "/{account}"));
    tables.back().routes.push_back(route("GET", "/{account}/{container}"));
    tables.back().routes.push_back(route("GET", "/{account}/{container}/{object...}"));
    tables.push_back({ "/pithos/object-store/v1", Face::Synnefo, FaultForm::Pithos, {}, {} });
    tables.back().routes.push_back(route("GET", "/{account}/{container}/{object...}"));
    tables.push_back({ "/rights", Face::OpenStack, FaultForm::Nephele, {}, {} });
    tables.back().routes.push_back(route("GET", "/public", Right::Public));
    tables.back().routes.push_back(route("GET", "/signedin", Right::SignedIn));
    tables.back().routes.push_back(route("GET", "/reader", Right::Reader));
    tables.back().routes.push_back(route("GET", "/member", Right::Member));
    tables.back().routes.push_back(route("GET", "/admin", Right::Admin));
    m_router = std::make_unique<Router>(std::move(tables), m_tokens, Router::Options { {}, m_hosts.get() });
}

Judgement tst_Router::judge(const QByteArray &method, const QByteArray &target, const QByteArray &token)
{
    m_request = Request();
    m_request.id = "req-1";
    m_request.method = method;
    m_request.target = target;
    m_request.path = target.split('?').first();
    m_request.headers.append("Host", "localhost:5080");
    if (!token.isEmpty())
        m_request.headers.append("X-Auth-Token", token);
    return m_router->judge(m_request, QHostAddress(QHostAddress::LocalHost));
}

void tst_Router::addressesFindTheirRoute_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QString>("parameter"); // the last one
    const auto row = [](const char *method, const char *target, const char *pattern,
                         const QString &parameter) {
        QTest::addRow("%s %s", method, target)
            << QByteArray(method) << QByteArray(target) << QByteArray(pattern) << parameter;
    };
    row("GET", "/", "/", {});
    row("GET", "/compute/v2.1/servers", "/servers", {});
    row("GET", "/compute/v2.1/servers/", "/servers", {});
    row("GET", "/compute/v2.1/servers?limit=1", "/servers", {});
    row("HEAD", "/compute/v2.1/servers", "/servers", {});
    row("HEAD", "/compute/v2.1/probe", "/probe", {});
    row("GET", "/compute/v2.1/servers/detail", "/servers/detail", {});
    row("GET", "/compute/v2.1/servers/de%74ail", "/servers/detail", {});
    row("GET", "/compute/v2.1/servers/a%2Fb", "/servers/{id}", QStringLiteral("a/b"));
    row("GET", "/compute/v2.1/servers/%C3%A4", "/servers/{id}", QStringLiteral("\u00e4"));
    row("GET", "/compute/v2.1/servers/x.json", "/servers/{id}", QStringLiteral("x.json"));
    row("POST", "/compute/v2.1/servers/7/action", "/servers/{id}/action", QStringLiteral("7"));
    row("GET", "/compute", "/", {});
    row("GET", "/compute/", "/", {});
    row("GET", "/cyclades/compute/v2.0/servers/7.json", "/servers/{id}", QStringLiteral("7"));
    row("GET", "/cyclades/compute/v2.0/servers/7.xml", "/servers/{id}", QStringLiteral("7"));
    row("GET", "/v1/AUTH_a", "/{account}", QStringLiteral("AUTH_a"));
    row("GET", "/v1/AUTH_a/c/", "/{account}/{container}", QStringLiteral("c"));
    row("GET", "/v1/AUTH_a/c/o", "/{account}/{container}/{object...}", QStringLiteral("o"));
    row("GET", "/v1/AUTH_a/c/dir/", "/{account}/{container}/{object...}", QStringLiteral("dir/"));
    row("GET", "/v1/AUTH_a/c//x//y", "/{account}/{container}/{object...}", QStringLiteral("/x//y"));
    row("GET", "/v1/AUTH_a/c/a%2Fb%3F", "/{account}/{container}/{object...}", QStringLiteral("a/b?"));
    row("GET", "/v1/AUTH_a/c/../x", "/{account}/{container}/{object...}", QStringLiteral("../x"));
    row("GET", "/pithos/object-store/v1/a/c/o.xml", "/{account}/{container}/{object...}",
        QStringLiteral("o.xml"));
}

void tst_Router::addressesFindTheirRoute()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, pattern);
    QFETCH(QString, parameter);
    const Judgement judgement = judge(method, target);
    QVERIFY2(!judgement.refusal, qPrintable(judgement.refusal ? judgement.refusal->message : QString()));
    QCOMPARE(judgement.route->pattern, pattern);
    QCOMPARE(m_request.parameters.isEmpty() ? QString() : m_request.parameters.last().second, parameter);
    if (method == "HEAD" && pattern == "/probe")
        QCOMPARE(judgement.route->method, QByteArray("HEAD"));
}

void tst_Router::wrongAddressesSpeakTheirFace_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("status");
    QTest::addColumn<FaultForm>("form");
    const auto row = [](const char *target, int status, FaultForm form) {
        QTest::addRow("%s", target) << QByteArray(target) << status << form;
    };
    row("/nothing", 404, FaultForm::Nephele);
    row("/favicon.ico", 404, FaultForm::Nephele);
    row("/computer", 404, FaultForm::Nephele);
    row("/compute/v2.1/serverz", 404, FaultForm::Nova);
    row("/compute/v2.1/servers/7/action/more", 404, FaultForm::Nova);
    row("/compute/v2.1/servers//action", 404, FaultForm::Nova);
    row("/compute/v9", 404, FaultForm::Nova);
    row("/cyclades/compute/v2.0/nothing", 400, FaultForm::Cyclades);
    row("/astakos/nothing", 400, FaultForm::Astakos);
    row("/network/nothing", 404, FaultForm::Neutron);
    row("/pithos/object-store/v1/", 404, FaultForm::Pithos);
    row("/v1/AUTH_a/%ff", 400, FaultForm::Swift);
    row("/v1/AUTH_a/c/a%00b", 400, FaultForm::Swift);
}

void tst_Router::wrongAddressesSpeakTheirFace()
{
    QFETCH(QByteArray, target);
    QFETCH(int, status);
    QFETCH(FaultForm, form);
    const Judgement judgement = judge("GET", target);
    QVERIFY(judgement.refusal);
    QCOMPARE(judgement.refusal->status, status);
    QCOMPARE(int(judgement.faults), int(form));
}

void tst_Router::wrongMethodsTellTheRightOnes()
{
    const Judgement nova = judge("PATCH", "/compute/v2.1/servers/7");
    QCOMPARE(nova.refusal->status, 405);
    QCOMPARE(nova.refusal->name, QByteArray("badMethod"));
    QCOMPARE(nova.refusal->headers.value("Allow"), QByteArray("DELETE, GET, HEAD"));
    const Judgement cyclades = judge("PUT", "/cyclades/compute/v2.0/servers/7");
    QCOMPARE(cyclades.refusal->status, 405);
    QCOMPARE(cyclades.refusal->name, QByteArray("notAllowed"));
    QCOMPARE(cyclades.refusal->headers.value("Allow"), QByteArray("GET, HEAD"));
}

void tst_Router::rightsHold_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QList<int>>("statuses"); // public, signed in, reader, member, admin
    const auto row = [](const char *token, QList<int> statuses) {
        QTest::addRow("%s", *token ? token : "no token") << QByteArray(token) << statuses;
    };
    row("", { 200, 401, 401, 401, 401 });
    row("nobody", { 200, 401, 401, 401, 401 });
    row("unscoped", { 200, 200, 403, 403, 403 });
    row("reader", { 200, 200, 200, 403, 403 });
    row("member", { 200, 200, 200, 200, 403 });
    row("manager", { 200, 200, 200, 200, 403 });
    row("admin", { 200, 200, 200, 200, 200 });
}

void tst_Router::rightsHold()
{
    QFETCH(QByteArray, token);
    QFETCH(QList<int>, statuses);
    QList<int> got;
    for (const char *right : { "public", "signedin", "reader", "member", "admin" }) {
        const Judgement judgement = judge("GET", "/rights/" + QByteArray(right), token);
        got.append(judgement.refusal ? judgement.refusal->status : 200);
        // A good token is recognised on open routes too.
        if (!judgement.refusal)
            QCOMPARE(judgement.caller.isAnonymous(), token.isEmpty() || token == "nobody");
    }
    QCOMPARE(got, statuses);
}

void tst_Router::synnefoTokensMayComeInTheQuery()
{
    const QByteArray server = "/cyclades/compute/v2.0/servers/7";
    QVERIFY(!judge("GET", server + "?X-Auth-Token=member", {}).refusal);
    // The query is looked at first.
    QCOMPARE(judge("GET", server + "?X-Auth-Token=nobody", "member").refusal->status, 401);
    QCOMPARE(judge("GET", "/rights/reader?X-Auth-Token=member", {}).refusal->status, 401);
}

void tst_Router::hostsAreThoseOfThisMachine_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<int>("status"); // 200: taken
    const auto row = [](const QByteArray &field, int status) {
        QTest::addRow("%s", field.constData()) << field << status;
    };
    row("localhost", 200);
    row("LocalHost:99", 200);
    row("127.0.0.1:5080", 200);
    row("127.8.8.8", 200);
    row("[::1]:5080", 200);
    row("localhost.", 200);
    row("a.localhost", 200);
    row("cloud.example.org", 200);
    row("other.example.org:1", 200);
    row(QSysInfo::machineHostName().toUtf8(), 200);
    row("198.51.100.9", 200); // the address the connection came in on
    row("198.51.100.10", 421);
    row("evil.example", 421);
    row("localhost.evil.example", 421);
    row("2130706433", 421);
    row("[2001:db8::1]", 421);
    row("a b", 400);
    row("localhost:x", 400);
    row("localhost:123456", 400);
    row("[::1", 400);
    row("[localhost]", 400);
    row("a@localhost", 400);
    row("localhost/evil", 400);
}

void tst_Router::hostsAreThoseOfThisMachine()
{
    QFETCH(QByteArray, field);
    QFETCH(int, status);
    Request request;
    request.method = "GET";
    request.target = request.path = "/info";
    request.headers.append("Host", field);
    const Judgement judgement = m_router->judge(request, QHostAddress(QStringLiteral("198.51.100.9")));
    QCOMPARE(judgement.refusal ? judgement.refusal->status : 200, status);
    if (status == 200)
        QCOMPARE(request.baseUrl, "http://" + field.toLower());
}

void tst_Router::pagesOfOthersMayNotConnect_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("allowed");
    QTest::addRow("no browser") << QByteArray() << true;
    QTest::addRow("same host") << QByteArray("http://localhost:5080") << true;
    QTest::addRow("same host over TLS") << QByteArray("https://localhost:5080") << true;
    QTest::addRow("other port") << QByteArray("http://localhost:5081") << false;
    QTest::addRow("configured") << QByteArray("https://cloud.example.org:8443") << true;
    QTest::addRow("foreign") << QByteArray("http://evil.example") << false;
    QTest::addRow("foreign that begins well") << QByteArray("http://localhost:5080.evil.example") << false;
    QTest::addRow("null") << QByteArray("null") << false;
}

void tst_Router::pagesOfOthersMayNotConnect()
{
    QFETCH(QByteArray, origin);
    QFETCH(bool, allowed);
    QCOMPARE(m_hosts->allowsOrigin(origin, "localhost:5080"), allowed);
}

void tst_Router::queriesAreForms_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QStringList>("flat");
    const auto row = [](const char *query, QStringList flat) {
        QTest::addRow("%s", *query ? query : "empty") << QByteArray(query) << flat;
    };
    using S = QStringList;
    row("", S {});
    row("a=b", S { QStringLiteral("a"), QStringLiteral("b") });
    row("a", S { QStringLiteral("a"), QString() });
    row("a=", S { QStringLiteral("a"), QString() });
    row("&&a=b&", S { QStringLiteral("a"), QStringLiteral("b") });
    row("a=b=c", S { QStringLiteral("a"), QStringLiteral("b=c") });
    row("a+b=c%2Bd%20e", S { QStringLiteral("a b"), QStringLiteral("c+d e") });
    row("x=1&x=2", S { QStringLiteral("x"), QStringLiteral("1"), QStringLiteral("x"), QStringLiteral("2") });
    row("%61%3D=%26", S { QStringLiteral("a="), QStringLiteral("&") });
}

void tst_Router::queriesAreForms()
{
    QFETCH(QByteArray, query);
    QFETCH(QStringList, flat);
    QStringList got;
    for (const auto &[name, value] : queryItemsOf(query))
        got << name << value;
    QCOMPARE(got, flat);
}

void tst_Router::formatsAreChosenInOrder_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("accept");
    QTest::addColumn<int>("compute"); // JSON or XML
    QTest::addColumn<int>("listing"); // text, JSON or XML
    constexpr int json = int(ReplyFormat::Json);
    constexpr int xml = int(ReplyFormat::Xml);
    constexpr int text = int(ReplyFormat::Text);
    const auto row = [](const char *target, const char *accept, int compute, int listing) {
        QTest::addRow("%s %s", target, accept)
            << QByteArray(target) << QByteArray(accept) << compute << listing;
    };
    row("/a", "", json, text);
    row("/a?format=xml", "application/json", xml, xml);
    row("/a.xml?format=json", "", json, json);
    row("/a.xml", "application/json", xml, xml);
    row("/a?xml", "", xml, xml);
    row("/a?json", "application/xml", json, json);
    row("/a", "application/xml", xml, xml);
    row("/a", "text/html, application/xml;q=0.5", xml, xml);
    row("/a", "*/*", json, text);
    row("/a?format=yaml", "", json, text);
    row("/a?format=text", "application/xml", xml, text);
}

void tst_Router::formatsAreChosenInOrder()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, accept);
    QFETCH(int, compute);
    QFETCH(int, listing);
    Request request;
    request.path = target.split('?').first();
    request.queries = queryItemsOf(target.mid(request.path.size() + 1));
    request.headers.append("Accept", accept);
    QCOMPARE(int(wantedFormat(request)), compute);
    QCOMPARE(int(wantedFormat(request, { ReplyFormat::Text, ReplyFormat::Json, ReplyFormat::Xml })), listing);
}

NEPHELE_TEST(tst_Router)
#include "tst_router.moc"
