// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/identity/keystoneplay.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;
using test::KeystonePlay;

// What is left of the Identity API v2.0, over HTTP.
class tst_KeystoneV2 : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_play = std::make_unique<KeystonePlay>(); }
    void cleanup() { m_play.reset(); }
    void aRefusalSaysWhatIsWrong_data();
    void aRefusalSaysWhatIsWrong() { test::checkRefusal(*m_play); }
    void discoveryTellsTheVersion();
    void aSignInTellsWhoWhereAndWhat_data();
    void aSignInTellsWhoWhereAndWhat();
    void theCatalogTellsEachRegionOnce();
    void aTokenMakesATokenForAnotherProject();
    void aRestrictedTokenMakesNone();
    void tenantsAreOnesProjects();
    void anAdministratorLooksAtTokens();

private:
    QJsonObject access(const QByteArray &auth)
    {
        return KeystonePlay::object(
            m_play->send("", "POST", "/v2.0/tokens", R"({"auth": {)" + auth + "}}"), "access");
    }

    std::unique_ptr<KeystonePlay> m_play;
};

static const QByteArray annsPassword =
    R"("passwordCredentials": {"username": "ann", "password": "ann-password"})";

void tst_KeystoneV2::aRefusalSaysWhatIsWrong_data()
{
    test::addRefusalColumns();
    const auto row = test::addRefusal;
    const char *tokens = "/v2.0/tokens";
    row("no body", "", "POST", tokens, "", 400, "JSON");
    row("no auth", "", "POST", tokens, "{}", 400, "auth");
    row("no way to sign in", "", "POST", tokens, R"({"auth": {}})", 400, "auth.passwordCredentials");
    row("no name", "", "POST", tokens, R"({"auth": {"passwordCredentials": {"password": "a"}}})", 400,
        "auth.passwordCredentials.username");
    row("no password", "", "POST", tokens, R"({"auth": {"passwordCredentials": {"username": "ann"}}})", 400,
        "auth.passwordCredentials.password");
    row("no token", "", "POST", tokens, R"({"auth": {"token": {}}})", 400, "auth.token.id");
    row("tenant a number", "", "POST", tokens,
        R"({"auth": {"tenantName": 1, "passwordCredentials": {"username": "ann", "password": "a"}}})", 400,
        "auth.tenantName");
    row("wrong password", "", "POST", tokens,
        R"({"auth": {"passwordCredentials": {"username": "ann", "password": "a"}}})", 401, "refused");
    row("unknown user", "", "POST", tokens,
        R"({"auth": {"passwordCredentials": {"username": "nobody", "password": "a"}}})", 401, "refused");
    row("another's tenant", "", "POST", tokens,
        R"({"auth": {"tenantName": "bob", "passwordCredentials": {"username": "ann", "password": "ann-password"}}})",
        401, "refused");
    row("unknown token", "", "POST", tokens, R"({"auth": {"token": {"id": "x"}}})", 404, "no such token");
    row("tenants without a token", "", "GET", "/v2.0/tenants", "", 401, "X-Auth-Token");
    row("a token, by a member", "ann", "GET", "/v2.0/tokens/x", "", 403, "administrator");
    row("end one, by a member", "ann", "DELETE", "/v2.0/tokens/x", "", 403, "administrator");
    row("an unknown token", "root", "GET", "/v2.0/tokens/x", "", 404, "token");
    row("what was never there", "root", "GET", "/v2.0/users", "", 404, "nothing");
}

void tst_KeystoneV2::discoveryTellsTheVersion()
{
    const auto answer = m_play->send("", "GET", "/v2.0/");
    QCOMPARE(answer.status, 200);
    const QJsonObject version = KeystonePlay::object(answer, "version");
    QCOMPARE(version.value("id"_L1).toString(), u"v2.0"_s);
    QCOMPARE(version.value("links"_L1).toArray().first().toObject().value("href"_L1).toString().toUtf8(),
        m_play->server->url() + "/identity/v2.0/");
    QVERIFY(m_play->send("", "GET", "/v2.0/extensions").json().value("extensions"_L1).isObject());
}

void tst_KeystoneV2::aSignInTellsWhoWhereAndWhat_data()
{
    QTest::addColumn<QByteArray>("auth");
    QTest::addColumn<QString>("tenant");
    const QByteArray byId = R"("passwordCredentials": {"userId": "{ann}", "password": "ann-password"})";
    QTest::newRow("the default tenant") << annsPassword << u"ann"_s;
    QTest::newRow("by name") << annsPassword + R"(, "tenantName": "lab")" << u"lab"_s;
    QTest::newRow("by id") << annsPassword + R"(, "tenantId": "{lab}")" << u"lab"_s;
    QTest::newRow("user by id") << byId + R"(, "tenantName": "lab")" << u"lab"_s;
}

void tst_KeystoneV2::aSignInTellsWhoWhereAndWhat()
{
    QFETCH(QByteArray, auth);
    QFETCH(QString, tenant);
    const QJsonObject told = access(auth);
    const QJsonObject token = told.value("token"_L1).toObject();
    QCOMPARE(token.value("id"_L1).toString().size(), 43);
    QCOMPARE(token.value("expires"_L1).toString(), u"2027-01-16T08:00:00Z"_s);
    QCOMPARE(token.value("tenant"_L1).toObject().value("name"_L1).toString(), tenant);
    const QJsonObject user = told.value("user"_L1).toObject();
    QCOMPARE(user.value("id"_L1).toString(), m_play->ann.id.text());
    QCOMPARE(user.value("username"_L1).toString(), u"ann"_s);
    QStringList roles;
    for (const QJsonValue &role : user.value("roles"_L1).toArray())
        roles.append(role.toObject().value("name"_L1).toString());
    QCOMPARE(roles, (QStringList { u"reader"_s, u"member"_s }));
    QCOMPARE(told.value("metadata"_L1).toObject().value("is_admin"_L1).toInt(-1), 0);
    QCOMPARE(told.value("metadata"_L1).toObject().value("roles"_L1).toArray().size(), 2);
    // And it opens what a token of v3 opens.
    m_play->tokens.insert("new", token.value("id"_L1).toString().toUtf8());
    QCOMPARE(m_play->send("new", "GET", "/v3/auth/catalog").status, 200);
}

void tst_KeystoneV2::theCatalogTellsEachRegionOnce()
{
    m_play->make("{service}", "/v3/services", R"({"service": {"type": "weather", "name": "clouds"}})");
    for (const QByteArray &region : { QByteArray("north"), QByteArray("south") }) {
        m_play->make("{endpoint}", "/v3/endpoints",
            R"({"endpoint": {"service_id": "{service}", "interface": "public", "region": ")" + region
                + R"(", "url": "http://)" + region + R"(/%(tenant_id)s"}})");
    }
    QHash<QString, QJsonArray> endpoints;
    for (const QJsonValue &service : access(annsPassword).value("serviceCatalog"_L1).toArray())
        endpoints.insert(service.toObject().value("type"_L1).toString(),
            service.toObject().value("endpoints"_L1).toArray());
    QCOMPARE(endpoints.value(u"compute"_s).size(), 1);
    const QJsonObject compute = endpoints.value(u"compute"_s).first().toObject();
    QCOMPARE(compute.value("region"_L1).toString(), u"RegionOne"_s);
    for (const QString &key : { u"publicURL"_s, u"internalURL"_s, u"adminURL"_s })
        QCOMPARE(compute.value(key).toString().toUtf8(), m_play->server->url() + "/compute/v2.1");
    QStringList urls;
    for (const QJsonValue &endpoint : endpoints.value(u"weather"_s))
        urls.append(endpoint.toObject().value("publicURL"_L1).toString());
    urls.sort();
    const QString tenant = m_play->ann.systemProject().text();
    QCOMPARE(urls, (QStringList { u"http://north/"_s + tenant, u"http://south/"_s + tenant }));
    QVERIFY(!endpoints.value(u"weather"_s).first().toObject().contains("adminURL"_L1));
}

void tst_KeystoneV2::aTokenMakesATokenForAnotherProject()
{
    const QByteArray byToken = R"("token": {"id": ")" + m_play->tokens.value("unscoped") + R"("})";
    QCOMPARE(access(byToken + R"(, "tenantName": "lab")")
                 .value("token"_L1)
                 .toObject()
                 .value("tenant"_L1)
                 .toObject()
                 .value("id"_L1)
                 .toString(),
        m_play->lab.id.text());
}

void tst_KeystoneV2::aRestrictedTokenMakesNone()
{
    const auto answer = m_play->send("", "POST", "/v2.0/tokens",
        R"({"auth": {"token": {"id": ")" + m_play->tokens.value("restricted") + R"("}}})");
    QCOMPARE(answer.status, 403);
}

void tst_KeystoneV2::tenantsAreOnesProjects()
{
    auto names = KeystonePlay::column(m_play->send("unscoped", "GET", "/v2.0/tenants"), "tenants", "name");
    names.sort();
    QCOMPARE(names, (QStringList { u"ann"_s, u"lab"_s }));
    QCOMPARE(KeystonePlay::column(m_play->send("bob", "GET", "/v2.0/tenants"), "tenants", "name"),
        QStringList { u"bob"_s });
}

void tst_KeystoneV2::anAdministratorLooksAtTokens()
{
    const QByteArray token = "/v2.0/tokens/" + m_play->tokens.value("ann");
    const auto shown = m_play->send("root", "GET", token);
    QCOMPARE(shown.status, 200);
    const QJsonObject told = KeystonePlay::object(shown, "access");
    QCOMPARE(told.value("user"_L1).toObject().value("id"_L1).toString(), m_play->ann.id.text());
    QCOMPARE(m_play->send("root", "GET", token + "?belongsTo={lab}").status, 200);
    QCOMPARE(m_play->send("root", "GET", token + "?belongsTo={bobs}").status, 404);
    QCOMPARE(m_play->send("root", "DELETE", token).status, 204);
    QCOMPARE(m_play->send("ann", "GET", "/v2.0/tenants").status, 401);
}

NEPHELE_TEST(tst_KeystoneV2)
#include "tst_keystonev2.moc"
