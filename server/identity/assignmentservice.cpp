// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/assignmentservice.h"

#include "model/identity/groupstore.h"
#include "model/identity/projectstore.h"
#include "model/identity/tokenstore.h"
#include "server/identity/accounts.h"
#include "server/identity/futures.h"
#include "server/identity/peopleservice.h"
#include "server/identity/roleservice.h"
#include "server/identity/signin.h"

namespace nephele {

namespace {

// Everything a grant names, looked up.
struct Parties
{
    std::optional<User> user;
    std::optional<Project> project;
    DomainId targetDomain; // of the project, or the domain itself; null for the system
};

Error noSuchGrant()
{
    return notFound(QStringLiteral("There is no such grant."));
}

Result<std::optional<User>> actorOf(const ReadTransaction &t, const GrantActor &actor)
{
    if (actor.isGroup) {
        const auto group = GroupStore::find(t, actor.id);
        if (!group)
            return group.error();
        return *group ? Result<std::optional<User>>(std::optional<User>())
                      : Result<std::optional<User>>(notFound(QStringLiteral("There is no such group.")));
    }
    const auto user = UserStore::find(t, UserId::stored(actor.id));
    if (!user)
        return user.error();
    return *user ? user : Result<std::optional<User>>(unknownUser());
}

Result<Parties> partiesOf(const ReadTransaction &t, const GrantActor &actor, const GrantTarget &target)
{
    Parties parties;
    const auto user = actorOf(t, actor);
    if (!user)
        return user.error();
    parties.user = *user;
    if (target.kind == GrantTarget::Kind::Project) {
        const auto project = ProjectStore::find(t, NameRef::byId(target.id));
        if (!project)
            return project.error();
        if (!*project)
            return notFound(QStringLiteral("There is no such project."));
        parties.project = *project;
        parties.targetDomain = (*project)->domain.id;
    } else if (target.kind == GrantTarget::Kind::Domain) {
        const auto domain = DomainStore::find(t, target.id);
        if (!domain)
            return domain.error();
        if (!*domain)
            return notFound(QStringLiteral("There is no such domain."));
        parties.targetDomain = (*domain)->domain.id;
    }
    return parties;
}

// A token is looked at anew each time, so it loses the role at once; this ends it where nothing else is left
// to tell its bearer so.
Result<> endTokens(Transaction &t, const Grant &grant)
{
    if (grant.actor.isGroup || grant.isInherited)
        return {};
    const UserId user = UserId::stored(grant.actor.id);
    switch (grant.target.kind) {
    case GrantTarget::Kind::Project:
        return TokenStore::removeOfMember(t, ProjectId::stored(grant.target.id), user);
    case GrantTarget::Kind::Domain:
        return TokenStore::removeOfDomain(t, DomainId::stored(grant.target.id), user);
    case GrantTarget::Kind::System:
        break;
    }
    return TokenStore::removeOfSystem(t, user);
}

template <class Found>
Result<> noteName(QHash<QString, NamedInDomain> &names, const QString &id, const Result<Found> &found,
    const std::function<NamedInDomain(const typename Found::value_type &)> &named)
{
    if (!found)
        return found.error();
    if (*found)
        names.insert(id, named(**found));
    return {};
}

Result<> nameTarget(const ReadTransaction &t, const GrantTarget &target, GrantNames &names)
{
    if (target.kind == GrantTarget::Kind::Project && !names.projects.contains(target.id))
        return noteName(names.projects, target.id, ProjectStore::find(t, NameRef::byId(target.id)),
            [](const Project &project) {
                return NamedInDomain { project.name, project.domain };
            });
    if (target.kind == GrantTarget::Kind::Domain && !names.domains.contains(target.id))
        return noteName(
            names.domains, target.id, DomainStore::find(t, target.id), [](const DomainRecord &domain) {
                return NamedInDomain { domain.domain.name, {} };
            });
    return {};
}

Result<> nameActor(const ReadTransaction &t, const GrantActor &actor, GrantNames &names)
{
    if (actor.isGroup && !names.groups.contains(actor.id))
        return noteName(names.groups, actor.id, GroupStore::find(t, actor.id), [](const UserGroup &group) {
            return NamedInDomain { group.name, group.domain };
        });
    if (!actor.isGroup && !names.users.contains(actor.id))
        return noteName(
            names.users, actor.id, UserStore::find(t, UserId::stored(actor.id)), [](const User &user) {
                return NamedInDomain { user.name, user.domain };
            });
    return {};
}

Result<> nameRole(const ReadTransaction &t, const RoleId &id, GrantNames &names)
{
    if (names.roles.contains(id.text()))
        return {};
    const auto role = RoleStore::find(t, id.text());
    if (!role)
        return role.error();
    if (!*role)
        return {};
    NamedInDomain named { (*role)->name, {} };
    if (!(*role)->domain.isNull()) {
        const auto domain = DomainStore::find(t, (*role)->domain.text());
        if (!domain)
            return domain.error();
        if (*domain)
            named.domain = (*domain)->domain;
    }
    names.roles.insert(id.text(), named);
    return {};
}

Result<GrantNames> namesIn(const ReadTransaction &t, const QList<Grant> &grants)
{
    GrantNames names;
    for (const Grant &grant : grants) {
        if (const auto named = nameActor(t, grant.actor, names); !named)
            return named.error();
        if (const auto named = nameTarget(t, grant.target, names); !named)
            return named.error();
        if (const auto named = nameRole(t, grant.role, names); !named)
            return named.error();
    }
    return names;
}

} // namespace

Result<> addGrant(Transaction &t, const Grant &wanted)
{
    const auto role = existingRole(t, wanted.role.text());
    if (!role)
        return role.error();
    const auto parties = partiesOf(t, wanted.actor, wanted.target);
    if (!parties)
        return parties.error();
    if (!role->domain.isNull() && role->domain != parties->targetDomain)
        return forbidden(QStringLiteral("The role belongs to another domain."));
    if (!wanted.isMembership(*role))
        return GrantStore::add(t, wanted);
    const auto held = ProjectStore::rolesOf(t, parties->project->id, parties->user->id);
    if (!held)
        return held.error();
    return Accounts::setMember(t, *parties->project, *parties->user, *held | role->bit);
}

Result<> withdrawGrant(Transaction &t, const Grant &unwanted)
{
    const auto role = existingRole(t, unwanted.role.text());
    if (!role)
        return role.error();
    const auto parties = partiesOf(t, unwanted.actor, unwanted.target);
    if (!parties)
        return parties.error();
    if (!unwanted.isMembership(*role)) {
        if (const auto removed = GrantStore::remove(t, unwanted); !removed)
            return removed.error();
        return endTokens(t, unwanted);
    }
    const auto held = ProjectStore::rolesOf(t, parties->project->id, parties->user->id);
    if (!held)
        return held.error();
    if (!held->testFlag(role->bit))
        return noSuchGrant();
    const Roles left = *held & ~Roles(role->bit);
    const auto changed = left ? Accounts::setMember(t, *parties->project, *parties->user, left)
                              : Accounts::removeMember(t, *parties->project, *parties->user);
    return changed ? endTokens(t, unwanted) : changed;
}

AssignmentService::AssignmentService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

QFuture<Result<>> AssignmentService::grant(const Caller &caller, const Grant &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<void>(may.error());
    return m_database.write([=](Transaction &t) { return addGrant(t, wanted); });
}

QFuture<Result<>> AssignmentService::revoke(const Caller &caller, const Grant &unwanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<void>(may.error());
    return revokingWrite(m_context, this, [=](Transaction &t) { return withdrawGrant(t, unwanted); });
}

Result<> AssignmentService::check(const Grant &asked)
{
    const auto held = roles(asked.actor, asked.target, asked.isInherited);
    if (!held)
        return held.error();
    for (const RoleRecord &role : *held) {
        if (role.id == asked.role)
            return {};
    }
    return noSuchGrant();
}

Result<QList<RoleRecord>> AssignmentService::roles(
    const GrantActor &actor, const GrantTarget &target, bool isInherited)
{
    return m_database.read([&](ReadTransaction &t) -> Result<QList<RoleRecord>> {
        const auto parties = partiesOf(t, actor, target);
        if (!parties)
            return parties.error();
        return GrantStore::roles(t, actor, target, isInherited);
    });
}

Result<GrantList> AssignmentService::list(const GrantListing &wanted)
{
    return m_database.read([&](ReadTransaction &t) -> Result<GrantList> {
        const auto page = wanted.form == GrantListing::Form::Effective
            ? GrantStore::effectiveGrants(t, wanted.filter)
            : GrantStore::grants(t, wanted.filter);
        if (!page)
            return page.error();
        if (wanted.names == GrantListing::Names::No)
            return GrantList { *page, {} };
        const auto names = namesIn(t, page->items);
        return names ? Result<GrantList>(GrantList { *page, *names }) : Result<GrantList>(names.error());
    });
}

Result<QList<Project>> AssignmentService::ownProjects(const Caller &caller)
{
    return m_database.read([&](ReadTransaction &t) { return GrantStore::projectsOf(t, caller.user); });
}

Result<QList<DomainRecord>> AssignmentService::ownDomains(const Caller &caller)
{
    return m_database.read([&](ReadTransaction &t) { return GrantStore::domainsOf(t, caller.user); });
}

Result<bool> AssignmentService::hasSystemRole(const Caller &caller)
{
    return m_database.read([&](ReadTransaction &t) -> Result<bool> {
        const auto roles = GrantStore::effectiveRoles(t, caller.user, GrantTarget::system());
        return roles ? Result<bool>(!roles->isEmpty()) : Result<bool>(roles.error());
    });
}

} // namespace nephele
