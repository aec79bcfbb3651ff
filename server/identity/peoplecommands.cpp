// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/peoplecommands.h"

#include "model/identity/cloudrolestore.h"
#include "model/identity/groupstore.h"
#include "model/identity/projectstore.h"
#include "model/identity/rolestore.h"
#include "server/identity/accounts.h"
#include "server/identity/assignmentservice.h"
#include "server/identity/domainservice.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int mostListed = 100'000;

Error misusedCommand(const QString &what)
{
    return invalid(what + u" See nephele admin --help."_s);
}

// By name first, then by id.
template <class T>
Result<T> namedOr(const Result<std::optional<T>> &byName,
    const std::function<Result<std::optional<T>>()> &byId, const QString &missing)
{
    const auto found = byName && !*byName ? byId() : byName;
    if (!found)
        return found.error();
    return *found ? Result<T>(**found) : Result<T>(notFound(missing));
}

Result<User> userNamed(const ReadTransaction &t, const QString &text)
{
    const auto user = namedOr<UserWithHash>(
        UserStore::find(t, NameRef::byDisplayName(text)),
        [&] { return UserStore::find(t, NameRef::byId(text)); }, u"There is no user '%1'."_s.arg(text));
    return user ? Result<User>(user->user) : Result<User>(user.error());
}

Result<Project> projectNamed(const ReadTransaction &t, const QString &text)
{
    return namedOr<Project>(
        ProjectStore::find(t, NameRef::byName(text)),
        [&] { return ProjectStore::find(t, NameRef::byId(text)); }, u"There is no project '%1'."_s.arg(text));
}

Result<DomainRecord> domainNamed(const ReadTransaction &t, const QString &text)
{
    return namedOr<DomainRecord>(
        DomainStore::findByName(t, text), [&] { return DomainStore::find(t, text); },
        u"There is no domain '%1'."_s.arg(text));
}

// Several domains may have a group of that name: then only the id will do.
Result<UserGroup> groupNamed(const ReadTransaction &t, const QString &text)
{
    GroupFilter filter;
    filter.name = text;
    filter.limit = 2;
    const auto named = GroupStore::groups(t, filter);
    if (!named)
        return named.error();
    if (named->items.size() > 1)
        return conflict(u"Several domains have a group '%1': give its id."_s.arg(text));
    if (!named->items.isEmpty())
        return named->items.first();
    const auto found = GroupStore::find(t, text);
    if (!found)
        return found.error();
    return *found ? Result<UserGroup>(**found)
                  : Result<UserGroup>(notFound(u"There is no group '%1'."_s.arg(text)));
}

Result<RoleRecord> roleNamed(const ReadTransaction &t, const QString &text)
{
    return namedOr<RoleRecord>(
        RoleStore::findByName(t, text), [&] { return RoleStore::find(t, text); },
        u"There is no role '%1'."_s.arg(text));
}

QString yesOrNo(bool flag)
{
    return flag ? u"yes"_s : u"no"_s;
}

// Waits for a write that tells in one sentence what it did.
Result<QString> told(Database &database, const std::function<Result<QString>(Transaction &)> &write)
{
    return database.write(write).result();
}

Result<QString> showUser(Database &database, const QString &name)
{
    return database.read([&](ReadTransaction &t) -> Result<QString> {
        const auto user = userNamed(t, name);
        if (!user)
            return user.error();
        const auto rights = CloudRoleStore::rolesOf(t, user->id);
        if (!rights)
            return rights.error();
        const auto groups = GroupStore::groupsOf(t, user->id);
        if (!groups)
            return groups.error();
        QStringList groupNames;
        for (const UserGroup &group : *groups)
            groupNames.append(group.name);
        TextTable table({ u"FIELD"_s, u"VALUE"_s });
        table.add({ u"id"_s, user->id.text() });
        table.add({ u"name"_s, user->displayName() });
        table.add({ u"domain"_s, user->domain.name });
        table.add({ u"e-mail"_s, user->email });
        table.add({ u"real name"_s, user->realName });
        table.add({ u"enabled"_s, yesOrNo(user->isEnabled) });
        table.add({ u"default project"_s, user->defaultProject.text() });
        table.add({ u"rights"_s, cloudRoleNames(*rights).join(u", "_s) });
        table.add({ u"groups"_s, groupNames.join(u", "_s) });
        return table.text();
    });
}

Result<QString> changeRight(Database &database, const QStringList &words, bool isAdded)
{
    const auto right = findCloudRole(words.at(1));
    if (!right)
        return misusedCommand(u"There is no right '%1'."_s.arg(words.at(1)));
    return told(database, [=](Transaction &t) -> Result<QString> {
        const auto user = userNamed(t, words.at(0));
        if (!user)
            return user.error();
        const auto held = CloudRoleStore::rolesOf(t, user->id);
        if (!held)
            return held.error();
        const CloudRoles left = isAdded ? *held | *right : *held & ~CloudRoles(*right);
        if (const auto set = CloudRoleStore::setRoles(t, user->id, left); !set)
            return set.error();
        return u"%1 has the rights: %2\n"_s.arg(
            user->displayName(), left ? cloudRoleNames(left).join(u", "_s) : u"none"_s);
    });
}

Result<QString> runUser(Database &database, const QString &verb, AdminArguments &arguments)
{
    const int words = verb == "show"_L1 ? 1 : 2;
    const auto names = arguments.takeRest(words, words);
    if (!names)
        return names.error();
    return verb == "show"_L1 ? showUser(database, names->first())
                             : changeRight(database, *names, verb == "add-right"_L1);
}

Result<QString> listDomains(Database &database)
{
    return database.read([](ReadTransaction &t) -> Result<QString> {
        DomainFilter filter;
        filter.limit = mostListed;
        const auto page = DomainStore::domains(t, filter);
        if (!page)
            return page.error();
        TextTable table({ u"ID"_s, u"NAME"_s, u"ENABLED"_s, u"DESCRIPTION"_s });
        for (const DomainRecord &record : page->items)
            table.add({ record.domain.id.text(), record.domain.name, yesOrNo(record.domain.isEnabled),
                record.description });
        return table.text();
    });
}

Result<QString> createDomain(Database &database, const QString &name, const QString &description)
{
    if (const auto wrong = Accounts::wrongName(u"The domain's name"_s, name, 64))
        return *wrong;
    return told(database, [=](Transaction &t) -> Result<QString> {
        const DomainId id = DomainId::create();
        const auto inserted = DomainStore::insert(t, id, { name, description, true, {} });
        if (!inserted)
            return inserted.error();
        return u"Domain %1 was created: %2\n"_s.arg(name, id.text());
    });
}

Result<QString> setDomainEnabled(Database &database, const QString &name, bool isEnabled)
{
    return told(database, [=](Transaction &t) -> Result<QString> {
        const auto domain = domainNamed(t, name);
        if (!domain)
            return domain.error();
        if (domain->domain.id == Domain::defaultId() && !isEnabled)
            return conflict(u"The default domain cannot be disabled."_s);
        DomainChange change;
        change.isEnabled = isEnabled;
        if (const auto changed = DomainStore::change(t, *domain, change); !changed)
            return changed.error();
        return (isEnabled ? u"Domain %1 is enabled.\n"_s : u"Domain %1 is disabled.\n"_s)
            .arg(domain->domain.name);
    });
}

Result<QString> removeDomain(Database &database, const QString &name)
{
    const auto domain = database.read([&](ReadTransaction &t) { return domainNamed(t, name); });
    if (!domain)
        return domain.error();
    if (domain->domain.id == Domain::defaultId())
        return conflict(u"The default domain is always there."_s);
    while (true) {
        const auto isGone =
            database
                .write([id = domain->domain.id.text()](Transaction &t) { return removeDomainSlice(t, id); })
                .result();
        if (!isGone)
            return isGone.error();
        if (*isGone)
            return u"Domain %1 is gone.\n"_s.arg(domain->domain.name);
    }
}

Result<QString> runDomain(Database &database, const QString &verb, AdminArguments &arguments)
{
    static const QHash<QString, int> verbs { { u"list"_s, 0 }, { u"create"_s, 1 }, { u"enable"_s, 1 },
        { u"disable"_s, 1 }, { u"delete"_s, 1 } };
    if (!verbs.contains(verb))
        return misusedCommand(u"There is no command 'domain %1'."_s.arg(verb));
    const QString description = arguments.takeValue(u"--description"_s).value_or(QString());
    const auto names = arguments.takeRest(verbs.value(verb), verbs.value(verb));
    if (!names)
        return names.error();
    if (verb == "list"_L1)
        return listDomains(database);
    if (verb == "create"_L1)
        return createDomain(database, names->first(), description);
    if (verb == "delete"_L1)
        return removeDomain(database, names->first());
    return setDomainEnabled(database, names->first(), verb == "enable"_L1);
}

// The id of the domain an option names; nullopt without one.
Result<std::optional<Domain>> domainOption(const ReadTransaction &t, const std::optional<QString> &name)
{
    if (!name)
        return std::optional<Domain>();
    const auto domain = domainNamed(t, *name);
    return domain ? Result<std::optional<Domain>>(domain->domain)
                  : Result<std::optional<Domain>>(domain.error());
}

Result<QString> listGroups(Database &database, const std::optional<QString> &domainName)
{
    return database.read([&](ReadTransaction &t) -> Result<QString> {
        const auto domain = domainOption(t, domainName);
        if (!domain)
            return domain.error();
        GroupFilter filter;
        if (*domain)
            filter.domain = (*domain)->id.text();
        filter.limit = mostListed;
        const auto page = GroupStore::groups(t, filter);
        if (!page)
            return page.error();
        TextTable table({ u"ID"_s, u"NAME"_s, u"DOMAIN"_s, u"DESCRIPTION"_s });
        for (const UserGroup &group : page->items)
            table.add({ group.id.text(), group.name, group.domain.name, group.description });
        return table.text();
    });
}

Result<QString> showGroup(Database &database, const QString &name)
{
    return database.read([&](ReadTransaction &t) -> Result<QString> {
        const auto group = groupNamed(t, name);
        if (!group)
            return group.error();
        const auto members = GroupStore::members(t, group->id, {}, mostListed);
        if (!members)
            return members.error();
        TextTable table({ u"ID"_s, u"NAME"_s, u"ENABLED"_s });
        for (const User &user : members->items)
            table.add({ user.id.text(), user.displayName(), yesOrNo(user.isEnabled) });
        return table.text();
    });
}

Result<QString> createGroup(Database &database, const QString &name, const std::optional<QString> &domainName,
    const QString &description)
{
    if (const auto wrong = Accounts::wrongName(u"The group's name"_s, name))
        return *wrong;
    return told(database, [=](Transaction &t) -> Result<QString> {
        const auto domain = domainOption(t, domainName.value_or(Domain::defaultId().text()));
        if (!domain)
            return domain.error();
        const UserGroup group { GroupId::create(), **domain, name, description, {} };
        if (const auto inserted = GroupStore::insert(t, group); !inserted)
            return inserted.error();
        return u"Group %1 was created: %2\n"_s.arg(name, group.id.text());
    });
}

Result<QString> changeMember(Database &database, const QStringList &names, bool isAdded)
{
    return told(database, [=](Transaction &t) -> Result<QString> {
        const auto group = groupNamed(t, names.at(0));
        if (!group)
            return group.error();
        const auto user = userNamed(t, names.at(1));
        if (!user)
            return user.error();
        const auto changed = isAdded ? GroupStore::addMember(t, group->id, user->id)
                                     : GroupStore::removeMember(t, group->id, user->id);
        if (!changed)
            return changed.error();
        return (isAdded ? u"%1 is in group %2.\n"_s : u"%1 left group %2.\n"_s)
            .arg(user->displayName(), group->name);
    });
}

Result<QString> runGroup(Database &database, const QString &verb, AdminArguments &arguments)
{
    static const QHash<QString, int> verbs { { u"list"_s, 0 }, { u"show"_s, 1 }, { u"create"_s, 1 },
        { u"delete"_s, 1 }, { u"add-member"_s, 2 }, { u"remove-member"_s, 2 } };
    if (!verbs.contains(verb))
        return misusedCommand(u"There is no command 'group %1'."_s.arg(verb));
    const auto domain = arguments.takeValue(u"--domain"_s);
    const QString description = arguments.takeValue(u"--description"_s).value_or(QString());
    const auto names = arguments.takeRest(verbs.value(verb), verbs.value(verb));
    if (!names)
        return names.error();
    if (verb == "list"_L1)
        return listGroups(database, domain);
    if (verb == "show"_L1)
        return showGroup(database, names->first());
    if (verb == "create"_L1)
        return createGroup(database, names->first(), domain, description);
    if (verb != "delete"_L1)
        return changeMember(database, *names, verb == "add-member"_L1);
    return told(database, [name = names->first()](Transaction &t) -> Result<QString> {
        const auto group = groupNamed(t, name);
        if (!group)
            return group.error();
        if (const auto removed = GroupStore::remove(t, group->id); !removed)
            return removed.error();
        return u"Group %1 is gone.\n"_s.arg(group->name);
    });
}

Result<QString> listRoles(Database &database, const std::optional<QString> &domainName)
{
    return database.read([&](ReadTransaction &t) -> Result<QString> {
        const auto domain = domainOption(t, domainName);
        if (!domain)
            return domain.error();
        RoleFilter filter;
        if (*domain)
            filter.domain = (*domain)->id.text();
        filter.limit = mostListed;
        const auto page = RoleStore::roles(t, filter);
        if (!page)
            return page.error();
        TextTable table({ u"ID"_s, u"NAME"_s, u"BUILT IN"_s, u"DESCRIPTION"_s });
        for (const RoleRecord &role : page->items)
            table.add({ role.id.text(), role.name, yesOrNo(role.isBuiltIn()), role.description });
        return table.text();
    });
}

Result<QString> createRole(Database &database, const QString &name, const std::optional<QString> &domainName,
    const QString &description)
{
    if (const auto wrong = Accounts::wrongName(u"The role's name"_s, name))
        return *wrong;
    return told(database, [=](Transaction &t) -> Result<QString> {
        const auto domain = domainOption(t, domainName);
        if (!domain)
            return domain.error();
        RoleRecord role;
        role.id = RoleId::create();
        role.name = name;
        role.description = description;
        if (*domain)
            role.domain = (*domain)->id;
        if (const auto inserted = RoleStore::insert(t, role); !inserted)
            return inserted.error();
        return u"Role %1 was created: %2\n"_s.arg(name, role.id.text());
    });
}

Result<QString> removeRole(Database &database, const QString &name)
{
    return told(database, [=](Transaction &t) -> Result<QString> {
        const auto role = roleNamed(t, name);
        if (!role)
            return role.error();
        if (role->isBuiltIn())
            return conflict(u"The role %1 is built in."_s.arg(role->name));
        if (const auto removed = RoleStore::remove(t, role->id); !removed)
            return removed.error();
        return u"Role %1 is gone.\n"_s.arg(role->name);
    });
}

// Who and where, as the options say.
struct GrantWords
{
    std::optional<QString> user;
    std::optional<QString> group;
    std::optional<QString> project;
    std::optional<QString> domain;
    bool isForSystem = false;
    bool isInherited = false;
    bool isEffective = false;

    bool hasWho() const { return user || group; }
    bool hasWhere() const { return project || domain || isForSystem; }
};

GrantWords takeGrantWords(AdminArguments &arguments)
{
    GrantWords words;
    words.user = arguments.takeValue(u"--user"_s);
    words.group = arguments.takeValue(u"--group"_s);
    words.project = arguments.takeValue(u"--project"_s);
    words.domain = arguments.takeValue(u"--domain"_s);
    words.isForSystem = arguments.takeFlag(u"--system"_s);
    words.isInherited = arguments.takeFlag(u"--inherited"_s);
    words.isEffective = arguments.takeFlag(u"--effective"_s);
    return words;
}

Result<GrantActor> actorNamed(const ReadTransaction &t, const GrantWords &words)
{
    if (words.user) {
        const auto user = userNamed(t, *words.user);
        return user ? Result<GrantActor>({ user->id.text(), false }) : Result<GrantActor>(user.error());
    }
    const auto group = groupNamed(t, *words.group);
    return group ? Result<GrantActor>({ group->id.text(), true }) : Result<GrantActor>(group.error());
}

Result<GrantTarget> targetNamed(const ReadTransaction &t, const GrantWords &words)
{
    if (words.project) {
        const auto project = projectNamed(t, *words.project);
        return project ? Result<GrantTarget>(GrantTarget::project(project->id.text()))
                       : Result<GrantTarget>(project.error());
    }
    if (!words.domain)
        return GrantTarget::system();
    const auto domain = domainNamed(t, *words.domain);
    return domain ? Result<GrantTarget>(GrantTarget::domain(domain->domain.id.text()))
                  : Result<GrantTarget>(domain.error());
}

Result<QString> changeGrant(
    Database &database, const QString &roleName, const GrantWords &words, bool isGranted)
{
    return told(database, [=](Transaction &t) -> Result<QString> {
        const auto role = roleNamed(t, roleName);
        if (!role)
            return role.error();
        const auto actor = actorNamed(t, words);
        if (!actor)
            return actor.error();
        const auto target = targetNamed(t, words);
        if (!target)
            return target.error();
        const Grant grant { *actor, *target, words.isInherited, role->id };
        const auto changed = isGranted ? addGrant(t, grant) : withdrawGrant(t, grant);
        if (!changed)
            return changed.error();
        return (isGranted ? u"The role %1 was granted.\n"_s : u"The role %1 was revoked.\n"_s)
            .arg(role->name);
    });
}

Result<QString> listGrants(Database &database, const GrantWords &words)
{
    return database.read([&](ReadTransaction &t) -> Result<QString> {
        GrantFilter filter;
        filter.limit = mostListed;
        if (words.hasWho()) {
            const auto actor = actorNamed(t, words);
            if (!actor)
                return actor.error();
            filter.actor = *actor;
        }
        if (words.hasWhere()) {
            const auto target = targetNamed(t, words);
            if (!target)
                return target.error();
            filter.target = *target;
        }
        const auto page =
            words.isEffective ? GrantStore::effectiveGrants(t, filter) : GrantStore::grants(t, filter);
        if (!page)
            return page.error();
        TextTable table({ u"ROLE"_s, u"WHO"_s, u"ID"_s, u"WHERE"_s, u"ID"_s, u"INHERITED"_s });
        for (const Grant &grant : page->items) {
            const auto role = RoleStore::find(t, grant.role.text());
            if (!role)
                return role.error();
            static const QHash<GrantTarget::Kind, QString> kinds { { GrantTarget::Kind::Project,
                                                                       u"project"_s },
                { GrantTarget::Kind::Domain, u"domain"_s }, { GrantTarget::Kind::System, u"system"_s } };
            table.add({ *role ? (*role)->name : grant.role.text(),
                grant.actor.isGroup ? u"group"_s : u"user"_s, grant.actor.id, kinds.value(grant.target.kind),
                grant.target.id, yesOrNo(grant.isInherited) });
        }
        return table.text();
    });
}

Result<QString> runGrants(Database &database, const QString &verb, AdminArguments &arguments)
{
    const GrantWords words = takeGrantWords(arguments);
    const int roles = verb == "grants"_L1 ? 0 : 1;
    const auto names = arguments.takeRest(roles, roles);
    if (!names)
        return names.error();
    if ((words.user && words.group)
        || int(words.project.has_value()) + int(words.domain.has_value()) + int(words.isForSystem) > 1)
        return misusedCommand(u"Give one WHO and one WHERE."_s);
    if (words.isEffective && words.group)
        return misusedCommand(u"What works out is told of users only."_s);
    if (verb == "grants"_L1)
        return listGrants(database, words);
    if (!words.hasWho() || !words.hasWhere())
        return misusedCommand(u"Give one WHO and one WHERE."_s);
    return changeGrant(database, names->first(), words, verb == "grant"_L1);
}

Result<QString> runRole(Database &database, const QString &verb, AdminArguments &arguments)
{
    if (verb == "grant"_L1 || verb == "revoke"_L1 || verb == "grants"_L1)
        return runGrants(database, verb, arguments);
    static const QHash<QString, int> verbs { { u"list"_s, 0 }, { u"create"_s, 1 }, { u"delete"_s, 1 } };
    if (!verbs.contains(verb))
        return misusedCommand(u"There is no command 'role %1'."_s.arg(verb));
    const auto domain = arguments.takeValue(u"--domain"_s);
    const QString description = arguments.takeValue(u"--description"_s).value_or(QString());
    const auto names = arguments.takeRest(verbs.value(verb), verbs.value(verb));
    if (!names)
        return names.error();
    if (verb == "list"_L1)
        return listRoles(database, domain);
    if (verb == "create"_L1)
        return createRole(database, names->first(), domain, description);
    return removeRole(database, names->first());
}

} // namespace

std::optional<Result<QString>> runPeopleCommand(
    Database &database, const QString &noun, const QString &verb, AdminArguments &arguments)
{
    if (noun == "domain"_L1)
        return runDomain(database, verb, arguments);
    if (noun == "group"_L1)
        return runGroup(database, verb, arguments);
    if (noun == "role"_L1)
        return runRole(database, verb, arguments);
    if (noun == "user"_L1 && (verb == "show"_L1 || verb == "add-right"_L1 || verb == "remove-right"_L1))
        return runUser(database, verb, arguments);
    return std::nullopt;
}

} // namespace nephele
