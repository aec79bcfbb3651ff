// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/grantstore.h"
#include "model/identity/groupstore.h"
#include "model/identity/rolestore.h"
#include "model/identity/secret.h"
#include "model/identity/tokenstore.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>

using namespace nephele;

// What the statements say of who holds what, against a plain model that follows groups, trees and rules by
// hand, through random changes.
class tst_EffectiveRoles : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void whatIsHeldIsWhatFollows_data();
    void whatIsHeldIsWhatFollows();

private:
    struct Place
    {
        GrantTarget target;
        QStringList above; // domain and projects, for a project
        QByteArray token; // prefix of the tokens' hashes
    };

    void makeWorld();
    void makeTokens();
    void changeSomething(QRandomGenerator &random);
    void changeGrant(QRandomGenerator &random);
    void changeMembership(QRandomGenerator &random);
    void changeGroup(QRandomGenerator &random);
    void changeRule(QRandomGenerator &random);

    QSet<QString> closure(const QSet<QString> &roles) const;
    QSet<QString> effective(const QString &user, const Place &place) const;
    QString wrongPlaces();
    QString wrongLists();

    std::unique_ptr<test::TestIdentity> m_identity;
    QList<User> m_users;
    QStringList m_groups;
    QList<RoleRecord> m_roles; // built-in ones first
    QList<Place> m_places;
    // The model.
    QList<Grant> m_grants;
    QHash<std::pair<QString, QString>, Roles> m_members; // (project, user)
    QSet<std::pair<QString, QString>> m_inGroup; // (group, user)
    QSet<std::pair<QString, QString>> m_rules; // (prior, implied)
};

static QByteArray hashOf(const Token &token)
{
    return sha256(token.user.utf8() + token.project.value_or(ProjectId()).utf8()
        + token.domain.value_or(DomainId()).utf8());
}

void tst_EffectiveRoles::whatIsHeldIsWhatFollows_data()
{
    QTest::addColumn<quint32>("seed");
    for (const quint32 seed : { 1u, 20u, 333u, 4711u })
        QTest::addRow("seed %u", seed) << seed;
}

void tst_EffectiveRoles::makeWorld()
{
    m_users.clear();
    m_groups.clear();
    m_roles.clear();
    m_places.clear();
    m_grants.clear();
    m_members.clear();
    m_inGroup.clear();
    m_rules.clear();
    for (const char *name : { "ann", "bob", "cat", "dan" }) {
        m_users.append(m_identity->addUser(QString::fromLatin1(name)));
        const QString id = m_users.last().id.text();
        m_members.insert({ id, id }, Role::Member);
        m_places.append({ GrantTarget::project(id), { QStringLiteral("default") }, {} });
    }
    const DomainId acme = DomainId::create();
    m_identity->write([&](Transaction &t) {
        return DomainStore::insert(t, acme, { QStringLiteral("acme"), {}, true, {} });
    });
    m_places.append({ GrantTarget::domain(QStringLiteral("default")), {}, {} });
    m_places.append({ GrantTarget::domain(acme.text()), {}, {} });
    m_places.append({ GrantTarget::system(), {}, {} });
    // default: a > b > c, d; acme: e > f
    const auto addProject = [&](const char *name, const QString &domain, const QString &parent) {
        NewProject wanted;
        wanted.name = QString::fromLatin1(name);
        wanted.domain = DomainId::stored(domain);
        wanted.parent = ProjectId::stored(parent);
        const Project made =
            m_identity->write([=](Transaction &t) { return Accounts::createProject(t, wanted); });
        QStringList above { domain };
        for (const Place &place : std::as_const(m_places)) {
            if (place.target.id == parent)
                above += place.above + QStringList { parent };
        }
        m_places.append({ GrantTarget::project(made.id.text()), above, {} });
        return made.id.text();
    };
    const QString a = addProject("a", QStringLiteral("default"), {});
    const QString b = addProject("b", QStringLiteral("default"), a);
    addProject("c", QStringLiteral("default"), b);
    addProject("d", QStringLiteral("default"), {});
    addProject("f", acme.text(), addProject("e", acme.text(), {}));
    for (const char *name : { "crew", "guests", "night" }) {
        const UserGroup group { GroupId::create(), { Domain::defaultId(), {}, true },
            QString::fromLatin1(name), {}, {} };
        m_identity->write([=](Transaction &t) { return GroupStore::insert(t, group); });
        m_groups.append(group.id.text());
    }
    for (const RoleInfo &info : allRoles())
        m_roles.append({ RoleId::stored(info.id), info.name, {}, {}, {}, info.role });
    for (int i = 0; i + 1 < 4; ++i)
        m_rules.insert({ m_roles.at(i + 1).id.text(), m_roles.at(i).id.text() });
    for (const char *name : { "watcher", "baker", "of acme" }) {
        RoleRecord role;
        role.id = RoleId::create();
        role.name = QString::fromLatin1(name);
        if (role.name.startsWith(QLatin1StringView("of")))
            role.domain = acme;
        m_identity->write([=](Transaction &t) { return RoleStore::insert(t, role); });
        m_roles.append(role);
    }
}

// One for every user in every place, so that what a token is worth can be asked at any time.
void tst_EffectiveRoles::makeTokens()
{
    for (const User &user : std::as_const(m_users)) {
        for (const Place &place : std::as_const(m_places)) {
            Token token;
            token.user = user.id;
            token.kind = TokenKind::System;
            if (place.target.kind == GrantTarget::Kind::Project) {
                token.kind = TokenKind::Project;
                token.project = ProjectId::stored(place.target.id);
            } else if (place.target.kind == GrantTarget::Kind::Domain) {
                token.kind = TokenKind::Domain;
                token.domain = DomainId::stored(place.target.id);
            }
            token.expiresAtMs = test::TestIdentity::startMs + 1000;
            token.hash = hashOf(token);
            m_identity->write([=](Transaction &t) { return TokenStore::insert(t, token); });
        }
    }
}

void tst_EffectiveRoles::changeGrant(QRandomGenerator &random)
{
    if (!m_grants.isEmpty() && random.bounded(3) == 0) {
        const Grant gone = m_grants.takeAt(random.bounded(int(m_grants.size())));
        m_identity->write([=](Transaction &t) { return GrantStore::remove(t, gone); });
        return;
    }
    Grant grant;
    grant.target = m_places.at(random.bounded(int(m_places.size()))).target;
    grant.isInherited = grant.target.kind != GrantTarget::Kind::System && random.bounded(2) == 0;
    const bool isGroup = random.bounded(2) == 0;
    grant.actor = isGroup ? GrantActor { m_groups.at(random.bounded(int(m_groups.size()))), true }
                          : GrantActor { m_users.at(random.bounded(int(m_users.size()))).id.text(), false };
    const RoleRecord role = m_roles.at(random.bounded(int(m_roles.size())));
    grant.role = role.id;
    if (grant.isMembership(role) || m_grants.contains(grant))
        return;
    m_grants.append(grant);
    m_identity->write([=](Transaction &t) { return GrantStore::add(t, grant); });
}

void tst_EffectiveRoles::changeMembership(QRandomGenerator &random)
{
    const Place place = m_places.at(random.bounded(int(m_places.size())));
    const UserId user = m_users.at(random.bounded(int(m_users.size()))).id;
    if (place.target.kind != GrantTarget::Kind::Project)
        return;
    const ProjectId project = ProjectId::stored(place.target.id);
    const Roles roles = Roles::fromInt(random.bounded(32));
    if (roles) {
        m_members.insert({ project.text(), user.text() }, roles);
        m_identity->write([=](Transaction &t) { return ProjectStore::setMember(t, project, user, roles); });
    } else if (m_members.remove({ project.text(), user.text() }) > 0) {
        m_identity->write([=](Transaction &t) { return ProjectStore::removeMember(t, project, user); });
    }
}

void tst_EffectiveRoles::changeGroup(QRandomGenerator &random)
{
    const QString group = m_groups.at(random.bounded(int(m_groups.size())));
    const UserId user = m_users.at(random.bounded(int(m_users.size()))).id;
    const GroupId id = GroupId::stored(group);
    if (m_inGroup.remove({ group, user.text() })) {
        m_identity->write([=](Transaction &t) { return GroupStore::removeMember(t, id, user); });
        return;
    }
    m_inGroup.insert({ group, user.text() });
    m_identity->write([=](Transaction &t) { return GroupStore::addMember(t, id, user); });
}

// Between the made-up roles in any direction, circles too, and from them to built-in ones.
void tst_EffectiveRoles::changeRule(QRandomGenerator &random)
{
    const RoleId prior = m_roles.at(5 + random.bounded(int(m_roles.size()) - 5)).id;
    const RoleId implied = m_roles.at(random.bounded(int(m_roles.size()))).id;
    if (prior == implied)
        return;
    if (m_rules.remove({ prior.text(), implied.text() })) {
        m_identity->write([=](Transaction &t) { return RoleStore::removeInference(t, prior, implied); });
        return;
    }
    m_rules.insert({ prior.text(), implied.text() });
    m_identity->write([=](Transaction &t) { return RoleStore::addInference(t, prior, implied); });
}

void tst_EffectiveRoles::changeSomething(QRandomGenerator &random)
{
    switch (random.bounded(6)) {
    case 0:
        return changeMembership(random);
    case 1:
        return changeGroup(random);
    case 2:
        return changeRule(random);
    default:
        return changeGrant(random);
    }
}

QSet<QString> tst_EffectiveRoles::closure(const QSet<QString> &roles) const
{
    QSet<QString> all = roles;
    for (bool grew = true; grew;) {
        grew = false;
        for (const auto &[prior, implied] : m_rules) {
            if (all.contains(prior) && !all.contains(implied)) {
                all.insert(implied);
                grew = true;
            }
        }
    }
    return all;
}

QSet<QString> tst_EffectiveRoles::effective(const QString &user, const Place &place) const
{
    QSet<QString> roles;
    const Roles direct = m_members.value({ place.target.id, user });
    for (const RoleRecord &role : m_roles) {
        if (role.isBuiltIn() && direct.testFlag(role.bit))
            roles.insert(role.id.text());
    }
    for (const Grant &grant : m_grants) {
        const bool isHis =
            grant.actor.isGroup ? m_inGroup.contains({ grant.actor.id, user }) : grant.actor.id == user;
        const bool holdsHere =
            grant.isInherited ? place.above.contains(grant.target.id) : grant.target == place.target;
        if (isHis && holdsHere)
            roles.insert(grant.role.text());
    }
    roles = closure(roles);
    for (const RoleRecord &role : m_roles) {
        if (!role.domain.isNull())
            roles.remove(role.id.text());
    }
    return roles;
}

// The first user and place where names or token disagree with the model; empty when none does.
QString tst_EffectiveRoles::wrongPlaces()
{
    for (const User &user : std::as_const(m_users)) {
        for (const Place &place : std::as_const(m_places)) {
            const QSet<QString> expected = effective(user.id.text(), place);
            Token token;
            token.user = user.id;
            if (place.target.kind == GrantTarget::Kind::Project)
                token.project = ProjectId::stored(place.target.id);
            else if (place.target.kind == GrantTarget::Kind::Domain)
                token.domain = DomainId::stored(place.target.id);
            Roles bits;
            for (const RoleRecord &role : std::as_const(m_roles)) {
                if (expected.contains(role.id.text()))
                    bits |= role.bit;
            }
            const QString where = user.name + QStringLiteral(" in ") + place.target.id;
            const auto held = m_identity->database().read(
                [&](ReadTransaction &t) { return GrantStore::effectiveRoles(t, user.id, place.target); });
            const auto details = m_identity->database().read(
                [&](ReadTransaction &t) { return TokenStore::find(t, hashOf(token)); });
            if (!held || !details || !*details)
                return where + QStringLiteral(": cannot be read");
            QSet<QString> ids;
            for (const RoleRecord &role : *held)
                ids.insert(role.id.text());
            if (ids != expected)
                return where + QStringLiteral(": the names differ");
            if ((*details)->roles != bits)
                return where + QStringLiteral(": the token differs");
        }
    }
    return {};
}

QString tst_EffectiveRoles::wrongLists()
{
    QSet<QString> expected;
    for (const User &user : std::as_const(m_users)) {
        QSet<QString> projects;
        QSet<QString> listed;
        for (const Place &place : std::as_const(m_places)) {
            const QSet<QString> roles = effective(user.id.text(), place);
            for (const QString &role : roles)
                expected.insert(user.id.text() + place.target.id + role);
            if (place.target.kind == GrantTarget::Kind::Project && !roles.isEmpty())
                projects.insert(place.target.id);
        }
        const auto own = m_identity->database().read(
            [&](ReadTransaction &t) { return GrantStore::projectsOf(t, user.id); });
        for (const Project &project : own ? *own : QList<Project>())
            listed.insert(project.id.text());
        if (listed != projects)
            return user.name + QStringLiteral(": his projects differ");
    }
    const auto all =
        m_identity->database().read([&](ReadTransaction &t) { return GrantStore::effectiveGrants(t, {}); });
    QSet<QString> found;
    for (const Grant &grant : all ? all->items : QList<Grant>())
        found.insert(grant.actor.id + grant.target.id + grant.role.text());
    return found == expected ? QString() : QStringLiteral("the list of effective grants differs");
}

void tst_EffectiveRoles::whatIsHeldIsWhatFollows()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    QFETCH(quint32, seed);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    makeWorld();
    makeTokens();
    QRandomGenerator random(seed);
    for (int round = 0; round < 12; ++round) {
        for (int i = 0; i < 12; ++i)
            changeSomething(random);
        QCOMPARE(wrongPlaces(), QString());
        QCOMPARE(wrongLists(), QString());
    }
    QVERIFY(m_grants.size() > 10); // it did go somewhere
    m_identity.reset();
}

NEPHELE_TEST(tst_EffectiveRoles)
#include "tst_effectiveroles.moc"
