// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/identity/keystoneplay.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;
using test::KeystonePlay;

// Credentials, EC2 keys, policies and OAuth 1 consumers over HTTP.
class tst_KeptSecretRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_play.reset(); }
    void aRefusalSaysWhatIsWrong_data();
    void aRefusalSaysWhatIsWrong() { test::checkRefusal(*m_play); }
    void everybodySeesHisOwn();
    void aSecretIsChangedAndRemoved();
    void anEc2KeyHasOnePlace();
    void anEc2KeyGoesWithItsProject();
    void aUserHasSoManySecrets();
    void aPolicyIsKept();
    void aConsumersSecretIsToldOnce();

private:
    std::unique_ptr<KeystonePlay> m_play;
};

void tst_KeptSecretRoutes::init()
{
    m_play = std::make_unique<KeystonePlay>();
    m_play->make("{anns}", "/v3/credentials", R"({"credential": {"type": "cert", "blob": "hers"}})", "ann");
    m_play->make("{key}", "/v3/users/{ann}/credentials/OS-EC2", R"({"tenant_id": "{lab}"})", "ann");
    m_play->make("{policy}", "/v3/policies", R"({"policy": {"type": "application/json", "blob": "{}"}})");
    m_play->make("{consumer}", "/v3/OS-OAUTH1/consumers", R"({"consumer": {"description": "a program"}})");
}

void tst_KeptSecretRoutes::aRefusalSaysWhatIsWrong_data()
{
    test::addRefusalColumns();
    const auto row = test::addRefusal;
    row("no token", "", "GET", "/v3/credentials", "", 401, "X-Auth-Token");
    row("restricted, looks", "restricted", "GET", "/v3/credentials", "", 403, "restricted");
    row("restricted, looks at one", "restricted", "GET", "/v3/credentials/{anns}", "", 403, "restricted");
    row("restricted, makes one", "restricted", "POST", "/v3/credentials",
        R"({"credential": {"type": "a", "blob": "b"}})", 403, "restricted");
    row("restricted, changes one", "restricted", "PATCH", "/v3/credentials/{anns}",
        R"({"credential": {"blob": "b"}})", 403, "restricted");
    row("restricted, removes one", "restricted", "DELETE", "/v3/credentials/{anns}", "", 403, "restricted");
    row("restricted, makes a key", "restricted", "POST", "/v3/users/{ann}/credentials/OS-EC2",
        R"({"tenant_id": "{lab}"})", 403, "restricted");
    row("restricted, looks at keys", "restricted", "GET", "/v3/users/{ann}/credentials/OS-EC2", "", 403,
        "restricted");

    row("no type", "ann", "POST", "/v3/credentials", R"({"credential": {"blob": "b"}})", 400,
        "credential.type");
    row("no blob", "ann", "POST", "/v3/credentials", R"({"credential": {"type": "a"}})", 400,
        "credential.blob");
    row("blob an object", "ann", "POST", "/v3/credentials", R"({"credential": {"type": "a", "blob": {}}})",
        400, "credential.blob");
    row("of another", "ann", "POST", "/v3/credentials",
        R"({"credential": {"type": "a", "blob": "b", "user_id": "{bob}"}})", 403, "your own");
    row("of nobody", "root", "POST", "/v3/credentials",
        R"({"credential": {"type": "a", "blob": "b", "user_id": "x"}})", 400, "credential.user_id");
    row("for an unknown project", "ann", "POST", "/v3/credentials",
        R"({"credential": {"type": "a", "blob": "b", "project_id": "x"}})", 403, "credential.project_id");
    row("for another's project", "ann", "POST", "/v3/credentials",
        R"({"credential": {"type": "a", "blob": "b", "project_id": "{bobs}"}})", 403,
        "credential.project_id");
    row("a key without a project", "ann", "POST", "/v3/credentials",
        R"({"credential": {"type": "ec2", "blob": "{\"access\": \"a\", \"secret\": \"s\"}"}})", 400,
        "credential.project_id");
    row("a key that is no JSON", "ann", "POST", "/v3/credentials",
        R"({"credential": {"type": "ec2", "blob": "x", "project_id": "{lab}"}})", 400, "credential.blob");
    row("a key without a secret", "ann", "POST", "/v3/credentials",
        R"({"credential": {"type": "ec2", "blob": "{\"access\": \"a\"}", "project_id": "{lab}"}})", 400,
        "credential.blob");
    row("another's", "bob", "GET", "/v3/credentials/{anns}", "", 404, "no such credential");
    row("change another's", "bob", "PATCH", "/v3/credentials/{anns}", R"({"credential": {"blob": "b"}})", 404,
        "no such credential");
    row("remove another's", "bob", "DELETE", "/v3/credentials/{anns}", "", 404, "no such credential");
    row("unknown", "ann", "GET", "/v3/credentials/x", "", 404, "no such credential");
    row("give away", "ann", "PATCH", "/v3/credentials/{anns}", R"({"credential": {"user_id": "{bob}"}})", 400,
        "credential.user_id");
    row("becomes a key", "ann", "PATCH", "/v3/credentials/{anns}", R"({"credential": {"type": "ec2"}})", 400,
        "credential.type");

    row("another's keys", "bob", "GET", "/v3/users/{ann}/credentials/OS-EC2", "", 404, "user");
    row("another's key", "bob", "GET", "/v3/users/{ann}/credentials/OS-EC2/{key}", "", 404, "credential");
    row("a key at another user", "ann", "GET", "/v3/users/{bob}/credentials/OS-EC2/{key}", "", 404,
        "credential");
    row("remove another's key", "bob", "DELETE", "/v3/users/{ann}/credentials/OS-EC2/{key}", "", 404,
        "credential");
    row("a key for another", "bob", "POST", "/v3/users/{ann}/credentials/OS-EC2", R"({"tenant_id": "{lab}"})",
        403, "your own");
    row("a key for no project", "ann", "POST", "/v3/users/{ann}/credentials/OS-EC2", "{}", 400, "tenant_id");
    row("a key for another's project", "ann", "POST", "/v3/users/{ann}/credentials/OS-EC2",
        R"({"tenant_id": "{bobs}"})", 403, "project");

    row("policies, a member", "ann", "GET", "/v3/policies", "", 403, "administrator");
    row("policy, no type", "root", "POST", "/v3/policies", R"({"policy": {"blob": "a"}})", 400,
        "policy.type");
    row("policy, no blob", "root", "POST", "/v3/policies", R"({"policy": {"type": "a"}})", 400,
        "policy.blob");
    row("policy, unknown", "root", "GET", "/v3/policies/x", "", 404, "policy");
    row("policy, change an unknown", "root", "PATCH", "/v3/policies/x", R"({"policy": {}})", 404, "policy");
    row("policy, remove an unknown", "root", "DELETE", "/v3/policies/x", "", 404, "policy");

    row("consumers, a member", "ann", "GET", "/v3/OS-OAUTH1/consumers", "", 403, "administrator");
    row("consumer, a number", "root", "POST", "/v3/OS-OAUTH1/consumers",
        R"({"consumer": {"description": 1}})", 400, "consumer.description");
    row("consumer, a new secret", "root", "PATCH", "/v3/OS-OAUTH1/consumers/{consumer}",
        R"({"consumer": {"secret": "s"}})", 400, "consumer.secret");
    row("consumer, unknown", "root", "GET", "/v3/OS-OAUTH1/consumers/x", "", 404, "consumer");
    row("consumer, remove an unknown", "root", "DELETE", "/v3/OS-OAUTH1/consumers/x", "", 404, "consumer");
    row("OAuth, a request token", "", "POST", "/v3/OS-OAUTH1/request_token", "", 501, "OAuth 1");
    row("OAuth, an access token", "", "POST", "/v3/OS-OAUTH1/access_token", "", 501, "OAuth 1");
    row("OAuth, authorise", "ann", "PUT", "/v3/OS-OAUTH1/authorize/x", "", 501, "OAuth 1");
}

void tst_KeptSecretRoutes::everybodySeesHisOwn()
{
    m_play->make("{bobsOwn}", "/v3/credentials", R"({"credential": {"type": "cert", "blob": "his"}})", "bob");
    const auto blobs = [&](const QByteArray &as, const QByteArray &query) {
        auto list =
            KeystonePlay::column(m_play->send(as, "GET", "/v3/credentials" + query), "credentials", "blob");
        list.removeIf([](const QString &blob) { return blob.startsWith(u'{'); });
        list.sort();
        return list;
    };
    QCOMPARE(blobs("ann", ""), QStringList { u"hers"_s });
    QCOMPARE(blobs("bob", ""), QStringList { u"his"_s });
    QCOMPARE(blobs("bob", "?user_id={ann}"), QStringList());
    QCOMPARE(blobs("bob", "?user_id=nobody"), QStringList());
    QCOMPARE(blobs("ann", "?type=totp"), QStringList());
    QCOMPARE(blobs("root", "?type=cert"), (QStringList { u"hers"_s, u"his"_s }));
    QCOMPARE(blobs("root", "?user_id={bob}"), QStringList { u"his"_s });
    QCOMPARE(m_play->send("root", "GET", "/v3/credentials/{anns}").status, 200);
}

void tst_KeptSecretRoutes::aSecretIsChangedAndRemoved()
{
    const auto changed = m_play->send("ann", "PATCH", "/v3/credentials/{anns}",
        R"({"credential": {"blob": "new", "type": "totp", "project_id": "{lab}"}})");
    QCOMPARE(changed.status, 200);
    const QJsonObject secret =
        KeystonePlay::object(m_play->send("ann", "GET", "/v3/credentials/{anns}"), "credential");
    QCOMPARE(secret.value("blob"_L1).toString(), u"new"_s);
    QCOMPARE(secret.value("type"_L1).toString(), u"totp"_s);
    QCOMPARE(secret.value("project_id"_L1).toString(), m_play->lab.id.text());
    QCOMPARE(secret.value("user_id"_L1).toString(), m_play->ann.id.text());
    QCOMPARE(m_play->send("ann", "DELETE", "/v3/credentials/{anns}").status, 204);
    QCOMPARE(m_play->send("ann", "GET", "/v3/credentials/{anns}").status, 404);
}

// The same key is seen as an EC2 key and as a credential, whichever way it was made.
void tst_KeptSecretRoutes::anEc2KeyHasOnePlace()
{
    const QJsonObject key = KeystonePlay::object(
        m_play->send("ann", "GET", "/v3/users/{ann}/credentials/OS-EC2/{key}"), "credential");
    QCOMPARE(key.value("tenant_id"_L1).toString(), m_play->lab.id.text());
    QVERIFY(!key.value("secret"_L1).toString().isEmpty());
    const auto listed = m_play->send("ann", "GET", "/v3/credentials?type=ec2");
    const QJsonObject blob =
        QJsonDocument::fromJson(KeystonePlay::column(listed, "credentials", "blob").value(0).toUtf8())
            .object();
    QCOMPARE(blob.value("access"_L1), key.value("access"_L1));
    QCOMPARE(blob.value("secret"_L1), key.value("secret"_L1));

    const QByteArray chosen = R"({"credential": {"type": "ec2", "project_id": "{lab}",
        "blob": "{\"access\": \"chosen\", \"secret\": \"by her\"}"}})";
    m_play->make("{chosen}", "/v3/credentials", chosen, "ann");
    QCOMPARE(m_play->send("ann", "POST", "/v3/credentials", chosen).status, 409);
    QCOMPARE(KeystonePlay::object(
                 m_play->send("ann", "GET", "/v3/users/{ann}/credentials/OS-EC2/chosen"), "credential")
                 .value("secret"_L1)
                 .toString(),
        u"by her"_s);
    // Another public half: the key is found by that one, and its first is free again.
    const auto renamed = m_play->send("ann", "PATCH", "/v3/credentials/{chosen}",
        R"({"credential": {"blob": "{\"access\": \"other\", \"secret\": \"s\"}"}})");
    QCOMPARE(renamed.status, 200);
    QCOMPARE(m_play->send("ann", "GET", "/v3/users/{ann}/credentials/OS-EC2/chosen").status, 404);
    QCOMPARE(m_play->send("ann", "GET", "/v3/users/{ann}/credentials/OS-EC2/other").status, 200);
    QCOMPARE(m_play->send("ann", "POST", "/v3/credentials", chosen).status, 201);
    QCOMPARE(m_play
                 ->send("ann", "PATCH", "/v3/credentials/{chosen}",
                     R"({"credential": {"blob": "{\"access\": \"chosen\", \"secret\": \"s\"}"}})")
                 .status,
        409);
    QCOMPARE(m_play->send("ann", "DELETE", "/v3/users/{ann}/credentials/OS-EC2/chosen").status, 204);
    QCOMPARE(m_play->send("ann", "DELETE", "/v3/users/{ann}/credentials/OS-EC2/other").status, 204);
    QCOMPARE(m_play->send("ann", "GET", "/v3/credentials/{chosen}").status, 404);
    QCOMPARE(KeystonePlay::column(
                 m_play->send("ann", "GET", "/v3/users/{ann}/credentials/OS-EC2"), "credentials", "access"),
        QStringList { key.value("access"_L1).toString() });
}

void tst_KeptSecretRoutes::anEc2KeyGoesWithItsProject()
{
    const Project lab = m_play->lab;
    m_play->identity->write([lab](Transaction &t) { return Accounts::removeProject(t, lab); });
    const auto list = m_play->send("root", "GET", "/v3/credentials?user_id={ann}");
    QCOMPARE(KeystonePlay::column(list, "credentials", "type"), QStringList { u"cert"_s });
}

void tst_KeptSecretRoutes::aUserHasSoManySecrets()
{
    const UserId ann = m_play->ann.id;
    m_play->identity->write([ann](Transaction &t) -> Result<> {
        for (qint64 i = 2; i < KeptSecretService::mostPerUser; ++i) {
            KeptSecret secret;
            secret.id = KeptSecretId::stored(u"filler-%1"_s.arg(i));
            secret.user = ann;
            secret.type = u"cert"_s;
            if (const auto inserted = KeptSecretStore::insert(t, secret); !inserted)
                return inserted.error();
        }
        return {};
    });
    const auto refused =
        m_play->send("ann", "POST", "/v3/credentials", R"({"credential": {"type": "a", "blob": "b"}})");
    QCOMPARE(refused.status, 403);
    QVERIFY(refused.body.contains("at most 100"));
    QCOMPARE(m_play->send("bob", "POST", "/v3/credentials", R"({"credential": {"type": "a", "blob": "b"}})")
                 .status,
        201);
}

void tst_KeptSecretRoutes::aPolicyIsKept()
{
    const auto changed =
        m_play->send("root", "PATCH", "/v3/policies/{policy}", R"({"policy": {"blob": "{\"a\": 1}"}})");
    QCOMPARE(changed.status, 200);
    const QJsonObject policy =
        KeystonePlay::object(m_play->send("root", "GET", "/v3/policies/{policy}"), "policy");
    QCOMPARE(policy.value("blob"_L1).toString(), u"{\"a\": 1}"_s);
    QCOMPARE(policy.value("type"_L1).toString(), u"application/json"_s);
    QCOMPARE(
        KeystonePlay::column(m_play->send("root", "GET", "/v3/policies?type=text/plain"), "policies", "id"),
        QStringList());
    QCOMPARE(m_play->send("root", "DELETE", "/v3/policies/{policy}").status, 204);
    QCOMPARE(
        KeystonePlay::column(m_play->send("root", "GET", "/v3/policies"), "policies", "id"), QStringList());
}

void tst_KeptSecretRoutes::aConsumersSecretIsToldOnce()
{
    const auto made = m_play->send("root", "POST", "/v3/OS-OAUTH1/consumers", R"({"consumer": {}})");
    QCOMPARE(made.status, 201);
    const QJsonObject consumer = KeystonePlay::object(made, "consumer");
    QCOMPARE(consumer.value("secret"_L1).toString().size(), 43);
    const QByteArray one = "/v3/OS-OAUTH1/consumers/" + consumer.value("id"_L1).toString().toUtf8();
    QVERIFY(!m_play->send("root", "GET", one).body.contains("secret"));
    QVERIFY(!m_play->send("root", "GET", "/v3/OS-OAUTH1/consumers").body.contains("secret"));
    const auto changed = m_play->send("root", "PATCH", one, R"({"consumer": {"description": "mine"}})");
    QCOMPARE(changed.status, 200);
    QCOMPARE(
        KeystonePlay::object(m_play->send("root", "GET", one), "consumer").value("description"_L1).toString(),
        u"mine"_s);
    QCOMPARE(m_play->send("root", "DELETE", one).status, 204);
    QCOMPARE(m_play->send("root", "GET", one).status, 404);
}

NEPHELE_TEST(tst_KeptSecretRoutes)
#include "tst_keptsecretroutes.moc"
