// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotastore.h"
#include "server/identity/admincommands.h"
#include "server/project/projectmembers.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// `nephele admin project`: ann owns lab.example.org, which waits; bob is a user; shop was made elsewhere.
class tst_ProjectCommands : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void whatIsNotUnderstoodIsRefused_data();
    void whatIsNotUnderstoodIsRefused();
    void helpNamesEveryCommand();
    void aProjectLivesByCommands();
    void aDeniedApplicationCanBeMadeAgain();
    void theListTellsWhatWaits();
    void aProjectIsShownWithAllItHas();
    void aSharedNameAsksForTheUuid();
    void theOwnerChanges();
    void membersAreSuspended();
    void limitsAreSetForOne_data();
    void limitsAreSetForOne();
    void limitsAreSetForAll();
    void projectsExpire();

private:
    Result<QString> run(const QString &line)
    {
        return runAdminCommand(m_identity->database(), line.split(u' ', Qt::SkipEmptyParts), {});
    }
    ProjectId apply(const QString &name)
    {
        ProjectWish wish;
        wish.name = name;
        wish.endAtMs = test::TestIdentity::startMs + 1000;
        wish.comments = u"please"_s;
        wish.capacities = { { u"cyclades.vm"_s, 5, 2 } };
        return m_identity
            ->write([=, this](Transaction &t) {
                return ProjectLife::apply(t, { m_ann.id, false }, wish);
            })
            .project;
    }
    QString stateOf(const ProjectId &id)
    {
        const auto project =
            m_identity->database().read([&](ReadTransaction &t) { return ProjectLifeStore::find(t, id); });
        return wordOf((*project)->state);
    }
    QuotaLine servers(const ProjectId &id)
    {
        const auto lines = m_identity->database().read(
            [&](ReadTransaction &t) { return QuotaStore::lines(t, m_ann.id, { id }); });
        for (const QuotaLine &line : *lines) {
            if (line.resource == u"cyclades.vm"_s)
                return line;
        }
        return {};
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    User m_ann;
    User m_bob;
    ProjectId m_lab;
    ProjectId m_shop;
};

void tst_ProjectCommands::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().message + identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_bob = m_identity->addUser(u"bob"_s);
    m_shop = m_identity->addProject(u"shop"_s).id;
    m_lab = apply(u"lab.example.org"_s);
}

void tst_ProjectCommands::whatIsNotUnderstoodIsRefused_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("code");
    const auto row = [](const char *line, ErrorCode code) {
        QTest::newRow(line) << QString::fromLatin1(line) << int(code);
    };
    row("project", ErrorCode::Invalid);
    row("project bless lab.example.org", ErrorCode::Invalid);
    row("project list --state good", ErrorCode::Invalid);
    row("project list --owner nobody", ErrorCode::NotFound);
    row("project list lab.example.org", ErrorCode::Invalid);
    row("project show", ErrorCode::Invalid);
    row("project show nothing", ErrorCode::NotFound);
    row("project approve", ErrorCode::Invalid);
    row("project approve shop", ErrorCode::Conflict);
    row("project approve lab.example.org --application x", ErrorCode::Invalid);
    row("project approve lab.example.org --application 99", ErrorCode::Conflict);
    row("project suspend lab.example.org", ErrorCode::Conflict);
    row("project unsuspend shop", ErrorCode::Conflict);
    row("project terminate ann", ErrorCode::NotFound); // Synnefo calls it system:...
    row("project set-owner shop nobody", ErrorCode::NotFound);
    row("project set-owner lab.example.org bob", ErrorCode::Conflict);
    row("project suspend-member shop bob", ErrorCode::Conflict);
    row("project set-limits shop", ErrorCode::Invalid);
    row("project set-limits shop unicorns=1", ErrorCode::Invalid);
    row("project set-limits shop cyclades.vm=many", ErrorCode::Invalid);
    row("project set-limits shop cyclades.vm=1/x", ErrorCode::Invalid);
    row("project set-limits lab.example.org cyclades.vm=1", ErrorCode::Conflict);
    row("project expire shop", ErrorCode::Invalid);
}

void tst_ProjectCommands::whatIsNotUnderstoodIsRefused()
{
    QFETCH(QString, line);
    QFETCH(int, code);
    const auto told = run(line);
    QVERIFY(!told);
    QCOMPARE(int(told.error().code), code);
    QVERIFY(!told.error().message.isEmpty());
}

void tst_ProjectCommands::helpNamesEveryCommand()
{
    const auto help = run({});
    QVERIFY(help);
    for (const char *verb :
        { "list", "show", "approve", "deny", "suspend", "unsuspend", "terminate", "reinstate", "expire",
            "set-owner", "set-limits", "suspend-member", "unsuspend-member", "create", "add-member" })
        QVERIFY2(help->contains(u"project "_s + QString::fromLatin1(verb)), verb);
}

void tst_ProjectCommands::aProjectLivesByCommands()
{
    QCOMPARE(*run(u"project approve lab.example.org"_s), u"Project lab.example.org is active.\n"_s);
    QCOMPARE(*run(u"project suspend lab.example.org"_s), u"Project lab.example.org is suspended.\n"_s);
    QVERIFY(run(u"project unsuspend lab.example.org"_s));
    QCOMPARE(*run(u"project terminate lab.example.org"_s), u"Project lab.example.org is terminated.\n"_s);
    QCOMPARE(stateOf(m_lab), u"terminated"_s);
    QVERIFY(run(u"project reinstate "_s + m_lab.text()));
    QCOMPARE(stateOf(m_lab), u"active"_s);
    QCOMPARE(servers(m_lab).projectLimit, 5);
}

void tst_ProjectCommands::aDeniedApplicationCanBeMadeAgain()
{
    QCOMPARE(*run(u"project deny lab.example.org --reason no"_s),
        u"Project lab.example.org is uninitialized.\n"_s);
    const auto twice = run(u"project deny lab.example.org"_s);
    QVERIFY(!twice);
    QCOMPARE(twice.error().code, ErrorCode::Conflict);
    const ProjectId again = apply(u"lab.example.org"_s);
    QVERIFY(run(u"project approve "_s + again.text()));
    QCOMPARE(stateOf(again), u"active"_s);
    // The one that lives is meant from now on.
    QVERIFY(run(u"project suspend lab.example.org"_s));
    QCOMPARE(stateOf(again), u"suspended"_s);
    QCOMPARE(stateOf(m_lab), u"uninitialized"_s);
}

void tst_ProjectCommands::theListTellsWhatWaits()
{
    const auto lines = [this](const QString &options) {
        return run(u"project list "_s + options)->trimmed().split(u'\n').mid(1);
    };
    QCOMPARE(lines({}).size(), 4); // ann's and bob's own, shop, lab
    const QStringList waiting = lines(u"--state uninitialized"_s);
    QCOMPARE(waiting.size(), 1);
    const QStringList cells = waiting.first().split(u' ', Qt::SkipEmptyParts);
    QCOMPARE(cells.mid(0, 5),
        (QStringList { m_lab.text(), u"lab.example.org"_s, u"uninitialized"_s, u"ann"_s, u"shared"_s }));
    QVERIFY(cells.at(5).toInt() > 0);
    QCOMPARE(lines(u"--owner ann"_s), waiting);
    QCOMPARE(lines(u"--owner bob"_s), QStringList());
}

void tst_ProjectCommands::aProjectIsShownWithAllItHas()
{
    const auto waiting = run(u"project show lab.example.org"_s);
    QVERIFY(waiting);
    for (const QString &part : { m_lab.text(), u"uninitialized"_s, u"of ann waits for a decision: please"_s })
        QVERIFY2(waiting->contains(part), qPrintable(*waiting));
    QVERIFY(run(u"project approve lab.example.org"_s));
    const auto living = run(u"project show lab.example.org"_s);
    static const QRegularExpression member(u"^ann +accepted +2027-"_s, QRegularExpression::MultilineOption);
    QVERIFY2(living->contains(member), qPrintable(*living));
    static const QRegularExpression limit(u"^cyclades.vm +5 +2$"_s, QRegularExpression::MultilineOption);
    QVERIFY2(living->contains(limit), qPrintable(*living));
    QVERIFY(!living->contains(u"waits"_s));
}

void tst_ProjectCommands::aSharedNameAsksForTheUuid()
{
    (void)apply(u"lab.example.org"_s);
    const auto either = run(u"project approve lab.example.org"_s);
    QVERIFY(!either);
    QCOMPARE(either.error().code, ErrorCode::Conflict);
    QVERIFY(either.error().message.contains(u"uuid"_s));
}

void tst_ProjectCommands::theOwnerChanges()
{
    QVERIFY(run(u"project approve lab.example.org"_s));
    QCOMPARE(
        *run(u"project set-owner lab.example.org bob"_s), u"Project lab.example.org belongs to bob.\n"_s);
    const auto roles = [this](const User &user) {
        return *m_identity->database().read(
            [&](ReadTransaction &t) { return ProjectStore::rolesOf(t, m_lab, user.id); });
    };
    QVERIFY(roles(m_bob).testFlag(Role::Manager));
    QCOMPARE(roles(m_ann), Roles(Role::Member));
    QVERIFY(run(u"project set-owner shop bob"_s)); // one made elsewhere gets an owner as well
    QCOMPARE(run(u"project list --owner bob"_s)->trimmed().split(u'\n').size(), 3);
}

void tst_ProjectCommands::membersAreSuspended()
{
    QVERIFY(run(u"project add-member shop bob"_s));
    const auto isIn = [this] {
        return bool(*m_identity->database().read(
            [this](ReadTransaction &t) { return ProjectStore::rolesOf(t, m_shop, m_bob.id); }));
    };
    QVERIFY(run(u"project suspend-member shop bob"_s));
    QVERIFY(!isIn());
    QVERIFY(!run(u"project suspend-member shop bob"_s));
    QVERIFY(run(u"project unsuspend-member shop bob"_s));
    QVERIFY(isIn());
    QVERIFY(!run(u"project suspend-member %1 bob"_s.arg(m_bob.id.text()))); // his own
}

void tst_ProjectCommands::limitsAreSetForOne_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<qint64>("ofProject"); // -2: as before
    QTest::addColumn<qint64>("ofMember");
    QTest::newRow("both") << u"7/3"_s << qint64(7) << qint64(3);
    QTest::newRow("project alone") << u"7"_s << qint64(7) << qint64(7);
    QTest::newRow("without limit") << u"unlimited/4"_s << qint64(-1) << qint64(4);
    QTest::newRow("none at all") << u"0"_s << qint64(0) << qint64(0);
    QTest::newRow("default") << u"default"_s << qint64(-2) << qint64(-2);
}

void tst_ProjectCommands::limitsAreSetForOne()
{
    QFETCH(QString, word);
    QFETCH(qint64, ofProject);
    QFETCH(qint64, ofMember);
    const QuotaLine before = servers(m_shop);
    QVERIFY(run(u"project set-limits shop cyclades.vm=9/1"_s));
    QVERIFY(run(u"project set-limits shop cyclades.vm="_s + word));
    QCOMPARE(servers(m_shop).projectLimit, ofProject == -2 ? before.projectLimit : ofProject);
    QCOMPARE(servers(m_shop).limit, ofMember == -2 ? before.limit : ofMember);
}

void tst_ProjectCommands::limitsAreSetForAll()
{
    QVERIFY(run(u"project approve lab.example.org"_s));
    const ProjectId own = m_ann.systemProject();
    const qint64 before = servers(own).projectLimit;
    QCOMPARE(*run(u"project set-limits --all cyclades.vm=11"_s), u"The limits of 2 projects were set.\n"_s);
    QCOMPARE(servers(m_lab).projectLimit, 11);
    QCOMPARE(servers(m_shop).projectLimit, 11);
    QCOMPARE(servers(own).projectLimit, before);
    QCOMPARE(
        *run(u"project set-limits --all-system cyclades.vm=12"_s), u"The limits of 2 projects were set.\n"_s);
    QCOMPARE(servers(own).projectLimit, 12);
    QCOMPARE(servers(m_lab).projectLimit, 11);
}

void tst_ProjectCommands::projectsExpire()
{
    QVERIFY(run(u"project approve lab.example.org"_s));
    QCOMPARE(*run(u"project expire"_s), u"0 projects were past their end and are terminated.\n"_s);
    m_identity->clock().advanceMs(1000);
    QCOMPARE(*run(u"project expire"_s), u"1 projects were past their end and are terminated.\n"_s);
    QCOMPARE(stateOf(m_lab), u"terminated"_s);
    QCOMPARE(stateOf(m_shop), u"active"_s);
}

NEPHELE_TEST(tst_ProjectCommands)
#include "tst_projectcommands.moc"
