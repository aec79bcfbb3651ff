// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/admincommands.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

class tst_PeopleCommands : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void whatIsWrongIsNamed_data();
    void whatIsWrongIsNamed();
    void rightsComeAndGo();
    void aGroupIsMadeFilledAndGone();
    void aGrantIsMadeListedAndRevoked();
    void aDomainIsMadeShutAndGone();
    void rolesAreMadeAndGone();

private:
    Result<QString> run(const QString &line)
    {
        return runAdminCommand(m_identity->database(), line.split(u' ', Qt::SkipEmptyParts), {});
    }
    QString told(const QString &line)
    {
        const auto text = run(line);
        return text ? *text : u"refused: "_s + text.error().message;
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    User m_ann;
    Project m_lab;
};

void tst_PeopleCommands::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_lab = m_identity->addProject(u"lab"_s);
}

void tst_PeopleCommands::whatIsWrongIsNamed_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("named");
    const auto row = [](const char *line, const char *named) {
        QTest::newRow(line) << QString::fromLatin1(line) << QString::fromLatin1(named);
    };
    row("user show nobody", "'nobody'");
    row("user show", "");
    row("user add-right ann root", "'root'");
    row("domain fly", "'domain fly'");
    row("domain delete nowhere", "'nowhere'");
    row("domain delete default", "always");
    row("domain disable Default", "default");
    row("group create x --domain nowhere", "'nowhere'");
    row("group add-member nowhere ann", "'nowhere'");
    row("group fly", "'group fly'");
    row("role create member", "'member'");
    row("role delete member", "built in");
    row("role grant member --user ann", "WHERE");
    row("role grant member --project lab", "WHO");
    row("role grant member --user ann --group g --project lab", "WHO");
    row("role grant member --user ann --project lab --system", "WHERE");
    row("role grant cook --user ann --project lab", "'cook'");
    row("role revoke admin --user ann --project lab", "grant");
    row("role grants --group x --effective", "users only");
}

void tst_PeopleCommands::whatIsWrongIsNamed()
{
    QFETCH(QString, line);
    QFETCH(QString, named);
    const auto text = run(line);
    QVERIFY(!text);
    QVERIFY2(text.error().message.contains(named), qPrintable(text.error().message));
}

void tst_PeopleCommands::rightsComeAndGo()
{
    QCOMPARE(told(u"user add-right ann helpdesk"_s), u"ann has the rights: helpdesk\n"_s);
    QCOMPARE(
        told(u"user add-right ann project-admins"_s), u"ann has the rights: project-admins, helpdesk\n"_s);
    QVERIFY(told(u"user show ann"_s).contains(u"project-admins, helpdesk"_s));
    const auto caller = m_identity->caller(m_identity->synnefoToken(m_ann), Face::Synnefo);
    QVERIFY(caller && caller->holds(CloudRole::ProjectAdmin) && !caller->holds(CloudRole::AdminApi));
    QCOMPARE(told(u"user remove-right ann helpdesk"_s), u"ann has the rights: project-admins\n"_s);
    QCOMPARE(told(u"user remove-right ann project-admins"_s), u"ann has the rights: none\n"_s);
}

void tst_PeopleCommands::aGroupIsMadeFilledAndGone()
{
    QVERIFY(told(u"group create crew --description some"_s).startsWith(u"Group crew was created"_s));
    QVERIFY(told(u"group create crew"_s).startsWith(u"refused"_s));
    QCOMPARE(told(u"group add-member crew ann"_s), u"ann is in group crew.\n"_s);
    QVERIFY(told(u"group show crew"_s).contains(m_ann.id.text()));
    QVERIFY(told(u"user show ann"_s).contains(u"crew"_s));
    QCOMPARE(told(u"group remove-member crew ann"_s), u"ann left group crew.\n"_s);
    QVERIFY(told(u"group remove-member crew ann"_s).startsWith(u"refused"_s));
    QCOMPARE(told(u"group delete crew"_s), u"Group crew is gone.\n"_s);
    QVERIFY(!told(u"group list"_s).contains(u"crew"_s));
}

void tst_PeopleCommands::aGrantIsMadeListedAndRevoked()
{
    (void)told(u"group create crew"_s);
    (void)told(u"group add-member crew ann"_s);
    QCOMPARE(told(u"role grant member --group crew --project lab"_s), u"The role member was granted.\n"_s);
    (void)m_identity->projectToken(m_ann, m_lab.id); // it opens the project
    QVERIFY(told(u"role grants --project lab"_s).contains(u"group"_s));
    const QString effective = told(u"role grants --project lab --effective"_s);
    QVERIFY(effective.contains(m_ann.id.text()) && effective.contains(u"reader"_s));
    QCOMPARE(told(u"role revoke member --group crew --project lab"_s), u"The role member was revoked.\n"_s);
    QCOMPARE(told(u"role grants --project lab --effective"_s).count(u'\n'), 1); // the heads
    // One of a user on a project is his membership, which the other commands see.
    QCOMPARE(told(u"role grant manager --user ann --project lab"_s), u"The role manager was granted.\n"_s);
    QVERIFY(told(u"project remove-member lab ann"_s).contains(u"left"_s));
}

void tst_PeopleCommands::aDomainIsMadeShutAndGone()
{
    QVERIFY(told(u"domain create acme --description firm"_s).startsWith(u"Domain acme was created"_s));
    (void)told(u"group create crew --domain acme"_s);
    QVERIFY(told(u"domain delete acme"_s).contains(u"disable it first"_s));
    QCOMPARE(told(u"domain disable acme"_s), u"Domain acme is disabled.\n"_s);
    QVERIFY(told(u"domain list"_s).contains(u"firm"_s));
    QCOMPARE(told(u"domain delete acme"_s), u"Domain acme is gone.\n"_s);
    QVERIFY(!told(u"group list"_s).contains(u"crew"_s));
}

void tst_PeopleCommands::rolesAreMadeAndGone()
{
    QVERIFY(told(u"role create baker --description bakes"_s).startsWith(u"Role baker was created"_s));
    QVERIFY(told(u"role list"_s).contains(u"bakes"_s));
    QVERIFY(told(u"role list --domain Default"_s).count(u'\n') == 1);
    QCOMPARE(told(u"role grant baker --user ann --system"_s), u"The role baker was granted.\n"_s);
    QCOMPARE(told(u"role delete baker"_s), u"Role baker is gone.\n"_s);
    QVERIFY(!told(u"role grants"_s).contains(u"system"_s));
}

NEPHELE_TEST(tst_PeopleCommands)
#include "tst_peoplecommands.moc"
