// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/admincommands.h"

#include "model/identity/role.h"
#include "model/identity/tokenstore.h"
#include "server/identity/accounts.h"
#include "server/identity/admintext.h"
#include "server/identity/identitycontext.h"
#include "server/identity/peoplecommands.h"
#include "server/identity/signin.h"
#include "server/project/projectcommands.h"
#include "server/quota/quotacommands.h"
#include "server/weblogin/webloginadmin.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

struct Session
{
    Database &database;
    const AdminTerminal &terminal;
};

const QString helpText = uR"(nephele admin: users, projects and quotas of the cloud in the data directory.

  user list
  user create NAME [--email ADDRESS] [--real-name NAME] [--admin] [--password-stdin]
  user delete NAME
  user enable NAME
  user disable NAME
  user set-password NAME [--password-stdin]
  user show NAME
  user add-right NAME RIGHT             project-admins, helpdesk, admin-api or admin-stats
  user remove-right NAME RIGHT
  user token NAME                       makes a Synnefo token and prints it
  domain list
  domain create NAME [--description TEXT]
  domain enable NAME
  domain disable NAME
  domain delete NAME                    with all that is in it; disable it first
  group list [--domain DOMAIN]
  group show NAME
  group create NAME [--domain DOMAIN] [--description TEXT]
  group delete NAME
  group add-member GROUP USER
  group remove-member GROUP USER
  role list [--domain DOMAIN]
  role create NAME [--domain DOMAIN] [--description TEXT]
  role delete NAME
  role grant ROLE WHO WHERE [--inherited]
  role revoke ROLE WHO WHERE [--inherited]
  role grants [WHO] [WHERE] [--effective]
                                        WHO: --user USER or --group GROUP
                                        WHERE: --project PROJECT, --domain DOMAIN or --system
  project create NAME [--description TEXT]
  project delete NAME
  project add-member PROJECT USER [--role ROLE]     reader, member (default), manager, admin, ResellerAdmin
  project remove-member PROJECT USER
)"_s + projectCommandsHelp()
    + quotaCommandsHelp() + webloginAdminHelp() + uR"(
NAME, PROJECT, USER and so on are names or uuids; a user of another domain is USER@DOMAIN. A password is made
up and printed, or with --password-stdin read as one line from standard input; it is never taken from the
command line. LIMIT is a number, for bytes also with K, M, G or T, or "unlimited", or "default".
)"_s;

Error misused(const QString &what)
{
    return invalid(what + u" See nephele admin --help."_s);
}

Result<User> findUser(const ReadTransaction &t, const QString &text)
{
    auto found = UserStore::find(t, NameRef::byDisplayName(text));
    if (found && !*found)
        found = UserStore::find(t, NameRef::byId(text));
    if (!found)
        return found.error();
    if (!*found)
        return notFound(u"There is no user '%1'."_s.arg(text));
    return (*found)->user;
}

Result<Project> findProject(const ReadTransaction &t, const QString &text)
{
    auto found = ProjectStore::find(t, NameRef::byName(text));
    if (found && !*found)
        found = ProjectStore::find(t, NameRef::byId(text));
    if (!found)
        return found.error();
    if (!*found)
        return notFound(u"There is no project '%1'."_s.arg(text));
    return **found;
}

// A change of one user, told in one sentence.
Result<QString> changeUser(Session &session, const QString &name, const QString &told,
    const std::function<Result<>(Transaction &, const User &)> &change)
{
    return session.database
        .write([=](Transaction &t) -> Result<QString> {
            const auto user = findUser(t, name);
            if (!user)
                return user.error();
            if (const auto changed = change(t, *user); !changed)
                return changed.error();
            return told.arg(user->name) + u'\n';
        })
        .result();
}

struct Password
{
    QString text;
    QString hash;
    bool isMadeUp = false;
};

Result<Password> takePassword(Session &session, AdminArguments &arguments)
{
    Password password;
    if (arguments.takeFlag(u"--password-stdin"_s)) {
        if (!session.terminal.readPassword)
            return misused(u"There is no standard input to read a password from."_s);
        const auto line = session.terminal.readPassword();
        if (!line)
            return line.error();
        if (line->isEmpty())
            return invalid(u"The password must not be empty."_s);
        password.text = *line;
    } else {
        password.text = newPassword();
        password.isMadeUp = true;
    }
    const auto hash = scryptHash(password.text, session.terminal.passwordCost);
    if (!hash)
        return hash.error();
    password.hash = *hash;
    return password;
}

QString toldPassword(const Password &password)
{
    return password.isMadeUp ? u"Password: %1\n"_s.arg(password.text) : QString();
}

Result<QString> listUsers(Session &session)
{
    const auto page =
        session.database.read([](ReadTransaction &t) { return UserStore::users(t, {}, 100'000); });
    if (!page)
        return page.error();
    TextTable table({ u"ID"_s, u"NAME"_s, u"E-MAIL"_s, u"ENABLED"_s, u"DEFAULT PROJECT"_s });
    for (const User &user : page->items)
        table.add({ user.id.text(), user.name, user.email, user.isEnabled ? u"yes"_s : u"no"_s,
            user.defaultProject.text() });
    return table.text();
}

Result<QString> createUser(Session &session, AdminArguments &arguments)
{
    NewUser wanted;
    wanted.email = arguments.takeValue(u"--email"_s).value_or(QString());
    wanted.realName = arguments.takeValue(u"--real-name"_s).value_or(QString());
    const Roles roles =
        arguments.takeFlag(u"--admin"_s) ? Roles(Role::Admin) | Role::Member : Roles(Role::Member);
    const auto password = takePassword(session, arguments);
    if (!password)
        return password.error();
    const auto names = arguments.takeRest(1, 1);
    if (!names)
        return names.error();
    wanted.name = names->first();
    wanted.passwordHash = password->hash;
    return session.database
        .write([=, password = *password](Transaction &t) -> Result<QString> {
            const auto user = Accounts::createUser(t, wanted, roles);
            if (!user)
                return user.error();
            return u"User %1 was created: %2\n"_s.arg(user->name, user->id.text()) + toldPassword(password);
        })
        .result();
}

Result<QString> setPassword(Session &session, AdminArguments &arguments)
{
    const auto password = takePassword(session, arguments);
    if (!password)
        return password.error();
    const auto names = arguments.takeRest(1, 1);
    if (!names)
        return names.error();
    const auto changed = changeUser(session, names->first(), u"%1 has a new password; all tokens ended."_s,
        [hash = password->hash](
            Transaction &t, const User &user) { return Accounts::setPassword(t, user, hash); });
    if (!changed)
        return changed.error();
    return *changed + toldPassword(*password);
}

Result<QString> makeToken(Session &session, const QString &name)
{
    return session.database
        .write([=, nowMs = session.database.clock().nowMs()](Transaction &t) -> Result<QString> {
            const auto user = findUser(t, name);
            if (!user)
                return user.error();
            TokenRequest request;
            request.user = user->id;
            request.methods = { u"password"_s };
            request.issuedAtMs = nowMs;
            request.expiresAtMs = nowMs + IdentitySettings().synnefoTokenLifeMs;
            const auto token = issueSynnefoToken(t, request);
            if (!token)
                return conflict(u"User %1 is disabled."_s.arg(user->name));
            return QString::fromLatin1(token->secret) + u'\n';
        })
        .result();
}

Result<QString> runUser(Session &session, const QString &verb, AdminArguments &arguments)
{
    if (verb == "create"_L1)
        return createUser(session, arguments);
    if (verb == "set-password"_L1)
        return setPassword(session, arguments);
    const auto names = arguments.takeRest(verb == "list"_L1 ? 0 : 1, verb == "list"_L1 ? 0 : 1);
    if (!names)
        return names.error();
    if (verb == "list"_L1)
        return listUsers(session);
    if (verb == "token"_L1)
        return makeToken(session, names->first());
    if (verb == "reset-link"_L1)
        return makeResetLink(session.database, session.terminal, names->first());
    if (verb == "delete"_L1)
        return changeUser(session, names->first(), u"User %1 is gone."_s, &Accounts::removeUser);
    if (verb == "enable"_L1 || verb == "disable"_L1)
        return changeUser(session, names->first(),
            verb == "enable"_L1 ? u"User %1 is enabled."_s : u"User %1 is disabled."_s,
            [isEnabled = verb == "enable"_L1](
                Transaction &t, const User &user) { return Accounts::setUserEnabled(t, user, isEnabled); });
    return misused(u"There is no command 'user %1'."_s.arg(verb));
}

Result<QString> changeProject(Session &session, const QStringList &names, const QString &verb, Roles roles)
{
    return session.database
        .write([=](Transaction &t) -> Result<QString> {
            const auto project = findProject(t, names.at(0));
            if (!project)
                return project.error();
            if (verb == "delete"_L1) {
                const auto removed = Accounts::removeProject(t, *project);
                return removed ? Result<QString>(u"Project %1 is gone.\n"_s.arg(project->name))
                               : Result<QString>(removed.error());
            }
            const auto user = findUser(t, names.at(1));
            if (!user)
                return user.error();
            const bool isAdded = verb == "add-member"_L1;
            const auto changed = isAdded ? Accounts::setMember(t, *project, *user, roles)
                                         : Accounts::removeMember(t, *project, *user);
            if (!changed)
                return changed.error();
            const QString told = isAdded ? u"%1 is in project %2 as %3.\n"_s : u"%1 left project %2.\n"_s;
            return isAdded ? told.arg(user->name, project->name, roleNames(roles).join(QStringLiteral(", ")))
                           : told.arg(user->name, project->name);
        })
        .result();
}

Result<QString> runProject(Session &session, const QString &verb, AdminArguments &arguments)
{
    if (isProjectCommand(verb))
        return runProjectCommand(session.database, verb, arguments);
    NewProject wanted;
    wanted.description = arguments.takeValue(u"--description"_s).value_or(QString());
    const QString roleName = arguments.takeValue(u"--role"_s).value_or(u"member"_s);
    const RoleInfo *role = findRoleByName(roleName);
    if (!role)
        return misused(u"There is no role '%1'."_s.arg(roleName));
    static const QHash<QString, int> verbs { { u"create"_s, 1 }, { u"delete"_s, 1 }, { u"add-member"_s, 2 },
        { u"remove-member"_s, 2 } };
    if (!verbs.contains(verb))
        return misused(u"There is no command 'project %1'."_s.arg(verb));
    const auto names = arguments.takeRest(verbs.value(verb), verbs.value(verb));
    if (!names)
        return names.error();
    if (verb != "create"_L1)
        return changeProject(session, *names, verb, role->role);
    wanted.name = names->first();
    return session.database
        .write([=](Transaction &t) -> Result<QString> {
            const auto project = Accounts::createProject(t, wanted);
            if (!project)
                return project.error();
            return u"Project %1 was created: %2\n"_s.arg(project->name, project->id.text());
        })
        .result();
}

} // namespace

Result<QString> runAdminCommand(
    Database &database, const QStringList &arguments, const AdminTerminal &terminal)
{
    if (arguments.isEmpty() || arguments.contains(u"--help"_s) || arguments.contains(u"-h"_s))
        return helpText;
    Session session { database, terminal };
    const QString noun = arguments.at(0);
    const QString verb = arguments.value(1);
    AdminArguments rest(arguments.mid(2));
    if (const auto done = runPeopleCommand(database, noun, verb, rest))
        return *done;
    if (noun == "user"_L1)
        return runUser(session, verb, rest);
    if (noun == "project"_L1)
        return runProject(session, verb, rest);
    if (noun == "quota"_L1)
        return runQuotaCommand(database, verb, rest);
    if (noun == "resource"_L1)
        return runResourceCommand(database, verb, rest);
    if (noun == "service"_L1)
        return runServiceCommand(database, verb, rest);
    if (const auto answer = runWebloginCommand(database, terminal, noun, verb, rest))
        return *answer;
    return misused(u"There is no command '%1'."_s.arg(noun));
}

} // namespace nephele
