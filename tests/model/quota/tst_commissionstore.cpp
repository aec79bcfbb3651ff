// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/commissionstore.h"

#include "tests/model/quota/quotafixture.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using test::QuotaFixture;
using Decision = CommissionStore::Decision;
using Reason = CommissionRefusal::Reason;

Q_DECLARE_METATYPE(nephele::CommissionStore::Decision)

// Every case on SQLite and on PostgreSQL.
class tst_CommissionStore : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void whatDoesNotFitIsRefused_data();
    void whatDoesNotFitIsRefused();
    void aRefusedCommissionLeavesNothing();
    void levelsThatPartAreRefused_data();
    void levelsThatPartAreRefused();
    void forceGoesOverLimitsButNotUnderZero();
    void aDecisionMovesWhatItShould_data();
    void aDecisionMovesWhatItShould();
    void whatIsDecidedIsOver();
    void anotherServiceSeesNothing();
    void provisionsForOneHoldingAreSummed();
    void whatIsGivenBackTwiceIsRefused();
    void openCommissionsStopOwnCharges();
    void aFormerMemberMayOnlyGiveBack();
    void aDisabledProjectTakesNothing();
    void aReassignmentMovesBothProjects();

private:
    NewCommission taking(qint64 quantity) const { return of(QuotaFixture::tapes, quantity); }
    NewCommission of(const QString &resource, qint64 quantity) const
    {
        NewCommission wanted;
        wanted.component = QStringLiteral("archive");
        wanted.provisions = { { { m_f->lab, m_f->ann, resource }, quantity },
            { { m_f->lab, {}, resource }, quantity } };
        return wanted;
    }
    Result<CommissionStore::Issued> issue(const NewCommission &wanted)
    {
        return m_f->tryWrite([=](Transaction &t) { return CommissionStore::issue(t, wanted); });
    }
    qint64 issued(const NewCommission &wanted)
    {
        const auto done = issue(wanted);
        return done && std::holds_alternative<qint64>(*done) ? std::get<qint64>(*done) : -1;
    }
    std::optional<CommissionRefusal> refused(const NewCommission &wanted)
    {
        const auto done = issue(wanted);
        return done && std::holds_alternative<CommissionRefusal>(*done)
            ? std::optional(std::get<CommissionRefusal>(*done))
            : std::nullopt;
    }
    Result<bool> decide(
        qint64 serial, Decision decision, const QString &component = QStringLiteral("archive"))
    {
        return m_f->tryWrite(
            [=](Transaction &t) { return CommissionStore::decide(t, component, serial, decision); });
    }
    // usage and pending of ann, and of the project
    QList<qint64> counts()
    {
        const QuotaLine line = m_f->line(m_f->ann, QuotaFixture::tapes);
        return { line.usage, line.pending, line.projectUsage, line.projectPending };
    }

    std::unique_ptr<QuotaFixture> m_f;
};

void tst_CommissionStore::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    m_f = std::make_unique<QuotaFixture>(engine);
}

void tst_CommissionStore::whatDoesNotFitIsRefused_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<qint64>("quantity");
    QTest::addColumn<int>("reason");
    QTest::newRow("over the limit") << "lab" << qint64(11) << int(Reason::NoCapacity);
    QTest::newRow("as large as may be") << "lab" << mostProvided << int(Reason::NoCapacity);
    QTest::newRow("under zero") << "lab" << qint64(-1) << int(Reason::NoQuantity);
    QTest::newRow("as little as may be") << "lab" << -mostProvided << int(Reason::NoQuantity);
    QTest::newRow("an unknown project") << "project" << qint64(1) << int(Reason::NoHolding);
    QTest::newRow("an unknown user") << "user" << qint64(1) << int(Reason::NoHolding);
    QTest::newRow("an unknown resource") << "resource" << qint64(1) << int(Reason::NoHolding);
    QTest::newRow("a resource of another service") << "cyclades.vm" << qint64(1) << int(Reason::NoHolding);
    QTest::newRow("none of an unknown project") << "project" << qint64(0) << int(Reason::NoHolding);
}

void tst_CommissionStore::whatDoesNotFitIsRefused()
{
    QFETCH(QString, what);
    QFETCH(qint64, quantity);
    QFETCH(int, reason);
    NewCommission wanted = taking(quantity);
    for (Provision &provision : wanted.provisions) {
        if (what == QStringLiteral("project"))
            provision.holding.project =
                ProjectId::stored(QStringLiteral("00000000-0000-4000-8000-000000000000"));
        else if (what == QStringLiteral("user") && provision.holding.user)
            provision.holding.user = UserId::stored(QStringLiteral("00000000-0000-4000-8000-000000000000"));
        else if (what == QStringLiteral("resource"))
            provision.holding.resource = QStringLiteral("archive.unicorns");
        else if (what == QuotaFixture::vm)
            provision.holding.resource = what;
    }
    const auto why = refused(wanted);
    QVERIFY(why);
    QCOMPARE(int(why->reason), reason);
    QCOMPARE(why->provision.quantity, quantity);
    QCOMPARE(why->usage, 0);
    QCOMPARE(why->limit, why->reason == Reason::NoCapacity ? 10 : 0);
    QCOMPARE(counts(), (QList<qint64> { 0, 0, 0, 0 }));
}

void tst_CommissionStore::aRefusedCommissionLeavesNothing()
{
    NewCommission wanted = taking(4);
    wanted.provisions +=
        { { { m_f->lab, m_f->bob, QuotaFixture::tapes }, 7 }, { { m_f->lab, {}, QuotaFixture::tapes }, 7 } };
    const auto why = refused(wanted);
    QVERIFY(why);
    QVERIFY(!why->provision.holding.user); // 11 of the project's 10
    // The project's own limit is wide now, but bob's is not: what ann and the project got goes back.
    m_f->write([this](Transaction &t) {
        return QuotaStore::setProjectLimit(t, m_f->lab, QuotaFixture::tapes, 100);
    });
    m_f->write([this](Transaction &t) {
        return QuotaStore::setUserLimit(t, m_f->lab, m_f->bob, QuotaFixture::tapes, 6);
    });
    const auto his = refused(wanted);
    QVERIFY(his);
    QCOMPARE(his->provision.holding.user, std::optional(m_f->bob));
    QCOMPARE(his->limit, 6);
    QCOMPARE(counts(), (QList<qint64> { 0, 0, 0, 0 }));
    const auto open = m_f->database().read(
        [](ReadTransaction &t) { return CommissionStore::pending(t, QStringLiteral("archive")); });
    QVERIFY(open && open->isEmpty());
}

void tst_CommissionStore::levelsThatPartAreRefused_data()
{
    QTest::addColumn<qint64>("ofUser"); // 0: no provision
    QTest::addColumn<qint64>("ofProject");
    QTest::newRow("a user alone") << qint64(1) << qint64(0);
    QTest::newRow("a project alone") << qint64(0) << qint64(1);
    QTest::newRow("different quantities") << qint64(1) << qint64(2);
    QTest::newRow("different signs") << qint64(1) << qint64(-1);
    QTest::newRow("out of range") << mostProvided + 1 << mostProvided + 1;
}

void tst_CommissionStore::levelsThatPartAreRefused()
{
    QFETCH(qint64, ofUser);
    QFETCH(qint64, ofProject);
    NewCommission wanted = taking(0);
    wanted.provisions.clear();
    if (ofUser)
        wanted.provisions.append({ { m_f->lab, m_f->ann, QuotaFixture::tapes }, ofUser });
    if (ofProject)
        wanted.provisions.append({ { m_f->lab, {}, QuotaFixture::tapes }, ofProject });
    const auto done = issue(wanted);
    QVERIFY(!done);
    QCOMPARE(done.error().code, ErrorCode::Invalid);
    QCOMPARE(counts(), (QList<qint64> { 0, 0, 0, 0 }));
}

void tst_CommissionStore::forceGoesOverLimitsButNotUnderZero()
{
    NewCommission wanted = taking(12);
    wanted.isForced = true;
    QVERIFY(issued(wanted) > 0);
    QCOMPARE(counts(), (QList<qint64> { 12, 12, 12, 12 }));
    wanted = taking(-1);
    wanted.isForced = true;
    const auto why = refused(wanted);
    QVERIFY(why); // the twelve are not accepted yet
    QCOMPARE(why->reason, Reason::NoQuantity);
}

void tst_CommissionStore::aDecisionMovesWhatItShould_data()
{
    QTest::addColumn<qint64>("quantity"); // beside five that are there
    QTest::addColumn<Decision>("decision");
    QTest::addColumn<QList<qint64>>("open");
    QTest::addColumn<QList<qint64>>("decided");
    QTest::newRow("accept what takes")
        << qint64(3) << Decision::Accept << QList<qint64> { 8, 3, 8, 3 } << QList<qint64> { 8, 0, 8, 0 };
    QTest::newRow("reject what takes")
        << qint64(3) << Decision::Reject << QList<qint64> { 8, 3, 8, 3 } << QList<qint64> { 5, 0, 5, 0 };
    QTest::newRow("accept what gives back")
        << qint64(-5) << Decision::Accept << QList<qint64> { 5, 5, 5, 5 } << QList<qint64> { 0, 0, 0, 0 };
    QTest::newRow("reject what gives back")
        << qint64(-5) << Decision::Reject << QList<qint64> { 5, 5, 5, 5 } << QList<qint64> { 5, 0, 5, 0 };
    QTest::newRow("accept nothing") << qint64(0) << Decision::Accept << QList<qint64> { 5, 0, 5, 0 }
                                    << QList<qint64> { 5, 0, 5, 0 };
}

void tst_CommissionStore::aDecisionMovesWhatItShould()
{
    QFETCH(qint64, quantity);
    QFETCH(Decision, decision);
    QFETCH(QList<qint64>, open);
    QFETCH(QList<qint64>, decided);
    NewCommission five = taking(5);
    five.isAccepted = true;
    const qint64 first = issued(five);
    QVERIFY(first > 0);
    QCOMPARE(counts(), (QList<qint64> { 5, 0, 5, 0 }));
    const qint64 serial = issued(taking(quantity));
    QVERIFY(serial > first);
    QCOMPARE(counts(), open);
    QCOMPARE(*decide(serial, decision), true);
    QCOMPARE(counts(), decided);
}

void tst_CommissionStore::whatIsDecidedIsOver()
{
    const qint64 serial = issued(taking(3));
    QCOMPARE(*decide(serial, Decision::Accept), true);
    QCOMPARE(*decide(serial, Decision::Accept), false);
    QCOMPARE(*decide(serial, Decision::Reject), false);
    QCOMPARE(counts(), (QList<qint64> { 3, 0, 3, 0 }));
}

void tst_CommissionStore::anotherServiceSeesNothing()
{
    const QString other = QStringLiteral("other");
    NewCommission wanted = taking(3);
    wanted.name = QStringLiteral("three tapes");
    const qint64 serial = issued(wanted);
    const auto pendingOf = [this](const QString &component) {
        return *m_f->database().read(
            [&](ReadTransaction &t) { return CommissionStore::pending(t, component); });
    };
    const auto seenBy = [&](const QString &component) {
        return *m_f->database().read(
            [&](ReadTransaction &t) { return CommissionStore::find(t, component, serial); });
    };
    QVERIFY(pendingOf(other).isEmpty());
    QVERIFY(!seenBy(other));
    QCOMPARE(*decide(serial, Decision::Reject, other), false);
    QCOMPARE(pendingOf(QStringLiteral("archive")), QList<qint64> { serial });
    const auto found = seenBy(QStringLiteral("archive"));
    QVERIFY(found);
    QCOMPARE(found->name, wanted.name);
    QCOMPARE(found->provisions.size(), 2);
    for (const Provision &provision : wanted.provisions)
        QVERIFY(found->provisions.contains(provision));
}

void tst_CommissionStore::provisionsForOneHoldingAreSummed()
{
    NewCommission wanted = taking(8);
    wanted.provisions += taking(-2).provisions;
    wanted.provisions += taking(4).provisions;
    const qint64 serial = issued(wanted); // 12 at one time, 10 together
    QVERIFY(serial > 0);
    QCOMPARE(counts(), (QList<qint64> { 10, 10, 10, 10 }));
    QCOMPARE(*decide(serial, Decision::Reject), true);
    QCOMPARE(counts(), (QList<qint64> { 0, 0, 0, 0 }));
}

void tst_CommissionStore::whatIsGivenBackTwiceIsRefused()
{
    NewCommission five = taking(5);
    five.isAccepted = true;
    QVERIFY(issued(five) > 0);
    QVERIFY(issued(taking(-4)) > 0);
    const auto why = refused(taking(-2));
    QVERIFY(why);
    QCOMPARE(why->reason, Reason::NoQuantity);
    QCOMPARE(why->usage, 1);
    QVERIFY(issued(taking(-1)) > 0);
}

void tst_CommissionStore::openCommissionsStopOwnCharges()
{
    NewCommission wanted = of(QuotaFixture::vm, 2);
    wanted.component = QStringLiteral("cyclades"); // counts what belongs to cyclades_compute
    m_f->write(
        [this](Transaction &t) { return QuotaStore::setProjectLimit(t, m_f->lab, QuotaFixture::vm, 3); });
    const qint64 serial = issued(wanted);
    QVERIFY(serial > 0);
    const auto charge = [this](qint64 amount) {
        return m_f->tryWrite([=, this](Transaction &t) {
            return QuotaStore::charge(t, m_f->lab, m_f->ann, { { QuotaFixture::vm, amount } });
        });
    };
    QVERIFY(charge(1));
    QCOMPARE(charge(1).error().code, ErrorCode::QuotaExceeded);
    QCOMPARE(*m_f->tryWrite([=](Transaction &t) {
        return CommissionStore::decide(t, QStringLiteral("cyclades"), serial, Decision::Reject);
    }),
        true);
    QVERIFY(charge(2));
    // An open commission that gives back keeps what it gives from being given back twice.
    wanted = of(QuotaFixture::vm, -2);
    wanted.component = QStringLiteral("cyclades");
    QVERIFY(issued(wanted) > 0);
    QVERIFY(charge(-1));
    QTest::ignoreMessage(QtWarningMsg, "cyclades.vm: 1 given back, 0 in use");
    QTest::ignoreMessage(QtWarningMsg, "cyclades.vm: 1 given back, 0 in use");
    QVERIFY(charge(-1));
    QCOMPARE(m_f->line(m_f->ann, QuotaFixture::vm).usage, 2);
}

void tst_CommissionStore::aFormerMemberMayOnlyGiveBack()
{
    NewCommission three = taking(3);
    three.isAccepted = true;
    QVERIFY(issued(three) > 0);
    m_f->write([this](Transaction &t) { return ProjectStore::removeMember(t, m_f->lab, m_f->ann); });
    const auto why = refused(taking(1));
    QVERIFY(why);
    QCOMPARE(why->reason, Reason::NoCapacity);
    QCOMPARE(why->limit, 0);
    QVERIFY(issued(taking(-3)) > 0);
    m_f->write([this](Transaction &t) { return ProjectStore::removeMember(t, m_f->lab, m_f->bob); });
    NewCommission his = taking(1);
    his.provisions.first().holding.user = m_f->bob;
    QCOMPARE(refused(his)->reason, Reason::NoHolding); // he has nothing there
}

void tst_CommissionStore::aDisabledProjectTakesNothing()
{
    NewCommission three = taking(3);
    three.isAccepted = true;
    QVERIFY(issued(three) > 0);
    m_f->write([this](Transaction &t) { return ProjectStore::setEnabled(t, m_f->lab, false); });
    const auto why = refused(taking(1));
    QVERIFY(why);
    QCOMPARE(why->reason, Reason::NoCapacity);
    QCOMPARE(why->limit, 0);
    QCOMPARE(why->usage, 3);
    QVERIFY(issued(taking(-3)) > 0);
}

void tst_CommissionStore::aReassignmentMovesBothProjects()
{
    NewCommission three = taking(3);
    three.isAccepted = true;
    QVERIFY(issued(three) > 0);
    const auto own = ProjectId::stored(m_f->ann.text());
    m_f->write([=, this](Transaction &t) { return ProjectStore::setMember(t, own, m_f->ann, Role::Member); });
    NewCommission move = taking(-3);
    move.provisions +=
        { { { own, m_f->ann, QuotaFixture::tapes }, 3 }, { { own, {}, QuotaFixture::tapes }, 3 } };
    const qint64 serial = issued(move);
    QVERIFY(serial > 0);
    QCOMPARE(counts(), (QList<qint64> { 3, 3, 3, 3 }));
    QCOMPARE(*decide(serial, Decision::Accept), true);
    QCOMPARE(counts(), (QList<qint64> { 0, 0, 0, 0 }));
    const auto lines =
        m_f->database().read([&](ReadTransaction &t) { return QuotaStore::lines(t, m_f->ann, { own }); });
    for (const QuotaLine &line : *lines) {
        if (line.resource == QuotaFixture::tapes)
            QCOMPARE(line.usage, 3);
    }
}

NEPHELE_TEST(tst_CommissionStore)
#include "tst_commissionstore.moc"
