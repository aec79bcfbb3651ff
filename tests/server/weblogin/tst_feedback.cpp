// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/weblogin/feedbackstore.h"
#include "server/identity/admincommands.h"
#include "tests/server/weblogin/webloginserver.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

class tst_Feedback : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void whatIsNoFeedbackIsRefused_data();
    void whatIsNoFeedbackIsRefused();
    void theAdministratorSeesIt();
    void onlyAdministratorsSeeIt();
    void pagesGoBackwards();
    void badQueriesNameTheField_data();
    void badQueriesNameTheField();

private:
    int say(const QByteArray &token, const QByteArray &body,
        const QByteArray &type = "application/x-www-form-urlencoded")
    {
        return m_browser
            ->send("POST", "/astakos/account/v1.0/feedback", body,
                { { "X-Auth-Token", token }, { "Content-Type", type } })
            .status;
    }
    test::HttpAnswer listed(const QByteArray &query = {})
    {
        return m_browser->get("/nephele/v1/feedback" + query,
            { { "X-Auth-Token", m_identity->projectToken(m_root, m_root.systemProject()) } });
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::WebloginServer> m_server;
    std::unique_ptr<test::Browser> m_browser;
    User m_ann;
    User m_root;
};

void tst_Feedback::init()
{
    auto identity = test::TestIdentity::open();
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_root = m_identity->addUser(u"root"_s, Roles(Role::Admin) | Role::Member);
    m_server = std::make_unique<test::WebloginServer>(*m_identity);
    m_browser = std::make_unique<test::Browser>(*m_server);
}

void tst_Feedback::cleanup()
{
    m_browser.reset();
    m_server.reset();
    m_identity.reset();
}

void tst_Feedback::whatIsNoFeedbackIsRefused_data()
{
    QTest::addColumn<bool>("hasToken");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("status");
    const QByteArray form = "application/x-www-form-urlencoded";
    QTest::newRow("no token") << false << QByteArray("feedback_msg=x") << form << 401;
    QTest::newRow("nothing") << true << QByteArray() << form << 400;
    QTest::newRow("no message") << true << QByteArray("feedback_data=x") << form << 400;
    QTest::newRow("blanks") << true << QByteArray("feedback_msg=+%20&feedback_data=x") << form << 400;
    QTest::newRow("JSON") << true << QByteArray("{}") << QByteArray("application/json") << 400;
    QTest::newRow("not UTF-8") << true << QByteArray("feedback_msg=%fe") << form << 400;
    QTest::newRow("too long") << true << "feedback_msg=" + QByteArray(70'000, 'x') << form << 413;
    QTest::newRow("no data") << true << QByteArray("feedback_msg=x") << form << 200;
    QTest::newRow("both") << true << QByteArray("feedback_msg=x&feedback_data=y") << form << 200;
}

void tst_Feedback::whatIsNoFeedbackIsRefused()
{
    QFETCH(bool, hasToken);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, type);
    QFETCH(int, status);
    QCOMPARE(say(hasToken ? m_identity->synnefoToken(m_ann) : QByteArray(), body, type), status);
    QCOMPARE(listed().json().value("feedback"_L1).toArray().size(), status == 200 ? 1 : 0);
    const auto answer = m_browser->get("/astakos/account/v1.0/feedback");
    QCOMPARE(answer.status, 405);
}

void tst_Feedback::theAdministratorSeesIt()
{
    QCOMPARE(
        say(m_identity->synnefoToken(m_ann), "feedback_msg=It+works%21%0A%3Cb%3E&feedback_data=kamaki"), 200);
    const QJsonObject one = listed().json().value("feedback"_L1).toArray().first().toObject();
    QCOMPARE(one.value("user"_L1).toString(), m_ann.id.text());
    QCOMPARE(one.value("user_name"_L1).toString(), u"ann"_s);
    QCOMPARE(one.value("message"_L1).toString(), u"It works!\n<b>"_s);
    QCOMPARE(one.value("data"_L1).toString(), u"kamaki"_s);
    const auto told = runAdminCommand(m_identity->database(), { u"feedback"_s, u"list"_s }, AdminTerminal());
    QVERIFY(told && told->contains(u"It works! <b>"_s) && told->contains(u"ann"_s));
    // It stays when its author is gone, and still tells who he was.
    m_identity->write([this](Transaction &t) { return Accounts::removeUser(t, m_ann); });
    QCOMPARE(
        listed().json().value("feedback"_L1).toArray().first().toObject().value("user_name"_L1).toString(),
        u"ann"_s);
}

void tst_Feedback::onlyAdministratorsSeeIt()
{
    QCOMPARE(m_browser->get("/nephele/v1/feedback").status, 401);
    QCOMPARE(m_browser
                 ->get("/nephele/v1/feedback",
                     { { "X-Auth-Token", m_identity->projectToken(m_ann, m_ann.systemProject()) } })
                 .status,
        403);
}

void tst_Feedback::pagesGoBackwards()
{
    const QByteArray token = m_identity->synnefoToken(m_ann);
    for (int i = 1; i <= 3; ++i)
        QCOMPARE(say(token, "feedback_msg=m" + QByteArray::number(i)), 200);
    const auto messages = [this](const QByteArray &query) {
        QStringList all;
        for (const QJsonValue &entry : listed(query).json().value("feedback"_L1).toArray())
            all.append(entry.toObject().value("message"_L1).toString());
        return all;
    };
    QCOMPARE(messages("?limit=2"), (QStringList { u"m3"_s, u"m2"_s }));
    QCOMPARE(messages("?limit=2&before=2"), QStringList { u"m1"_s });
}

void tst_Feedback::badQueriesNameTheField_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("limit 0") << QByteArray("?limit=0") << QByteArray("limit");
    QTest::newRow("limit too great") << QByteArray("?limit=1001") << QByteArray("limit");
    QTest::newRow("limit a word") << QByteArray("?limit=x") << QByteArray("limit");
    QTest::newRow("before a word") << QByteArray("?before=x") << QByteArray("before");
}

void tst_Feedback::badQueriesNameTheField()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, field);
    const auto answer = listed(query);
    QCOMPARE(answer.status, 400);
    QVERIFY(answer.body.contains(field));
}

NEPHELE_TEST(tst_Feedback)
#include "tst_feedback.moc"
