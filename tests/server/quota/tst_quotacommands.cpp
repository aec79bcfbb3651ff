// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/cloudrolestore.h"
#include "model/identity/projectstore.h"
#include "model/identity/secret.h"
#include "model/quota/commissionstore.h"
#include "model/quota/quotastore.h"
#include "model/quota/resourcestore.h"
#include "server/identity/admincommands.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// `nephele admin quota`, `resource` and `service`.
class tst_QuotaCommands : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void whatIsNotUnderstoodIsRefused_data();
    void whatIsNotUnderstoodIsRefused();
    void whatIsNotThereIsNamed_data();
    void whatIsNotThereIsNamed();
    void aServiceHasATokenOnce();
    void aServiceThatGoesLeavesNothingOpen();
    void aResourceIsRegistered();
    void aHiddenResourceIsWithoutLimit();
    void aMembersLimitIsSet();
    void defaultsAreSetForEitherKind();
    void aRecountTellsAndCorrects();

private:
    Result<QString> run(const QString &line)
    {
        return runAdminCommand(m_identity->database(), line.split(u' ', Qt::SkipEmptyParts), {});
    }
    QuotaLine line(const QString &resource)
    {
        const auto lines = m_identity->database().read(
            [this](ReadTransaction &t) { return QuotaStore::lines(t, m_ann.id, { m_lab.id }); });
        for (const QuotaLine &found : lines ? *lines : QList<QuotaLine>()) {
            if (found.resource == resource)
                return found;
        }
        return {};
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    User m_ann;
    Project m_lab;
};

void tst_QuotaCommands::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_lab = m_identity->addProject(u"lab"_s);
    m_identity->addMember(m_lab, m_ann, Role::Member);
}

void tst_QuotaCommands::whatIsNotUnderstoodIsRefused_data()
{
    QTest::addColumn<QString>("line");
    QTest::newRow("unknown verb of service") << "service rename archive";
    QTest::newRow("service without name") << "service add";
    QTest::newRow("service with a bad name") << "service add Archive/1";
    QTest::newRow("unknown verb of resource") << "resource rename tapes";
    QTest::newRow("resource without service") << "resource add archive.tapes";
    QTest::newRow("quota of a user and of members") << "quota set lab --user ann --members cyclades.vm=1";
    QTest::newRow("default of nothing known") << "quota default cyclades.unicorns=1";
    QTest::newRow("default of no limit") << "quota default cyclades.vm=many";
    QTest::newRow("reconcile with a name") << "quota reconcile lab";
    QTest::newRow("reconcile with an unknown option") << "quota reconcile --force";
}

void tst_QuotaCommands::whatIsNotUnderstoodIsRefused()
{
    QFETCH(QString, line);
    const auto answer = run(line);
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Invalid);
}

void tst_QuotaCommands::whatIsNotThereIsNamed_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("named");
    QTest::newRow("service") << "service remove nobody"
                             << "nobody";
    QTest::newRow("resource") << "resource remove nothing"
                              << "nothing";
    QTest::newRow("service of a resource") << "resource add tapes --service nobody"
                                           << "nobody";
    QTest::newRow("project") << "quota set nowhere cyclades.vm=1"
                             << "nowhere";
}

void tst_QuotaCommands::whatIsNotThereIsNamed()
{
    QFETCH(QString, line);
    QFETCH(QString, named);
    const auto answer = run(line);
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::NotFound);
    QVERIFY2(answer.error().message.contains(named), qPrintable(answer.error().message));
}

void tst_QuotaCommands::aServiceHasATokenOnce()
{
    const auto tokenIn = [](const QString &told) { return told.section(u'\n', 1, 1).toUtf8(); };
    const auto componentOf = [this](const QByteArray &token) {
        return *m_identity->database().read(
            [&](ReadTransaction &t) { return ComponentStore::find(t, sha256(token)); });
    };
    const auto first = run(u"service add archive"_s);
    QVERIFY2(first, qPrintable(first ? QString() : first.error().message));
    QCOMPARE(componentOf(tokenIn(*first)), std::optional(u"archive"_s));
    QVERIFY(run(u"service list"_s)->contains("archive"_L1));
    QVERIFY(!run(u"service list"_s)->contains(QString::fromLatin1(tokenIn(*first))));
    const auto second = run(u"service add archive"_s);
    QCOMPARE(componentOf(tokenIn(*first)), std::nullopt); // the former one has ended
    QCOMPARE(componentOf(tokenIn(*second)), std::optional(u"archive"_s));
}

void tst_QuotaCommands::aServiceThatGoesLeavesNothingOpen()
{
    QVERIFY(run(u"service add archive"_s));
    QVERIFY(run(u"resource add archive.tapes --service archive"_s));
    QVERIFY(run(u"quota set lab archive.tapes=10"_s));
    NewCommission wanted;
    wanted.component = u"archive"_s;
    wanted.provisions = { { { m_lab.id, m_ann.id, u"archive.tapes"_s }, 4 },
        { { m_lab.id, {}, u"archive.tapes"_s }, 4 } };
    m_identity->write([=](Transaction &t) { return CommissionStore::issue(t, wanted); });
    QCOMPARE(line(u"archive.tapes"_s).usage, 4);
    QVERIFY(run(u"quota show lab"_s)->contains("4 (4 pending)"_L1));
    QCOMPARE(run(u"resource remove archive.tapes"_s).error().code, ErrorCode::Conflict);
    const auto removed = run(u"service remove archive"_s);
    QVERIFY2(removed->contains("1 open"_L1), qPrintable(*removed));
    QCOMPARE(line(u"archive.tapes"_s).usage, 0);
    QVERIFY(run(u"resource remove archive.tapes"_s));
}

void tst_QuotaCommands::aResourceIsRegistered()
{
    QVERIFY(run(u"service add archive"_s));
    const auto added =
        run(u"resource add archive.tapes --service archive --unit reels --description Tapes"_s);
    QVERIFY2(added, qPrintable(added ? QString() : added.error().message));
    const auto listed = run(u"resource list"_s);
    static const QRegularExpression row(uR"(archive\.tapes +reels +archive +yes +Tapes)"_s);
    QVERIFY2(row.match(*listed).hasMatch(), qPrintable(*listed));
    QCOMPARE(line(u"archive.tapes"_s).projectLimit, 0); // until somebody gives it out
    QCOMPARE(run(u"resource add archive.tapes --service archive"_s).error().code, ErrorCode::Conflict);
    QCOMPARE(run(u"resource add cyclades.vm --service archive"_s).error().code, ErrorCode::Conflict);
    QCOMPARE(run(u"resource remove cyclades.vm"_s).error().code, ErrorCode::NotFound);
    QCOMPARE(run(u"quota default archive.tapes=default"_s).error().code, ErrorCode::Invalid);
}

void tst_QuotaCommands::aHiddenResourceIsWithoutLimit()
{
    QVERIFY(run(u"service add archive"_s));
    QVERIFY(run(u"resource add archive.reads --service archive --hidden"_s));
    QCOMPARE(line(u"archive.reads"_s).projectLimit, -1);
}

void tst_QuotaCommands::aMembersLimitIsSet()
{
    QVERIFY(run(u"quota set lab --members cyclades.vm=2"_s));
    QCOMPARE(line(u"cyclades.vm"_s).limit, 2);
    QCOMPARE(line(u"cyclades.vm"_s).projectLimit, 20);
    static const QRegularExpression row(uR"(cyclades\.vm +0 +2\n)"_s);
    QVERIFY(row.match(*run(u"quota show lab --members"_s)).hasMatch());
    QVERIFY(run(u"quota set lab --members cyclades.vm=default"_s));
    QCOMPARE(line(u"cyclades.vm"_s).limit, 20);
}

void tst_QuotaCommands::defaultsAreSetForEitherKind()
{
    QVERIFY(run(u"quota default cyclades.vm=7"_s));
    QVERIFY(run(u"quota default --system cyclades.vm=unlimited"_s));
    QCOMPARE(line(u"cyclades.vm"_s).projectLimit, 7);
    static const QRegularExpression row(uR"(cyclades\.vm +7 +unlimited)"_s);
    QVERIFY2(row.match(*run(u"quota default"_s)).hasMatch(), qPrintable(*run(u"quota default"_s)));
    const auto lines = m_identity->database().read(
        [this](ReadTransaction &t) { return QuotaStore::lines(t, m_ann.id, { m_ann.systemProject() }); });
    for (const QuotaLine &found : *lines) {
        if (found.resource == "cyclades.vm"_L1)
            QCOMPARE(found.projectLimit, -1);
    }
    QVERIFY(run(u"quota default cyclades.vm=default"_s));
    QCOMPARE(line(u"cyclades.vm"_s).projectLimit, 20);
}

void tst_QuotaCommands::aRecountTellsAndCorrects()
{
    QCOMPARE(*run(u"quota reconcile"_s), u"All counts are right.\n"_s);
    m_identity->write([this](Transaction &t) {
        return QuotaStore::charge(t, m_lab.id, m_ann.id, { { u"cyclades.vm"_s, 3 } }); // of no server
    });
    for (const QString &told : { *run(u"quota reconcile"_s), *run(u"quota reconcile --fix"_s) }) {
        QVERIFY2(told.contains(m_lab.id.text()) && told.contains(m_ann.id.text()), qPrintable(told));
        QVERIFY2(told.contains("cyclades.vm"_L1), qPrintable(told));
    }
    QCOMPARE(line(u"cyclades.vm"_s).usage, 0);
    QCOMPARE(line(u"cyclades.vm"_s).projectUsage, 0);
    QCOMPARE(*run(u"quota reconcile"_s), u"All counts are right.\n"_s);
}

NEPHELE_TEST(tst_QuotaCommands)
#include "tst_quotacommands.moc"
