// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/cloudrolestore.h"
#include "model/quota/quotastore.h"
#include "tests/server/identity/identityserver.h"
#include "tests/support/testregistry.h"

#include <QXmlStreamReader>

using namespace nephele;
using namespace Qt::StringLiterals;

static QByteArray byToken(const QByteArray &token, const QByteArray &more = {})
{
    return R"({"auth": {"token": {"id": ")" + token + "\"}" + more + "}}";
}

static QByteArray byPassword(const QByteArray &name, const QByteArray &secret)
{
    return R"({"auth": {"passwordCredentials": {"username": ")" + name + R"(", "password": ")" + secret
        + "\"}}}";
}

// Astakos as kamaki sees it: over HTTP, from a real server. ann is a member of "lab".
class tst_AstakosRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aRefusedSignInHasItsStatus_data();
    void aRefusedSignInHasItsStatus();
    void aForeignContentTypeIsRefused();
    void everybodyGetsTheCatalog();
    void aTokenIsAnsweredWithExactlyTheseKeys();
    void aUserSignsInByEitherSecret_data();
    void aUserSignsInByEitherSecret();
    void aTokenForOneProjectStaysThere();
    void groupsAreRoles();
    void theSameIsSaidInXml();
    void discoveryNamesTheVersion();
    void namesAreFoundBothWays();
    void aQuestionForNamesMustBeOne_data();
    void aQuestionForNamesMustBeOne();

private:
    test::HttpAnswer tokens(const QByteArray &body)
    {
        return m_server->send("POST", "/astakos/identity/v2.0/tokens", {}, body);
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::IdentityServer> m_server;
    User m_ann;
    Project m_lab;
};

void tst_AstakosRoutes::init()
{
    auto identity = test::TestIdentity::open();
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_lab = m_identity->addProject(u"lab"_s);
    m_identity->addMember(m_lab, m_ann, Role::Member);
    m_identity->setDefaultProject(m_ann, m_lab.id);
    m_server = std::make_unique<test::IdentityServer>(*m_identity);
}

void tst_AstakosRoutes::cleanup()
{
    m_server.reset();
    m_identity.reset();
}

void tst_AstakosRoutes::aRefusedSignInHasItsStatus_data()
{
    QTest::addColumn<QByteArray>("body"); // {token}: a good one; {ann}: her uuid
    QTest::addColumn<int>("status");
    QTest::newRow("not JSON") << QByteArray("{") << 400;
    QTest::newRow("a list") << QByteArray("[]") << 400;
    QTest::newRow("null") << QByteArray("null") << 400;
    QTest::newRow("no auth") << QByteArray("{}") << 400;
    QTest::newRow("nothing in auth") << QByteArray(R"({"auth": {}})") << 400;
    QTest::newRow("token null") << QByteArray(R"({"auth": {"token": null}})") << 400;
    QTest::newRow("token without id") << QByteArray(R"({"auth": {"token": {}}})") << 400;
    QTest::newRow("user name missing")
        << QByteArray(R"({"auth": {"passwordCredentials": {"password": "x"}}})") << 400;
    QTest::newRow("password missing")
        << QByteArray(R"({"auth": {"passwordCredentials": {"username": "x"}}})") << 400;
    QTest::newRow("another's uuid as tenant")
        << byToken("{token}", R"(, "tenantName": "11111111-1111-4111-8111-111111111111")") << 400;
    QTest::newRow("unknown token") << byToken("x") << 401;
    QTest::newRow("uuid and token of different users")
        << byPassword("11111111-1111-4111-8111-111111111111", "{token}") << 401;
    QTest::newRow("uuid and the login password") << byPassword("{ann}", "ann-password") << 401;
    QTest::newRow("name and wrong password") << byPassword("ann", "wrong") << 401;
    QTest::newRow("unknown name") << byPassword("nobody", "ann-password") << 401;
    QTest::newRow("own uuid as tenant") << byToken("{token}", R"(, "tenantName": "{ann}")") << 200;
}

void tst_AstakosRoutes::aRefusedSignInHasItsStatus()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    body.replace("{token}", m_identity->synnefoToken(m_ann)).replace("{ann}", m_ann.id.utf8());
    const auto answer = tokens(body);
    QCOMPARE(answer.status, status);
    if (status == 200)
        return;
    const QString name = status == 400 ? u"badRequest"_s : u"unauthorized"_s;
    QCOMPARE(answer.json().value(name).toObject().value("code"_L1).toInt(), status);
}

void tst_AstakosRoutes::aForeignContentTypeIsRefused()
{
    const auto answer = m_server->send("POST", "/astakos/identity/v2.0/tokens", {},
        byToken(m_identity->synnefoToken(m_ann)), { { "Content-Type", "text/plain" } });
    QCOMPARE(answer.status, 400);
}

void tst_AstakosRoutes::everybodyGetsTheCatalog()
{
    const auto answer = tokens({});
    QCOMPARE(answer.status, 200);
    const QJsonObject access = answer.json().value("access"_L1).toObject();
    QCOMPARE(access.keys(), QStringList { u"serviceCatalog"_s });
    QStringList types;
    for (const QJsonValue &entry : access.value("serviceCatalog"_L1).toArray()) {
        const QJsonObject service = entry.toObject();
        const QString type = service.value("type"_L1).toString();
        types.append(type);
        QCOMPARE(service.value("endpoints"_L1).toArray().size(), 1);
        const QJsonObject endpoint = service.value("endpoints"_L1).toArray().first().toObject();
        QStringList keys { u"SNF:uiURL"_s, u"publicURL"_s, u"region"_s, u"versionId"_s };
        if (type == "astakos_weblogin"_L1)
            keys.insert(1, u"SNF:webloginURL"_s);
        QCOMPARE(endpoint.keys(), keys);
        QVERIFY(endpoint.value("publicURL"_L1).toString().startsWith(QString::fromUtf8(m_server->url())));
        if (type == "account"_L1) {
            QCOMPARE(service.value("name"_L1).toString(), u"astakos_account"_s);
            QCOMPARE(endpoint.value("versionId"_L1).toString(), u"v1.0"_s);
        }
        if (type == "astakos_auth"_L1)
            QCOMPARE(service.value("name"_L1).toString(), u"astakos_oauth2"_s);
    }
    types.sort();
    QCOMPARE(types,
        (QStringList { u"account"_s, u"admin"_s, u"astakos_auth"_s, u"astakos_weblogin"_s, u"compute"_s,
            u"identity"_s, u"image"_s, u"network"_s, u"object-store"_s, u"vmapi"_s, u"volume"_s }));
}

void tst_AstakosRoutes::aTokenIsAnsweredWithExactlyTheseKeys()
{
    const QByteArray token = m_identity->synnefoToken(m_ann);
    const auto answer = tokens(byToken(token));
    QCOMPARE(answer.status, 200);
    const QJsonObject access = answer.json().value("access"_L1).toObject();
    QCOMPARE(access.keys(), (QStringList { u"serviceCatalog"_s, u"token"_s, u"user"_s }));
    const QJsonObject shown = access.value("token"_L1).toObject();
    QCOMPARE(shown.value("id"_L1).toString().toUtf8(), token);
    QCOMPARE(shown.value("expires"_L1).toString(), u"2027-02-14T08:00:00.000000+00:00"_s); // 30 days on
    QCOMPARE(shown.value("tenant"_L1).toObject(),
        (QJsonObject { { u"id"_s, m_lab.id.text() }, { u"name"_s, u"Real ann"_s } }));
    const QJsonObject user = access.value("user"_L1).toObject();
    QCOMPARE(user.keys(), (QStringList { u"id"_s, u"name"_s, u"projects"_s, u"roles"_s, u"roles_links"_s }));
    QCOMPARE(user.value("id"_L1).toString(), m_ann.id.text());
    QStringList projects { m_lab.id.text(), m_ann.id.text() };
    projects.sort();
    QCOMPARE(user.value("projects"_L1).toArray(), QJsonArray::fromStringList(projects));
    QCOMPARE(access.value("serviceCatalog"_L1),
        tokens({}).json().value("access"_L1).toObject().value("serviceCatalog"_L1));
}

void tst_AstakosRoutes::aUserSignsInByEitherSecret_data()
{
    QTest::addColumn<bool>("byUuid");
    QTest::newRow("uuid and token") << true;
    QTest::newRow("name and password") << false;
}

void tst_AstakosRoutes::aUserSignsInByEitherSecret()
{
    QFETCH(bool, byUuid);
    const QByteArray token = m_identity->synnefoToken(m_ann);
    const auto answer =
        byUuid ? tokens(byPassword(m_ann.id.utf8(), token)) : tokens(byPassword("ann", "ann-password"));
    QCOMPARE(answer.status, 200);
    const QByteArray given = answer.json()
                                 .value("access"_L1)
                                 .toObject()
                                 .value("token"_L1)
                                 .toObject()
                                 .value("id"_L1)
                                 .toString()
                                 .toUtf8();
    QCOMPARE(given == token, byUuid); // tokens are not kept: a password makes a new one
    const auto caller = m_identity->caller(given, Face::Synnefo);
    QCOMPARE(caller->scope.size(), 2);
}

void tst_AstakosRoutes::aTokenForOneProjectStaysThere()
{
    const auto access = [this](const QByteArray &token) {
        return tokens(byToken(token)).json().value("access"_L1).toObject();
    };
    const QJsonObject scoped = access(m_identity->projectToken(m_ann, m_ann.systemProject()));
    QCOMPARE(scoped.value("token"_L1).toObject().value("tenant"_L1).toObject().value("id"_L1).toString(),
        m_ann.id.text());
    QCOMPARE(
        scoped.value("user"_L1).toObject().value("projects"_L1).toArray(), QJsonArray { m_ann.id.text() });
    const QJsonObject unscoped = access(m_identity->unscopedToken(m_ann));
    QCOMPARE(unscoped.value("user"_L1).toObject().value("projects"_L1).toArray(), QJsonArray());
}

// Ids of roles are text, whatever they look like.
void tst_AstakosRoutes::groupsAreRoles()
{
    m_identity->write([this](Transaction &t) {
        return CloudRoleStore::setRoles(
            t, m_ann.id, CloudRoles(CloudRole::ProjectAdmin) | CloudRole::AdminStats);
    });
    const QByteArray body = byToken(m_identity->synnefoToken(m_ann));
    QStringList names;
    for (const QJsonValue &role : tokens(body)
                                      .json()
                                      .value("access"_L1)
                                      .toObject()
                                      .value("user"_L1)
                                      .toObject()
                                      .value("roles"_L1)
                                      .toArray()) {
        QVERIFY(role.toObject().value("id"_L1).isString());
        names.append(role.toObject().value("name"_L1).toString());
    }
    QCOMPARE(names, (QStringList { u"project-admins"_s, u"admin-stats"_s }));
    QXmlStreamReader xml(m_server->send("POST", "/astakos/identity/v2.0/tokens.xml", {}, body).body);
    names.clear();
    while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == "role"_L1)
            names.append(xml.attributes().value("id"_L1).toString() + u' '
                + xml.attributes().value("name"_L1).toString());
    }
    QCOMPARE(names, (QStringList { u"1 project-admins"_s, u"8 admin-stats"_s }));
}

void tst_AstakosRoutes::theSameIsSaidInXml()
{
    const QByteArray token = m_identity->synnefoToken(m_ann);
    for (const QByteArray &path : { QByteArray("/tokens?format=xml"), QByteArray("/tokens.xml") }) {
        const auto answer = m_server->send("POST", "/astakos/identity/v2.0" + path, {}, byToken(token));
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.header("Content-Type").startsWith("application/xml"));
        QXmlStreamReader xml(answer.body);
        int services = 0;
        QString id;
        while (!xml.atEnd()) {
            xml.readNext();
            if (!xml.isStartElement())
                continue;
            QCOMPARE(xml.namespaceUri(), "http://docs.openstack.org/identity/api/v2.0"_L1);
            if (xml.name() == "token"_L1)
                id = xml.attributes().value("id"_L1).toString();
            if (xml.name() == "endpoint"_L1) {
                ++services;
                QVERIFY(!xml.attributes().value("publicURL"_L1).isEmpty());
            }
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(id.toUtf8(), token);
        QCOMPARE(services, 11);
    }
}

void tst_AstakosRoutes::discoveryNamesTheVersion()
{
    const auto all = m_server->send("GET", "/astakos/identity/");
    QCOMPARE(all.status, 200);
    const QJsonObject listed =
        all.json().value("versions"_L1).toObject().value("values"_L1).toArray().first().toObject();
    QCOMPARE(listed.value("id"_L1).toString(), u"v2.0"_s);
    QCOMPARE(listed.value("status"_L1).toString(), u"CURRENT"_s);
    const auto one = m_server->send("GET", "/astakos/identity/v2.0/");
    QCOMPARE(one.status, 200);
    const QJsonObject version = one.json().value("version"_L1).toObject();
    QCOMPARE(version.value("id"_L1), listed.value("id"_L1));
    QCOMPARE(version.value("links"_L1).toArray().size(), 2);
    QCOMPARE(version.value("media-types"_L1).toArray().size(), 2);
}

void tst_AstakosRoutes::namesAreFoundBothWays()
{
    const QByteArray token = m_identity->synnefoToken(m_ann);
    const auto answer = m_server->send("POST", "/astakos/account/v1.0/user_catalogs", token,
        R"({"uuids": [")" + m_ann.id.utf8() + R"(", "11111111-1111-4111-8111-111111111111"],
            "displaynames": ["ANN", "nobody"]})");
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json(),
        (QJsonObject { { u"uuid_catalog"_s, QJsonObject { { m_ann.id.text(), u"ann"_s } } },
            { u"displayname_catalog"_s, QJsonObject { { u"ann"_s, m_ann.id.text() } } } }));
}

void tst_AstakosRoutes::aQuestionForNamesMustBeOne_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("a list") << QByteArray("[]") << 400;
    QTest::newRow("not JSON") << QByteArray("x") << 400;
    QTest::newRow("uuids a word") << QByteArray(R"({"uuids": "x"})") << 400;
    QTest::newRow("names not words") << QByteArray(R"({"displaynames": [1]})") << 400;
    QTest::newRow("more than anyone asks")
        << "{\"uuids\": [" + QByteArray("\"x\",").repeated(1000) + "\"x\"]}" << 400;
    QTest::newRow("nothing asked") << QByteArray("{}") << 200;
    QTest::newRow("names of nobody") << QByteArray(R"({"uuids": ["", "'; --"]})") << 200;
}

void tst_AstakosRoutes::aQuestionForNamesMustBeOne()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const QByteArray path = "/astakos/account/v1.0/user_catalogs";
    QCOMPARE(m_server->send("POST", path, m_identity->synnefoToken(m_ann), body).status, status);
    QCOMPARE(m_server->send("POST", path, {}, body).status, 401);
}

NEPHELE_TEST(tst_AstakosRoutes)
#include "tst_astakosroutes.moc"
