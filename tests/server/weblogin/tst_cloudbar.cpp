// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/cloudrolestore.h"
#include "tests/server/weblogin/webloginserver.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// What the bar on top of Synnefo's pages asks for, and Astakos' calls about endpoints and everybody's names.
class tst_CloudBar : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void componentsAreListedOnce();
    void theMenuFollowsTheSession();
    void onlyAFunctionIsCalledBack_data();
    void onlyAFunctionIsCalledBack();
    void theUsersPageIsBehindTheInterface();
    void endpointsAreListedInPages_data();
    void endpointsAreListedInPages();
    void endpointsAreOnesOwn_data();
    void endpointsAreOnesOwn();
    void aServiceLearnsNames_data();
    void aServiceLearnsNames();
    void aServiceLearnsEverybody();

private:
    QJsonArray list(const QByteArray &path)
    {
        return QJsonDocument::fromJson(m_browser->get(path).body).array();
    }
    test::HttpAnswer askNames(
        const QByteArray &token, const QByteArray &body, const QByteArray &type = "application/json")
    {
        return m_browser->send("POST", "/astakos/account/v1.0/service/user_catalogs", body,
            { { "X-Auth-Token", token }, { "Content-Type", type } });
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::WebloginServer> m_server;
    std::unique_ptr<test::Browser> m_browser;
    User m_ann;
    const QByteArray m_serviceToken = "a-token-of-cyclades";
};

void tst_CloudBar::init()
{
    auto identity = test::TestIdentity::open();
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"Ann"_s);
    m_identity->write([this](Transaction &t) {
        return ComponentStore::setToken(t, u"cyclades"_s, sha256(m_serviceToken));
    });
    m_server = std::make_unique<test::WebloginServer>(*m_identity);
    m_browser = std::make_unique<test::Browser>(*m_server);
}

void tst_CloudBar::cleanup()
{
    m_browser.reset();
    m_server.reset();
    m_identity.reset();
}

void tst_CloudBar::componentsAreListedOnce()
{
    const QJsonArray services = list("/astakos/ui/get_services");
    QStringList names;
    for (const QJsonValue &entry : services) {
        const QJsonObject service = entry.toObject();
        QVERIFY(service.contains("id"_L1) && service.contains("icon"_L1));
        names.append(service.value("name"_L1).toString());
        QCOMPARE(service.value("url"_L1).toString(),
            QString::fromLatin1(m_server->url()) + u'/' + names.last() + u"/ui"_s);
    }
    QCOMPARE(names, (QStringList { u"astakos"_s, u"cyclades"_s, u"pithos"_s }));
}

void tst_CloudBar::theMenuFollowsTheSession()
{
    const auto names = [this](const QByteArray &query) {
        QStringList all;
        for (const QJsonValue &entry : list("/astakos/ui/get_menu" + query))
            all.append(entry.toObject().value("name"_L1).toString()
                + (entry.toObject().value("is_active"_L1).toBool() ? u"*"_s : QString()));
        return all;
    };
    QCOMPARE(names({}), QStringList { u"Sign in"_s });
    m_browser->signIn(m_ann);
    QCOMPARE(names({}), (QStringList { u"Ann"_s, u"Dashboard"_s, u"Sign out"_s }));
    const QByteArray here = m_server->url() + "/astakos/weblogin/account";
    QCOMPARE(names("?location=" + here.toPercentEncoding()),
        (QStringList { u"Ann"_s, u"Dashboard*"_s, u"Sign out"_s }));
    // A token opens no session.
    test::Browser program(*m_server);
    const auto answer =
        program.get("/astakos/ui/get_menu", { { "X-Auth-Token", m_identity->synnefoToken(m_ann) } });
    QVERIFY(!answer.body.contains("Ann"));
}

void tst_CloudBar::onlyAFunctionIsCalledBack_data()
{
    QTest::addColumn<QByteArray>("callback");
    QTest::addColumn<int>("status");
    QTest::newRow("empty") << QByteArray() << 400;
    QTest::newRow("a script") << QByteArray("alert(1)//") << 400;
    QTest::newRow("markup") << QByteArray("<script>") << 400;
    QTest::newRow("a line end") << QByteArray("a\nb") << 400;
    QTest::newRow("an end with a line end") << QByteArray("a\n") << 400;
    QTest::newRow("a digit first") << QByteArray("1a") << 400;
    QTest::newRow("an index") << QByteArray("a[0]") << 400;
    QTest::newRow("too long") << QByteArray(129, 'a') << 400;
    QTest::newRow("two dots") << QByteArray("a..b") << 400;
    QTest::newRow("a name") << QByteArray("jQuery_12$x") << 200;
    QTest::newRow("a member") << QByteArray("bar.show") << 200;
}

void tst_CloudBar::onlyAFunctionIsCalledBack()
{
    QFETCH(QByteArray, callback);
    QFETCH(int, status);
    for (const QByteArray &path :
        { QByteArray("/astakos/ui/get_menu"), QByteArray("/astakos/ui/get_services") }) {
        const auto answer = m_browser->get(path + "?callback=" + callback.toPercentEncoding());
        QCOMPARE(answer.status, status);
        if (status != 200)
            continue;
        QVERIFY(answer.body.startsWith("/**/" + callback + "(["));
        QVERIFY(answer.body.endsWith("]);"));
        QVERIFY(answer.header("Content-Type").startsWith("application/javascript"));
        QCOMPARE(answer.header("X-Content-Type-Options"), QByteArray("nosniff"));
    }
}

void tst_CloudBar::theUsersPageIsBehindTheInterface()
{
    const auto answer = m_browser->get("/astakos/ui");
    QCOMPARE(answer.status, 302);
    QCOMPARE(answer.header("Location"), QByteArray("/astakos/weblogin/account"));
}

void tst_CloudBar::endpointsAreListedInPages_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("count");
    QTest::addColumn<QByteArray>("next");
    QTest::newRow("all") << QByteArray() << 200 << 11 << QByteArray();
    QTest::newRow("a first page") << QByteArray("?limit=4") << 200 << 4 << QByteArray("?marker=4&limit=4");
    QTest::newRow("a second page") << QByteArray("?limit=4&marker=4") << 200 << 4
                                   << QByteArray("?marker=8&limit=4");
    QTest::newRow("the last page") << QByteArray("?limit=4&marker=8") << 200 << 3 << QByteArray();
    QTest::newRow("behind the end") << QByteArray("?marker=11") << 200 << 0 << QByteArray();
    QTest::newRow("own uuid") << QByteArray("?belongsTo={ann}") << 200 << 11 << QByteArray();
    QTest::newRow("another's uuid") << QByteArray("?belongsTo=x") << 400 << 0 << QByteArray();
    QTest::newRow("no limit") << QByteArray("?limit=0") << 400 << 0 << QByteArray();
    QTest::newRow("no number") << QByteArray("?marker=x") << 400 << 0 << QByteArray();
    QTest::newRow("negative") << QByteArray("?marker=-1") << 400 << 0 << QByteArray();
}

void tst_CloudBar::endpointsAreListedInPages()
{
    QFETCH(QByteArray, query);
    QFETCH(int, status);
    QFETCH(QByteArray, next);
    const QByteArray token = m_identity->synnefoToken(m_ann);
    const QByteArray path = "/astakos/identity/v2.0/tokens/" + token + "/endpoints";
    const auto answer =
        m_browser->get(path + query.replace("{ann}", m_ann.id.utf8()), { { "X-Auth-Token", token } });
    QCOMPARE(answer.status, status);
    if (status != 200)
        return;
    const QJsonArray endpoints = answer.json().value("endpoints"_L1).toArray();
    QTEST(int(endpoints.size()), "count");
    for (const QJsonValue &endpoint : endpoints)
        QCOMPARE(endpoint.toObject().keys(),
            (QStringList { u"adminURL"_s, u"id"_s, u"internalURL"_s, u"name"_s, u"publicURL"_s, u"region"_s,
                u"type"_s }));
    const QJsonArray links = answer.json().value("endpoints_links"_L1).toArray();
    const QString href = links.isEmpty() ? QString() : links.first().toObject().value("href"_L1).toString();
    QCOMPARE(href.toLatin1(), next.isEmpty() ? QByteArray() : m_server->url() + path + next);
}

void tst_CloudBar::endpointsAreOnesOwn_data()
{
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<QByteArray>("shown");
    QTest::addColumn<int>("status");
    QTest::newRow("no token") << QByteArray("{ann}") << QByteArray() << 401;
    QTest::newRow("a bad token") << QByteArray("{ann}") << QByteArray("x") << 401;
    QTest::newRow("another one of his") << QByteArray("{other}") << QByteArray("{ann}") << 403;
    QTest::newRow("an unknown one") << QByteArray("x") << QByteArray("{ann}") << 403;
    QTest::newRow("a service's") << QByteArray("x") << m_serviceToken << 401;
}

void tst_CloudBar::endpointsAreOnesOwn()
{
    QFETCH(QByteArray, asked);
    QFETCH(QByteArray, shown);
    const QByteArray token = m_identity->synnefoToken(m_ann);
    asked.replace("{ann}", token).replace("{other}", m_identity->synnefoToken(m_ann));
    shown.replace("{ann}", token);
    const auto answer = m_browser->get(
        "/astakos/identity/v2.0/tokens/" + asked + "/endpoints", { { "X-Auth-Token", shown } });
    QTEST(answer.status, "status");
}

void tst_CloudBar::aServiceLearnsNames_data()
{
    QTest::addColumn<QByteArray>("token"); // {user}: ann's
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("no token") << QByteArray() << QByteArray("{}") << 401;
    QTest::newRow("a user's token") << QByteArray("{user}") << QByteArray("{}") << 401;
    QTest::newRow("not JSON") << m_serviceToken << QByteArray("{") << 400;
    QTest::newRow("a list") << m_serviceToken << QByteArray("[]") << 400;
    QTest::newRow("no list in it") << m_serviceToken << QByteArray(R"({"uuids": "x"})") << 400;
    QTest::newRow("numbers") << m_serviceToken << QByteArray(R"({"displaynames": [1]})") << 400;
    QTest::newRow("nothing asked") << m_serviceToken << QByteArray("{}") << 200;
    QTest::newRow("some") << m_serviceToken
                          << QByteArray(R"({"uuids": ["{ann}", "x"], "displaynames": ["ANN"]})") << 200;
}

void tst_CloudBar::aServiceLearnsNames()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    if (token == "{user}")
        token = m_identity->synnefoToken(m_ann);
    const auto answer = askNames(token, body.replace("{ann}", m_ann.id.utf8()));
    QCOMPARE(answer.status, status);
    if (status != 200)
        return;
    const bool isAsked = body.contains("uuids");
    const QJsonObject names { { m_ann.id.text(), u"Ann"_s } };
    const QJsonObject ids { { u"ann"_s, m_ann.id.text() } };
    QCOMPARE(answer.json().value("uuid_catalog"_L1).toObject(), isAsked ? names : QJsonObject());
    QCOMPARE(answer.json().value("displayname_catalog"_L1).toObject(), isAsked ? ids : QJsonObject());
    QCOMPARE(askNames(token, body, "text/plain").status, 400);
}

// More than two slices of the walk.
void tst_CloudBar::aServiceLearnsEverybody()
{
    constexpr int more = 1100;
    m_identity->write([](Transaction &t) -> Result<> {
        for (int i = 0; i < more; ++i) {
            NewUser wanted;
            wanted.name = u"user%1"_s.arg(i);
            if (const auto made = Accounts::createUser(t, wanted, Role::Member); !made)
                return made.error();
        }
        return {};
    });
    for (const QByteArray &body :
        { QByteArray(R"({"uuids": null, "displaynames": null})"), QByteArray(R"({"uuids": null})") }) {
        const auto answer = askNames(m_serviceToken, body);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json().value("uuid_catalog"_L1).toObject().size(), more + 1);
        QCOMPARE(answer.json().value("displayname_catalog"_L1).toObject().value("ann"_L1).toString(),
            m_ann.id.text());
    }
}

NEPHELE_TEST(tst_CloudBar)
#include "tst_cloudbar.moc"
