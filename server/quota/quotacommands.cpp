// SPDX-License-Identifier: GPL-3.0-or-later
// What quotacommands.h says of limits; services and their resources are in servicecommands.cpp.
#include "server/quota/quotacommands.h"

#include "model/identity/projectstore.h"
#include "model/quota/quotarecount.h"
#include "model/quota/quotastore.h"
#include "model/quota/resourcestore.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

Error misused(const QString &what)
{
    return invalid(what + u" See nephele admin --help."_s);
}

// Whose limits it is about: a project's, every member's, or one user's in it.
struct LimitHolder
{
    Project project;
    std::optional<User> user;
    bool isEveryMember = false;
};

struct HolderWords
{
    QString project;
    std::optional<QString> user;
    bool isEveryMember = false;
};

Result<LimitHolder> findHolder(const ReadTransaction &t, const HolderWords &words)
{
    auto project = ProjectStore::find(t, NameRef::byName(words.project));
    if (project && !*project)
        project = ProjectStore::find(t, NameRef::byId(words.project));
    if (!project)
        return project.error();
    if (!*project)
        return notFound(u"There is no project '%1'."_s.arg(words.project));
    LimitHolder holder { **project, {}, words.isEveryMember };
    if (!words.user)
        return holder;
    auto user = UserStore::find(t, NameRef::byName(*words.user));
    if (user && !*user)
        user = UserStore::find(t, NameRef::byId(*words.user));
    if (!user)
        return user.error();
    if (!*user)
        return notFound(u"There is no user '%1'."_s.arg(*words.user));
    holder.user = (*user)->user;
    return holder;
}

struct LimitWord
{
    QString resource;
    std::optional<qint64> most;
};

Result<QList<LimitWord>> limitsFrom(const QStringList &words)
{
    QList<LimitWord> limits;
    for (const QString &word : words) {
        const auto limit = limitFromText(word.section(u'=', 1));
        if (!limit)
            return limit.error();
        limits.append({ word.section(u'=', 0, 0), *limit });
    }
    return limits;
}

Result<QuotaResource> findKnown(const ReadTransaction &t, const QString &name)
{
    const auto resource = ResourceStore::find(t, name);
    if (!resource)
        return resource.error();
    if (!*resource)
        return misused(u"There is no resource '%1'."_s.arg(name));
    return **resource;
}

QString usedText(qint64 used, qint64 pending)
{
    const QString text = QString::number(used);
    return pending == 0 ? text : u"%1 (%2 pending)"_s.arg(text).arg(pending);
}

Result<QString> showQuota(Database &database, const HolderWords &words)
{
    return database.read([&](ReadTransaction &t) -> Result<QString> {
        const auto holder = findHolder(t, words);
        if (!holder)
            return holder.error();
        const UserId user = holder->user ? holder->user->id : UserId();
        const auto lines = QuotaStore::lines(t, user, { holder->project.id });
        if (!lines)
            return lines.error();
        TextTable table({ u"RESOURCE"_s, u"USED"_s, u"LIMIT"_s });
        for (const QuotaLine &line : *lines) {
            // The lines of nobody in particular have every member's limit.
            const bool isOfMember = holder->user || words.isEveryMember;
            table.add({ line.resource,
                holder->user ? usedText(line.usage, line.pending)
                             : usedText(line.projectUsage, line.projectPending),
                limitText(isOfMember ? line.limit : line.projectLimit) });
        }
        return table.text();
    });
}

Result<> setLimit(Transaction &t, const LimitHolder &holder, const LimitWord &limit)
{
    if (holder.user)
        return QuotaStore::setUserLimit(t, holder.project.id, holder.user->id, limit.resource, limit.most);
    if (holder.isEveryMember)
        return QuotaStore::setMemberLimit(t, holder.project.id, limit.resource, limit.most);
    return QuotaStore::setProjectLimit(t, holder.project.id, limit.resource, limit.most);
}

Result<QString> setQuota(Database &database, const HolderWords &words, const QList<LimitWord> &limits)
{
    return database
        .write([=](Transaction &t) -> Result<QString> {
            for (const LimitWord &limit : limits) {
                if (const auto known = findKnown(t, limit.resource); !known)
                    return known.error();
            }
            const auto holder = findHolder(t, words);
            if (!holder)
                return holder.error();
            for (const LimitWord &limit : limits) {
                if (const auto set = setLimit(t, *holder, limit); !set)
                    return set.error();
            }
            return u"The quota of project %1 was set.\n"_s.arg(holder->project.name);
        })
        .result();
}

Result<QString> showDefaults(Database &database)
{
    const auto resources = database.read([](ReadTransaction &t) { return ResourceStore::all(t); });
    if (!resources)
        return resources.error();
    TextTable table({ u"RESOURCE"_s, u"PROJECTS"_s, u"SYSTEM PROJECTS"_s });
    for (const QuotaResource &resource : *resources)
        table.add({ resource.name, limitText(resource.projectMost), limitText(resource.systemMost) });
    return table.text();
}

enum class DefaultOf { Projects, SystemProjects };

Result<QString> setDefaults(Database &database, const QList<LimitWord> &limits, DefaultOf whose)
{
    return database
        .write([=](Transaction &t) -> Result<QString> {
            for (const auto &[name, most] : limits) {
                const auto resource = findKnown(t, name);
                if (!resource)
                    return resource.error();
                if (!most && !resource->isBuiltIn)
                    return misused(u"%1 has no built-in default to go back to."_s.arg(name));
                ResourceStore::Defaults defaults { resource->projectMost, resource->systemMost };
                (whose == DefaultOf::Projects ? defaults.projectMost : defaults.systemMost) =
                    most.value_or(0);
                const auto set =
                    ResourceStore::setDefaults(t, name, most ? std::optional(defaults) : std::nullopt);
                if (!set)
                    return set.error();
            }
            return u"The defaults were set.\n"_s;
        })
        .result();
}

Result<QString> runDefaults(Database &database, AdminArguments &arguments)
{
    const auto whose = arguments.takeFlag(u"--system"_s) ? DefaultOf::SystemProjects : DefaultOf::Projects;
    const auto words = arguments.takeRest(0, 100);
    if (!words)
        return words.error();
    if (words->isEmpty())
        return showDefaults(database);
    const auto limits = limitsFrom(*words);
    return limits ? setDefaults(database, *limits, whose) : Result<QString>(limits.error());
}

enum class Mend { Told, Corrected };

// One project is one transaction: what it counts and what it writes belong to the same moment.
Result<QList<QuotaDifference>> recount(Database &database, const ProjectId &project, Mend mend)
{
    if (mend == Mend::Told)
        return database.read([&](ReadTransaction &t) { return QuotaRecount::differences(t, project); });
    return database
        .write([=](Transaction &t) -> Result<QList<QuotaDifference>> {
            const auto differences = QuotaRecount::differences(t, project);
            if (!differences)
                return differences.error();
            if (const auto corrected = QuotaRecount::correct(t, *differences); !corrected)
                return corrected.error();
            return differences;
        })
        .result();
}

Result<QString> reconcile(Database &database, Mend wanted)
{
    TextTable table({ u"PROJECT"_s, u"USER"_s, u"RESOURCE"_s, u"USED"_s, u"FOUND"_s });
    bool isAnyWrong = false;
    for (ProjectId last;;) {
        const auto projects =
            database.read([&](ReadTransaction &t) { return QuotaRecount::projects(t, last); });
        if (!projects)
            return projects.error();
        if (projects->isEmpty())
            break;
        last = projects->last();
        for (const ProjectId &project : *projects) {
            const auto differences = recount(database, project, wanted);
            if (!differences)
                return differences.error().within(u"project "_s + project.text());
            for (const auto &[holding, used, found] : *differences) {
                isAnyWrong = true;
                table.add({ holding.project.text(), holding.user ? holding.user->text() : u"-"_s,
                    holding.resource, QString::number(used), QString::number(found) });
            }
        }
    }
    if (!isAnyWrong)
        return u"All counts are right.\n"_s;
    return table.text()
        + (wanted == Mend::Corrected ? u"These were corrected.\n"_s
                                     : u"Nothing was changed; --fix corrects them.\n"_s);
}

} // namespace

Result<QString> runQuotaCommand(Database &database, const QString &verb, AdminArguments &arguments)
{
    if (verb == "default"_L1)
        return runDefaults(database, arguments);
    if (verb == "reconcile"_L1) {
        const auto wanted = arguments.takeFlag(u"--fix"_s) ? Mend::Corrected : Mend::Told;
        const auto rest = arguments.takeRest(0, 0);
        return rest ? reconcile(database, wanted) : Result<QString>(rest.error());
    }
    if (verb != "show"_L1 && verb != "set"_L1)
        return misused(u"There is no command 'quota %1'."_s.arg(verb));
    HolderWords holder;
    holder.user = arguments.takeValue(u"--user"_s);
    holder.isEveryMember = arguments.takeFlag(u"--members"_s);
    if (holder.user && holder.isEveryMember)
        return misused(u"Give --user or --members, not both."_s);
    const bool isShown = verb == "show"_L1;
    const auto words = arguments.takeRest(isShown ? 1 : 2, isShown ? 1 : 100);
    if (!words)
        return words.error();
    holder.project = words->first();
    if (isShown)
        return showQuota(database, holder);
    const auto limits = limitsFrom(words->mid(1));
    return limits ? setQuota(database, holder, *limits) : Result<QString>(limits.error());
}

QString quotaCommandsHelp()
{
    return uR"(  quota show PROJECT [--user USER | --members]
  quota set PROJECT [--user USER | --members] RESOURCE=LIMIT ...
  quota default [--system] [RESOURCE=LIMIT ...]     of projects, or of users' own (system) projects
  quota reconcile [--fix]               counts anew what is used, tells and corrects differences
  service list
  service add NAME                      prints its token once; again: a new token, the former one ends
  service remove NAME
  resource list
  resource add NAME --service SERVICE [--unit UNIT] [--description TEXT] [--hidden | --hidden-in-ui]
  resource remove NAME
)"_s;
}

} // namespace nephele
