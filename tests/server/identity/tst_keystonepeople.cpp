// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotastore.h"
#include "tests/server/identity/identityserver.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// Domains, users, projects, groups, roles and assignments over HTTP, as OpenStack's clients use them.
class tst_KeystonePeople : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void everyRefusalHasItsStatus_data();
    void everyRefusalHasItsStatus();
    void theAdministratorsCallsAreHisAlone_data();
    void theAdministratorsCallsAreHisAlone();
    void aUserIsMadeChangedAndGone();
    void whatAClientAddsIsKept();
    void aUserWithoutADefaultSignsInUnscoped();
    void aUserWithThingsStays();
    void usersAreFiltered_data();
    void usersAreFiltered();
    void aDomainTakesAllAlong();
    void aDisabledDomainIsShut();
    void namesOfOtherDomainsAreLonger();
    void aDomainIsAlsoAProject();
    void projectsMakeATree();
    void aTreeIsDisabledFromItsLeaves();
    void tagsPickProjects_data();
    void tagsPickProjects();
    void tagsComeAndGo();
    void groupsCarryRolesIntoTokens();
    void inheritedRolesReachDown();
    void domainAndSystemTokensSayWhatTheyAreFor();
    void anAdministratorOfADomainIsOneEverywhere();
    void aMadeUpRoleOpensNothing();
    void aCredentialCarriesAMadeUpRole();
    void builtInRolesAreFixed_data();
    void builtInRolesAreFixed();
    void aRevokedGrantEndsTokens();
    void assignmentsAreListedByFilter_data();
    void assignmentsAreListedByFilter();
    void aRestrictedCredentialChangesNobody();

private:
    test::HttpAnswer send(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const std::optional<QByteArray> &token = {})
    {
        return m_server->send(method, "/identity/v3" + filled(path), token.value_or(m_admin), filled(body));
    }
    // Makes a thing and remembers its id under a word: "{dev}" stands for it from then on.
    QByteArray make(const QByteArray &word, const QByteArray &kind, const QByteArray &members);
    QByteArray filled(QByteArray text) const;
    test::HttpAnswer signIn(const QByteArray &user, const QByteArray &scope);
    static QStringList rolesIn(const test::HttpAnswer &token);
    static QStringList namesIn(const test::HttpAnswer &list, const QString &key);

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::IdentityServer> m_server;
    QHash<QByteArray, QByteArray> m_words;
    User m_ann;
    User m_root;
    Project m_lab;
    QByteArray m_admin;
};

void tst_KeystonePeople::init()
{
    auto identity = test::TestIdentity::open();
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_root = m_identity->addUser(u"root"_s, Role::Admin);
    m_lab = m_identity->addProject(u"lab"_s);
    m_identity->addMember(m_lab, m_ann, Role::Member);
    m_admin = m_identity->projectToken(m_root, m_root.systemProject());
    m_server = std::make_unique<test::IdentityServer>(*m_identity);
    m_words = { { "{ann}", m_ann.id.utf8() }, { "{root}", m_root.id.utf8() }, { "{lab}", m_lab.id.utf8() } };
    for (const RoleInfo &info : allRoles())
        m_words.insert('{' + QByteArray(info.name.data()) + '}', QByteArray(info.id.data()));
}

void tst_KeystonePeople::cleanup()
{
    m_server.reset(); // before what it serves
    m_identity.reset();
}

QByteArray tst_KeystonePeople::filled(QByteArray text) const
{
    for (auto it = m_words.cbegin(); it != m_words.cend(); ++it)
        text.replace(it.key(), it.value());
    return text;
}

QByteArray tst_KeystonePeople::make(const QByteArray &word, const QByteArray &kind, const QByteArray &members)
{
    const auto made = send("POST", '/' + kind + 's', "{\"" + kind + "\": {" + members + "}}");
    if (made.status != 201)
        qFatal("%s %s: %d %s", kind.constData(), word.constData(), made.status, made.body.constData());
    const QByteArray id =
        made.json().value(QString::fromLatin1(kind)).toObject().value("id"_L1).toString().toUtf8();
    m_words.insert('{' + word + '}', id);
    return id;
}

// The password of everybody made here is "secret"; of TestIdentity's users it is theirs.
test::HttpAnswer tst_KeystonePeople::signIn(const QByteArray &user, const QByteArray &scope)
{
    const QByteArray password = user == "{ann}" ? QByteArray("ann-password") : QByteArray("secret");
    return send("POST", "/auth/tokens",
        R"({"auth": {"identity": {"methods": ["password"], "password": {"user": {"id": ")" + user
            + R"(", "password": ")" + password + R"("}}})" + (scope.isEmpty() ? "" : ", \"scope\": ") + scope
            + "}}",
        QByteArray());
}

QStringList tst_KeystonePeople::rolesIn(const test::HttpAnswer &token)
{
    QStringList names;
    for (const QJsonValue &role : token.json().value("token"_L1).toObject().value("roles"_L1).toArray())
        names.append(role.toObject().value("name"_L1).toString());
    return names;
}

QStringList tst_KeystonePeople::namesIn(const test::HttpAnswer &list, const QString &key)
{
    QStringList names;
    for (const QJsonValue &item : list.json().value(key).toArray())
        names.append(item.toObject().value("name"_L1).toString());
    names.sort();
    return names;
}

void tst_KeystonePeople::everyRefusalHasItsStatus_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("named"); // in the message
    const auto row = [](const char *name, const char *method, const char *path, const char *body, int status,
                         const char *named) {
        QTest::newRow(name) << QByteArray(method) << QByteArray(path) << QByteArray(body) << status
                            << QString::fromLatin1(named);
    };
    row("no body", "POST", "/users", "", 400, "JSON");
    row("no object", "POST", "/users", R"({"person": {}})", 400, "user");
    row("no name", "POST", "/users", R"({"user": {}})", 400, "user.name");
    row("empty name", "POST", "/users", R"({"user": {"name": ""}})", 400, "user.name");
    row("name of 256", "POST", "/users", nullptr, 400, "user.name");
    row("name of a number", "POST", "/users", R"({"user": {"name": 7}})", 400, "user.name");
    row("enabled of text", "POST", "/users", R"({"user": {"name": "x", "enabled": "yes"}})", 400, "enabled");
    row("unknown option", "POST", "/users", R"({"user": {"name": "x", "options": {"fly": true}}})", 400,
        "fly");
    row("unknown default project", "POST", "/users",
        R"({"user": {"name": "x", "default_project_id": "nowhere"}})", 400, "default_project_id");
    row("user of no domain", "POST", "/users", R"({"user": {"name": "x", "domain_id": "nowhere"}})", 404,
        "domain");
    row("taken user name", "POST", "/users", R"({"user": {"name": "ANN"}})", 409, "ANN");
    row("unknown user", "PATCH", "/users/nobody", R"({"user": {"name": "x"}})", 404, "user");
    row("user moved", "PATCH", "/users/{ann}", R"({"user": {"domain_id": "other"}})", 400, "domain_id");
    row("renamed to a taken name", "PATCH", "/users/{ann}", R"({"user": {"name": "root"}})", 409, "root");
    row("deleted twice", "DELETE", "/users/nobody", "", 404, "user");
    row("limit of none", "GET", "/users?limit=0", "", 400, "limit");
    row("domain without a name", "POST", "/domains", R"({"domain": {}})", 400, "domain.name");
    row("domain name of 65", "POST", "/domains",
        R"({"domain": {"name": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}})", 400,
        "domain.name");
    row("taken domain name", "POST", "/domains", R"({"domain": {"name": "Default"}})", 409, "Default");
    row("default domain disabled", "PATCH", "/domains/default", R"({"domain": {"enabled": false}})", 403,
        "default");
    row("default domain deleted", "DELETE", "/domains/default", "", 403, "default");
    row("unknown domain", "DELETE", "/domains/nowhere", "", 404, "domain");
    row("project without a name", "POST", "/projects", R"({"project": {}})", 400, "project.name");
    row("taken project name", "POST", "/projects", R"({"project": {"name": "lab"}})", 409, "lab");
    row("project below nothing", "POST", "/projects", R"({"project": {"name": "x", "parent_id": "no"}})", 404,
        "project");
    row("project below a system project", "POST", "/projects",
        R"({"project": {"name": "x", "parent_id": "{ann}"}})", 403, "system");
    row("project moved", "PATCH", "/projects/{lab}", R"({"project": {"parent_id": "x"}})", 403, "parent_id");
    row("project to another domain", "PATCH", "/projects/{lab}", R"({"project": {"domain_id": "x"}})", 400,
        "domain_id");
    row("project made a domain", "PATCH", "/projects/{lab}", R"({"project": {"is_domain": true}})", 400,
        "is_domain");
    row("tag with a comma", "POST", "/projects", R"({"project": {"name": "x", "tags": ["a,b"]}})", 400,
        "project.tags");
    row("a tag twice", "PUT", "/projects/{lab}/tags", R"({"tags": ["a", "a"]})", 400, "tags");
    row("no tags", "PUT", "/projects/{lab}/tags", "{}", 400, "tags");
    row("system project deleted", "DELETE", "/projects/{ann}", "", 409, "system project");
    row("both forms of the tree", "GET", "/projects/{lab}?parents_as_list&parents_as_ids", "", 400,
        "parents");
    row("unknown project", "GET", "/projects/lab", "", 404, "project");
    row("group without a name", "POST", "/groups", R"({"group": {}})", 400, "group.name");
    row("unknown group", "GET", "/groups/nowhere", "", 404, "group");
    row("member of no group", "PUT", "/groups/nowhere/users/{ann}", "", 404, "group");
    row("role without a name", "POST", "/roles", R"({"role": {}})", 400, "role.name");
    row("taken role name", "POST", "/roles", R"({"role": {"name": "member"}})", 409, "member");
    row("unknown role", "GET", "/roles/member", "", 404, "role");
    row("grant of no role", "PUT", "/projects/{lab}/users/{ann}/roles/no", "", 404, "role");
    row("grant to nobody", "PUT", "/projects/{lab}/users/no/roles/{member}", "", 404, "user");
    row("grant on nothing", "PUT", "/projects/no/users/{ann}/roles/{member}", "", 404, "project");
    row("grant on no domain", "PUT", "/domains/no/users/{ann}/roles/{member}", "", 404, "domain");
    row("grant to no group", "PUT", "/projects/{lab}/groups/no/roles/{member}", "", 404, "group");
    row("no such grant", "DELETE", "/projects/{lab}/users/{ann}/roles/{admin}", "", 404, "grant");
    row("no such grant to look at", "GET", "/projects/{lab}/users/{ann}/roles/{admin}", "", 404, "grant");
    row("last role at home", "DELETE", "/projects/{ann}/users/{ann}/roles/{member}", "", 409,
        "system project");
    row("user and group", "GET", "/role_assignments?user.id=a&group.id=b", "", 400, "group.id");
    row("effective group", "GET", "/role_assignments?group.id=b&effective", "", 400, "group.id");
    row("two scopes", "GET", "/role_assignments?scope.project.id=a&scope.domain.id=b", "", 400, "scope");
    row("subtree of nothing", "GET", "/role_assignments?include_subtree=1", "", 400, "include_subtree");
}

void tst_KeystonePeople::everyRefusalHasItsStatus()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, named);
    if (qstrcmp(QTest::currentDataTag(), "name of 256") == 0)
        body = R"({"user": {"name": ")" + QByteArray(256, 'a') + R"("}})";
    const auto answer = send(method, path, body);
    QVERIFY2(answer.status == status, answer.body);
    const QJsonObject error = answer.json().value("error"_L1).toObject();
    QCOMPARE(error.value("code"_L1).toInt(), status);
    QVERIFY2(error.value("message"_L1).toString().contains(named), answer.body);
}

void tst_KeystonePeople::theAdministratorsCallsAreHisAlone_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    for (const char *path : { "/users", "/groups", "/groups/x", "/groups/x/users", "/groups/x/users/y",
             "/domains", "/projects", "/roles", "/roles/x", "/roles/x/implies", "/role_inferences",
             "/role_assignments", "/projects/{lab}/users/{ann}/roles", "/domains/default/users/{ann}/roles",
             "/system/users/{ann}/roles" })
        QTest::addRow("GET %s", path) << QByteArray("GET") << QByteArray(path);
    for (const char *path : { "/users", "/groups", "/domains", "/projects", "/roles" })
        QTest::addRow("POST %s", path) << QByteArray("POST") << QByteArray(path);
    for (const char *path :
        { "/users/{ann}", "/groups/x", "/domains/default", "/projects/{lab}", "/roles/x" }) {
        QTest::addRow("PATCH %s", path) << QByteArray("PATCH") << QByteArray(path);
        QTest::addRow("DELETE %s", path) << QByteArray("DELETE") << QByteArray(path);
    }
    for (const char *path : { "/projects/{lab}/users/{ann}/roles/{admin}",
             "/domains/default/groups/x/roles/{admin}", "/system/users/{ann}/roles/{admin}",
             "/OS-INHERIT/domains/default/users/{ann}/roles/{admin}/inherited_to_projects",
             "/groups/x/users/{ann}", "/projects/{lab}/tags/x", "/roles/{member}/implies/{admin}" }) {
        QTest::addRow("PUT %s", path) << QByteArray("PUT") << QByteArray(path);
        QTest::addRow("DELETE %s", path) << QByteArray("DELETE") << QByteArray(path);
    }
}

void tst_KeystonePeople::theAdministratorsCallsAreHisAlone()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QCOMPARE(send(method, path, {}, QByteArray()).status, 401);
    for (const QByteArray &token : { m_identity->projectToken(m_ann, m_lab.id),
             m_identity->unscopedToken(m_ann), m_identity->synnefoToken(m_ann) })
        QCOMPARE(send(method, path, {}, token).status, 403);
}

void tst_KeystonePeople::aUserIsMadeChangedAndGone()
{
    make("bob", "user", R"("name": "bob", "password": "secret", "email": "bob@example.org")");
    const auto shown = send("GET", "/users/{bob}");
    const QJsonObject user = shown.json().value("user"_L1).toObject();
    QCOMPARE(user.value("name"_L1).toString(), u"bob"_s);
    QCOMPARE(user.value("domain_id"_L1).toString(), u"default"_s);
    QCOMPARE(user.value("email"_L1).toString(), u"bob@example.org"_s);
    QVERIFY(!user.contains("password"_L1));
    QVERIFY(!user.contains("default_project_id"_L1));
    const auto token = signIn("{bob}", {});
    QCOMPARE(token.status, 201);
    const QByteArray secret = token.header("X-Subject-Token");
    QCOMPARE(send("GET", "/users/{bob}", {}, secret).status, 200);
    QCOMPARE(send("GET", "/users/{ann}", {}, secret).status, 404);
    QCOMPARE(send("PATCH", "/users/{bob}", R"({"user": {"enabled": false, "description": "gone home"}})")
                 .json()
                 .value("user"_L1)
                 .toObject()
                 .value("enabled"_L1)
                 .toBool(true),
        false);
    QCOMPARE(send("GET", "/users/{bob}", {}, secret).status, 401);
    QCOMPARE(signIn("{bob}", {}).status, 401);
    QCOMPARE(send("DELETE", "/users/{bob}").status, 204);
    QCOMPARE(send("GET", "/users/{bob}").status, 404);
    QCOMPARE(send("GET", "/projects/{bob}").status, 404); // his system project went with him
}

void tst_KeystonePeople::whatAClientAddsIsKept()
{
    make("bob", "user", R"("name": "bob", "project_id": "p", "nested": {"a": [1, null, "\u00e9"]})");
    const auto changed = send("PATCH", "/users/{bob}", R"({"user": {"project_id": "q", "more": true}})");
    QCOMPARE(changed.status, 200);
    const QJsonObject user = send("GET", "/users/{bob}").json().value("user"_L1).toObject();
    QCOMPARE(user.value("project_id"_L1).toString(), u"q"_s);
    QCOMPARE(user.value("more"_L1).toBool(), true);
    QCOMPARE(user.value("nested"_L1).toObject().value("a"_L1).toArray(),
        (QJsonArray { 1, QJsonValue::Null, u"\u00e9"_s }));
    make("kit", "project", R"("name": "kit", "colour": "red")");
    QCOMPARE(send("GET", "/projects/{kit}").json().value("project"_L1).toObject().value("colour"_L1),
        QJsonValue(u"red"_s));
    QByteArray many = R"({"user": {"name": "x")";
    for (int i = 0; i < 60; ++i)
        many += ", \"key" + QByteArray::number(i) + "\": 1";
    QCOMPARE(send("POST", "/users", many + "}}").status, 400);
}

void tst_KeystonePeople::aUserWithoutADefaultSignsInUnscoped()
{
    make("bob", "user", R"("name": "bob", "password": "secret")");
    const auto unscoped = signIn("{bob}", {}).json().value("token"_L1).toObject();
    QVERIFY(!unscoped.contains("project"_L1));
    QVERIFY(!unscoped.contains("catalog"_L1));
    make("cat", "user", R"("name": "cat", "password": "secret", "default_project_id": "{lab}")");
    QVERIFY(!signIn("{cat}", {}).json().value("token"_L1).toObject().contains("project"_L1)); // no role there
    QCOMPARE(send("PUT", "/projects/{lab}/users/{cat}/roles/{reader}").status, 204);
    const auto scoped = signIn("{cat}", {}).json().value("token"_L1).toObject();
    QCOMPARE(scoped.value("project"_L1).toObject().value("name"_L1).toString(), u"lab"_s);
}

void tst_KeystonePeople::aUserWithThingsStays()
{
    m_identity->write([this](Transaction &t) {
        return QuotaStore::charge(t, m_ann.systemProject(), m_ann.id, { { u"cyclades.vm"_s, 1 } });
    });
    const auto refused = send("DELETE", "/users/{ann}");
    QCOMPARE(refused.status, 409);
    QVERIFY2(refused.body.contains("cyclades.vm"), refused.body);
    QCOMPARE(send("GET", "/users/{ann}").status, 200);
}

void tst_KeystonePeople::usersAreFiltered_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QStringList>("names");
    QTest::newRow("all") << QByteArray() << QStringList { u"ann"_s, u"away"_s, u"eve"_s, u"root"_s };
    QTest::newRow("name") << QByteArray("?name=EVE") << QStringList { u"eve"_s };
    QTest::newRow("unknown name") << QByteArray("?name=nobody") << QStringList();
    QTest::newRow("domain") << QByteArray("?domain_id={acme}") << QStringList { u"eve"_s };
    QTest::newRow("disabled") << QByteArray("?enabled=False") << QStringList { u"away"_s };
    QTest::newRow("enabled") << QByteArray("?enabled=1") << QStringList { u"ann"_s, u"eve"_s, u"root"_s };
    QTest::newRow("two of them") << QByteArray("?domain_id=default&enabled=true")
                                 << QStringList { u"ann"_s, u"root"_s };
    QTest::newRow("first page") << QByteArray("?limit=2") << QStringList { u"ann"_s, u"away"_s };
    QTest::newRow("next page") << QByteArray("?limit=2&marker={away}") << QStringList { u"eve"_s, u"root"_s };
}

void tst_KeystonePeople::usersAreFiltered()
{
    QFETCH(QByteArray, query);
    QFETCH(QStringList, names);
    make("acme", "domain", R"("name": "acme")");
    make("eve", "user", R"("name": "eve", "domain_id": "{acme}")");
    make("away", "user", R"("name": "away", "enabled": false)");
    const auto list = send("GET", "/users" + query);
    QCOMPARE(list.status, 200);
    QCOMPARE(namesIn(list, u"users"_s), names);
    QCOMPARE(list.json().contains("truncated"_L1), query == "?limit=2");
}

void tst_KeystonePeople::aDomainTakesAllAlong()
{
    make("acme", "domain", R"("name": "acme", "description": "a firm")");
    make("eve", "user", R"("name": "eve", "domain_id": "{acme}", "password": "secret")");
    make("top", "project", R"("name": "top", "domain_id": "{acme}")");
    make("leaf", "project", R"("name": "leaf", "parent_id": "{top}")");
    make("crew", "group", R"("name": "crew", "domain_id": "{acme}")");
    make("own", "role", R"("name": "own", "domain_id": "{acme}")");
    QCOMPARE(send("PUT", "/domains/{acme}/groups/{crew}/roles/{own}").status, 204);
    QCOMPARE(send("DELETE", "/domains/{acme}").status, 403);
    QCOMPARE(send("PATCH", "/domains/{acme}", R"({"domain": {"enabled": false}})").status, 200);
    QCOMPARE(send("DELETE", "/domains/{acme}").status, 204);
    for (const char *gone : { "/domains/{acme}", "/users/{eve}", "/projects/{top}", "/projects/{leaf}",
             "/groups/{crew}", "/roles/{own}" })
        QCOMPARE(send("GET", gone).status, 404);
}

void tst_KeystonePeople::aDisabledDomainIsShut()
{
    make("acme", "domain", R"("name": "acme")");
    make("eve", "user", R"("name": "eve", "domain_id": "{acme}", "password": "secret")");
    make("kit", "project", R"("name": "kit", "domain_id": "{acme}")");
    QCOMPARE(send("PUT", "/projects/{kit}/users/{ann}/roles/{member}").status, 204);
    const QByteArray eve = signIn("{eve}", {}).header("X-Subject-Token");
    const QByteArray ann = signIn("{ann}", R"({"project": {"id": "{kit}"}})").header("X-Subject-Token");
    QCOMPARE(send("GET", "/auth/projects", {}, eve).status, 200);
    QCOMPARE(send("GET", "/auth/projects", {}, ann).status, 200);
    QCOMPARE(send("PATCH", "/domains/{acme}", R"({"domain": {"enabled": false}})").status, 200);
    QCOMPARE(send("GET", "/auth/projects", {}, eve).status, 401);
    QCOMPARE(send("GET", "/auth/projects", {}, ann).status, 401);
    QCOMPARE(signIn("{eve}", {}).status, 401);
}

void tst_KeystonePeople::namesOfOtherDomainsAreLonger()
{
    make("acme", "domain", R"("name": "acme")");
    make("ann2", "user", R"("name": "ann", "domain_id": "{acme}", "password": "secret")");
    // What would be shown by the same name is refused, from either side.
    QCOMPARE(send("POST", "/users", R"({"user": {"name": "ann@acme"}})").status, 409);
    make("odd", "user", R"("name": "odd@beta")");
    make("beta", "domain", R"("name": "beta")");
    QCOMPARE(send("POST", "/users", R"({"user": {"name": "odd", "domain_id": "{beta}"}})").status, 409);
    const auto synnefo = [this](const QByteArray &name, const QByteArray &password) {
        return m_server->send("POST", "/astakos/identity/v2.0/tokens", {},
            R"({"auth": {"passwordCredentials": {"username": ")" + name + R"(", "password": ")" + password
                + R"("}}})");
    };
    const auto welcome = synnefo("ann@acme", "secret");
    QCOMPARE(welcome.status, 200);
    const QJsonObject access = welcome.json().value("access"_L1).toObject();
    QCOMPARE(access.value("user"_L1).toObject().value("id"_L1).toString().toUtf8(), filled("{ann2}"));
    QCOMPARE(synnefo("ann", "secret").status, 401);
    QCOMPARE(synnefo("ann", "ann-password").status, 200);
    const QByteArray token = access.value("token"_L1).toObject().value("id"_L1).toString().toUtf8();
    const auto names = m_server->send("POST", "/astakos/account/v1.0/user_catalogs", token,
        filled(R"({"uuids": ["{ann}", "{ann2}"], "displaynames": ["ANN@acme", "ann"]})"));
    QCOMPARE(names.status, 200);
    QCOMPARE(names.json().value("uuid_catalog"_L1).toObject(),
        (QJsonObject { { QString::fromUtf8(filled("{ann}")), u"ann"_s },
            { QString::fromUtf8(filled("{ann2}")), u"ann@acme"_s } }));
    QCOMPARE(names.json().value("displayname_catalog"_L1).toObject().size(), 2);
}

void tst_KeystonePeople::aDomainIsAlsoAProject()
{
    make("acme", "project", R"("name": "acme", "is_domain": true)");
    QCOMPARE(send("GET", "/domains/{acme}").status, 200);
    const QJsonObject shown = send("GET", "/projects/{acme}").json().value("project"_L1).toObject();
    QCOMPARE(shown.value("is_domain"_L1).toBool(), true);
    QVERIFY(shown.value("domain_id"_L1).isNull());
    QCOMPARE(namesIn(send("GET", "/projects?is_domain=true"), u"projects"_s),
        (QStringList { u"Default"_s, u"acme"_s }));
    QCOMPARE(send("DELETE", "/projects/{acme}").status, 403);
    QCOMPARE(send("PATCH", "/projects/{acme}", R"({"project": {"enabled": false}})").status, 200);
    QCOMPARE(send("DELETE", "/projects/{acme}").status, 204);
    QCOMPARE(send("GET", "/domains/{acme}").status, 404);
}

void tst_KeystonePeople::projectsMakeATree()
{
    make("p1", "project", R"("name": "p1")");
    QByteArray above = "p1";
    for (const char *name : { "p2", "p3", "p4", "p5" }) {
        make(name, "project", "\"name\": \"" + QByteArray(name) + "\", \"parent_id\": \"{" + above + "}\"");
        above = name;
    }
    QCOMPARE(send("POST", "/projects", R"({"project": {"name": "p6", "parent_id": "{p5}"}})").status, 403);
    const auto object = [this](const QByteArray &query, QLatin1StringView key) {
        return send("GET", "/projects/{p3}?" + query).json().value("project"_L1).toObject().value(key);
    };
    QStringList parents;
    for (const QJsonValue &parent : object("parents_as_list", "parents"_L1).toArray())
        parents.append(parent.toObject().value("project"_L1).toObject().value("name"_L1).toString());
    QCOMPARE(parents, (QStringList { u"p2"_s, u"p1"_s }));
    const QJsonObject ids = object("parents_as_ids", "parents"_L1).toObject();
    QCOMPARE(ids.value(QString::fromUtf8(filled("{p2}")))
                 .toObject()
                 .value(QString::fromUtf8(filled("{p1}")))
                 .toObject()
                 .keys(),
        QStringList { u"default"_s });
    QCOMPARE(object("subtree_as_ids", "subtree"_L1)
                 .toObject()
                 .value(QString::fromUtf8(filled("{p4}")))
                 .toObject()
                 .keys(),
        QStringList { QString::fromUtf8(filled("{p5}")) });
    QCOMPARE(object("subtree_as_list", "subtree"_L1).toArray().size(), 2);
    QCOMPARE(namesIn(send("GET", "/projects?parent_id={p1}"), u"projects"_s), QStringList { u"p2"_s });
    QCOMPARE(send("DELETE", "/projects/{p4}").status, 403); // not a leaf
    QCOMPARE(send("DELETE", "/projects/{p5}").status, 204);
    QCOMPARE(send("DELETE", "/projects/{p4}").status, 204);
}

void tst_KeystonePeople::aTreeIsDisabledFromItsLeaves()
{
    make("top", "project", R"("name": "top")");
    make("leaf", "project", R"("name": "leaf", "parent_id": "{top}")");
    const auto enable = [this](const QByteArray &path, const QByteArray &flag) {
        return send("PATCH", path, R"({"project": {"enabled": )" + flag + "}}").status;
    };
    QCOMPARE(enable("/projects/{top}", "false"), 403);
    QCOMPARE(enable("/projects/{leaf}", "false"), 200);
    QCOMPARE(enable("/projects/{top}", "false"), 200);
    QCOMPARE(enable("/projects/{leaf}", "true"), 403);
    QCOMPARE(send("POST", "/projects", R"({"project": {"name": "x", "parent_id": "{leaf}"}})").status, 400);
}

void tst_KeystonePeople::tagsPickProjects_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QStringList>("names");
    QTest::newRow("one") << QByteArray("tags=red") << QStringList { u"both"_s, u"onlyred"_s };
    QTest::newRow("all of two") << QByteArray("tags=red,big") << QStringList { u"both"_s };
    QTest::newRow("one of two") << QByteArray("tags-any=red,blue") << QStringList { u"both"_s, u"onlyred"_s };
    QTest::newRow("not all of two") << QByteArray("not-tags=red,big&parent_id={top}")
                                    << QStringList { u"none"_s, u"onlyred"_s };
    QTest::newRow("none of two") << QByteArray("not-tags-any=red,big&parent_id={top}")
                                 << QStringList { u"none"_s };
    QTest::newRow("a tag and a name") << QByteArray("tags=red&name=both") << QStringList { u"both"_s };
}

void tst_KeystonePeople::tagsPickProjects()
{
    QFETCH(QByteArray, query);
    QFETCH(QStringList, names);
    make("top", "project", R"("name": "top")");
    make("a", "project", R"("name": "both", "parent_id": "{top}", "tags": ["red", "big"])");
    make("b", "project", R"("name": "onlyred", "parent_id": "{top}", "tags": ["red"])");
    make("c", "project", R"("name": "none", "parent_id": "{top}")");
    QCOMPARE(namesIn(send("GET", "/projects?" + query), u"projects"_s), names);
}

void tst_KeystonePeople::tagsComeAndGo()
{
    QCOMPARE(send("PUT", "/projects/{lab}/tags/red").status, 201);
    QCOMPARE(send("PUT", "/projects/{lab}/tags/red").status, 201);
    QCOMPARE(send("HEAD", "/projects/{lab}/tags/red").status, 204);
    QCOMPARE(send("GET", "/projects/{lab}/tags").json().value("tags"_L1).toArray(), QJsonArray { u"red"_s });
    QCOMPARE(send("PUT", "/projects/{lab}/tags", R"({"tags": ["b", "a"]})").json().value("tags"_L1).toArray(),
        (QJsonArray { u"a"_s, u"b"_s }));
    QCOMPARE(send("DELETE", "/projects/{lab}/tags/red").status, 404);
    QCOMPARE(send("DELETE", "/projects/{lab}/tags/a").status, 204);
    QCOMPARE(send("DELETE", "/projects/{lab}/tags").status, 204);
    QCOMPARE(send("GET", "/projects/{lab}/tags").json().value("tags"_L1).toArray(), QJsonArray());
}

void tst_KeystonePeople::groupsCarryRolesIntoTokens()
{
    make("bob", "user", R"("name": "bob", "password": "secret")");
    make("crew", "group", R"("name": "crew")");
    const QByteArray scope = R"({"project": {"id": "{lab}"}})";
    QCOMPARE(send("PUT", "/projects/{lab}/groups/{crew}/roles/{member}").status, 204);
    QCOMPARE(signIn("{bob}", scope).status, 401);
    QCOMPARE(send("PUT", "/groups/{crew}/users/{bob}").status, 204);
    QCOMPARE(send("HEAD", "/groups/{crew}/users/{bob}").status, 204);
    const auto token = signIn("{bob}", scope);
    QCOMPARE(rolesIn(token), (QStringList { u"reader"_s, u"member"_s }));
    const QByteArray secret = token.header("X-Subject-Token");
    const auto caller = m_identity->caller(secret, Face::Synnefo);
    QVERIFY(caller);
    QCOMPARE(caller->rolesIn(m_lab.id), Roles(Role::Member) | Role::Reader); // in both faces
    QCOMPARE(namesIn(send("GET", "/auth/projects", {}, secret), u"projects"_s),
        (QStringList { u"bob"_s, u"lab"_s }));
    QCOMPARE(namesIn(send("GET", "/users/{bob}/groups", {}, secret), u"groups"_s), QStringList { u"crew"_s });
    QCOMPARE(send("DELETE", "/groups/{crew}/users/{bob}").status, 204);
    QCOMPARE(send("GET", "/auth/projects", {}, secret).status, 401);
    QCOMPARE(send("HEAD", "/groups/{crew}/users/{bob}").status, 404);
}

void tst_KeystonePeople::inheritedRolesReachDown()
{
    make("bob", "user", R"("name": "bob", "password": "secret")");
    make("top", "project", R"("name": "top")");
    make("leaf", "project", R"("name": "leaf", "parent_id": "{top}")");
    const QByteArray grant = "/OS-INHERIT/projects/{top}/users/{bob}/roles/{reader}/inherited_to_projects";
    QCOMPARE(send("PUT", grant).status, 204);
    QCOMPARE(send("HEAD", grant).status, 204);
    QCOMPARE(send("GET", "/projects/{top}/users/{bob}/roles/{reader}").status, 404);
    QCOMPARE(signIn("{bob}", R"({"project": {"id": "{top}"}})").status, 401); // not on the project itself
    const auto below = signIn("{bob}", R"({"project": {"id": "{leaf}"}})");
    QCOMPARE(rolesIn(below), QStringList { u"reader"_s });
    QCOMPARE(send("DELETE", grant).status, 204);
    QCOMPARE(send("GET", "/auth/projects", {}, below.header("X-Subject-Token")).status, 401);
}

void tst_KeystonePeople::domainAndSystemTokensSayWhatTheyAreFor()
{
    make("acme", "domain", R"("name": "acme")");
    QCOMPARE(send("PUT", "/domains/{acme}/users/{ann}/roles/{member}").status, 204);
    QCOMPARE(send("PUT", "/system/users/{ann}/roles/{reader}").status, 204);
    const auto domain = signIn("{ann}", R"({"domain": {"name": "acme"}})");
    QCOMPARE(domain.status, 201);
    const QJsonObject forDomain = domain.json().value("token"_L1).toObject();
    QCOMPARE(forDomain.value("domain"_L1).toObject().value("name"_L1).toString(), u"acme"_s);
    QVERIFY(!forDomain.contains("project"_L1));
    QCOMPARE(rolesIn(domain), (QStringList { u"reader"_s, u"member"_s }));
    const auto system = signIn("{ann}", R"({"system": {"all": true}})");
    QCOMPARE(system.status, 201);
    QCOMPARE(system.json().value("token"_L1).toObject().value("system"_L1).toObject(),
        (QJsonObject { { u"all"_s, true } }));
    const QByteArray secret = system.header("X-Subject-Token");
    QCOMPARE(namesIn(send("GET", "/auth/domains", {}, secret), u"domains"_s), QStringList { u"acme"_s });
    QCOMPARE(send("GET", "/auth/system", {}, secret).json().value("system"_L1).toArray().size(), 1);
    QCOMPARE(send("GET", "/users", {}, secret).status, 403); // a reader, no administrator
    const auto caller = m_identity->caller(secret, Face::OpenStack);
    QVERIFY(caller && caller->isForSystem && !caller->project && !caller->isAdmin);
    QCOMPARE(send("DELETE", "/system/users/{ann}/roles/{reader}").status, 204);
    QCOMPARE(send("GET", "/auth/system", {}, secret).status, 401);
}

void tst_KeystonePeople::anAdministratorOfADomainIsOneEverywhere()
{
    make("acme", "domain", R"("name": "acme")");
    QCOMPARE(send("PUT", "/domains/{acme}/users/{ann}/roles/{admin}").status, 204);
    const QByteArray token = signIn("{ann}", R"({"domain": {"id": "{acme}"}})").header("X-Subject-Token");
    QCOMPARE(send("GET", "/users", {}, token).status, 200);
    // New things without a domain of their own belong to that of the token.
    QCOMPARE(send("POST", "/users", R"({"user": {"name": "eve"}})", token)
                 .json()
                 .value("user"_L1)
                 .toObject()
                 .value("domain_id"_L1)
                 .toString()
                 .toUtf8(),
        filled("{acme}"));
    QCOMPARE(send("GET", "/users", {}, m_identity->projectToken(m_ann, m_lab.id)).status, 403);
}

void tst_KeystonePeople::aMadeUpRoleOpensNothing()
{
    make("bob", "user", R"("name": "bob", "password": "secret")");
    make("baker", "role", R"("name": "baker")");
    QCOMPARE(send("PUT", "/projects/{lab}/users/{bob}/roles/{baker}").status, 204);
    const auto token = signIn("{bob}", R"({"project": {"id": "{lab}"}})");
    QCOMPARE(rolesIn(token), QStringList { u"baker"_s });
    const auto caller = m_identity->caller(token.header("X-Subject-Token"), Face::OpenStack);
    QVERIFY(caller);
    QVERIFY(caller->scope.isEmpty());
    // Until it implies a role that does.
    QCOMPARE(send("PUT", "/roles/{baker}/implies/{reader}").status, 201);
    QCOMPARE(rolesIn(signIn("{bob}", R"({"project": {"id": "{lab}"}})")),
        (QStringList { u"reader"_s, u"baker"_s }));
    QCOMPARE(send("HEAD", "/roles/{baker}/implies/{reader}").status, 204);
    QCOMPARE(send("DELETE", "/roles/{baker}/implies/{reader}").status, 204);
    QCOMPARE(send("GET", "/roles/{baker}/implies/{reader}").status, 404);
    QCOMPARE(send("DELETE", "/roles/{baker}").status, 204);
    QCOMPARE(send("GET", "/auth/projects", {}, token.header("X-Subject-Token")).status, 401);
}

void tst_KeystonePeople::aCredentialCarriesAMadeUpRole()
{
    make("baker", "role", R"("name": "baker")");
    QCOMPARE(send("PUT", "/projects/{lab}/users/{ann}/roles/{baker}").status, 204);
    const QByteArray own = m_identity->projectToken(m_ann, m_lab.id);
    const QByteArray path = "/users/{ann}/application_credentials";
    QCOMPARE(
        send("POST", path, R"({"application_credential": {"name": "a", "roles": [{"name": "admin"}]}})", own)
            .status,
        400);
    const auto made =
        send("POST", path, R"({"application_credential": {"name": "a", "roles": [{"id": "{baker}"}]}})", own);
    QCOMPARE(made.status, 201);
    const QJsonObject credential = made.json().value("application_credential"_L1).toObject();
    const auto token = send("POST", "/auth/tokens",
        R"({"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": ")"
            + credential.value("id"_L1).toString().toUtf8() + R"(", "secret": ")"
            + credential.value("secret"_L1).toString().toUtf8() + R"("}}}})",
        QByteArray());
    QCOMPARE(token.status, 201);
    QCOMPARE(rolesIn(token), QStringList { u"baker"_s });
}

void tst_KeystonePeople::builtInRolesAreFixed_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("renamed") << QByteArray("PATCH") << QByteArray("/roles/{member}");
    QTest::newRow("deleted") << QByteArray("DELETE") << QByteArray("/roles/{member}");
    QTest::newRow("implies admin") << QByteArray("PUT") << QByteArray("/roles/{baker}/implies/{admin}");
    QTest::newRow("reader implies member")
        << QByteArray("PUT") << QByteArray("/roles/{reader}/implies/{member}");
    QTest::newRow("by a detour") << QByteArray("PUT") << QByteArray("/roles/{reader}/implies/{baker}");
    QTest::newRow("admin implies nothing")
        << QByteArray("DELETE") << QByteArray("/roles/{admin}/implies/{manager}");
}

void tst_KeystonePeople::builtInRolesAreFixed()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    make("baker", "role", R"("name": "baker")");
    QCOMPARE(send("PUT", "/roles/{baker}/implies/{member}").status, 201);
    const QByteArray rules = send("GET", "/role_inferences").body;
    QCOMPARE(send(method, path, R"({"role": {"name": "x"}})").status, 403);
    QCOMPARE(send("GET", "/role_inferences").body, rules);
}

void tst_KeystonePeople::aRevokedGrantEndsTokens()
{
    make("bob", "user", R"("name": "bob", "password": "secret")");
    for (const char *role : { "{member}", "{manager}" })
        QCOMPARE(send("PUT", "/projects/{lab}/users/{bob}/roles/" + QByteArray(role)).status, 204);
    const QByteArray token = signIn("{bob}", R"({"project": {"id": "{lab}"}})").header("X-Subject-Token");
    QCOMPARE(send("GET", "/auth/projects", {}, token).status, 200);
    QCOMPARE(send("DELETE", "/projects/{lab}/users/{bob}/roles/{manager}").status, 204);
    QCOMPARE(send("GET", "/auth/projects", {}, token).status, 401);
    QCOMPARE(rolesIn(signIn("{bob}", R"({"project": {"id": "{lab}"}})")),
        (QStringList { u"reader"_s, u"member"_s }));
    QCOMPARE(
        namesIn(send("GET", "/projects/{lab}/users/{bob}/roles"), u"roles"_s), QStringList { u"member"_s });
}

void tst_KeystonePeople::assignmentsAreListedByFilter_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QStringList>("found"); // role and who and where, by name
    QTest::newRow("of bob") << QByteArray("user.id={bob}")
                            << QStringList { u"member bob bob"_s, u"reader bob top"_s };
    QTest::newRow("of the group") << QByteArray("group.id={crew}") << QStringList { u"baker crew lab"_s };
    QTest::newRow("on the project") << QByteArray("scope.project.id={lab}")
                                    << QStringList { u"baker crew lab"_s, u"member ann lab"_s };
    QTest::newRow("of one role") << QByteArray("role.id={baker}") << QStringList { u"baker crew lab"_s };
    QTest::newRow("inherited") << QByteArray("scope.OS-INHERIT:inherited_to=projects")
                               << QStringList { u"reader bob top"_s };
    QTest::newRow("as it works out for bob")
        << QByteArray("user.id={bob}&effective")
        << QStringList { u"baker bob lab"_s, u"member bob bob"_s, u"reader bob bob"_s, u"reader bob leaf"_s };
    QTest::newRow("as it works out in a place")
        << QByteArray("scope.project.id={leaf}&effective=True") << QStringList { u"reader bob leaf"_s };
    QTest::newRow("with what is below") << QByteArray("scope.project.id={top}&include_subtree=1&effective")
                                        << QStringList { u"reader bob leaf"_s };
    QTest::newRow("on the system") << QByteArray("scope.system=all") << QStringList { u"reader ann "_s };
    QTest::newRow("on a domain") << QByteArray("scope.domain.id=default")
                                 << QStringList { u"reader ann Default"_s };
}

void tst_KeystonePeople::assignmentsAreListedByFilter()
{
    QFETCH(QByteArray, query);
    QFETCH(QStringList, found);
    make("bob", "user", R"("name": "bob")");
    make("crew", "group", R"("name": "crew")");
    make("baker", "role", R"("name": "baker")");
    make("top", "project", R"("name": "top")");
    make("leaf", "project", R"("name": "leaf", "parent_id": "{top}")");
    for (const char *put : { "/groups/{crew}/users/{bob}", "/projects/{lab}/groups/{crew}/roles/{baker}",
             "/OS-INHERIT/projects/{top}/users/{bob}/roles/{reader}/inherited_to_projects",
             "/system/users/{ann}/roles/{reader}", "/domains/default/users/{ann}/roles/{reader}" })
        QCOMPARE(send("PUT", put).status, 204);
    const auto list = send("GET", "/role_assignments?include_names=1&" + query);
    QCOMPARE(list.status, 200);
    QStringList listed;
    for (const QJsonValue &entry : list.json().value("role_assignments"_L1).toArray()) {
        const QJsonObject scope = entry["scope"_L1].toObject();
        const QString who = entry["user"_L1]["name"_L1].toString() + entry["group"_L1]["name"_L1].toString();
        listed.append(entry["role"_L1]["name"_L1].toString() + u' ' + who + u' '
            + scope["project"_L1]["name"_L1].toString() + scope["domain"_L1]["name"_L1].toString());
    }
    listed.sort();
    QCOMPARE(listed, found);
}

void tst_KeystonePeople::aRestrictedCredentialChangesNobody()
{
    const QByteArray token =
        m_identity->credentialToken(m_identity->addCredential(m_root, m_root.systemProject()));
    QCOMPARE(send("GET", "/users", {}, token).status, 200);
    QCOMPARE(send("POST", "/users", R"({"user": {"name": "x", "password": "y"}})", token).status, 403);
    QCOMPARE(send("PATCH", "/users/{ann}", R"({"user": {"password": "y"}})", token).status, 403);
    QCOMPARE(send("DELETE", "/users/{ann}", {}, token).status, 403);
    QCOMPARE(send("PUT", "/projects/{lab}/users/{ann}/roles/{admin}", {}, token).status, 403);
}

NEPHELE_TEST(tst_KeystonePeople)
#include "tst_keystonepeople.moc"
