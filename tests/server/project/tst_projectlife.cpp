// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/cloudrolestore.h"
#include "model/quota/quotastore.h"
#include "server/identity/tokenauthenticator.h"
#include "server/project/projectexpiry.h"
#include "server/project/projectservice.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;
using test::waitFor;

// What becomes of tokens, limits, names and defaults as projects live. ann and bob are users, pat a project
// admin. The clock stands still, so nothing a token cache remembers goes away by itself.
class tst_ProjectLife : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void theOwnerManagesAnActiveProject();
    void theNewOwnerManagesInsteadOfTheOld();
    void aSuspendedProjectOpensNothing();
    void aTerminatedProjectFreesItsName();
    void aNameIsNotGivenTwice();
    void onlyAnApprovedChangeCounts();
    void applicationsAreCountedUntilTheyAreDecided_data();
    void applicationsAreCountedUntilTheyAreDecided();
    void aRefusedApplicationLeavesNothing();
    void aProjectAdminAppliesWithoutLimit();
    void anAcceptedMemberIsInAtOnce();
    void whoGoesLosesTokenAndDefault_data();
    void whoGoesLosesTokenAndDefault();
    void aSuspendedMemberComesBackAsHeWas();
    void theOtherFacesMembersAreAccepted();
    void projectsPastTheirEndAreTerminated();
    void aProjectDeletedElsewhereIsDeletedHere();
    void aUserWhoGoesLeavesNoApplication();
    void aProjectMadeElsewhereCanBeChangedHere();
    void aRestrictedCredentialChangesNothing();

private:
    Caller callerOf(const User &user)
    {
        const auto caller = m_identity->caller(m_identity->synnefoToken(user), Face::Synnefo);
        return caller ? *caller : Caller();
    }
    ProjectWish wish(const QString &name) const
    {
        ProjectWish wish;
        wish.name = name;
        wish.endAtMs = test::TestIdentity::startMs + 86'400'000;
        return wish;
    }
    SubmittedApplication apply(const User &user, const ProjectWish &asked)
    {
        const auto submitted = waitFor(m_service->submit(callerOf(user), {}, asked));
        if (!submitted)
            qFatal("%s", qUtf8Printable(submitted.error().message));
        return *submitted;
    }
    Result<> act(const User &user, const SubmittedApplication &on, ProjectAction action)
    {
        return waitFor(m_service->act(callerOf(user), on.project, action, on.number, {}));
    }
    Result<> act(ProjectAction action) { return act(m_pat, m_lab, action); }
    SubmittedApplication approved(const User &owner, const ProjectWish &asked)
    {
        const auto submitted = apply(owner, asked);
        if (const auto done = act(m_pat, submitted, ProjectAction::Approve); !done)
            qFatal("%s", qUtf8Printable(done.error().message));
        return submitted;
    }
    ProjectRecord record(const ProjectId &id)
    {
        const auto found =
            m_identity->database().read([&](ReadTransaction &t) { return ProjectLifeStore::find(t, id); });
        return found && *found ? **found : ProjectRecord();
    }
    QuotaLine line(const User &user, const ProjectId &project, const QString &resource)
    {
        const auto lines = m_identity->database().read(
            [&](ReadTransaction &t) { return QuotaStore::lines(t, user.id, { project }); });
        for (const QuotaLine &found : lines ? *lines : QList<QuotaLine>()) {
            if (found.resource == resource)
                return found;
        }
        return {};
    }
    qint64 waiting(const User &user)
    {
        return line(user, user.systemProject(), u"astakos.pending_app"_s).usage;
    }
    // As the workers ask, from what they remember.
    Roles rolesNow(const QByteArray &token, const ProjectId &project, Face face = Face::Synnefo)
    {
        const auto caller = m_authenticator->authenticate(token, face);
        return caller ? caller->rolesIn(project) : Roles();
    }
    MembershipNumber enroll(const User &user)
    {
        const auto number = waitFor(m_service->enroll(callerOf(m_pat), m_lab.project, user.name));
        return number ? *number : MembershipNumber();
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<ProjectService> m_service;
    std::unique_ptr<TokenAuthenticator> m_authenticator;
    User m_ann;
    User m_bob;
    User m_pat;
    SubmittedApplication m_lab; // ann's, active
};

void tst_ProjectLife::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().message + identity.error().detail));
    m_identity = std::move(*identity);
    m_service = std::make_unique<ProjectService>(m_identity->context());
    m_authenticator = std::make_unique<TokenAuthenticator>(m_identity->context());
    m_ann = m_identity->addUser(u"ann"_s);
    m_bob = m_identity->addUser(u"bob"_s);
    m_pat = m_identity->addUser(u"pat"_s);
    m_identity->write(
        [this](Transaction &t) { return CloudRoleStore::setRoles(t, m_pat.id, CloudRole::ProjectAdmin); });
    m_lab = approved(m_ann, wish(u"lab.example.org"_s));
}

void tst_ProjectLife::theOwnerManagesAnActiveProject()
{
    const auto shop = apply(m_bob, wish(u"shop.example.org"_s));
    const QByteArray token = m_identity->synnefoToken(m_bob);
    QCOMPARE(rolesNow(token, shop.project), Roles());
    QVERIFY(act(m_pat, shop, ProjectAction::Approve));
    QVERIFY(rolesNow(token, shop.project).testFlag(Role::Manager));
    QVERIFY(rolesNow(m_identity->projectToken(m_bob, shop.project), shop.project, Face::OpenStack)
                .testFlag(Role::Manager));
}

void tst_ProjectLife::theNewOwnerManagesInsteadOfTheOld()
{
    ProjectWish handover;
    handover.owner = m_bob.id;
    const auto asked = waitFor(m_service->submit(callerOf(m_ann), m_lab.project, handover));
    QVERIFY(asked);
    QCOMPARE(record(m_lab.project).terms.owner, m_ann.id);
    QVERIFY(act(m_pat, *asked, ProjectAction::Approve));
    QCOMPARE(record(m_lab.project).terms.owner, m_bob.id);
    const Roles former = rolesNow(m_identity->synnefoToken(m_ann), m_lab.project);
    QVERIFY(former.testFlag(Role::Member) && !former.testFlag(Role::Manager));
    QVERIFY(rolesNow(m_identity->synnefoToken(m_bob), m_lab.project).testFlag(Role::Manager));
}

void tst_ProjectLife::aSuspendedProjectOpensNothing()
{
    const QByteArray synnefo = m_identity->synnefoToken(m_ann);
    const QByteArray scoped = m_identity->projectToken(m_ann, m_lab.project);
    QVERIFY(rolesNow(synnefo, m_lab.project));
    QVERIFY(rolesNow(scoped, m_lab.project, Face::OpenStack));
    QVERIFY(act(ProjectAction::Suspend));
    QVERIFY(!rolesNow(synnefo, m_lab.project));
    QVERIFY(!m_authenticator->authenticate(scoped, Face::OpenStack));
    QCOMPARE(line(m_ann, m_lab.project, u"cyclades.vm"_s).limit, 0);
    QVERIFY(record(m_lab.project).deactivatedAtMs);
    QVERIFY(act(ProjectAction::Unsuspend));
    QVERIFY(rolesNow(synnefo, m_lab.project));
    QVERIFY(rolesNow(scoped, m_lab.project, Face::OpenStack));
    QVERIFY(line(m_ann, m_lab.project, u"cyclades.vm"_s).limit > 0);
}

void tst_ProjectLife::aTerminatedProjectFreesItsName()
{
    m_identity->setDefaultProject(m_ann, m_lab.project);
    QVERIFY(act(ProjectAction::Terminate));
    QCOMPARE(record(m_lab.project).terms.name, u"lab.example.org"_s);
    QCOMPARE(callerOf(m_ann).project, m_ann.systemProject());
    const auto other = approved(m_bob, wish(u"lab.example.org"_s));
    const auto taken = act(ProjectAction::Reinstate);
    QVERIFY(!taken);
    QCOMPARE(taken.error().code, ErrorCode::Conflict);
    QVERIFY(act(m_pat, other, ProjectAction::Terminate));
    QVERIFY(act(ProjectAction::Reinstate));
    QCOMPARE(record(m_lab.project).rowName, u"lab.example.org"_s);
    QVERIFY(rolesNow(m_identity->synnefoToken(m_ann), m_lab.project).testFlag(Role::Manager));
}

void tst_ProjectLife::aNameIsNotGivenTwice()
{
    const auto second = apply(m_bob, wish(u"lab.example.org"_s));
    const auto taken = act(m_pat, second, ProjectAction::Approve);
    QVERIFY(!taken);
    QCOMPARE(taken.error().code, ErrorCode::Conflict);
    QCOMPARE(record(second.project).state, ProjectState::Uninitialized);
    QCOMPARE(waiting(m_bob), 1); // still waits
    QVERIFY(act(m_pat, second, ProjectAction::Deny));
    QCOMPARE(waiting(m_bob), 0);
}

void tst_ProjectLife::onlyAnApprovedChangeCounts()
{
    const QString vm = u"cyclades.vm"_s;
    const QString ram = u"cyclades.ram"_s;
    const auto before = line(m_ann, m_lab.project, ram);
    ProjectWish change;
    change.description = u"bigger"_s;
    change.capacities = { { vm, 9, 3 } };
    const auto first = waitFor(m_service->submit(callerOf(m_ann), m_lab.project, change));
    QVERIFY(first);
    QVERIFY(line(m_ann, m_lab.project, vm).projectLimit != 9);
    QVERIFY(record(m_lab.project).terms.description != u"bigger"_s);
    change.capacities = { { vm, endless, 4 } };
    const auto second = waitFor(m_service->submit(callerOf(m_ann), m_lab.project, change));
    QVERIFY(second);
    QVERIFY(!act(m_pat, *first, ProjectAction::Approve)); // replaced
    QVERIFY(act(m_pat, *second, ProjectAction::Approve));
    QCOMPARE(record(m_lab.project).terms.description, u"bigger"_s);
    QCOMPARE(line(m_ann, m_lab.project, vm).projectLimit, -1);
    QCOMPARE(line(m_ann, m_lab.project, vm).limit, 4);
    QCOMPARE(line(m_ann, m_lab.project, ram).projectLimit, before.projectLimit); // not named
}

void tst_ProjectLife::applicationsAreCountedUntilTheyAreDecided_data()
{
    QTest::addColumn<int>("action"); // -1: a new application instead
    QTest::newRow("approved") << int(ProjectAction::Approve);
    QTest::newRow("denied") << int(ProjectAction::Deny);
    QTest::newRow("cancelled") << int(ProjectAction::Cancel);
    QTest::newRow("replaced") << -1;
}

void tst_ProjectLife::applicationsAreCountedUntilTheyAreDecided()
{
    QFETCH(int, action);
    QCOMPARE(waiting(m_ann), 0);
    ProjectWish change;
    change.homepage = u"https://lab.example.org"_s;
    const auto asked = waitFor(m_service->submit(callerOf(m_ann), m_lab.project, change));
    QVERIFY(asked);
    QCOMPARE(waiting(m_ann), 1);
    if (action < 0) {
        QVERIFY(waitFor(m_service->submit(callerOf(m_pat), m_lab.project, change)));
        QCOMPARE(waiting(m_pat), 0);
    } else {
        QVERIFY(act(m_pat, *asked, ProjectAction(action)));
    }
    QCOMPARE(waiting(m_ann), 0);
    QCOMPARE(record(m_lab.project).state, ProjectState::Active);
}

void tst_ProjectLife::aRefusedApplicationLeavesNothing()
{
    (void)apply(m_bob, wish(u"one.example.org"_s));
    (void)apply(m_bob, wish(u"two.example.org"_s));
    const auto third = waitFor(m_service->submit(callerOf(m_bob), {}, wish(u"three.example.org"_s)));
    QVERIFY(!third);
    QCOMPARE(third.error().code, ErrorCode::Conflict);
    ProjectQuestion his;
    his.owner = m_bob.id;
    QCOMPARE(m_service->projects(callerOf(m_bob), his)->size(), 2);
    QCOMPARE(waiting(m_bob), 2);
}

void tst_ProjectLife::aProjectAdminAppliesWithoutLimit()
{
    for (int i = 0; i < 4; ++i)
        (void)apply(m_pat, wish(u"p%1.example.org"_s.arg(i)));
    QCOMPARE(waiting(m_pat), 0);
}

void tst_ProjectLife::anAcceptedMemberIsInAtOnce()
{
    const QByteArray token = m_identity->synnefoToken(m_bob);
    QVERIFY(!rolesNow(token, m_lab.project));
    const auto number = waitFor(m_service->join(callerOf(m_bob), m_lab.project));
    QVERIFY(number);
    QVERIFY(!rolesNow(token, m_lab.project)); // moderated
    QVERIFY(waitFor(m_service->act(callerOf(m_ann), *number, MembershipAction::Accept)));
    QVERIFY(rolesNow(token, m_lab.project).testFlag(Role::Member));
    QVERIFY(!rolesNow(token, m_lab.project).testFlag(Role::Manager));
}

void tst_ProjectLife::whoGoesLosesTokenAndDefault_data()
{
    QTest::addColumn<bool>("byHimself");
    QTest::newRow("leaves") << true;
    QTest::newRow("is removed") << false;
}

void tst_ProjectLife::whoGoesLosesTokenAndDefault()
{
    QFETCH(bool, byHimself);
    const auto number = enroll(m_bob);
    QVERIFY(waitFor(m_service->setDefaultProject(callerOf(m_bob), m_lab.project)));
    const QByteArray synnefo = m_identity->synnefoToken(m_bob);
    const QByteArray scoped = m_identity->projectToken(m_bob, m_lab.project);
    QVERIFY(rolesNow(synnefo, m_lab.project) && rolesNow(scoped, m_lab.project, Face::OpenStack));
    m_identity->write([this](Transaction &t) {
        return QuotaStore::charge(t, m_lab.project, m_bob.id, { { u"cyclades.vm"_s, 1 } });
    });
    QVERIFY(waitFor(m_service->act(callerOf(byHimself ? m_bob : m_ann), number,
        byHimself ? MembershipAction::Leave : MembershipAction::Remove)));
    QVERIFY(!rolesNow(synnefo, m_lab.project));
    QVERIFY(!m_authenticator->authenticate(scoped, Face::OpenStack));
    QCOMPARE(m_authenticator->authenticate(synnefo, Face::Synnefo)->project, m_bob.systemProject());
    QCOMPARE(line(m_bob, m_lab.project, u"cyclades.vm"_s).usage, 1); // stays counted here
    const auto membership = m_service->membership(callerOf(m_bob), number);
    QCOMPARE(membership->membership.state, MembershipState::Removed);
    QVERIFY(membership->membership.datesMs.contains(MembershipState::Accepted));
    QVERIFY(membership->allowed.isEmpty());
}

void tst_ProjectLife::aSuspendedMemberComesBackAsHeWas()
{
    const auto set = [this](MembershipAction action) {
        const auto done = m_identity->database()
                              .write([=, this](Transaction &t) {
                                  return ProjectMembers::setSuspended(t, m_lab.project, m_ann.id, action);
                              })
                              .result();
        m_identity->context().noteRevocation();
        return done;
    };
    const QByteArray token = m_identity->synnefoToken(m_ann);
    QVERIFY(set(MembershipAction::Suspend));
    QVERIFY(!rolesNow(token, m_lab.project));
    const auto twice = set(MembershipAction::Suspend);
    QVERIFY(!twice);
    QCOMPARE(twice.error().code, ErrorCode::Conflict);
    QVERIFY(set(MembershipAction::Unsuspend));
    QVERIFY(rolesNow(token, m_lab.project).testFlag(Role::Manager));
}

void tst_ProjectLife::theOtherFacesMembersAreAccepted()
{
    const Project shop = m_identity->addProject(u"shop"_s);
    m_identity->addMember(shop, m_bob, Role::Reader);
    MembershipQuestion about;
    about.project = shop.id;
    const auto seen = waitFor(m_service->memberships(callerOf(m_bob), about));
    QVERIFY(seen);
    QCOMPARE(seen->size(), 1);
    const ShownMembership &one = seen->first();
    QVERIFY(one.membership.number.value() > 0);
    QCOMPARE(one.membership.state, MembershipState::Accepted);
    QVERIFY(one.allowed.isEmpty()); // closed
    QCOMPARE(waitFor(m_service->memberships(callerOf(m_bob), about))->first().membership.number,
        one.membership.number);
    QVERIFY(waitFor(m_service->memberships(callerOf(m_ann), about))->isEmpty());
    const auto refused = waitFor(m_service->join(callerOf(m_ann), shop.id));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
}

void tst_ProjectLife::projectsPastTheirEndAreTerminated()
{
    constexpr int ending = 120; // more than one slice
    ProjectWish asked = wish({});
    asked.endAtMs = test::TestIdentity::startMs + 1000;
    QList<SubmittedApplication> made;
    m_identity->write([&, this](Transaction &t) -> Result<> {
        for (int i = 0; i < ending; ++i) {
            asked.name = u"p%1.example.org"_s.arg(i);
            const ProjectActor pat { m_pat.id, true };
            const auto submitted = ProjectLife::apply(t, pat, asked);
            if (!submitted)
                return submitted.error();
            const auto approval =
                ProjectLife::act(t, pat, submitted->project, ProjectAction::Approve, submitted->number, {});
            if (!approval)
                return approval.error();
            made.append(*submitted);
        }
        return {};
    });
    const ProjectId first = made.first().project;
    const QByteArray token = m_identity->synnefoToken(m_pat);
    QVERIFY(rolesNow(token, first));
    QCOMPARE(*endProjectsPastTheirTime(m_identity->context()), 0);
    m_identity->clock().advanceMs(1000);
    QCOMPARE(*endProjectsPastTheirTime(m_identity->context()), ending);
    QVERIFY(!rolesNow(token, first));
    QCOMPARE(record(first).state, ProjectState::Terminated);
    QCOMPARE(record(m_lab.project).state, ProjectState::Active);
    QCOMPARE(*endProjectsPastTheirTime(m_identity->context()), 0);
}

void tst_ProjectLife::aProjectDeletedElsewhereIsDeletedHere()
{
    ProjectWish change;
    change.description = u"more"_s;
    QVERIFY(waitFor(m_service->submit(callerOf(m_ann), m_lab.project, change)));
    QCOMPARE(waiting(m_ann), 1);
    m_identity->write([this](Transaction &t) -> Result<> {
        const auto row = ProjectStore::find(t, NameRef::byId(m_lab.project.text()));
        return Accounts::removeProject(t, **row);
    });
    QCOMPARE(waiting(m_ann), 0);
    QCOMPARE(record(m_lab.project).state, ProjectState::Deleted);
    const auto shown = m_service->project(callerOf(m_ann), m_lab.project);
    QVERIFY(shown);
    QCOMPARE(shown->application->state, ApplicationState::Cancelled);
    QCOMPARE(m_service->project(callerOf(m_bob), m_lab.project).error().code, ErrorCode::Forbidden);
    const auto hers = m_service->projects(callerOf(m_ann), {});
    for (const ShownProject &one : *hers)
        QVERIFY(one.project.id != m_lab.project);
    ProjectQuestion deleted;
    deleted.state = ProjectState::Deleted;
    QCOMPARE(m_service->projects(callerOf(m_ann), deleted)->size(), 1);
    for (const ProjectAction action : { ProjectAction::Suspend, ProjectAction::Reinstate })
        QCOMPARE(act(action).error().code, ErrorCode::Conflict);
}

void tst_ProjectLife::aUserWhoGoesLeavesNoApplication()
{
    const auto shop = apply(m_bob, wish(u"shop.example.org"_s));
    m_identity->write([this](Transaction &t) { return Accounts::removeUser(t, m_bob); });
    QCOMPARE(record(shop.project).state, ProjectState::Deleted);
    QCOMPARE(act(m_pat, shop, ProjectAction::Approve).error().code, ErrorCode::Conflict);
    // The owner of a living one may go as well; others manage it.
    m_identity->write([this](Transaction &t) { return Accounts::removeUser(t, m_ann); });
    QCOMPARE(record(m_lab.project).state, ProjectState::Active);
    QVERIFY(act(ProjectAction::Terminate));
}

void tst_ProjectLife::aProjectMadeElsewhereCanBeChangedHere()
{
    const Project shop = m_identity->addProject(u"shop"_s);
    ProjectWish change;
    change.joining = JoiningPolicy::Auto;
    change.isPrivate = false;
    QCOMPARE(waitFor(m_service->submit(callerOf(m_ann), shop.id, change)).error().code, ErrorCode::Forbidden);
    const auto asked = waitFor(m_service->submit(callerOf(m_pat), shop.id, change));
    QVERIFY(asked);
    QCOMPARE(record(shop.id).terms.joining, JoiningPolicy::Closed);
    QVERIFY(act(m_pat, *asked, ProjectAction::Approve));
    QCOMPARE(record(shop.id).terms.name, u"shop"_s); // no domain, and stays so
    QCOMPARE(record(shop.id).terms.owner, std::nullopt);
    QVERIFY(waitFor(m_service->join(callerOf(m_bob), shop.id)));
    QVERIFY(rolesNow(m_identity->synnefoToken(m_bob), shop.id));
    QVERIFY(act(m_pat, *asked, ProjectAction::Terminate));
    QVERIFY(act(m_pat, *asked, ProjectAction::Reinstate));
    QCOMPARE(record(shop.id).rowName, u"shop"_s);
}

void tst_ProjectLife::aRestrictedCredentialChangesNothing()
{
    const auto credential = m_identity->addCredential(m_ann, m_lab.project);
    const auto bearer = m_identity->caller(m_identity->credentialToken(credential), Face::Synnefo);
    QVERIFY(bearer && bearer->isRestricted);
    const auto number = enroll(m_bob);
    const auto isRefused = [](const auto &result) {
        return !result && result.error().code == ErrorCode::Forbidden;
    };
    const ProjectId id = m_lab.project;
    QVERIFY(isRefused(waitFor(m_service->submit(*bearer, {}, wish(u"x.example.org"_s)))));
    QVERIFY(isRefused(waitFor(m_service->submit(*bearer, id, wish(u"x.example.org"_s)))));
    QVERIFY(isRefused(waitFor(m_service->act(*bearer, id, ProjectAction::Cancel, m_lab.number, {}))));
    QVERIFY(isRefused(waitFor(m_service->join(*bearer, id))));
    QVERIFY(isRefused(waitFor(m_service->enroll(*bearer, id, u"pat"_s))));
    QVERIFY(isRefused(waitFor(m_service->act(*bearer, number, MembershipAction::Remove))));
    QVERIFY(isRefused(waitFor(m_service->setDefaultProject(*bearer, id))));
    QVERIFY(m_service->project(*bearer, id)); // reading is no change
}

NEPHELE_TEST(tst_ProjectLife)
#include "tst_projectlife.moc"
