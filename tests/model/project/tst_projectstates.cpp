// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/project/projectstates.h"

#include "tests/support/testregistry.h"

using namespace nephele;

// The tables against those of the Astakos API guide, action by action: every state that is not named refuses.
class tst_ProjectStates : public QObject
{
    Q_OBJECT

private slots:
    void anActionLeadsToItsState_data();
    void anActionLeadsToItsState();
    void anApplicationIsDecidedOnce_data();
    void anApplicationIsDecidedOnce();
    void aMembershipMovesAsDocumented_data();
    void aMembershipMovesAsDocumented();
    void everyWordIsReadBack();
    void anUnknownWordIsNothing();
};

// "active>suspended" in a list of moves: where `from` leads to; empty: nowhere.
static QString targetOf(const QString &moves, const QString &from)
{
    for (const QString &move : moves.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (move.section(QLatin1Char('>'), 0, 0) == from)
            return move.section(QLatin1Char('>'), 1);
    }
    return {};
}

void tst_ProjectStates::anActionLeadsToItsState_data()
{
    QTest::addColumn<QString>("moves");
    const auto row = [](const char *action, const char *moves) { QTest::newRow(action) << moves; };
    row("approve", "uninitialized>active active>active suspended>active terminated>active");
    row("deny", "uninitialized>uninitialized active>active suspended>suspended terminated>terminated");
    row("cancel", "uninitialized>deleted active>active suspended>suspended terminated>terminated");
    row("dismiss", "uninitialized>deleted active>active suspended>suspended terminated>terminated");
    row("suspend", "active>suspended");
    row("unsuspend", "suspended>active");
    row("terminate", "active>terminated suspended>terminated");
    row("reinstate", "terminated>active");
}

void tst_ProjectStates::anActionLeadsToItsState()
{
    QFETCH(QString, moves);
    const auto action = projectActionFrom(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(action);
    for (const ProjectState state : { ProjectState::Uninitialized, ProjectState::Active,
             ProjectState::Suspended, ProjectState::Terminated, ProjectState::Deleted }) {
        const auto next = nextState(state, *action);
        QCOMPARE(next ? wordOf(*next) : QString(), targetOf(moves, wordOf(state)));
    }
}

void tst_ProjectStates::anApplicationIsDecidedOnce_data()
{
    QTest::addColumn<QString>("moves");
    const auto row = [](const char *action, const char *moves) { QTest::newRow(action) << moves; };
    row("approve", "pending>approved");
    row("deny", "pending>denied");
    row("cancel", "pending>cancelled");
    row("dismiss", "denied>dismissed");
    row("suspend", "");
    row("unsuspend", "");
    row("terminate", "");
    row("reinstate", "");
}

void tst_ProjectStates::anApplicationIsDecidedOnce()
{
    QFETCH(QString, moves);
    const auto action = projectActionFrom(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(action);
    QCOMPARE(isDecision(*action), !moves.isEmpty());
    for (const ApplicationState state :
        { ApplicationState::Pending, ApplicationState::Approved, ApplicationState::Replaced,
            ApplicationState::Denied, ApplicationState::Dismissed, ApplicationState::Cancelled }) {
        const auto next = nextState(state, *action);
        QCOMPARE(next ? wordOf(*next) : QString(), targetOf(moves, wordOf(state)));
    }
}

void tst_ProjectStates::aMembershipMovesAsDocumented_data()
{
    QTest::addColumn<QString>("moves");
    const auto row = [](const char *action, const char *moves) { QTest::newRow(action) << moves; };
    row("join", "none>requested rejected>requested cancelled>requested removed>requested");
    row("enroll", "none>accepted requested>accepted rejected>accepted cancelled>accepted removed>accepted");
    row("accept", "requested>accepted");
    row("reject", "requested>rejected");
    row("cancel", "requested>cancelled");
    row("leave", "accepted>removed leave_requested>removed suspended>removed");
    row("remove", "accepted>removed leave_requested>removed suspended>removed");
    row("suspend", "accepted>suspended");
    row("unsuspend", "suspended>accepted");
}

void tst_ProjectStates::aMembershipMovesAsDocumented()
{
    QFETCH(QString, moves);
    const auto action = membershipActionFrom(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(action);
    const auto none = nextState(std::nullopt, *action);
    QCOMPARE(none ? wordOf(*none) : QString(), targetOf(moves, QStringLiteral("none")));
    for (const MembershipState state : { MembershipState::Requested, MembershipState::Accepted,
             MembershipState::LeaveRequested, MembershipState::Suspended, MembershipState::Rejected,
             MembershipState::Cancelled, MembershipState::Removed }) {
        const auto next = nextState(state, *action);
        QCOMPARE(next ? wordOf(*next) : QString(), targetOf(moves, wordOf(state)));
    }
}

void tst_ProjectStates::everyWordIsReadBack()
{
    for (int i = 0; i < 5; ++i)
        QCOMPARE(projectStateFrom(wordOf(ProjectState(i))), ProjectState(i));
    for (int i = 0; i < 6; ++i)
        QCOMPARE(applicationStateFrom(wordOf(ApplicationState(i))), ApplicationState(i));
    for (int i = 0; i < 8; ++i)
        QCOMPARE(projectActionFrom(wordOf(ProjectAction(i))), ProjectAction(i));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(joiningPolicyFrom(wordOf(JoiningPolicy(i))), JoiningPolicy(i));
    for (int i = 0; i < 7; ++i)
        QCOMPARE(membershipStateFrom(wordOf(MembershipState(i))), MembershipState(i));
    for (int i = 0; i < 9; ++i)
        QCOMPARE(membershipActionFrom(wordOf(MembershipAction(i))), MembershipAction(i));
}

void tst_ProjectStates::anUnknownWordIsNothing()
{
    for (const QString &word : { QString(), QStringLiteral("Active"), QStringLiteral("active ") }) {
        QVERIFY(!projectStateFrom(word));
        QVERIFY(!applicationStateFrom(word));
        QVERIFY(!projectActionFrom(word));
        QVERIFY(!joiningPolicyFrom(word));
        QVERIFY(!membershipStateFrom(word));
        QVERIFY(!membershipActionFrom(word));
    }
}

NEPHELE_TEST(tst_ProjectStates)
#include "tst_projectstates.moc"
