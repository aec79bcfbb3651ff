// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/identity/identityserver.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// The Identity API v3 as its clients see it: over HTTP, from a real server. ann is a member of "lab", bob of
// nothing but his own project, root is the cloud's administrator.
class tst_KeystoneRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aMalformedSignInNamesTheField_data();
    void aMalformedSignInNamesTheField();
    void aRefusedSignInIs401_data();
    void aRefusedSignInIs401();
    void guessingIsSlowedDownWithAHeader();
    void discoveryHasWhatClientsRead_data();
    void discoveryHasWhatClientsRead();
    void aTokenTellsItsScope_data();
    void aTokenTellsItsScope();
    void theCatalogHasThreeInterfacesEach();
    void aTokenIsShownAsItWasIssued();
    void aTokenCanBeEnded();
    void anotherUsersThingsAreUnknown_data();
    void anotherUsersThingsAreUnknown();
    void readsNeedAToken_data();
    void readsNeedAToken();
    void listsAreTheAdministrators();
    void aNameIsNoId();
    void thePasswordIsChangedByItsOwner();
    void aCredentialIsMadeUsedAndEnded();
    void aMalformedCredentialNamesTheField_data();
    void aMalformedCredentialNamesTheField();
    void aRestrictedCredentialChangesNothing();
    void swiftSignsInByHeaders_data();
    void swiftSignsInByHeaders();

private:
    static QByteArray passwordBody(const QByteArray &user, const QByteArray &scope = {});
    test::HttpAnswer signIn(const QByteArray &body)
    {
        return send("POST", "/identity/v3/auth/tokens", {}, body);
    }
    test::HttpAnswer send(const QByteArray &method, const QByteArray &path, const QByteArray &token = {},
        const QByteArray &body = {}, const test::IdentityServer::Fields &more = {})
    {
        return m_server->send(method, path, token, body, more);
    }
    // With words for ids: {ann}, {bob}, {lab}, {bobs}.
    QByteArray filled(QByteArray text) const;

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::IdentityServer> m_server;
    User m_ann;
    User m_bob;
    User m_root;
    Project m_lab;
};

void tst_KeystoneRoutes::init()
{
    auto identity = test::TestIdentity::open();
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_bob = m_identity->addUser(u"bob"_s);
    m_root = m_identity->addUser(u"root"_s, Role::Admin);
    m_lab = m_identity->addProject(u"lab"_s);
    m_identity->addMember(m_lab, m_ann, Role::Member);
    m_server = std::make_unique<test::IdentityServer>(*m_identity);
}

void tst_KeystoneRoutes::cleanup()
{
    m_server.reset(); // before what it serves
    m_identity.reset();
}

QByteArray tst_KeystoneRoutes::filled(QByteArray text) const
{
    text.replace("{ann}", m_ann.id.utf8()).replace("{bob}", m_bob.id.utf8());
    return text.replace("{lab}", m_lab.id.utf8()).replace("{bobs}", m_bob.systemProject().utf8());
}

QByteArray tst_KeystoneRoutes::passwordBody(const QByteArray &user, const QByteArray &scope)
{
    return R"({"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": ")" + user
        + R"(", "domain": {"name": "Default"}, "password": ")" + user + R"(-password"}}})"
        + (scope.isEmpty() ? QByteArray() : R"(, "scope": )" + scope) + "}}";
}

void tst_KeystoneRoutes::aMalformedSignInNamesTheField_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("named");
    const auto identity = [](const char *inner) {
        return QByteArray(R"({"auth": {"identity": )") + inner + "}}";
    };
    QTest::newRow("no body") << QByteArray() << u"JSON"_s;
    QTest::newRow("not JSON") << QByteArray("{") << u"JSON"_s;
    QTest::newRow("a list") << QByteArray("[]") << u"object"_s;
    QTest::newRow("no auth") << QByteArray("{}") << u"auth"_s;
    QTest::newRow("auth null") << QByteArray(R"({"auth": null})") << u"auth"_s;
    QTest::newRow("no identity") << QByteArray(R"({"auth": {}})") << u"auth.identity"_s;
    QTest::newRow("no methods") << identity("{}") << u"auth.identity.methods"_s;
    QTest::newRow("methods a word") << identity(R"({"methods": "password"})") << u"auth.identity.methods"_s;
    QTest::newRow("methods empty") << identity(R"({"methods": []})") << u"auth.identity.methods"_s;
    QTest::newRow("method a number") << identity(R"({"methods": [1]})") << u"auth.identity.methods"_s;
    QTest::newRow("nothing for the method")
        << identity(R"({"methods": ["password"]})") << u"auth.identity.password"_s;
    QTest::newRow("no user") << identity(R"({"methods": ["password"], "password": {}})")
                             << u"auth.identity.password.user"_s;
    QTest::newRow("nameless user") << identity(
        R"({"methods": ["password"], "password": {"user": {"password": "x"}}})")
                                   << u"auth.identity.password.user.name"_s;
    QTest::newRow("no password") << identity(
        R"({"methods": ["password"], "password": {"user": {"id": "x"}}})")
                                 << u"auth.identity.password.user.password"_s;
    QTest::newRow("password a number")
        << identity(R"({"methods": ["password"], "password": {"user": {"id": "x", "password": 1}}})")
        << u"auth.identity.password.user.password"_s;
    QTest::newRow("empty domain") << identity(
        R"({"methods": ["password"], "password": {"user": {"name": "a", "domain": {}, "password": "x"}}})")
                                  << u"auth.identity.password.user.domain"_s;
    QTest::newRow("no token id") << identity(R"({"methods": ["token"], "token": {}})")
                                 << u"auth.identity.token.id"_s;
    QTest::newRow("no secret") << identity(
        R"({"methods": ["application_credential"], "application_credential": {"id": "x"}})")
                               << u"auth.identity.application_credential.secret"_s;
    QTest::newRow("nameless project")
        << passwordBody("ann", R"({"project": {}})") << u"auth.scope.project.name"_s;
    QTest::newRow("scope a number") << passwordBody("ann", "1") << u"auth.scope"_s;
    QTest::newRow("scope of something else")
        << passwordBody("ann", R"({"planet": {}})") << u"auth.scope.project"_s;
}

void tst_KeystoneRoutes::aMalformedSignInNamesTheField()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, named);
    const auto answer = signIn(body);
    QCOMPARE(answer.status, 400);
    const QJsonObject error = answer.json().value("error"_L1).toObject();
    QCOMPARE(error.value("code"_L1).toInt(), 400);
    QVERIFY2(error.value("message"_L1).toString().contains(named), answer.body);
    QVERIFY(answer.header("X-Subject-Token").isEmpty());
}

void tst_KeystoneRoutes::aRefusedSignInIs401_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isExplained"); // says something else than the one sentence
    const QByteArray domainScope = R"({"domain": {"id": "default"}})";
    QTest::newRow("unknown user") << passwordBody("nobody") << false;
    QTest::newRow("wrong password") << passwordBody("ann").replace("ann-password", "wrong") << false;
    QTest::newRow("wrong domain") << passwordBody("ann").replace("Default", "Other") << false;
    QTest::newRow("unknown project") << passwordBody("ann", R"({"project": {"id": "nowhere"}})") << false;
    QTest::newRow("project of another")
        << passwordBody("ann", R"({"project": {"name": "bob", "domain": {"id": "default"}}})") << false;
    QTest::newRow("unknown credential") << QByteArray(
        R"({"auth": {"identity": {"methods": ["application_credential"],
            "application_credential": {"id": "x", "secret": "y"}}}})")
                                        << false;
    QTest::newRow("domain scope") << passwordBody("ann", domainScope) << false;
    QTest::newRow("system scope") << passwordBody("ann", R"({"system": {"all": true}})") << false;
    QTest::newRow("trust") << passwordBody("ann", R"({"OS-TRUST:trust": {"id": "x"}})") << false;
    QTest::newRow("unknown method") << QByteArray(
        R"({"auth": {"identity": {"methods": ["totp"], "totp": {}}}})")
                                    << true;
    QTest::newRow("two methods") << QByteArray(
        R"({"auth": {"identity": {"methods": ["password", "token"]}}})")
                                 << true;
}

void tst_KeystoneRoutes::aRefusedSignInIs401()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, isExplained);
    const auto answer = signIn(body);
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.header("Content-Type").left(16), QByteArray("application/json"));
    const QString message = answer.json().value("error"_L1).toObject().value("message"_L1).toString();
    QCOMPARE(message != signInRefused().message, isExplained);
    QVERIFY(answer.header("X-Subject-Token").isEmpty());
}

void tst_KeystoneRoutes::guessingIsSlowedDownWithAHeader()
{
    const QByteArray wrong = passwordBody("ann").replace("ann-password", "wrong");
    for (int i = 0; i < 5; ++i)
        QCOMPARE(signIn(wrong).status, 401);
    const auto refused = signIn(passwordBody("ann"));
    QCOMPARE(refused.status, 429);
    QCOMPARE(refused.header("Retry-After"), QByteArray("1"));
    QCOMPARE(signIn(passwordBody("bob")).status, 201);
    m_identity->clock().advanceMs(1000);
    QCOMPARE(signIn(passwordBody("ann")).status, 201);
}

void tst_KeystoneRoutes::discoveryHasWhatClientsRead_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::newRow("all versions") << QByteArray("/identity") << 300;
    QTest::newRow("all versions, with a slash") << QByteArray("/identity/") << 300;
    QTest::newRow("v3") << QByteArray("/identity/v3") << 200;
    QTest::newRow("v3, with a slash") << QByteArray("/identity/v3/") << 200;
}

void tst_KeystoneRoutes::discoveryHasWhatClientsRead()
{
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    const auto answer = send("GET", path);
    QCOMPARE(answer.status, status);
    const QJsonObject body = answer.json();
    const QJsonObject version = status == 200
        ? body.value("version"_L1).toObject()
        : body.value("versions"_L1).toObject().value("values"_L1).toArray().first().toObject();
    QVERIFY(version.value("id"_L1).toString().startsWith("v3."_L1));
    QCOMPARE(version.value("status"_L1).toString(), u"stable"_s);
    QVERIFY(instantFromIso(version.value("updated"_L1).toString()));
    const QJsonObject link = version.value("links"_L1).toArray().first().toObject();
    QCOMPARE(link.value("rel"_L1).toString(), u"self"_s);
    QCOMPARE(link.value("href"_L1).toString().toUtf8(), m_server->url() + "/identity/v3/");
    const QJsonObject media = version.value("media-types"_L1).toArray().first().toObject();
    QCOMPARE(media.value("base"_L1).toString(), u"application/json"_s);
    QCOMPARE(media.value("type"_L1).toString(), u"application/vnd.openstack.identity-v3+json"_s);
}

void tst_KeystoneRoutes::aTokenTellsItsScope_data()
{
    QTest::addColumn<QByteArray>("scope");
    QTest::addColumn<QString>("project");
    QTest::newRow("none given: the default") << QByteArray() << u"ann"_s;
    QTest::newRow("by name") << QByteArray(R"({"project": {"name": "lab", "domain": {"name": "Default"}}})")
                             << u"lab"_s;
    QTest::newRow("by name and domain id")
        << QByteArray(R"({"project": {"name": "lab", "domain": {"id": "default"}}})") << u"lab"_s;
    QTest::newRow("by id") << QByteArray(R"({"project": {"id": "{lab}"}})") << u"lab"_s;
    QTest::newRow("unscoped, as an object") << QByteArray(R"({"unscoped": {}})") << QString();
    QTest::newRow("unscoped, as a word") << QByteArray(R"("unscoped")") << QString();
}

void tst_KeystoneRoutes::aTokenTellsItsScope()
{
    QFETCH(QByteArray, scope);
    QFETCH(QString, project);
    const auto answer = signIn(passwordBody("ann", filled(scope)));
    QCOMPARE(answer.status, 201);
    QCOMPARE(answer.header("X-Subject-Token").size(), 43);
    const QJsonObject token = answer.json().value("token"_L1).toObject();
    QCOMPARE(token.value("methods"_L1).toArray(), QJsonArray { u"password"_s });
    const QJsonObject user = token.value("user"_L1).toObject();
    QCOMPARE(user.value("id"_L1).toString(), m_ann.id.text());
    QCOMPARE(user.value("name"_L1).toString(), u"ann"_s);
    const QJsonObject domain { { u"id"_s, u"default"_s }, { u"name"_s, u"Default"_s } };
    QCOMPARE(user.value("domain"_L1).toObject(), domain);
    QCOMPARE(token.value("issued_at"_L1).toString(), u"2027-01-15T08:00:00.000000Z"_s);
    QCOMPARE(token.value("expires_at"_L1).toString(), u"2027-01-16T08:00:00.000000Z"_s);
    QCOMPARE(token.value("audit_ids"_L1).toArray().size(), 1);
    const bool isScoped = !project.isEmpty();
    for (const QString &key : { u"project"_s, u"roles"_s, u"catalog"_s, u"is_domain"_s })
        QCOMPARE(token.contains(key), isScoped);
    if (!isScoped)
        return;
    QCOMPARE(token.value("project"_L1).toObject().value("name"_L1).toString(), project);
    QCOMPARE(token.value("project"_L1).toObject().value("domain"_L1).toObject(), domain);
    QStringList roles;
    for (const QJsonValue &role : token.value("roles"_L1).toArray())
        roles.append(role.toObject().value("name"_L1).toString());
    QCOMPARE(roles, (QStringList { u"reader"_s, u"member"_s }));
}

void tst_KeystoneRoutes::theCatalogHasThreeInterfacesEach()
{
    const auto answer = signIn(passwordBody("ann"));
    const QByteArray token = answer.header("X-Subject-Token");
    const QJsonArray catalog = answer.json().value("token"_L1).toObject().value("catalog"_L1).toArray();
    QHash<QString, QString> urls;
    for (const QJsonValue &entry : catalog) {
        const QJsonObject service = entry.toObject();
        QSet<QString> interfaces;
        for (const QJsonValue &one : service.value("endpoints"_L1).toArray()) {
            const QJsonObject endpoint = one.toObject();
            interfaces.insert(endpoint.value("interface"_L1).toString());
            QCOMPARE(endpoint.value("region"_L1).toString(), u"RegionOne"_s);
            QCOMPARE(endpoint.value("region_id"_L1).toString(), u"RegionOne"_s);
            QVERIFY(!endpoint.value("id"_L1).toString().isEmpty());
            urls.insert(service.value("type"_L1).toString() + u' ' + service.value("name"_L1).toString(),
                endpoint.value("url"_L1).toString());
        }
        QCOMPARE(interfaces, (QSet<QString> { u"public"_s, u"internal"_s, u"admin"_s }));
    }
    const QString base = QString::fromUtf8(m_server->url());
    QCOMPARE(urls.value(u"identity keystone"_s), base + u"/identity"_s);
    QCOMPARE(urls.value(u"compute nova"_s), base + u"/compute/v2.1"_s);
    QCOMPARE(urls.value(u"image glance"_s), base + u"/image"_s);
    const auto again = send("GET", "/identity/v3/auth/catalog", token);
    QCOMPARE(again.status, 200);
    QCOMPARE(again.json().value("catalog"_L1).toArray(), catalog);
    QCOMPARE(send("GET", "/identity/v3/auth/catalog", m_identity->unscopedToken(m_ann)).status, 403);
    const auto without =
        m_server->send("POST", "/identity/v3/auth/tokens?nocatalog", {}, passwordBody("ann"));
    QVERIFY(!without.json().value("token"_L1).toObject().contains("catalog"_L1));
}

void tst_KeystoneRoutes::aTokenIsShownAsItWasIssued()
{
    const auto issued = signIn(passwordBody("ann"));
    const QByteArray token = issued.header("X-Subject-Token");
    const auto shown = send("GET", "/identity/v3/auth/tokens", token, {}, { { "X-Subject-Token", token } });
    QCOMPARE(shown.status, 200);
    QCOMPARE(shown.body, issued.body);
    QCOMPARE(shown.header("X-Subject-Token"), token);
    const auto head = send("HEAD", "/identity/v3/auth/tokens", token, {}, { { "X-Subject-Token", token } });
    QCOMPARE(head.status, 200);
    QVERIFY(head.body.isEmpty());
    QCOMPARE(send("GET", "/identity/v3/auth/tokens", token).status, 400); // which one?
}

void tst_KeystoneRoutes::aTokenCanBeEnded()
{
    const QByteArray ending = m_identity->projectToken(m_ann, m_lab.id);
    const QByteArray other = m_identity->unscopedToken(m_ann);
    const auto about = [&](const char *method, const QByteArray &by) {
        return send(method, "/identity/v3/auth/tokens", by, {}, { { "X-Subject-Token", ending } }).status;
    };
    QCOMPARE(about("DELETE", m_identity->unscopedToken(m_bob)), 404);
    QCOMPARE(about("GET", other), 200);
    QCOMPARE(about("DELETE", other), 204);
    QCOMPARE(about("GET", other), 404);
    QCOMPARE(about("DELETE", other), 404);
    QCOMPARE(send("GET", "/identity/v3/auth/projects", ending).status, 401);
}

void tst_KeystoneRoutes::anotherUsersThingsAreUnknown_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const QByteArray none;
    QTest::newRow("user") << QByteArray("GET") << QByteArray("/users/{bob}") << none << 404;
    QTest::newRow("user's projects") << QByteArray("GET") << QByteArray("/users/{bob}/projects") << none
                                     << 404;
    QTest::newRow("project") << QByteArray("GET") << QByteArray("/projects/{bobs}") << none << 404;
    QTest::newRow("credentials") << QByteArray("GET") << QByteArray("/users/{bob}/application_credentials")
                                 << none << 404;
    QTest::newRow("new credential") << QByteArray("POST")
                                    << QByteArray("/users/{bob}/application_credentials")
                                    << QByteArray(R"({"application_credential": {"name": "x"}})") << 404;
    QTest::newRow("password") << QByteArray("POST") << QByteArray("/users/{bob}/password")
                              << QByteArray(
                                     R"({"user": {"original_password": "ann-password", "password": "x"}})")
                              << 401;
    QTest::newRow("all users") << QByteArray("GET") << QByteArray("/users") << none << 403;
    QTest::newRow("a user by name") << QByteArray("GET") << QByteArray("/users?name=bob") << none << 403;
    QTest::newRow("all projects") << QByteArray("GET") << QByteArray("/projects") << none << 403;
}

void tst_KeystoneRoutes::anotherUsersThingsAreUnknown()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    for (const QByteArray &token : { m_identity->projectToken(m_ann, m_lab.id),
             m_identity->unscopedToken(m_ann), m_identity->synnefoToken(m_ann) })
        QCOMPARE(send(method, "/identity/v3" + filled(path), token, body).status, status);
}

void tst_KeystoneRoutes::readsNeedAToken_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    for (const char *path :
        { "/auth/tokens", "/auth/catalog", "/auth/projects", "/projects", "/projects/x", "/users", "/users/x",
            "/users/x/projects", "/users/x/application_credentials", "/users/x/application_credentials/y" })
        QTest::addRow("GET %s", path) << QByteArray("GET") << QByteArray(path);
    for (const char *path : { "/users/x/application_credentials" })
        QTest::addRow("POST %s", path) << QByteArray("POST") << QByteArray(path);
    for (const char *path : { "/auth/tokens", "/users/x/application_credentials/y" })
        QTest::addRow("DELETE %s", path) << QByteArray("DELETE") << QByteArray(path);
}

void tst_KeystoneRoutes::readsNeedAToken()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QCOMPARE(send(method, "/identity/v3" + path).status, 401);
    QCOMPARE(send(method, "/identity/v3" + path, QByteArray(43, 'x')).status, 401);
}

void tst_KeystoneRoutes::listsAreTheAdministrators()
{
    const QByteArray root = m_identity->projectToken(m_root, m_root.systemProject());
    const auto names = [&](const QByteArray &path, QLatin1StringView key) {
        QStringList found;
        for (const QJsonValue &one : send("GET", "/identity/v3" + path, root).json().value(key).toArray())
            found.append(one.toObject().value("name"_L1).toString());
        return found;
    };
    QCOMPARE(names("/users", "users"_L1), (QStringList { u"ann"_s, u"bob"_s, u"root"_s }));
    QCOMPARE(names("/users?name=bob", "users"_L1), QStringList { u"bob"_s });
    QCOMPARE(names("/users?name=nobody", "users"_L1), QStringList());
    QCOMPARE(names("/projects?name=lab", "projects"_L1), QStringList { u"lab"_s });
    QCOMPARE(names("/projects", "projects"_L1), (QStringList { u"ann"_s, u"bob"_s, u"lab"_s, u"root"_s }));
    QCOMPARE(names(filled("/users/{ann}/projects"), "projects"_L1), (QStringList { u"ann"_s, u"lab"_s }));
    const QJsonObject user =
        send("GET", filled("/identity/v3/users/{ann}"), root).json().value("user"_L1).toObject();
    QCOMPARE(user.value("id"_L1).toString(), m_ann.id.text());
    QCOMPARE(user.value("domain_id"_L1).toString(), u"default"_s);
    QCOMPARE(user.value("enabled"_L1).toBool(), true);
    QVERIFY(user.value("links"_L1).toObject().contains("self"_L1));
    QVERIFY(!QJsonDocument(user).toJson().contains("scrypt"));
    // A disabled project is no one's to ask for, and still the administrator's to see.
    m_identity->write([this](Transaction &t) { return ProjectStore::setEnabled(t, m_lab.id, false); });
    QCOMPARE(names(filled("/users/{ann}/projects"), "projects"_L1), QStringList { u"ann"_s });
    QCOMPARE(send("GET", filled("/identity/v3/projects/{lab}"), root).status, 200);
}

// Clients try the name in the place of an id first, and fall back on a 404 only.
void tst_KeystoneRoutes::aNameIsNoId()
{
    const QByteArray root = m_identity->projectToken(m_root, m_root.systemProject());
    for (const char *path :
        { "/users/ann", "/users/%C3%A4%20b", "/projects/lab", "/projects/..%2F..%2Fetc" }) {
        const auto answer = send("GET", QByteArray("/identity/v3") + path, root);
        QCOMPARE(answer.status, 404);
        QCOMPARE(answer.json().value("error"_L1).toObject().value("code"_L1).toInt(), 404);
    }
}

void tst_KeystoneRoutes::thePasswordIsChangedByItsOwner()
{
    const QByteArray token = m_identity->unscopedToken(m_ann);
    const QByteArray path = filled("/identity/v3/users/{ann}/password");
    QCOMPARE(send("POST", path, token, R"({"user": {"password": "new"}})").status, 400);
    QCOMPARE(send("POST", path, token, R"({"user": {"original_password": "ann-password", "password": ""}})")
                 .status,
        400);
    QCOMPARE(
        send("POST", path, token, R"({"user": {"original_password": "x", "password": "new"}})").status, 401);
    QCOMPARE(
        send("POST", path, token, R"({"user": {"original_password": "ann-password", "password": "new"}})")
            .status,
        204);
    QCOMPARE(send("GET", "/identity/v3/auth/projects", token).status, 401);
    QCOMPARE(signIn(passwordBody("ann")).status, 401);
    QCOMPARE(signIn(passwordBody("ann").replace("ann-password", "new")).status, 201);
}

void tst_KeystoneRoutes::aCredentialIsMadeUsedAndEnded()
{
    const QByteArray token = m_identity->projectToken(m_ann, m_lab.id);
    const QByteArray list = filled("/identity/v3/users/{ann}/application_credentials");
    const auto made = send("POST", list, token,
        R"({"application_credential": {"name": "robot", "description": "d", "roles": [{"name": "reader"}]}})");
    QCOMPARE(made.status, 201);
    const QJsonObject credential = made.json().value("application_credential"_L1).toObject();
    QCOMPARE(credential.value("project_id"_L1).toString(), m_lab.id.text());
    QCOMPARE(credential.value("unrestricted"_L1), QJsonValue(false));
    QVERIFY(credential.value("expires_at"_L1).isNull());
    QCOMPARE(credential.value("roles"_L1).toArray().size(), 1);
    const QByteArray secret = credential.value("secret"_L1).toString().toUtf8();
    const QByteArray id = credential.value("id"_L1).toString().toUtf8();
    QCOMPARE(secret.size(), 43);
    QCOMPARE(send("POST", list, token, R"({"application_credential": {"name": "robot"}})").status, 409);

    const auto shown =
        send("GET", list + '/' + id, token).json().value("application_credential"_L1).toObject();
    QCOMPARE(shown.value("name"_L1).toString(), u"robot"_s);
    QVERIFY(!shown.contains("secret"_L1));
    QCOMPARE(send("GET", list, token).json().value("application_credentials"_L1).toArray().size(), 1);
    QCOMPARE(
        send("GET", list + "?name=other", token).json().value("application_credentials"_L1).toArray().size(),
        0);

    const QByteArray body = R"({"auth": {"identity": {"methods": ["application_credential"],
        "application_credential": {"id": ")"
        + id + R"(", "secret": ")" + secret + R"("}}}})";
    const auto issued = signIn(body);
    QCOMPARE(issued.status, 201);
    const QJsonObject issuedToken = issued.json().value("token"_L1).toObject();
    QCOMPARE(issuedToken.value("methods"_L1).toArray(), QJsonArray { u"application_credential"_s });
    QCOMPARE(issuedToken.value("project"_L1).toObject().value("name"_L1).toString(), u"lab"_s);
    QCOMPARE(
        issuedToken.value("application_credential"_L1).toObject().value("restricted"_L1), QJsonValue(true));

    QCOMPARE(send("DELETE", list + '/' + id, token).status, 204);
    QCOMPARE(send("DELETE", list + '/' + id, token).status, 404);
    QCOMPARE(signIn(body).status, 401);
    QCOMPARE(send("GET", "/identity/v3/auth/projects", issued.header("X-Subject-Token")).status, 401);
}

void tst_KeystoneRoutes::aMalformedCredentialNamesTheField_data()
{
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<QString>("named");
    QTest::newRow("no name") << QByteArray("") << u"name"_s;
    QTest::newRow("name a number") << QByteArray(R"("name": 5)") << u"name"_s;
    QTest::newRow("name of blanks") << QByteArray(R"("name": "  ")") << u"name"_s;
    QTest::newRow("time that is none")
        << QByteArray(R"("name": "x", "expires_at": "soon")") << u"expires_at"_s;
    QTest::newRow("time gone by") << QByteArray(R"("name": "x", "expires_at": "2001-09-09T01:46:40Z")")
                                  << u"expires_at"_s;
    QTest::newRow("unknown role") << QByteArray(R"("name": "x", "roles": [{"name": "king"}])") << u"roles"_s;
    QTest::newRow("role one does not have")
        << QByteArray(R"("name": "x", "roles": [{"name": "admin"}])") << u"roles"_s;
    QTest::newRow("no role") << QByteArray(R"("name": "x", "roles": [])") << u"roles"_s;
    QTest::newRow("unrestricted a word")
        << QByteArray(R"("name": "x", "unrestricted": "yes")") << u"unrestricted"_s;
    QTest::newRow("access rules") << QByteArray(R"("name": "x", "access_rules": [{"path": "/"}])")
                                  << u"access_rules"_s;
}

void tst_KeystoneRoutes::aMalformedCredentialNamesTheField()
{
    QFETCH(QByteArray, fields);
    QFETCH(QString, named);
    const auto answer = send("POST", filled("/identity/v3/users/{ann}/application_credentials"),
        m_identity->projectToken(m_ann, m_lab.id), R"({"application_credential": {)" + fields + "}}");
    QCOMPARE(answer.status, 400);
    QVERIFY2(answer.body.contains(named.toUtf8()), answer.body);
}

void tst_KeystoneRoutes::aRestrictedCredentialChangesNothing()
{
    const auto robot = m_identity->addCredential(m_ann, m_lab.id);
    const QByteArray token = m_identity->credentialToken(robot);
    const QByteArray list = filled("/identity/v3/users/{ann}/application_credentials");
    QCOMPARE(send("POST", list, token, R"({"application_credential": {"name": "x"}})").status, 403);
    QCOMPARE(send("DELETE", list + '/' + robot.credential.id.utf8(), token).status, 403);
    QCOMPARE(send("POST", filled("/identity/v3/users/{ann}/password"), token,
                 R"({"user": {"original_password": "ann-password", "password": "x"}})")
                 .status,
        403);
    QCOMPARE(signIn(R"({"auth": {"identity": {"methods": ["token"], "token": {"id": ")" + token + R"("}}}})")
                 .status,
        403);
    const QByteArray other = m_identity->unscopedToken(m_ann);
    QCOMPARE(
        send("DELETE", "/identity/v3/auth/tokens", token, {}, { { "X-Subject-Token", other } }).status, 403);
    QCOMPARE(
        send("DELETE", "/identity/v3/auth/tokens", token, {}, { { "X-Subject-Token", token } }).status, 204);
}

void tst_KeystoneRoutes::swiftSignsInByHeaders_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<int>("status");
    QTest::newRow("nothing") << QByteArray() << QByteArray() << 401;
    QTest::newRow("wrong key") << QByteArray("ann") << QByteArray("wrong") << 401;
    QTest::newRow("project of another") << QByteArray("bob:ann") << QByteArray("ann-password") << 401;
    QTest::newRow("unknown project") << QByteArray("x:ann") << QByteArray("ann-password") << 401;
    QTest::newRow("user") << QByteArray("ann") << QByteArray("ann-password") << 200;
    QTest::newRow("project and user") << QByteArray("lab:ann") << QByteArray("ann-password") << 200;
}

void tst_KeystoneRoutes::swiftSignsInByHeaders()
{
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, key);
    QFETCH(int, status);
    using Fields = test::IdentityServer::Fields;
    const QList<Fields> ways { { { "X-Auth-User", user }, { "X-Auth-Key", key } },
        { { "X-Storage-User", user }, { "X-Storage-Pass", key } } };
    for (const Fields &way : ways) {
        const auto answer = send("GET", "/auth/v1.0", {}, {}, way);
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.header("X-Auth-Token"), answer.header("X-Storage-Token"));
        if (status != 200) {
            QVERIFY(answer.header("X-Auth-Token").isEmpty());
            continue;
        }
        const ProjectId project = user.contains("lab") ? m_lab.id : m_ann.systemProject();
        QCOMPARE(answer.header("X-Storage-Url"), m_server->url() + "/v1/AUTH_" + project.utf8());
        QCOMPARE(answer.header("X-Auth-Token-Expires"), QByteArray("86400"));
        const auto caller = m_identity->caller(answer.header("X-Auth-Token"), Face::OpenStack);
        QCOMPARE(*caller->project, project);
    }
}

NEPHELE_TEST(tst_KeystoneRoutes)
#include "tst_keystoneroutes.moc"
