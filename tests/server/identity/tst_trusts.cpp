// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/identity/keystoneplay.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;
using test::KeystonePlay;

// Trusts over HTTP: ann, a member of "lab", lets bob act there. And access rules of application credentials,
// which cut a token down in the same way.
class tst_Trusts : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_play.reset(); }
    void aRefusalSaysWhatIsWrong_data();
    void aRefusalSaysWhatIsWrong() { test::checkRefusal(*m_play); }
    void aTrustIsSeenByItsTwo();
    void itsRolesAreTold();
    void aSignInWithItIsRefused_data();
    void aSignInWithItIsRefused();
    void aTokenOfItActsInTheProject_data();
    void aTokenOfItActsInTheProject();
    void aTokenOfItIsRestricted();
    void itIsUsedSoOften();
    void itsTokensEndWithIt_data();
    void itsTokensEndWithIt();
    void itIsWorthWhatTheTrustorHas();
    void aTokenEndsNoLaterThanItsTrust();
    void accessRulesAreHeld_data();
    void accessRulesAreHeld();
    void accessRulesBelongToTheirUser();
    void aPatternFitsAPath_data();
    void aPatternFitsAPath();

private:
    static QByteArray trustBody(const QByteArray &more = {}, bool isImpersonation = false)
    {
        return R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}", "project_id": "{lab}",
            "roles": [{"name": "member"}], "impersonation": )"
            + QByteArray(isImpersonation ? "true" : "false") + more + "}}";
    }
    test::HttpAnswer signIn(const QByteArray &user, const QByteArray &trust);
    // Keeps the token as "trusted".
    void signIn();
    int status(const QByteArray &as, const QByteArray &path) { return m_play->send(as, "GET", path).status; }

    std::unique_ptr<KeystonePlay> m_play;
};

void tst_Trusts::init()
{
    m_play = std::make_unique<KeystonePlay>();
    m_play->make("{trust}", "/v3/OS-TRUST/trusts", trustBody(), "ann");
}

test::HttpAnswer tst_Trusts::signIn(const QByteArray &user, const QByteArray &trust)
{
    return m_play->send("", "POST", "/v3/auth/tokens",
        R"({"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": ")" + user
            + R"(", "domain": {"id": "default"}, "password": ")" + user
            + R"(-password"}}}, "scope": {"OS-TRUST:trust": {"id": ")" + trust + R"("}}}})");
}

void tst_Trusts::signIn()
{
    const auto answer = signIn("bob", "{trust}");
    QVERIFY2(answer.status == 201, answer.body);
    m_play->tokens.insert("trusted", answer.header("X-Subject-Token"));
}

void tst_Trusts::aRefusalSaysWhatIsWrong_data()
{
    test::addRefusalColumns();
    const auto row = test::addRefusal;
    const char *all = "/v3/OS-TRUST/trusts";
    row("no token", "", "GET", all, "", 401, "X-Auth-Token");
    row("everybody's, a member", "ann", "GET", all, "", 403, "yourself");
    row("another's, a member", "ann", "GET", "/v3/OS-TRUST/trusts?trustor_user_id={bob}", "", 403,
        "yourself");
    row("no trustee", "ann", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "project_id": "{lab}", "impersonation": false,
            "roles": [{"name": "member"}]}})",
        400, "trust.trustee_user_id");
    row("no impersonation", "ann", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}", "project_id": "{lab}",
            "roles": [{"name": "member"}]}})",
        400, "trust.impersonation");
    row("no roles", "ann", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}", "project_id": "{lab}",
            "impersonation": false, "roles": []}})",
        400, "trust.roles");
    row("an unknown role", "ann", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}", "project_id": "{lab}",
            "impersonation": false, "roles": [{"name": "king"}]}})",
        403, "trust.roles");
    row("more than she has", "ann", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}", "project_id": "{lab}",
            "impersonation": false, "roles": [{"name": "admin"}]}})",
        403, "trust.roles");
    row("in another's project", "ann", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}", "project_id": "{bobs}",
            "impersonation": false, "roles": [{"name": "member"}]}})",
        403, "trust.roles");
    row("for another", "bob", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}", "project_id": "{lab}",
            "impersonation": false, "roles": [{"name": "member"}]}})",
        403, "trust.trustor_user_id");
    row("for another, by an administrator", "root", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}", "project_id": "{lab}",
            "impersonation": false, "roles": [{"name": "member"}]}})",
        403, "trust.trustor_user_id");
    row("to nobody", "ann", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "x", "project_id": "{lab}",
            "impersonation": false, "roles": [{"name": "member"}]}})",
        404, "trust.trustee_user_id");
    row("ends badly", "ann", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}",
            "project_id": "{lab}", "impersonation": false, "roles": [{"name": "member"}], "expires_at": "soon"}})",
        400, "trust.expires_at");
    row("ended long ago", "ann", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}",
            "project_id": "{lab}", "impersonation": false, "roles": [{"name": "member"}],
            "expires_at": "2001-01-01T00:00:00Z"}})",
        400, "trust.expires_at");
    row("no uses", "ann", "POST", all, R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}",
            "project_id": "{lab}", "impersonation": false, "roles": [{"name": "member"}], "remaining_uses": 0}})",
        400, "trust.remaining_uses");
    row("to be passed on", "ann", "POST", all,
        R"({"trust": {"trustor_user_id": "{ann}", "trustee_user_id": "{bob}",
            "project_id": "{lab}", "impersonation": false, "roles": [{"name": "member"}],
            "allow_redelegation": true}})",
        403, "trust.allow_redelegation");
    row("by a restricted token", "restricted", "POST", all, R"({"trust": {"trustor_user_id": "{ann}",
            "trustee_user_id": "{bob}", "project_id": "{lab}", "impersonation": false,
            "roles": [{"name": "member"}]}})",
        403, "restricted");
    row("ended by a restricted token", "restricted", "DELETE", "/v3/OS-TRUST/trusts/{trust}", "", 403,
        "restricted");
    row("ended by the trustee", "bob", "DELETE", "/v3/OS-TRUST/trusts/{trust}", "", 403, "trustor");
    row("unknown", "ann", "GET", "/v3/OS-TRUST/trusts/x", "", 404, "trust");
    row("end an unknown", "ann", "DELETE", "/v3/OS-TRUST/trusts/x", "", 404, "trust");
    row("a role it has not", "ann", "GET", "/v3/OS-TRUST/trusts/{trust}/roles/x", "", 404, "role");
}

void tst_Trusts::aTrustIsSeenByItsTwo()
{
    const QStringList one { QString::fromLatin1(m_play->words.value("{trust}")) };
    const auto ids = [&](const QByteArray &as, const QByteArray &query) {
        return KeystonePlay::column(m_play->send(as, "GET", "/v3/OS-TRUST/trusts" + query), "trusts", "id");
    };
    QCOMPARE(ids("ann", "?trustor_user_id={ann}"), one);
    QCOMPARE(ids("bob", "?trustee_user_id={bob}"), one);
    QCOMPARE(ids("bob", "?trustor_user_id={bob}"), QStringList());
    QCOMPARE(ids("root", ""), one);
    QCOMPARE(status("bob", "/v3/OS-TRUST/trusts/{trust}"), 200);
    QCOMPARE(status("root", "/v3/OS-TRUST/trusts/{trust}"), 200);
    const User carol = m_play->identity->addUser(u"carol"_s);
    m_play->tokens.insert("carol", m_play->identity->projectToken(carol, carol.systemProject()));
    QCOMPARE(status("carol", "/v3/OS-TRUST/trusts/{trust}"), 404);
    QCOMPARE(m_play->send("carol", "DELETE", "/v3/OS-TRUST/trusts/{trust}").status, 404);
}

void tst_Trusts::itsRolesAreTold()
{
    const auto shown = m_play->send("ann", "GET", "/v3/OS-TRUST/trusts/{trust}");
    const QJsonObject trust = KeystonePlay::object(shown, "trust");
    QCOMPARE(trust.value("trustor_user_id"_L1).toString(), m_play->ann.id.text());
    QCOMPARE(trust.value("trustee_user_id"_L1).toString(), m_play->bob.id.text());
    QCOMPARE(trust.value("project_id"_L1).toString(), m_play->lab.id.text());
    QCOMPARE(trust.value("impersonation"_L1).toBool(true), false);
    for (const QString &key : { u"expires_at"_s, u"deleted_at"_s, u"remaining_uses"_s })
        QVERIFY2(trust.contains(key) && trust.value(key).isNull(), qPrintable(key));
    const auto roles = m_play->send("ann", "GET", "/v3/OS-TRUST/trusts/{trust}/roles");
    QCOMPARE(KeystonePlay::column(roles, "roles", "name"), QStringList { u"member"_s });
    const QByteArray role = KeystonePlay::column(roles, "roles", "id").value(0).toUtf8();
    const QByteArray one = "/v3/OS-TRUST/trusts/{trust}/roles/" + role;
    QCOMPARE(m_play->send("ann", "HEAD", one).status, 200);
    QCOMPARE(KeystonePlay::object(m_play->send("ann", "GET", one), "role").value("name"_L1).toString(),
        u"member"_s);
}

void tst_Trusts::aSignInWithItIsRefused_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("trust");
    QTest::newRow("by the trustor") << QByteArray("ann") << QByteArray("{trust}");
    QTest::newRow("by an administrator") << QByteArray("root") << QByteArray("{trust}");
    QTest::newRow("an unknown one") << QByteArray("bob") << QByteArray("x");
}

void tst_Trusts::aSignInWithItIsRefused()
{
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, trust);
    const auto answer = signIn(user, trust);
    QCOMPARE(answer.status, 401);
    QCOMPARE(KeystonePlay::object(answer, "error").value("message"_L1).toString(), signInRefused().message);
}

void tst_Trusts::aTokenOfItActsInTheProject_data()
{
    QTest::addColumn<bool>("isImpersonation");
    QTest::newRow("as the trustee") << false;
    QTest::newRow("as the trustor") << true;
}

void tst_Trusts::aTokenOfItActsInTheProject()
{
    QFETCH(bool, isImpersonation);
    m_play->make("{trust}", "/v3/OS-TRUST/trusts", trustBody({}, isImpersonation), "ann");
    const auto answer = signIn("bob", "{trust}");
    QCOMPARE(answer.status, 201);
    const QJsonObject token = KeystonePlay::object(answer, "token");
    const UserId user = isImpersonation ? m_play->ann.id : m_play->bob.id;
    QCOMPARE(token.value("user"_L1).toObject().value("id"_L1).toString(), user.text());
    QCOMPARE(token.value("project"_L1).toObject().value("id"_L1).toString(), m_play->lab.id.text());
    const QJsonObject trust = token.value("OS-TRUST:trust"_L1).toObject();
    QCOMPARE(trust.value("impersonation"_L1).toBool(), isImpersonation);
    QCOMPARE(trust.value("trustor_user"_L1).toObject().value("id"_L1).toString(), m_play->ann.id.text());
    QCOMPARE(trust.value("trustee_user"_L1).toObject().value("id"_L1).toString(), m_play->bob.id.text());
    const auto caller = m_play->identity->caller(answer.header("X-Subject-Token"), Face::OpenStack);
    QVERIFY(caller);
    QCOMPARE(caller->rolesIn(m_play->lab.id), Roles(Role::Member) | Role::Reader);
    QCOMPARE(caller->scope.size(), 1);
}

void tst_Trusts::aTokenOfItIsRestricted()
{
    signIn();
    const QByteArray byToken = R"({"auth": {"identity": {"methods": ["token"], "token": {"id": ")"
        + m_play->tokens.value("trusted") + R"("}}}})";
    QCOMPARE(m_play->send("", "POST", "/v3/auth/tokens", byToken).status, 403);
    QCOMPARE(m_play
                 ->send("trusted", "POST", "/v3/users/{bob}/application_credentials",
                     R"({"application_credential": {"name": "a"}})")
                 .status,
        403);
    QCOMPARE(
        m_play->send("trusted", "POST", "/v3/credentials", R"({"credential": {"type": "a", "blob": "b"}})")
            .status,
        403);
    QCOMPARE(m_play->send("trusted", "POST", "/v3/OS-TRUST/trusts", trustBody()).status, 403);
}

void tst_Trusts::itIsUsedSoOften()
{
    m_play->make("{trust}", "/v3/OS-TRUST/trusts", trustBody(R"(, "remaining_uses": 2)"), "ann");
    QCOMPARE(signIn("bob", "{trust}").status, 201);
    const QJsonObject trust =
        KeystonePlay::object(m_play->send("ann", "GET", "/v3/OS-TRUST/trusts/{trust}"), "trust");
    QCOMPARE(trust.value("remaining_uses"_L1).toInt(), 1);
    // One that is refused uses nothing up.
    QCOMPARE(signIn("ann", "{trust}").status, 401);
    QCOMPARE(signIn("bob", "{trust}").status, 201);
    QCOMPARE(signIn("bob", "{trust}").status, 401);
}

void tst_Trusts::itsTokensEndWithIt_data()
{
    QTest::addColumn<int>("end");
    QTest::newRow("deleted") << 0;
    QTest::newRow("the trustor is disabled") << 1;
    QTest::newRow("the trustee is disabled") << 2;
    QTest::newRow("the trustor is no member any more") << 3;
    QTest::newRow("the project is disabled") << 4;
}

void tst_Trusts::itsTokensEndWithIt()
{
    QFETCH(int, end);
    signIn();
    QCOMPARE(status("trusted", "/v3/auth/projects"), 200);
    const User ann = m_play->ann;
    const User bob = m_play->bob;
    const Project lab = m_play->lab;
    if (end == 0)
        QCOMPARE(m_play->send("ann", "DELETE", "/v3/OS-TRUST/trusts/{trust}").status, 204);
    else
        m_play->identity->write([=](Transaction &t) -> Result<> {
            switch (end) {
            case 1:
                return UserStore::setEnabled(t, ann.id, false);
            case 2:
                return UserStore::setEnabled(t, bob.id, false);
            case 3:
                return Accounts::removeMember(t, lab, ann);
            default:
                return ProjectStore::setEnabled(t, lab.id, false);
            }
        });
    m_play->identity->context().noteRevocation();
    QCOMPARE(status("trusted", "/v3/auth/projects"), 401);
    QCOMPARE(signIn("bob", "{trust}").status, 401);
}

void tst_Trusts::itIsWorthWhatTheTrustorHas()
{
    signIn();
    const User ann = m_play->ann;
    const Project lab = m_play->lab;
    m_play->identity->write([=](Transaction &t) { return Accounts::setMember(t, lab, ann, Role::Reader); });
    const auto caller = m_play->identity->caller(m_play->tokens.value("trusted"), Face::OpenStack);
    QVERIFY(caller);
    QCOMPARE(caller->rolesIn(lab.id), Roles(Role::Reader));
}

void tst_Trusts::aTokenEndsNoLaterThanItsTrust()
{
    m_play->make(
        "{trust}", "/v3/OS-TRUST/trusts", trustBody(R"(, "expires_at": "2027-01-15T08:10:00Z")"), "ann");
    const auto answer = signIn("bob", "{trust}");
    QCOMPARE(KeystonePlay::object(answer, "token").value("expires_at"_L1).toString(),
        u"2027-01-15T08:10:00.000000Z"_s);
    m_play->identity->clock().advanceMs(11 * 60'000);
    QCOMPARE(signIn("bob", "{trust}").status, 401);
}

void tst_Trusts::accessRulesAreHeld_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::newRow("allowed") << QByteArray("GET") << QByteArray("/v3/auth/projects") << 200;
    QTest::newRow("allowed, with a query") << QByteArray("GET") << QByteArray("/v3/auth/projects?a=b") << 200;
    QTest::newRow("allowed as GET") << QByteArray("HEAD") << QByteArray("/v3/auth/projects") << 200;
    QTest::newRow("allowed by a name") << QByteArray("GET") << QByteArray("/v3/users/{ann}") << 200;
    QTest::newRow("longer than the name")
        << QByteArray("GET") << QByteArray("/v3/users/{ann}/projects") << 403;
    QTest::newRow("another path") << QByteArray("GET") << QByteArray("/v3/auth/catalog") << 403;
    QTest::newRow("a path behind it") << QByteArray("GET") << QByteArray("/v3/regions") << 403;
    QTest::newRow("another method") << QByteArray("POST") << QByteArray("/v3/credentials") << 403;
    QTest::newRow("what needs no token") << QByteArray("GET") << QByteArray("/v3") << 200;
}

void tst_Trusts::accessRulesAreHeld()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    const auto made = m_play->send("ann", "POST", "/v3/users/{ann}/application_credentials",
        R"({"application_credential": {"name": "narrow", "unrestricted": true, "access_rules": [
            {"service": "identity", "method": "GET", "path": "/v3/auth/projects"},
            {"service": "identity", "method": "GET", "path": "/v3/users/{user_id}"},
            {"service": "compute", "method": "GET", "path": "/v3/regions"}]}})");
    QVERIFY2(made.status == 201, made.body);
    const QJsonObject credential = KeystonePlay::object(made, "application_credential");
    QCOMPARE(credential.value("access_rules"_L1).toArray().size(), 3);
    CredentialSignIn wanted;
    wanted.id = credential.value("id"_L1).toString();
    wanted.secret = credential.value("secret"_L1).toString();
    const auto issued = test::waitFor(m_play->identity->service().signIn(wanted));
    QVERIFY(issued);
    m_play->tokens.insert("narrow", issued->secret);
    QCOMPARE(m_play->send("narrow", method, path, method == "POST" ? "{}" : "").status, status);
    // Nor by a token made of it.
    const auto second = test::waitFor(m_play->identity->service().signIn(TokenSignIn { issued->secret, {} }));
    QVERIFY(second);
    m_play->tokens.insert("narrow", second->secret);
    QCOMPARE(m_play->send("narrow", method, path, method == "POST" ? "{}" : "").status, status);
}

void tst_Trusts::accessRulesBelongToTheirUser()
{
    const QByteArray credentials = "/v3/users/{ann}/application_credentials";
    const QByteArray rule = R"({"service": "compute", "method": "GET", "path": "/v2.1/servers"})";
    const auto body = [&](const QByteArray &name, const QByteArray &rules) {
        return R"({"application_credential": {"name": ")" + name + R"(", "access_rules": [)" + rules + "]}}";
    };
    m_play->make("{first}", credentials, body("first", rule), "ann");
    m_play->make("{second}", credentials, body("second", rule), "ann");
    const auto rules = KeystonePlay::column(
        m_play->send("ann", "GET", "/v3/users/{ann}/access_rules"), "access_rules", "id");
    QCOMPARE(rules.size(), 1);
    m_play->words.insert("{rule}", rules.first().toUtf8());
    m_play->make("{third}", credentials, body("third", R"({"id": "{rule}"})"), "ann");
    QCOMPARE(m_play->send("ann", "POST", credentials, body("fourth", R"({"id": "x"})")).status, 400);
    QCOMPARE(m_play->send("ann", "POST", credentials, body("fourth", "")).status, 400);
    QCOMPARE(m_play
                 ->send("ann", "POST", credentials,
                     body("fourth", R"({"service": "compute", "method": "GET", "path": "servers"})"))
                 .status,
        400);
    QCOMPARE(m_play
                 ->send("ann", "POST", credentials,
                     body("fourth", R"({"service": "compute", "method": "get", "path": "/a"})"))
                 .status,
        400);

    const QByteArray one = "/v3/users/{ann}/access_rules/{rule}";
    QCOMPARE(status("ann", one), 200);
    QCOMPARE(status("bob", one), 404);
    QCOMPARE(status("bob", "/v3/users/{ann}/access_rules"), 404);
    QCOMPARE(status("bob", "/v3/users/{bob}/access_rules/{rule}"), 404);
    QCOMPARE(m_play->send("restricted", "DELETE", one).status, 403);
    QCOMPARE(m_play->send("ann", "DELETE", one).status, 403);
    for (const QByteArray &word : { QByteArray("{first}"), QByteArray("{second}"), QByteArray("{third}") })
        QCOMPARE(m_play->send("ann", "DELETE", credentials + '/' + word).status, 204);
    QCOMPARE(m_play->send("bob", "DELETE", one).status, 404);
    QCOMPARE(m_play->send("ann", "DELETE", one).status, 204);
    QCOMPARE(m_play->send("ann", "DELETE", one).status, 404);
}

void tst_Trusts::aPatternFitsAPath_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<bool>("fits");
    const auto row = [](const char *name, const char *pattern, const char *path, bool fits) {
        QTest::newRow(name) << QByteArray(pattern) << QByteArray(path) << fits;
    };
    row("the same", "/v2.1/servers", "/v2.1/servers", true);
    row("longer", "/v2.1/servers", "/v2.1/servers/a", false);
    row("shorter", "/v2.1/servers", "/v2.1", false);
    row("a dot is a dot", "/v2.1", "/v2x1", false);
    row("a star in a segment", "/v2.1/ser*", "/v2.1/servers", true);
    row("a star for nothing", "/v2.1/servers*", "/v2.1/servers", true);
    row("a star stays in its segment", "/v2.1/*", "/v2.1/servers/a", false);
    row("two stars", "/v2.1/*/a/*", "/v2.1/servers/a/b", true);
    row("a star must be left again", "/*b", "/abab", true);
    row("a name", "/servers/{id}", "/servers/a", true);
    row("a name is not empty", "/servers/{id}", "/servers/", false);
    row("a name is one segment", "/servers/{id}", "/servers/a/b", false);
    row("a name between", "/servers/{id}/action", "/servers/a/action", true);
    row("anything", "/**", "/a/b/c", true);
    row("anything, even nothing", "/a/**", "/a/", true);
    row("anything before an end", "/**/action", "/servers/a/action", true);
    row("anything, and another end", "/**/action", "/servers/a/actions", false);
    row("an open bracket", "/a{b", "/a{b", true);
    row("nothing", "", "", true);
    row("nothing against something", "", "/", false);
}

void tst_Trusts::aPatternFitsAPath()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, path);
    QFETCH(bool, fits);
    QCOMPARE(fitsAccessPath(pattern, path), fits);
}

NEPHELE_TEST(tst_Trusts)
#include "tst_trusts.moc"
