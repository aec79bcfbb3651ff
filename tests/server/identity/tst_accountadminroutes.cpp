// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/cloudrolestore.h"
#include "tests/server/identity/identityserver.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// Astakos' administrator calls on users.
class tst_AccountAdminRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void everyRefusalHasItsStatus_data();
    void everyRefusalHasItsStatus();
    void onlyHoldersOfTheRightMayCall();
    void anAccountIsMadeAndWorksAtOnce();
    void anAccountIsChangedInPart();
    void aDeactivatedAccountIsOutOfBothFaces();
    void aRenewedTokenReplacesTheOld();
    void theDefaultProjectMustLetHimIn();
    void aHelperCannotBecomeAnAdministrator_data();
    void aHelperCannotBecomeAnAdministrator();

private:
    test::HttpAnswer send(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const std::optional<QByteArray> &token = {})
    {
        QByteArray target = path;
        target.replace("{ann}", m_ann.id.utf8()).replace("{root}", m_root.id.utf8());
        target.replace("{helper}", m_helper.id.utf8());
        return m_server->send(method, "/astakos/identity/v2.0/users" + target, token.value_or(m_token), body);
    }
    static QJsonObject userIn(const test::HttpAnswer &answer)
    {
        return answer.json().value("user"_L1).toObject();
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::IdentityServer> m_server;
    User m_ann;
    User m_root;
    User m_helper; // holds admin-api
    QByteArray m_token; // his
};

void tst_AccountAdminRoutes::init()
{
    auto identity = test::TestIdentity::open();
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_root = m_identity->addUser(u"root"_s, Role::Admin);
    m_helper = m_identity->addUser(u"helper"_s);
    m_identity->write(
        [this](Transaction &t) { return CloudRoleStore::setRoles(t, m_helper.id, CloudRole::AdminApi); });
    m_token = m_identity->synnefoToken(m_helper);
    m_server = std::make_unique<test::IdentityServer>(*m_identity);
}

void tst_AccountAdminRoutes::cleanup()
{
    m_server.reset(); // before what it serves
    m_identity.reset();
}

void tst_AccountAdminRoutes::everyRefusalHasItsStatus_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *method, const char *path, const char *body,
                         int status) {
        QTest::newRow(name) << QByteArray(method) << QByteArray(path) << QByteArray(body) << status;
    };
    row("no JSON", "POST", "", "{", 400);
    row("no user", "POST", "", "{}", 400);
    row("no last name", "POST", "", R"({"user": {"username": "a@b", "first_name": "A"}})", 400);
    row("no e-mail address", "POST", "",
        R"({"user": {"username": "a", "first_name": "A", "last_name": "B"}})", 400);
    row("taken", "PUT", "/{ann}", R"({"user": {"username": "ann@example.org"}})", 200);
    row("unknown", "GET", "/nobody", "", 404);
    row("unknown to change", "PUT", "/nobody", R"({"user": {"first_name": "A"}})", 404);
    row("no action", "POST", "/{ann}/action", "{}", 400);
    row("two actions", "POST", "/{ann}/action", R"({"activate": {}, "renewToken": {}})", 400);
    row("unknown action", "POST", "/{ann}/action", R"({"dance": {}})", 400);
    row("action of text", "POST", "/{ann}/action", R"({"activate": "now"})", 400);
    row("action on nobody", "POST", "/nobody/action", R"({"renewToken": {}})", 404);
    row("default project unnamed", "POST", "/{ann}/action", R"({"setDefaultProject": {}})", 400);
    row("default project unknown", "POST", "/{ann}/action", R"({"setDefaultProject": {"project": "x"}})",
        404);
}

void tst_AccountAdminRoutes::everyRefusalHasItsStatus()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const auto answer = send(method, path, body);
    QVERIFY2(answer.status == status, answer.body);
}

void tst_AccountAdminRoutes::onlyHoldersOfTheRightMayCall()
{
    QCOMPARE(send("GET", "", {}, QByteArray()).status, 401);
    QCOMPARE(send("GET", "", {}, m_identity->synnefoToken(m_ann)).status, 403);
    QCOMPARE(send("GET", "").status, 200);
    QCOMPARE(send("GET", "", {}, m_identity->synnefoToken(m_root)).status, 200);
    const auto detailed = send("GET", "/detail").json().value("users"_L1).toArray();
    QCOMPARE(detailed.size(), 3);
    QCOMPARE(detailed.at(1).toObject().value("roles"_L1).toArray(), QJsonArray { u"admin-api"_s });
}

void tst_AccountAdminRoutes::anAccountIsMadeAndWorksAtOnce()
{
    const QByteArray body = R"({"user": {"username": "eve@example.org", "first_name": "Eve Mary",
        "last_name": "Black", "affiliation": "lab", "metadata": {"room": 7}}})";
    const auto made = send("POST", "", body);
    QCOMPARE(made.status, 200);
    const QJsonObject keys = userIn(made);
    const QByteArray token = keys.value("auth_token"_L1).toString().toUtf8();
    QVERIFY(m_identity->caller(token, Face::Synnefo));
    PasswordSignIn wanted;
    wanted.user = NameRef::byName(u"eve@example.org"_s);
    wanted.password = keys.value("password"_L1).toString();
    QVERIFY(test::waitFor(m_identity->service().signIn(wanted)));
    const QJsonObject shown = userIn(send("GET", '/' + keys.value("id"_L1).toString().toUtf8()));
    QCOMPARE(shown.value("first_name"_L1).toString(), u"Eve Mary"_s);
    QCOMPARE(shown.value("last_name"_L1).toString(), u"Black"_s);
    QCOMPARE(shown.value("email"_L1).toString(), u"eve@example.org"_s);
    QCOMPARE(shown.value("is_active"_L1).toBool(), true);
    QCOMPARE(shown.value("date_joined"_L1).toString().left(10), u"2027-01-15"_s);
    const QJsonObject way = shown.value("authentication_methods"_L1).toArray().first().toObject();
    QCOMPARE(way.value("affiliation"_L1).toString(), u"lab"_s);
    QCOMPARE(way.value("metadata"_L1).toObject().value("room"_L1).toInt(), 7);
    QCOMPARE(send("POST", "", body).status, 409);
}

void tst_AccountAdminRoutes::anAccountIsChangedInPart()
{
    const QJsonObject changed = userIn(send("PUT", "/{ann}", R"({"user": {"last_name": "White"}})"));
    QCOMPARE(changed.value("first_name"_L1).toString(), u"Real"_s);
    QCOMPARE(changed.value("last_name"_L1).toString(), u"White"_s);
    QCOMPARE(send("PUT", "/{ann}", R"({"user": {"username": "helper"}})").status, 400);
    QCOMPARE(send("PUT", "/{ann}", R"({"user": {"password": "new"}})").status, 200);
    PasswordSignIn wanted;
    wanted.user = NameRef::byName(u"ann"_s);
    wanted.password = u"new"_s;
    QVERIFY(test::waitFor(m_identity->service().signIn(wanted)));
}

void tst_AccountAdminRoutes::aDeactivatedAccountIsOutOfBothFaces()
{
    const QByteArray synnefo = m_identity->synnefoToken(m_ann);
    const QByteArray scoped = m_identity->projectToken(m_ann, m_ann.systemProject());
    const auto outcome = send("POST", "/{ann}/action", R"({"deactivate": {"reason": "left \"us\""}})");
    QCOMPARE(userIn(outcome).value("is_active"_L1).toBool(true), false);
    QVERIFY(!m_identity->caller(synnefo, Face::Synnefo));
    QVERIFY(!m_identity->caller(scoped, Face::OpenStack));
    QCOMPARE(userIn(send("GET", "/{ann}")).value("deactivated_reason"_L1).toString(), u"left \"us\""_s);
    QCOMPARE(send("POST", "/{ann}/action", R"({"renewToken": {}})").status, 409);
    QCOMPARE(
        userIn(send("POST", "/{ann}/action", R"({"activate": {}})")).value("is_active"_L1).toBool(), true);
    (void)m_identity->synnefoToken(m_ann); // he signs in again
}

void tst_AccountAdminRoutes::aRenewedTokenReplacesTheOld()
{
    const QByteArray old = m_identity->synnefoToken(m_ann);
    const QByteArray scoped = m_identity->projectToken(m_ann, m_ann.systemProject());
    const auto outcome = send("POST", "/{ann}/action", R"({"renewToken": {}})");
    QCOMPARE(outcome.status, 200);
    QVERIFY(!m_identity->caller(old, Face::Synnefo));
    QVERIFY(m_identity->caller(userIn(outcome).value("auth_token"_L1).toString().toUtf8(), Face::Synnefo));
    QVERIFY(m_identity->caller(scoped, Face::OpenStack));
    QCOMPARE(
        userIn(send("POST", "/{ann}/action", R"({"signTerms": {}})")).value("has_signed_terms"_L1).toBool(),
        true);
}

void tst_AccountAdminRoutes::theDefaultProjectMustLetHimIn()
{
    const Project lab = m_identity->addProject(u"lab"_s);
    const QByteArray body = R"({"setDefaultProject": {"project": ")" + lab.id.utf8() + R"("}})";
    QCOMPARE(send("POST", "/{ann}/action", body).status, 409);
    m_identity->addMember(lab, m_ann, Role::Member);
    QCOMPARE(
        userIn(send("POST", "/{ann}/action", body)).value("default_project"_L1).toString(), lab.id.text());
}

void tst_AccountAdminRoutes::aHelperCannotBecomeAnAdministrator_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    for (const char *who : { "/{root}", "/{helper}" }) {
        QTest::addRow("password of %s", who)
            << QByteArray("PUT") << QByteArray(who) << QByteArray(R"({"user": {"password": "mine"}})");
        QTest::addRow("token of %s", who)
            << QByteArray("POST") << who + QByteArray("/action") << QByteArray(R"({"renewToken": {}})");
        QTest::addRow("%s shut out", who)
            << QByteArray("POST") << who + QByteArray("/action") << QByteArray(R"({"deactivate": {}})");
    }
}

void tst_AccountAdminRoutes::aHelperCannotBecomeAnAdministrator()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QCOMPARE(send(method, path, body).status, 403);
    QCOMPARE(send(method, path, body, m_identity->synnefoToken(m_root)).status, 200);
}

NEPHELE_TEST(tst_AccountAdminRoutes)
#include "tst_accountadminroutes.moc"
