// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/accounts.h"

#include "model/identity/applicationcredentialstore.h"
#include "model/identity/domainstore.h"
#include "model/identity/tokenstore.h"
#include "model/quota/quotastore.h"
#include "server/project/projectlife.h"

namespace nephele {

namespace {

Result<> refuseWhileInUse(const ReadTransaction &t, const ProjectId &project)
{
    const auto used = QuotaStore::resourcesInUse(t, project);
    if (!used)
        return used.error();
    if (!used->isEmpty())
        return conflict(QStringLiteral("The project still uses %1.").arg(used->join(QStringLiteral(", "))));
    return {};
}

Result<> noteProject(Transaction &t, const ProjectId &project, const UserId &user)
{
    return t.noteChange({ QLatin1StringView("project"), project.text(), project, user, true });
}

// A user is found by his own name first; a project that has it already keeps it.
Result<QString> systemProjectName(const ReadTransaction &t, const UserId &id, const NewUser &user)
{
    const auto taken = ProjectStore::find(t, { {}, user.name, user.domain.text(), {}, false });
    if (!taken)
        return taken.error();
    return *taken ? QStringLiteral("system:") + id.text() : user.name;
}

} // namespace

std::optional<Error> Accounts::wrongName(const QString &what, const QString &name, int longest)
{
    if (name.trimmed().isEmpty())
        return invalid(QStringLiteral("%1 must not be empty.").arg(what));
    if (name.size() > longest)
        return invalid(QStringLiteral("%1 must not be longer than %2 characters.").arg(what).arg(longest));
    for (const QChar c : name) {
        if (c.unicode() < 0x20 || c.unicode() == 0x7f)
            return invalid(QStringLiteral("%1 must not hold control characters.").arg(what));
    }
    return std::nullopt;
}

Result<User> Accounts::createUser(Transaction &t, const NewUser &user, Roles rolesInSystemProject)
{
    if (const auto wrong = wrongName(QStringLiteral("The user's name"), user.name))
        return *wrong;
    // Asked before the insert: a failed one would end PostgreSQL's transaction, and name the project instead.
    const auto domain = DomainStore::find(t, user.domain.text());
    if (!domain)
        return domain.error();
    if (!*domain)
        return notFound(QStringLiteral("There is no such domain."));
    if (const auto free = refuseTakenName(t, user.name, (*domain)->domain); !free)
        return free.error();
    const UserId id = UserId::create();
    const ProjectId project = ProjectId::stored(id.text());
    const auto projectName = systemProjectName(t, id, user);
    if (!projectName)
        return projectName.error();
    NewProject system;
    system.name = *projectName;
    system.description = QStringLiteral("System project of user %1").arg(user.name);
    system.isSystem = true;
    system.domain = user.domain;
    if (const auto inserted = ProjectStore::insert(t, project, system); !inserted)
        return inserted.error();
    if (const auto inserted = UserStore::insert(t, id, user); !inserted)
        return inserted.error();
    if (const auto joined = ProjectStore::setMember(t, project, id, rolesInSystemProject); !joined)
        return joined.error();
    if (const auto noted = noteProject(t, project, id); !noted)
        return noted.error();
    const auto made = UserStore::find(t, id);
    if (!made)
        return made.error();
    return **made;
}

Result<> Accounts::removeUser(Transaction &t, const User &user)
{
    const ProjectId system = user.systemProject();
    // Before his quota is looked at: what waits for a decision is counted there.
    if (const auto forgotten = ProjectLife::forgetUser(t, user.id); !forgotten)
        return forgotten.error();
    if (const auto forgotten = ProjectLife::forgetProject(t, system); !forgotten)
        return forgotten.error();
    if (const auto free = refuseWhileInUse(t, system); !free)
        return free.error();
    if (const auto noted = noteProject(t, system, user.id); !noted)
        return noted.error();
    if (const auto removed = UserStore::remove(t, user); !removed)
        return removed.error();
    // Somebody else may have come to use it as his default.
    if (const auto reset = UserStore::forgetDefaultProject(t, system); !reset)
        return reset.error();
    return ProjectStore::remove(t, system);
}

Result<> Accounts::setUserEnabled(Transaction &t, const User &user, bool isEnabled)
{
    if (const auto set = UserStore::setEnabled(t, user.id, isEnabled); !set)
        return set.error();
    return isEnabled ? Result<>() : TokenStore::removeOfUser(t, user.id);
}

Result<> Accounts::refuseTakenName(
    const ReadTransaction &t, const QString &name, const Domain &domain, const UserId &except)
{
    const auto taken = UserStore::find(t, { {}, name, domain.id.text(), {}, false });
    if (!taken)
        return taken.error();
    if (*taken && (*taken)->user.id != except)
        return conflict(QStringLiteral("There is a user named '%1' already.").arg(name));
    const auto shown = UserStore::find(t, NameRef::byDisplayName(User::displayNameOf(name, domain)));
    if (!shown)
        return shown.error();
    if (*shown && (*shown)->user.id != except)
        return conflict(
            QStringLiteral("Another user is shown as '%1' already.").arg(User::displayNameOf(name, domain)));
    return {};
}

Result<> Accounts::setPassword(
    Transaction &t, const User &user, const QString &hash, const PasswordKeeping &keeping)
{
    if (const auto set = UserStore::setPassword(t, user.id, hash, keeping); !set)
        return set.error();
    return TokenStore::removeOfUser(t, user.id);
}

Result<Project> Accounts::createProject(Transaction &t, const NewProject &project)
{
    if (const auto wrong = wrongName(QStringLiteral("The project's name"), project.name, 64))
        return *wrong;
    const ProjectId id = ProjectId::create();
    if (const auto inserted = ProjectStore::insert(t, id, project); !inserted)
        return inserted.error();
    if (const auto noted = noteProject(t, id, {}); !noted)
        return noted.error();
    const auto made = ProjectStore::find(t, NameRef::byId(id.text()));
    if (!made)
        return made.error();
    return **made;
}

Result<> Accounts::removeProject(Transaction &t, const Project &project)
{
    if (project.isSystem)
        return conflict(QStringLiteral("A system project goes with its user."));
    const auto below = ProjectStore::below(t, project.id, 1);
    if (!below)
        return below.error();
    if (!below->isEmpty())
        return forbidden(QStringLiteral("The project is not a leaf: others are below it."));
    if (const auto free = refuseWhileInUse(t, project.id); !free)
        return free.error();
    if (const auto forgotten = ProjectLife::forgetProject(t, project.id); !forgotten)
        return forgotten.error();
    if (const auto noted = noteProject(t, project.id, {}); !noted)
        return noted.error();
    if (const auto reset = UserStore::forgetDefaultProject(t, project.id); !reset)
        return reset.error();
    return ProjectStore::remove(t, project.id);
}

Result<> Accounts::setMember(Transaction &t, const Project &project, const User &user, Roles roles)
{
    if (!roles)
        return invalid(QStringLiteral("A member needs at least one role."));
    if (const auto set = ProjectStore::setMember(t, project.id, user.id, roles); !set)
        return set.error();
    return noteProject(t, project.id, user.id);
}

Result<> Accounts::removeMember(Transaction &t, const Project &project, const User &user)
{
    if (project.id == user.systemProject())
        return conflict(QStringLiteral("A user cannot leave his own system project."));
    if (const auto removed = ProjectStore::removeMember(t, project.id, user.id); !removed)
        return removed.error();
    if (const auto ended = ApplicationCredentialStore::removeOfMember(t, project.id, user.id); !ended)
        return ended.error();
    if (const auto ended = TokenStore::removeOfMember(t, project.id, user.id); !ended)
        return ended.error();
    if (const auto reset = UserStore::forgetDefaultProject(t, project.id, user.id); !reset)
        return reset.error();
    return noteProject(t, project.id, user.id);
}

} // namespace nephele
