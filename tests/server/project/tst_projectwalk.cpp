// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotastore.h"
#include "server/project/projectservice.h"
#include "tests/server/project/plainprojects.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>

using namespace nephele;
using namespace Qt::StringLiterals;
using test::PlainProjects;

// Projects at random: every step is taken in the cloud and in the plain model, must end in the same way, and
// must leave the same behind.
class tst_ProjectWalk : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void everyStepEndsAsInTheModel_data();
    void everyStepEndsAsInTheModel();
    void theWalksCameEverywhere();

private:
    void open();
    QString step();
    QString applyOrModify();
    QString projectAction();
    QString memberAction();
    QString otherFace();
    QString compare(int which);
    QString compareMembers(int which);
    QString compareUsers();

    int pick(int count) { return int(m_random.bounded(count)); }
    template <class Value>
    Value oneOf(std::initializer_list<Value> values)
    {
        return *(values.begin() + pick(int(values.size())));
    }
    // Rather one that lives: most that is asked of the others is refused.
    int anyProject()
    {
        for (int attempt = 0; attempt < 4; ++attempt) {
            const int which = pick(int(m_ids.size()));
            if (PlainProjects::isLiving(m_plain->projects[which]))
                return which;
        }
        return pick(int(m_ids.size()));
    }
    int anyActor() { return pick(4) == 0 ? PlainProjects::operatorUser : pick(int(m_users.size())); }
    ProjectActor actor(int user) const
    {
        return user == PlainProjects::operatorUser ? ProjectActor { m_root.id, true }
                                                   : ProjectActor { m_users.at(user).id, false };
    }
    PlainProjects::Wish wish(bool isNew);
    ProjectWish real(const PlainProjects::Wish &wish) const;
    template <class Closure>
    std::optional<ErrorCode> outcome(Closure closure)
    {
        const auto done = m_identity->database().write(std::move(closure)).result();
        return done ? std::nullopt : std::optional(done.error().code);
    }
    // A statement may be cut short on a busy machine; that is not what is tested.
    template <class Read>
    auto read(Read closure)
    {
        while (true) {
            auto found = m_identity->database().read(closure);
            if (found)
                return *std::move(found);
            if (found.error().code != ErrorCode::Timeout)
                qFatal(
                    "%s (%s)", qUtf8Printable(found.error().message), qUtf8Printable(found.error().detail));
        }
    }
    static QString differs(
        const QString &what, const std::optional<ErrorCode> &real, const PlainProjects::Outcome &plain);

    QRandomGenerator m_random;
    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<ProjectService> m_service;
    std::unique_ptr<PlainProjects> m_plain;
    User m_root;
    QList<User> m_users;
    QList<ProjectId> m_ids;
    QList<QList<ApplicationNumber>> m_applications;
    QSet<QString> m_states; // ever come to
    QSet<QString> m_memberStates;
};

void tst_ProjectWalk::open()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().message + identity.error().detail));
    m_identity = std::move(*identity);
    m_service = std::make_unique<ProjectService>(m_identity->context());
    m_users.clear();
    m_ids.clear();
    m_applications.clear();
    m_root = m_identity->addUser(u"root"_s);
    for (int i = 0; i < 4; ++i) {
        m_users.append(m_identity->addUser(u"user%1"_s.arg(i)));
        m_identity->write([own = m_users.last().systemProject()](Transaction &t) {
            return QuotaStore::setProjectLimit(t, own, u"astakos.pending_app"_s, PlainProjects::mostPending);
        });
    }
    m_plain = std::make_unique<PlainProjects>(int(m_users.size()));
}

PlainProjects::Wish tst_ProjectWalk::wish(bool isNew)
{
    const auto maybe = [&] { return isNew || pick(3) == 0; };
    PlainProjects::Wish wish;
    if (maybe())
        wish.name = oneOf({ u"a.example.org"_s, u"b.example.org"_s, u"c.example.org"_s });
    if (maybe() && pick(2))
        wish.owner = pick(int(m_users.size()));
    else if (isNew)
        wish.owner = -2;
    if (maybe())
        wish.joining = oneOf({ u"auto"_s, u"moderated"_s, u"closed"_s });
    if (maybe())
        wish.leaving = oneOf({ u"auto"_s, u"moderated"_s, u"closed"_s });
    if (maybe())
        wish.most = pick(5);
    if (maybe())
        wish.endAtMs = m_identity->clock().nowMs() + 1000 * (1 + pick(200));
    if (maybe())
        wish.vms = 2 * pick(10);
    return wish;
}

ProjectWish tst_ProjectWalk::real(const PlainProjects::Wish &plain) const
{
    ProjectWish wish;
    if (!plain.name.isEmpty())
        wish.name = plain.name;
    if (plain.owner >= 0)
        wish.owner = m_users.at(plain.owner).id;
    wish.joining = joiningPolicyFrom(plain.joining);
    wish.leaving = joiningPolicyFrom(plain.leaving);
    if (plain.most >= 0)
        wish.mostMembers = plain.most;
    if (plain.endAtMs >= 0)
        wish.endAtMs = plain.endAtMs;
    if (plain.vms >= 0)
        wish.capacities = { { u"cyclades.vm"_s, plain.vms, plain.vms / 2 } };
    return wish;
}

QString tst_ProjectWalk::differs(
    const QString &what, const std::optional<ErrorCode> &real, const PlainProjects::Outcome &plain)
{
    const auto word = [](const std::optional<ErrorCode> &code) {
        return code ? u"error %1"_s.arg(int(*code)) : u"done"_s;
    };
    return real == plain ? QString() : u"%1: %2, should be %3"_s.arg(what, word(real), word(plain));
}

QString tst_ProjectWalk::applyOrModify()
{
    const int who = anyActor();
    SubmittedApplication submitted;
    if (m_ids.isEmpty() || (pick(3) == 0 && m_ids.size() < 20)) {
        if (who == PlainProjects::operatorUser)
            return {}; // would be an owner without a number
        const auto asked = wish(true);
        const auto real = outcome([&, this](Transaction &t) -> Result<> {
            const auto done = ProjectLife::apply(t, actor(who), this->real(asked));
            if (done)
                submitted = *done;
            return done ? Result<>() : Result<>(done.error());
        });
        const auto plain = m_plain->apply(who, asked);
        if (!real) {
            m_ids.append(submitted.project);
            m_applications.append({ submitted.number });
        }
        return differs(u"user %1 applies"_s.arg(who), real, plain);
    }
    const int which = anyProject();
    const auto asked = wish(false);
    const auto real = outcome([&, this](Transaction &t) -> Result<> {
        const auto done = ProjectLife::modify(t, actor(who), m_ids.at(which), this->real(asked));
        if (done)
            submitted = *done;
        return done ? Result<>() : Result<>(done.error());
    });
    if (!real)
        m_applications[which].append(submitted.number);
    return differs(u"user %1 modifies %2"_s.arg(who).arg(which), real, m_plain->modify(who, which, asked));
}

QString tst_ProjectWalk::projectAction()
{
    const int which = anyProject();
    // Mostly by the operator, or nothing would ever happen.
    const int who = pick(3) ? PlainProjects::operatorUser : pick(int(m_users.size()));
    const auto action = ProjectAction(pick(8));
    const auto &numbers = m_applications.at(which);
    const auto number = pick(6) ? numbers.last() : numbers.first();
    const auto real = outcome([&, this](Transaction &t) {
        return ProjectLife::act(t, actor(who), m_ids.at(which), action, number, {});
    });
    const auto plain = isDecision(action)
        ? m_plain->decide(who, which, wordOf(action), number == numbers.last())
        : m_plain->move(who, which, wordOf(action));
    return differs(u"user %1: %2 %3"_s.arg(who).arg(wordOf(action)).arg(which), real, plain);
}

QString tst_ProjectWalk::memberAction()
{
    const int which = anyProject();
    const ProjectId id = m_ids.at(which);
    const int user = pick(int(m_users.size()));
    // Rather one who may.
    const int who =
        oneOf({ PlainProjects::operatorUser, m_plain->projects[which].terms.owner, user, anyActor() });
    const QString told = u"user %1 about user %2 in %3: "_s.arg(who).arg(user).arg(which);
    const auto dropped = [](const auto &done) { return done ? Result<>() : Result<>(done.error()); };
    const int kind = pick(9);
    if (kind <= 1) {
        const auto real =
            outcome([&, this](Transaction &t) { return dropped(ProjectMembers::join(t, actor(user), id)); });
        return differs(told + u"join"_s, real, m_plain->join(user, which));
    }
    if (kind == 2) {
        const auto real = outcome([&, this](Transaction &t) {
            return dropped(ProjectMembers::enroll(t, actor(who), id, m_users.at(user).name));
        });
        return differs(told + u"enroll"_s, real, m_plain->enroll(who, which, user));
    }
    if (!m_plain->projects[which].members.contains(user))
        return {}; // has no number
    if (kind == 3) {
        const auto action = oneOf({ MembershipAction::Suspend, MembershipAction::Unsuspend });
        const auto real = outcome([&, this](Transaction &t) {
            return ProjectMembers::setSuspended(t, id, m_users.at(user).id, action);
        });
        return differs(told + wordOf(action), real,
            m_plain->setSuspended(which, user, action == MembershipAction::Suspend));
    }
    const auto action = MembershipAction(int(MembershipAction::Accept) + pick(5));
    const auto real = outcome([&, this](Transaction &t) -> Result<> {
        const auto number = MembershipStore::ensureNumber(t, id, m_users.at(user).id);
        if (!number)
            return number.error();
        return ProjectMembers::act(t, actor(who), *number, action);
    });
    return differs(told + wordOf(action), real, m_plain->act(who, which, user, wordOf(action)));
}

// What happens around the rules of projects: the other face's members, default projects, time.
QString tst_ProjectWalk::otherFace()
{
    const int which = anyProject();
    const int user = pick(int(m_users.size()));
    const auto row = read(
        [&](ReadTransaction &t) { return ProjectStore::find(t, NameRef::byId(m_ids.at(which).text())); });
    if (row.has_value() != PlainProjects::hasRow(m_plain->projects[which]))
        return u"project %1 has a row: %2"_s.arg(which).arg(row.has_value());
    const int kind = pick(5);
    if (kind == 0) {
        m_identity->clock().advanceMs(1000 * pick(10));
        const qint64 nowMs = m_identity->clock().nowMs();
        for (int ended = 2; ended == 2;)
            ended = m_identity->write([=](Transaction &t) { return ProjectLife::endExpired(t, nowMs, 2); });
        m_plain->expire(nowMs);
        return {};
    }
    if (kind <= 2) {
        Caller caller;
        caller.user = m_users.at(user).id;
        const auto done = test::waitFor(m_service->setDefaultProject(caller, m_ids.at(which)));
        return differs(u"default %1 of user %2"_s.arg(which).arg(user),
            done ? std::nullopt : std::optional(done.error().code), m_plain->setDefault(user, which));
    }
    if (!row)
        return {};
    if (kind == 3) {
        m_identity->addMember(*row, m_users.at(user), Role::Member);
        m_plain->add(which, user);
        return {};
    }
    const auto real =
        outcome([&, this](Transaction &t) { return Accounts::removeMember(t, *row, m_users.at(user)); });
    return differs(
        u"user %1 taken away from %2"_s.arg(user).arg(which), real, m_plain->takeAway(which, user));
}

QString tst_ProjectWalk::step()
{
    if (m_ids.isEmpty() || pick(6) == 0)
        return applyOrModify();
    const int kind = pick(10);
    return kind < 3 ? projectAction() : kind < 8 ? memberAction() : otherFace();
}

QString tst_ProjectWalk::compare(int which)
{
    const PlainProjects::Project &plain = m_plain->projects[which];
    const ProjectId id = m_ids.at(which);
    const auto told = [which](const QString &what) { return u"project %1 %2"_s.arg(which).arg(what); };
    const auto real = read([&](ReadTransaction &t) { return ProjectLifeStore::find(t, id); });
    if (!real)
        return told(u"is not found"_s);
    const ProjectTerms &terms = real->terms;
    if (wordOf(real->state) != plain.state || terms.name != plain.terms.name)
        return told(u"is %1 %2, should be %3 %4"_s.arg(
            terms.name, wordOf(real->state), plain.terms.name, plain.state));
    if (terms.owner != m_users.at(plain.terms.owner).id || terms.mostMembers != plain.terms.most
        || wordOf(terms.joining) != plain.terms.joining || wordOf(terms.leaving) != plain.terms.leaving
        || terms.endAtMs != plain.terms.endAtMs)
        return told(u"has other terms"_s);
    const auto latest =
        read([&](ReadTransaction &t) { return ProjectApplicationStore::find(t, *real->application); });
    if (wordOf(latest->state) != plain.applications.back().state)
        return told(u"has a latest application that is "_s + wordOf(latest->state));
    const auto named =
        read([&](ReadTransaction &t) { return ProjectStore::find(t, NameRef::byName(plain.terms.name)); });
    if ((named && named->id == id) != PlainProjects::isLiving(plain))
        return told(u"has its name in the other face, or has not, wrongly"_s);
    const qint64 most = plain.state == u"active"_s ? plain.terms.vms : 0;
    const auto lines =
        read([&](ReadTransaction &t) { return QuotaStore::lines(t, m_users.first().id, { id }); });
    for (const QuotaLine &line : lines) {
        if (line.resource == u"cyclades.vm"_s && (line.projectLimit != most || line.limit != most / 2))
            return told(
                u"may have %1 and %2 servers, not %3"_s.arg(line.projectLimit).arg(line.limit).arg(most));
    }
    return {};
}

QString tst_ProjectWalk::compareMembers(int which)
{
    const PlainProjects::Project &plain = m_plain->projects[which];
    for (int user = 0; user < m_users.size(); ++user) {
        const auto real = read([&](ReadTransaction &t) {
            return MembershipStore::find(t, m_ids.at(which), m_users.at(user).id);
        });
        const QString wanted = plain.members.value(user);
        const QString state = real ? wordOf(real->state) : wanted == u"gone"_s ? wanted : QString();
        if (state != wanted)
            return u"user %1 in %2 is '%3', should be '%4'"_s.arg(user).arg(which).arg(state, wanted);
        if (!PlainProjects::isIn(plain, user))
            continue;
        const bool manages = real->roles.testFlag(Role::Manager);
        if (manages != plain.managers.value(user) || !real->roles.testFlag(Role::Member))
            return u"user %1 in %2 has roles %3"_s.arg(user).arg(which).arg(real->roles.toInt());
    }
    return {};
}

QString tst_ProjectWalk::compareUsers()
{
    for (int user = 0; user < m_users.size(); ++user) {
        const UserId id = m_users.at(user).id;
        const ProjectId own = m_users.at(user).systemProject();
        const auto now = read([&](ReadTransaction &t) { return UserStore::find(t, id); });
        const int chosen = m_plain->defaults[user];
        if (now->defaultProject != (chosen < 0 ? own : m_ids.at(chosen)))
            return u"user %1 has another default, not %2"_s.arg(user).arg(chosen);
        const auto lines = read([&](ReadTransaction &t) { return QuotaStore::lines(t, id, { own }); });
        for (const QuotaLine &line : lines) {
            if (line.resource == u"astakos.pending_app"_s && line.usage != m_plain->pending[user])
                return u"user %1 waits for %2, should for %3"_s.arg(user)
                    .arg(line.usage)
                    .arg(m_plain->pending[user]);
        }
    }
    return {};
}

void tst_ProjectWalk::everyStepEndsAsInTheModel_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed : { 1u, 2u, 3u })
        QTest::addRow("seed %u", seed) << seed;
}

void tst_ProjectWalk::everyStepEndsAsInTheModel()
{
    QFETCH(quint32, seed);
    m_random.seed(seed);
    open();
    for (int i = 0; i < 2000; ++i) {
        const QString refused = step();
        QVERIFY2(refused.isEmpty(), qPrintable(u"step %1: %2"_s.arg(i).arg(refused)));
        for (int which = 0; which < m_ids.size(); ++which) {
            m_states.insert(m_plain->projects[which].state);
            for (const QString &state : std::as_const(m_plain->projects[which].members))
                m_memberStates.insert(state);
            const QString wrong = i % 20 ? QString() : compare(which) + compareMembers(which);
            QVERIFY2(wrong.isEmpty(), qPrintable(u"after step %1: %2"_s.arg(i).arg(wrong)));
        }
        const QString users = i % 4 ? QString() : compareUsers();
        QVERIFY2(users.isEmpty(), qPrintable(u"after step %1: %2"_s.arg(i).arg(users)));
    }
}

// A walk that never came anywhere would prove nothing.
void tst_ProjectWalk::theWalksCameEverywhere()
{
    m_memberStates.remove({}); // asked about, never there
    QVERIFY2(m_states.size() == 5, qPrintable(QStringList(m_states.values()).join(u' ')));
    QVERIFY2(m_memberStates.size() == 8, qPrintable(QStringList(m_memberStates.values()).join(u' ')));
}

NEPHELE_TEST(tst_ProjectWalk)
#include "tst_projectwalk.moc"
