// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/projectstore.h"
#include "model/project/membershipstore.h"
#include "model/project/projectapplicationstore.h"
#include "model/project/projectlifestore.h"
#include "model/quota/quotastore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// The rows of projects, whoever made them, on SQLite and on PostgreSQL.
class tst_ProjectStores : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void whatNeverWasIsNotFound();
    void aProjectMadeElsewhereReadsSensibly();
    void theStateFollowsTheRow_data();
    void theStateFollowsTheRow();
    void aLifeIsReadAsItWasSaved();
    void aNameIsTakenByWhoHasTheRow();
    void aListReachesWhatItShould_data();
    void aListReachesWhatItShould();
    void aListIsFiltered_data();
    void aListIsFiltered();
    void pagesFollowEachOther();
    void capacitiesAreTheLimitsThatWereSet();
    void onlyWhatIsPastItsEndIsFound();
    void anApplicationIsReadAsItWasWritten();
    void oneApplicationOfAProjectWaits();
    void aMembershipHasOneNumberForGood();
    void aMemberMadeElsewhereIsAcceptedSinceThen();
    void datesOfEveryStateAreKept();
    void membershipsAreSeenByWhoOwnsThem();
    void insidersAreCountedUpToALimit();

private:
    template <class Closure>
    auto write(Closure closure)
    {
        auto done = (*m_database)->write(std::move(closure)).result();
        if (!done)
            qFatal("%s (%s)", qUtf8Printable(done.error().message), qUtf8Printable(done.error().detail));
        if constexpr (!std::is_void_v<typename decltype(done)::Value>)
            return *done;
    }
    template <class Read>
    auto read(Read read)
    {
        auto found = (*m_database)->read(std::move(read));
        if (!found)
            qFatal("%s (%s)", qUtf8Printable(found.error().message), qUtf8Printable(found.error().detail));
        return *found;
    }
    UserId addUser(const QString &name);
    ProjectId addRow(const QString &name, bool isEnabled = true);
    ProjectRecord addLife(const QString &name, ProjectState state, const std::optional<UserId> &owner);
    QStringList names(const ProjectListing &listing);
    std::optional<ProjectRecord> found(const ProjectId &id)
    {
        return read([&](ReadTransaction &t) { return ProjectLifeStore::find(t, id); });
    }

    std::unique_ptr<test::TestDatabase> m_database;
};

void tst_ProjectStores::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto database = test::TestDatabase::open(engine);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message + database.error().detail));
    m_database = std::move(*database);
}

UserId tst_ProjectStores::addUser(const QString &name)
{
    const UserId id = UserId::create();
    write([=](Transaction &t) -> Result<> {
        NewProject system;
        system.name = name;
        system.isSystem = true;
        const auto own = ProjectId::stored(id.text());
        if (const auto made = ProjectStore::insert(t, own, system); !made)
            return made.error();
        NewUser user;
        user.name = name;
        if (const auto made = UserStore::insert(t, id, user); !made)
            return made.error();
        return ProjectStore::setMember(t, own, id, Role::Member);
    });
    return id;
}

ProjectId tst_ProjectStores::addRow(const QString &name, bool isEnabled)
{
    const ProjectId id = ProjectId::create();
    NewProject row;
    row.name = name;
    row.description = u"about "_s + name;
    row.isEnabled = isEnabled;
    write([=](Transaction &t) { return ProjectStore::insert(t, id, row); });
    return id;
}

// With a row where the state wants one.
ProjectRecord tst_ProjectStores::addLife(
    const QString &name, ProjectState state, const std::optional<UserId> &owner)
{
    ProjectRecord project;
    const bool hasRow = state != ProjectState::Uninitialized && state != ProjectState::Deleted;
    project.id = hasRow ? addRow(name, state == ProjectState::Active) : ProjectId::create();
    project.state = state;
    project.hasLife = true;
    project.rowName = hasRow ? name : QString();
    project.terms.name = name;
    project.terms.description = u"about "_s + name;
    project.terms.owner = owner;
    project.terms.endAtMs = 2'000'000'000'000;
    project.createdAtMs = 1'800'000'000'000;
    write([=](Transaction &t) { return ProjectLifeStore::save(t, project); });
    return project;
}

QStringList tst_ProjectStores::names(const ProjectListing &listing)
{
    QStringList names;
    for (const ProjectRecord &project :
        read([&](ReadTransaction &t) { return ProjectLifeStore::projects(t, listing); }).items)
        names.append(project.terms.name);
    names.sort();
    return names;
}

void tst_ProjectStores::whatNeverWasIsNotFound()
{
    QVERIFY(!found(ProjectId::create()));
    QVERIFY(!read([](ReadTransaction &t) { return MembershipStore::find(t, MembershipNumber(77)); }));
    QVERIFY(
        !read([](ReadTransaction &t) { return ProjectApplicationStore::find(t, ApplicationNumber(77)); }));
}

void tst_ProjectStores::aProjectMadeElsewhereReadsSensibly()
{
    const UserId ann = addUser(u"ann"_s);
    const ProjectId lab = addRow(u"lab"_s);
    const auto project = found(lab);
    QVERIFY(project);
    QCOMPARE(project->state, ProjectState::Active);
    QCOMPARE(project->terms.name, u"lab"_s);
    QCOMPARE(project->terms.description, u"about lab"_s);
    QCOMPARE(project->terms.owner, std::nullopt);
    QCOMPARE(project->terms.joining, JoiningPolicy::Closed);
    QCOMPARE(project->terms.leaving, JoiningPolicy::Closed);
    QVERIFY(project->terms.isPrivate);
    QVERIFY(project->terms.endAtMs > project->createdAtMs + qint64(99) * 365 * 86'400'000);
    QVERIFY(!project->hasLife && !project->isSystem && !project->application);

    const auto own = found(ProjectId::stored(ann.text()));
    QVERIFY(own && own->isSystem);
    QCOMPARE(own->terms.name, u"system:"_s + ann.text());
    QCOMPARE(own->terms.mostMembers, 1);
}

void tst_ProjectStores::theStateFollowsTheRow_data()
{
    QTest::addColumn<QString>("noted"); // in project_life; empty: no life
    QTest::addColumn<QString>("row"); // none, enabled, disabled
    QTest::addColumn<QString>("state");
    QTest::newRow("applied for") << u"uninitialized"_s << u"none"_s << u"uninitialized"_s;
    QTest::newRow("withdrawn") << u"deleted"_s << u"none"_s << u"deleted"_s;
    QTest::newRow("deleted by Keystone") << u"active"_s << u"none"_s << u"deleted"_s;
    QTest::newRow("terminated, deleted by Keystone") << u"terminated"_s << u"none"_s << u"deleted"_s;
    QTest::newRow("living") << u"active"_s << u"enabled"_s << u"active"_s;
    QTest::newRow("disabled by Keystone") << u"active"_s << u"disabled"_s << u"suspended"_s;
    QTest::newRow("suspended") << u"suspended"_s << u"disabled"_s << u"suspended"_s;
    QTest::newRow("enabled by Keystone") << u"suspended"_s << u"enabled"_s << u"active"_s;
    QTest::newRow("terminated") << u"terminated"_s << u"disabled"_s << u"terminated"_s;
    QTest::newRow("made elsewhere") << QString() << u"enabled"_s << u"active"_s;
    QTest::newRow("made elsewhere, disabled") << QString() << u"disabled"_s << u"suspended"_s;
}

void tst_ProjectStores::theStateFollowsTheRow()
{
    QFETCH(QString, noted);
    QFETCH(QString, row);
    QFETCH(QString, state);
    ProjectRecord project;
    project.id = row == "none"_L1 ? ProjectId::create() : addRow(u"lab"_s, row == "enabled"_L1);
    if (!noted.isEmpty()) {
        project.state = *projectStateFrom(noted);
        project.terms.name = u"lab"_s;
        write([=](Transaction &t) { return ProjectLifeStore::save(t, project); });
    }
    const auto read = found(project.id);
    QVERIFY(read);
    QCOMPARE(wordOf(read->state), state);
}

void tst_ProjectStores::aLifeIsReadAsItWasSaved()
{
    ProjectRecord project = addLife(u"lab.example.org"_s, ProjectState::Active, UserId::create());
    QCOMPARE(found(project.id), project);
    project.terms.homepage = u"https://lab.example.org"_s;
    project.terms.joining = JoiningPolicy::Auto;
    project.terms.leaving = JoiningPolicy::Moderated;
    project.terms.mostMembers = 3;
    project.terms.isPrivate = true;
    project.terms.owner.reset();
    project.application = ApplicationNumber(7);
    project.deactivatedAtMs = 1'900'000'000'000;
    write([=](Transaction &t) { return ProjectLifeStore::save(t, project); });
    QCOMPARE(found(project.id), project);
    // The row says name and description of what lives; of what was terminated the life says the name.
    write([=](Transaction &t) {
        return ProjectLifeStore::rename(t, project.id, u"other.example.org"_s, u"new"_s);
    });
    QCOMPARE(found(project.id)->terms.name, u"other.example.org"_s);
    QCOMPARE(found(project.id)->terms.description, u"new"_s);
    project.state = ProjectState::Terminated;
    write([=](Transaction &t) { return ProjectLifeStore::save(t, project); });
    write([=](Transaction &t) { return ProjectStore::setEnabled(t, project.id, false); });
    QCOMPARE(found(project.id)->terms.name, u"lab.example.org"_s);
}

void tst_ProjectStores::aNameIsTakenByWhoHasTheRow()
{
    const ProjectId lab = addRow(u"lab"_s);
    (void)addLife(u"wish"_s, ProjectState::Uninitialized, {});
    const auto isTaken = [this](const ProjectId &by, const QString &name) {
        return read([&](ReadTransaction &t) { return ProjectLifeStore::isNameTaken(t, by, name); });
    };
    QVERIFY(isTaken(ProjectId::create(), u"lab"_s));
    QVERIFY(!isTaken(lab, u"lab"_s));
    QVERIFY(!isTaken(ProjectId::create(), u"wish"_s));
    QVERIFY(!isTaken(ProjectId::create(), u"Lab"_s));
}

void tst_ProjectStores::aListReachesWhatItShould_data()
{
    QTest::addColumn<int>("reach");
    QTest::addColumn<QString>("names");
    using Reach = ProjectListing::Reach;
    QTest::newRow("every") << int(Reach::Every)
                           << u"foreign hers member open over requested shut suspended wish"_s;
    QTest::newRow("related") << int(Reach::Related) << u"hers member over suspended wish"_s;
    QTest::newRow("member") << int(Reach::Member) << u"member"_s;
    QTest::newRow("public") << int(Reach::Public) << u"hers open"_s;
}

void tst_ProjectStores::aListReachesWhatItShould()
{
    QFETCH(int, reach);
    QFETCH(QString, names);
    const UserId ann = addUser(u"ann"_s);
    using State = ProjectState;
    const auto in = [&](const ProjectId &project, MembershipState state) {
        write([=](Transaction &t) { return MembershipStore::setState(t, project, ann, state); });
    };
    (void)addLife(u"hers"_s, State::Active, ann);
    (void)addLife(u"wish"_s, State::Uninitialized, ann);
    (void)addLife(u"gone"_s, State::Deleted, ann);
    (void)addLife(u"open"_s, State::Active, {});
    ProjectRecord shut = addLife(u"shut"_s, State::Active, {});
    shut.terms.isPrivate = true;
    write([=](Transaction &t) { return ProjectLifeStore::save(t, shut); });
    (void)addRow(u"foreign"_s);
    in(addRow(u"member"_s), MembershipState::Accepted);
    in(addRow(u"suspended"_s), MembershipState::Suspended);
    in(addRow(u"requested"_s), MembershipState::Requested);
    in(addLife(u"over"_s, State::Terminated, {}).id, MembershipState::LeaveRequested);
    ProjectListing listing;
    listing.reach = ProjectListing::Reach(reach);
    listing.viewer = ann;
    QStringList seen = this->names(listing);
    seen.removeAll(u"system:"_s + ann.text());
    QCOMPARE(seen.join(u' '), names);
}

void tst_ProjectStores::aListIsFiltered_data()
{
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("owner"); // ann, bob or nothing
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("names");
    const QString any;
    QTest::newRow("active") << u"active"_s << any << any << u"a foreign"_s;
    QTest::newRow("suspended") << u"suspended"_s << any << any << u"frozen s"_s;
    QTest::newRow("terminated") << u"terminated"_s << any << any << u"t"_s;
    QTest::newRow("uninitialized") << u"uninitialized"_s << any << any << u"u"_s;
    QTest::newRow("deleted") << u"deleted"_s << any << any << u"d"_s;
    QTest::newRow("owner") << any << u"ann"_s << any << u"a u"_s;
    QTest::newRow("owner of none") << any << u"nobody"_s << any << any;
    QTest::newRow("name") << any << any << u"t"_s << u"t"_s;
    QTest::newRow("name of a row") << any << any << u"foreign"_s << u"foreign"_s;
    QTest::newRow("name it had") << any << any << u"former"_s << any;
    QTest::newRow("deleted is not named") << any << any << u"d"_s << any;
    QTest::newRow("all at once") << u"uninitialized"_s << u"ann"_s << u"u"_s << u"u"_s;
    QTest::newRow("all at once, another state") << u"active"_s << u"ann"_s << u"u"_s << any;
}

void tst_ProjectStores::aListIsFiltered()
{
    QFETCH(QString, state);
    QFETCH(QString, owner);
    QFETCH(QString, name);
    QFETCH(QString, names);
    using State = ProjectState;
    const UserId ann = UserId::create();
    ProjectRecord a = addLife(u"a"_s, State::Active, ann);
    a.terms.name = u"former"_s; // until Keystone renamed the row
    write([=](Transaction &t) { return ProjectLifeStore::save(t, a); });
    (void)addLife(u"s"_s, State::Suspended, {});
    (void)addLife(u"t"_s, State::Terminated, UserId::create());
    (void)addLife(u"u"_s, State::Uninitialized, ann);
    (void)addLife(u"d"_s, State::Deleted, ann);
    (void)addRow(u"foreign"_s);
    (void)addRow(u"frozen"_s, false);
    ProjectListing listing;
    listing.state = projectStateFrom(state);
    if (!owner.isEmpty())
        listing.owner = owner == "ann"_L1 ? ann : UserId::create();
    if (!name.isEmpty())
        listing.name = name;
    QCOMPARE(this->names(listing).join(u' '), names);
}

void tst_ProjectStores::pagesFollowEachOther()
{
    QStringList made;
    for (int i = 0; i < 7; ++i) {
        const QString name = u"p%1"_s.arg(i);
        made.append(name);
        if (i % 2)
            (void)addRow(name);
        else
            (void)addLife(name, i % 4 ? ProjectState::Active : ProjectState::Uninitialized, {});
    }
    ProjectListing listing;
    listing.limit = 3;
    QStringList seen;
    QList<ProjectId> ids;
    bool isTruncated = true;
    for (int pages = 0; isTruncated; ++pages) {
        QVERIFY(pages < 3);
        const auto page = read([&](ReadTransaction &t) { return ProjectLifeStore::projects(t, listing); });
        isTruncated = page.isTruncated;
        QCOMPARE(page.items.size(), isTruncated ? 3 : 1);
        for (const ProjectRecord &project : page.items) {
            seen.append(project.terms.name);
            ids.append(project.id);
        }
        listing.after = ids.last();
    }
    QVERIFY(std::is_sorted(ids.cbegin(), ids.cend()));
    seen.sort();
    QCOMPARE(seen, made);
}

void tst_ProjectStores::capacitiesAreTheLimitsThatWereSet()
{
    const ProjectId lab = addRow(u"lab"_s);
    const auto capacity = [&](const QString &name) -> std::optional<ResourceCapacity> {
        const auto all = read([&](ReadTransaction &t) -> Result<QList<ResourceCapacity>> {
            const auto resources = ResourceStore::all(t);
            if (!resources)
                return resources.error();
            const auto project = ProjectLifeStore::find(t, lab);
            return ProjectLifeStore::capacities(t, **project, *resources);
        });
        for (const ResourceCapacity &one : all) {
            if (one.resource == name)
                return one;
        }
        return std::nullopt;
    };
    const QString vm = u"cyclades.vm"_s;
    QVERIFY(!capacity(u"astakos.pending_app"_s)); // hidden
    const qint64 usual = capacity(vm)->ofProject;
    QVERIFY(usual > 0);
    QCOMPARE(capacity(vm)->ofMember, usual);
    write([=](Transaction &t) { return QuotaStore::setProjectLimit(t, lab, vm, 7); });
    QCOMPARE(capacity(vm), (ResourceCapacity { vm, 7, 7 }));
    write([=](Transaction &t) { return QuotaStore::setMemberLimit(t, lab, vm, 2); });
    QCOMPARE(capacity(vm), (ResourceCapacity { vm, 7, 2 }));
    write([=](Transaction &t) { return QuotaStore::setProjectLimit(t, lab, vm, -1); });
    QCOMPARE(capacity(vm), (ResourceCapacity { vm, endless, 2 }));
    // What a suspended project was given is shown though nothing of it can be used.
    write([=](Transaction &t) { return ProjectStore::setEnabled(t, lab, false); });
    QCOMPARE(capacity(vm), (ResourceCapacity { vm, endless, 2 }));
}

void tst_ProjectStores::onlyWhatIsPastItsEndIsFound()
{
    const auto ending = [this](const QString &name, ProjectState state, qint64 endAtMs) {
        ProjectRecord project = addLife(name, state, {});
        project.terms.endAtMs = endAtMs;
        write([=](Transaction &t) { return ProjectLifeStore::save(t, project); });
        return project.id;
    };
    const ProjectId second = ending(u"second"_s, ProjectState::Active, 1000);
    const ProjectId first = ending(u"first"_s, ProjectState::Active, 500);
    (void)ending(u"later"_s, ProjectState::Active, 1001);
    (void)ending(u"suspended"_s, ProjectState::Suspended, 500);
    (void)ending(u"over"_s, ProjectState::Terminated, 500);
    (void)ending(u"wish"_s, ProjectState::Uninitialized, 500);
    const auto ended = [this](int most) {
        return read([=](ReadTransaction &t) { return ProjectLifeStore::endedBefore(t, 1000, most); });
    };
    QCOMPARE(ended(10), (QList { first, second }));
    QCOMPARE(ended(1), QList { first });
}

void tst_ProjectStores::anApplicationIsReadAsItWasWritten()
{
    const ProjectRecord project = addLife(u"lab"_s, ProjectState::Uninitialized, {});
    ProjectApplication bare;
    bare.project = project.id;
    bare.applicant = UserId::create();
    bare.state = ApplicationState::Denied;
    ProjectApplication full = bare;
    full.isCharged = true;
    full.state = ApplicationState::Pending;
    full.wish = { u"lab.example.org"_s, UserId::create(), u"home"_s, QString(), 5, JoiningPolicy::Auto,
        JoiningPolicy::Closed, 0, false, { { u"cyclades.ram"_s, endless, 0 }, { u"cyclades.vm"_s, 2, 1 } }, 3,
        u"please"_s };
    for (ProjectApplication application : { bare, full }) {
        const auto number =
            write([=](Transaction &t) { return ProjectApplicationStore::insert(t, application); });
        application.number = number;
        QCOMPARE(
            read([&](ReadTransaction &t) { return ProjectApplicationStore::find(t, number); }), application);
    }
    const auto pending =
        read([&](ReadTransaction &t) { return ProjectApplicationStore::pendingOf(t, project.id); });
    QVERIFY(pending);
    QCOMPARE(pending->wish, full.wish);
    const auto byApplicant =
        read([&](ReadTransaction &t) { return ProjectApplicationStore::pendingBy(t, full.applicant, 10); });
    QCOMPARE(byApplicant.size(), 1);
    QCOMPARE(byApplicant.first().number, pending->number);
}

void tst_ProjectStores::oneApplicationOfAProjectWaits()
{
    const ProjectRecord project = addLife(u"lab"_s, ProjectState::Uninitialized, {});
    ProjectApplication application;
    application.project = project.id;
    application.applicant = UserId::create();
    const auto number =
        write([=](Transaction &t) { return ProjectApplicationStore::insert(t, application); });
    const auto second =
        (*m_database)
            ->write([=](Transaction &t) { return ProjectApplicationStore::insert(t, application); })
            .result();
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Conflict);
    write([=](Transaction &t) {
        return ProjectApplicationStore::setState(t, number, ApplicationState::Replaced, {});
    });
    const auto third = write([=](Transaction &t) { return ProjectApplicationStore::insert(t, application); });
    QVERIFY(third.value() > number.value());
}

void tst_ProjectStores::aMembershipHasOneNumberForGood()
{
    const UserId ann = addUser(u"ann"_s);
    const UserId bob = addUser(u"bob"_s);
    const ProjectId lab = addRow(u"lab"_s);
    const auto number = [&](const UserId &user) {
        return write([=](Transaction &t) { return MembershipStore::ensureNumber(t, lab, user); });
    };
    write([=](Transaction &t) { return ProjectStore::setMember(t, lab, ann, Role::Member); });
    const auto hers = number(ann);
    QVERIFY(hers.value() > 0);
    QCOMPARE(number(ann), hers);
    QVERIFY(number(bob) != hers);
    // Keystone takes the row away: the number stays and tells that she is out.
    write([=](Transaction &t) { return ProjectStore::removeMember(t, lab, ann); });
    const auto out = read([&](ReadTransaction &t) { return MembershipStore::find(t, hers); });
    QVERIFY(out);
    QCOMPARE(out->state, MembershipState::Removed);
    QCOMPARE(out->user, ann);
    write([=](Transaction &t) { return ProjectStore::setMember(t, lab, ann, Role::Member); });
    QCOMPARE(number(ann), hers);
    QCOMPARE(read([&](ReadTransaction &t) { return MembershipStore::find(t, hers); })->state,
        MembershipState::Accepted);
}

void tst_ProjectStores::aMemberMadeElsewhereIsAcceptedSinceThen()
{
    const UserId ann = addUser(u"ann"_s);
    const ProjectId lab = addRow(u"lab"_s);
    write([=](Transaction &t) { return ProjectStore::setMember(t, lab, ann, Role::Manager); });
    const auto membership = read([&](ReadTransaction &t) { return MembershipStore::find(t, lab, ann); });
    QVERIFY(membership);
    QCOMPARE(membership->number, MembershipNumber());
    QCOMPARE(membership->state, MembershipState::Accepted);
    QCOMPARE(membership->roles, Roles(Role::Manager));
    QCOMPARE(membership->datesMs.keys(), QList { MembershipState::Accepted });
}

void tst_ProjectStores::datesOfEveryStateAreKept()
{
    const UserId ann = addUser(u"ann"_s);
    const ProjectId lab = addRow(u"lab"_s);
    using State = MembershipState;
    const auto become = [&](State state) {
        write([=](Transaction &t) { return MembershipStore::setState(t, lab, ann, state); });
        return *read([&](ReadTransaction &t) { return MembershipStore::find(t, lab, ann); });
    };
    const auto first = become(State::Requested);
    (void)become(State::Cancelled);
    const auto again = become(State::Requested);
    QCOMPARE(again.state, State::Requested);
    QCOMPARE(again.datesMs.keys(), (QList { State::Requested, State::Cancelled }));
    QVERIFY(again.datesMs.value(State::Requested) > first.datesMs.value(State::Requested));
    QVERIFY(again.datesMs.value(State::Requested) > again.datesMs.value(State::Cancelled));
    write([=](Transaction &t) { return MembershipStore::setRoles(t, lab, ann, Role::Manager); });
    QCOMPARE(become(State::Suspended).roles, Roles(Role::Manager));
}

void tst_ProjectStores::membershipsAreSeenByWhoOwnsThem()
{
    const UserId ann = addUser(u"ann"_s);
    const UserId bob = addUser(u"bob"_s);
    const UserId eve = addUser(u"eve"_s);
    const ProjectId hers = addLife(u"hers"_s, ProjectState::Active, ann).id;
    const ProjectId other = addRow(u"other"_s);
    for (const auto &[project, user] : { std::pair(hers, bob), std::pair(hers, eve), std::pair(other, bob),
             std::pair(other, ann), std::pair(other, eve) })
        write([=](Transaction &t) { return ProjectStore::setMember(t, project, user, Role::Member); });
    const auto count = [&](const std::optional<UserId> &viewer, const std::optional<ProjectId> &project) {
        MembershipListing listing;
        listing.viewer = viewer;
        listing.project = project;
        return read([&](ReadTransaction &t) {
            return MembershipStore::memberships(t, listing);
        }).items.size();
    };
    // Everybody is in his own project as well.
    QCOMPARE(count(ann, {}), 2 + 1 + 1);
    QCOMPARE(count(bob, {}), 2 + 1);
    QCOMPARE(count({}, {}), 5 + 3);
    QCOMPARE(count(ann, hers), 2);
    QCOMPARE(count(ann, other), 1);
    QCOMPARE(count({}, other), 3);
    QCOMPARE(count({}, ProjectId::create()), 0);

    MembershipListing listing;
    listing.limit = 3;
    QSet<QString> seen;
    for (bool isTruncated = true; isTruncated;) {
        const auto page = read([&](ReadTransaction &t) { return MembershipStore::memberships(t, listing); });
        isTruncated = page.isTruncated;
        QVERIFY(page.items.size() <= 3 && !page.items.isEmpty());
        for (const ProjectMembership &membership : page.items)
            seen.insert(membership.project.text() + membership.user.text());
        const auto last = page.items.last();
        listing.after =
            write([=](Transaction &t) { return MembershipStore::ensureNumber(t, last.project, last.user); });
    }
    QCOMPARE(seen.size(), 8);
}

void tst_ProjectStores::insidersAreCountedUpToALimit()
{
    const ProjectId lab = addRow(u"lab"_s);
    using State = MembershipState;
    int i = 0;
    for (const State state : { State::Requested, State::Accepted, State::LeaveRequested, State::Suspended,
             State::Rejected, State::Cancelled, State::Removed }) {
        const UserId user = addUser(u"user%1"_s.arg(++i));
        write([=](Transaction &t) { return MembershipStore::setState(t, lab, user, state); });
    }
    const auto count = [&](qint64 most) {
        return read([=](ReadTransaction &t) { return MembershipStore::countInside(t, lab, most); });
    };
    QCOMPARE(count(10), 3);
    QCOMPARE(count(2), 2);
    QCOMPARE(count(0), 0);
}

NEPHELE_TEST(tst_ProjectStores)
#include "tst_projectstores.moc"
