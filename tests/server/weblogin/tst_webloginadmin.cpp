// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/admincommands.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// The commands' words; what they do is in the tests of what they are for.
class tst_WebloginAdmin : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void whatIsNotUnderstoodIsRefused_data();
    void whatIsNotUnderstoodIsRefused();
    void helpNamesEveryCommand();
    void aLinkNamesTheCloud_data();
    void aLinkNamesTheCloud();

private:
    Result<QString> run(const QString &line, const QString &baseUrl = {})
    {
        AdminTerminal terminal;
        terminal.baseUrl = baseUrl;
        return runAdminCommand(m_identity->database(), line.split(u' '), terminal);
    }

    std::unique_ptr<test::TestIdentity> m_identity;
};

void tst_WebloginAdmin::init()
{
    auto identity = test::TestIdentity::open();
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    (void)m_identity->addUser(u"ann"_s);
}

void tst_WebloginAdmin::whatIsNotUnderstoodIsRefused_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("code");
    const int invalid = int(ErrorCode::Invalid);
    for (const char *line :
        { "signup", "signup do x", "signup accept", "signup list x", "signup reject a --as b", "invitation",
            "invitation add", "invitation add a b", "invitation add a --days 0", "invitation add a --days x",
            "invitation add a --days 366", "invitation remove", "invitation list x", "oauth-client",
            "oauth-client list x", "oauth-client remove", "feedback", "feedback list x",
            "feedback list --limit 0", "user reset-link", "user reset-link a b" })
        QTest::newRow(line) << QString::fromLatin1(line) << invalid;
    QTest::newRow("invitation of a user") << u"invitation add Ann"_s << int(ErrorCode::Conflict);
    QTest::newRow("invitation nobody has") << u"invitation remove x"_s << int(ErrorCode::NotFound);
    QTest::newRow("sign-up nobody made") << u"signup accept x"_s << int(ErrorCode::NotFound);
    QTest::newRow("client nobody has") << u"oauth-client remove x"_s << int(ErrorCode::NotFound);
    QTest::newRow("link for nobody") << u"user reset-link x"_s << int(ErrorCode::NotFound);
}

void tst_WebloginAdmin::whatIsNotUnderstoodIsRefused()
{
    QFETCH(QString, line);
    const auto said = run(line);
    QVERIFY(!said);
    QTEST(int(said.error().code), "code");
}

void tst_WebloginAdmin::helpNamesEveryCommand()
{
    const auto help = run(u"--help"_s);
    QVERIFY(help);
    for (const char *command : { "user reset-link NAME", "signup list", "signup accept", "signup reject",
             "invitation add NAME", "invitation list", "invitation remove", "oauth-client add NAME",
             "oauth-client list", "oauth-client remove", "feedback list" })
        QVERIFY2(help->contains(QLatin1StringView(command)), command);
    QVERIFY(!help->contains(u"${"_s));
}

void tst_WebloginAdmin::aLinkNamesTheCloud_data()
{
    QTest::addColumn<QString>("baseUrl");
    QTest::addColumn<QString>("start");
    QTest::newRow("running") << u"https://cloud.example:5080"_s << u"\nhttps://cloud.example:5080/astakos/"_s;
    QTest::newRow("nobody knows") << QString() << u"\nhttps://YOUR-CLOUD/astakos/"_s;
}

void tst_WebloginAdmin::aLinkNamesTheCloud()
{
    QFETCH(QString, baseUrl);
    QFETCH(QString, start);
    QVERIFY(run(u"user reset-link ann"_s, baseUrl)->contains(start + u"weblogin/reset?key="_s));
    QVERIFY(run(u"invitation add bob"_s, baseUrl)->contains(start + u"weblogin/signup?key="_s));
}

NEPHELE_TEST(tst_WebloginAdmin)
#include "tst_webloginadmin.moc"
