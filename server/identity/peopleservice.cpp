// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/peopleservice.h"

#include "model/identity/domainstore.h"
#include "model/identity/grantstore.h"
#include "model/identity/projectstore.h"
#include "server/identity/accounts.h"
#include "server/identity/futures.h"
#include "server/identity/signin.h"

namespace nephele {

namespace {

Result<User> existingUser(const ReadTransaction &t, const QString &id)
{
    const auto user = UserStore::find(t, UserId::stored(id));
    if (!user)
        return user.error();
    return *user ? Result<User>(**user) : Result<User>(unknownUser());
}

Result<UserGroup> existingGroup(const ReadTransaction &t, const QString &id)
{
    const auto group = GroupStore::find(t, id);
    if (!group)
        return group.error();
    return *group ? Result<UserGroup>(**group)
                  : Result<UserGroup>(notFound(QStringLiteral("There is no such group.")));
}

// He need not be a member: he may be made one later.
Result<ProjectId> projectToDefaultTo(const ReadTransaction &t, const QString &id)
{
    const auto project = ProjectStore::find(t, NameRef::byId(id));
    if (!project)
        return project.error();
    return *project
        ? Result<ProjectId>((*project)->id)
        : Result<ProjectId>(invalid(QStringLiteral("default_project_id: there is no such project.")));
}

Result<User> changeInside(Transaction &t, const QString &id, const PersonChange &wanted,
    const std::optional<QString> &hash, const PasswordKeeping &keeping)
{
    const auto user = existingUser(t, id);
    if (!user)
        return user.error();
    if (wanted.domainId && *wanted.domainId != user->domain.id.text())
        return invalid(QStringLiteral("domain_id: a user stays in his domain."));
    UserChange change = wanted.change;
    if (change.name) {
        if (const auto wrong = Accounts::wrongName(QStringLiteral("The user's name"), *change.name))
            return *wrong;
        if (const auto free = Accounts::refuseTakenName(t, *change.name, user->domain, user->id); !free)
            return free.error();
    }
    if (wanted.defaultProjectId && wanted.defaultProjectId->isEmpty()) {
        change.defaultProject = ProjectId();
    } else if (wanted.defaultProjectId) {
        const auto project = projectToDefaultTo(t, *wanted.defaultProjectId);
        if (!project)
            return project.error();
        change.defaultProject = *project;
    }
    if (const auto changed = UserStore::change(t, *user, change); !changed)
        return changed.error();
    if (wanted.isEnabled && *wanted.isEnabled != user->isEnabled) {
        if (const auto set = Accounts::setUserEnabled(t, *user, *wanted.isEnabled); !set)
            return set.error();
    }
    if (hash) {
        if (const auto set = Accounts::setPassword(t, *user, *hash, keeping); !set)
            return set.error();
    }
    return existingUser(t, id);
}

} // namespace

Result<> mayChangePeople(const Caller &caller)
{
    if (caller.isRestricted)
        return forbidden(QStringLiteral("A restricted application credential changes no account."));
    return {};
}

Result<Domain> domainWanted(
    const ReadTransaction &t, const Caller &caller, const std::optional<QString> &domainId)
{
    QString id = domainId.value_or(caller.domain.value_or(Domain::defaultId()).text());
    if (!domainId && caller.project) {
        const auto project = ProjectStore::find(t, NameRef::byId(caller.project->text()));
        if (!project)
            return project.error();
        if (*project)
            id = (*project)->domain.id.text();
    }
    const auto domain = DomainStore::find(t, id);
    if (!domain)
        return domain.error();
    if (!*domain)
        return notFound(QStringLiteral("There is no such domain."));
    return (*domain)->domain;
}

PeopleService::PeopleService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

Result<User> PeopleService::user(const Caller &caller, const QString &id)
{
    if (!caller.isAdmin && caller.user.text() != id)
        return unknownUser();
    return m_database.read([&](ReadTransaction &t) { return existingUser(t, id); });
}

Result<Page<User>> PeopleService::users(const UserFilter &filter)
{
    return m_database.read([&](ReadTransaction &t) { return UserStore::matching(t, filter); });
}

// No password: an empty hash, which fits nothing.
QFuture<Result<QString>> PeopleService::hashFor(const std::optional<QString> &password)
{
    if (!password)
        return QtFuture::makeReadyFuture(Result<QString>(QString()));
    if (const auto wrong = m_context.settings().passwords.wrongPassword(*password))
        return readyFailure<QString>(*wrong);
    return m_context.passwords().hash(*password);
}

QFuture<Result<User>> PeopleService::createUser(const Caller &caller, const NewPerson &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<User>(may.error());
    return andThen(hashFor(wanted.password), this, [=, this](const QString &hash) {
        const qint64 nowMs = m_context.clock().nowMs();
        return m_database.write([=, rules = m_context.settings().passwords](Transaction &t) -> Result<User> {
            const auto domain = domainWanted(t, caller, wanted.domainId);
            if (!domain)
                return domain.error();
            NewUser user = wanted.user;
            user.domain = domain->id;
            user.passwordHash = hash;
            user.hasChosenDefault = wanted.defaultProjectId.has_value();
            if (wanted.defaultProjectId) {
                const auto project = projectToDefaultTo(t, *wanted.defaultProjectId);
                if (!project)
                    return project.error();
                user.defaultProject = *project;
            }
            User options;
            options.options = user.options;
            const auto keeping = rules.keeping(options, PasswordRules::ChosenBy::Administrator, nowMs);
            user.mustChangePassword = keeping.mustChange && wanted.password;
            user.passwordExpiresAtMs = wanted.password ? keeping.expiresAtMs : std::nullopt;
            return Accounts::createUser(t, user, Role::Member);
        });
    });
}

QFuture<Result<User>> PeopleService::changeUser(
    const Caller &caller, const QString &id, const PersonChange &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<User>(may.error());
    const auto known = user(caller, id);
    if (!known)
        return readyFailure<User>(known.error());
    User changed = *known;
    changed.options.insert(wanted.change.options);
    const auto keeping = m_context.settings().passwords.keeping(
        changed, PasswordRules::ChosenBy::Administrator, m_context.clock().nowMs());
    return andThen(hashFor(wanted.password), this, [=, this](const QString &hash) {
        const auto newHash = wanted.password ? std::optional(hash) : std::nullopt;
        const auto written = revokingWrite(
            m_context, this, [=](Transaction &t) { return changeInside(t, id, wanted, newHash, keeping); });
        return thenIn(written, this, [this, wasFirst = known->hasFirstPassword](const Result<User> &done) {
            if (done && wasFirst && !done->hasFirstPassword)
                emit m_context.firstPasswordChanged();
            return QtFuture::makeReadyFuture(done);
        });
    });
}

QFuture<Result<>> PeopleService::removeUser(const Caller &caller, const QString &id)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<void>(may.error());
    return revokingWrite(m_context, this, [=](Transaction &t) -> Result<> {
        const auto user = existingUser(t, id);
        return user ? Accounts::removeUser(t, *user) : Result<>(user.error());
    });
}

Result<QList<UserGroup>> PeopleService::groupsOf(const Caller &caller, const QString &userId)
{
    const auto known = user(caller, userId);
    if (!known)
        return known.error();
    return m_database.read([&](ReadTransaction &t) { return GroupStore::groupsOf(t, known->id); });
}

Result<QList<Project>> PeopleService::projectsOf(const Caller &caller, const QString &userId)
{
    const auto known = user(caller, userId);
    if (!known)
        return known.error();
    return m_database.read([&](ReadTransaction &t) { return GrantStore::projectsOf(t, known->id); });
}

Result<UserGroup> PeopleService::group(const QString &id)
{
    return m_database.read([&](ReadTransaction &t) { return existingGroup(t, id); });
}

Result<Page<UserGroup>> PeopleService::groups(const GroupFilter &filter)
{
    return m_database.read([&](ReadTransaction &t) { return GroupStore::groups(t, filter); });
}

QFuture<Result<UserGroup>> PeopleService::createGroup(const Caller &caller, const NewGroup &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<UserGroup>(may.error());
    if (const auto wrong = Accounts::wrongName(QStringLiteral("The group's name"), wanted.name))
        return readyFailure<UserGroup>(*wrong);
    return m_database.write([=](Transaction &t) -> Result<UserGroup> {
        const auto domain = domainWanted(t, caller, wanted.domainId);
        if (!domain)
            return domain.error();
        const UserGroup group { GroupId::create(), *domain, wanted.name, wanted.description, wanted.extras };
        const auto inserted = GroupStore::insert(t, group);
        return inserted ? Result<UserGroup>(group) : Result<UserGroup>(inserted.error());
    });
}

QFuture<Result<UserGroup>> PeopleService::changeGroup(
    const Caller &caller, const QString &id, const GroupChange &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<UserGroup>(may.error());
    if (const auto wrong = wanted.name ? Accounts::wrongName(QStringLiteral("The group's name"), *wanted.name)
                                       : std::nullopt)
        return readyFailure<UserGroup>(*wrong);
    return m_database.write([=](Transaction &t) -> Result<UserGroup> {
        const auto group = existingGroup(t, id);
        if (!group)
            return group.error();
        if (const auto changed = GroupStore::change(t, *group, wanted); !changed)
            return changed.error();
        return existingGroup(t, id);
    });
}

QFuture<Result<>> PeopleService::removeGroup(const Caller &caller, const QString &id)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<void>(may.error());
    return revokingWrite(m_context, this, [=](Transaction &t) -> Result<> {
        const auto group = existingGroup(t, id);
        return group ? GroupStore::remove(t, group->id) : Result<>(group.error());
    });
}

Result<Page<User>> PeopleService::members(
    const QString &groupId, const std::optional<UserId> &after, int limit)
{
    return m_database.read([&](ReadTransaction &t) -> Result<Page<User>> {
        const auto group = existingGroup(t, groupId);
        return group ? GroupStore::members(t, group->id, after, limit) : Result<Page<User>>(group.error());
    });
}

Result<> PeopleService::checkMember(const QString &groupId, const QString &userId)
{
    return m_database.read([&](ReadTransaction &t) -> Result<> {
        const auto group = existingGroup(t, groupId);
        if (!group)
            return group.error();
        const auto isMember = GroupStore::isMember(t, group->id, UserId::stored(userId));
        if (!isMember)
            return isMember.error();
        return *isMember ? Result<>() : Result<>(notFound(QStringLiteral("The user is not in this group.")));
    });
}

QFuture<Result<>> PeopleService::addMember(
    const Caller &caller, const QString &groupId, const QString &userId)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<void>(may.error());
    return m_database.write([=](Transaction &t) -> Result<> {
        const auto group = existingGroup(t, groupId);
        if (!group)
            return group.error();
        const auto user = existingUser(t, userId);
        return user ? GroupStore::addMember(t, group->id, user->id) : Result<>(user.error());
    });
}

QFuture<Result<>> PeopleService::removeMember(
    const Caller &caller, const QString &groupId, const QString &userId)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<void>(may.error());
    return revokingWrite(m_context, this, [=](Transaction &t) -> Result<> {
        const auto group = existingGroup(t, groupId);
        if (!group)
            return group.error();
        return GroupStore::removeMember(t, group->id, UserId::stored(userId));
    });
}

} // namespace nephele
