// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/project/projectcommands.h"

#include "model/base/clock.h"
#include "model/identity/projectstore.h"
#include "server/project/projectexpiry.h"
#include "server/project/projectlimitcommand.h"
#include "server/project/projectmembers.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

// The operator at the machine decides as a project admin does.
const ProjectActor theOperator { {}, true };
constexpr int mostInASlice = 200;

using ProjectCommand = Result<QString> (*)(Database &, const QString &, AdminArguments &);

Result<User> findUser(const ReadTransaction &t, const QString &text)
{
    const auto named = UserStore::idsOf(t, { text });
    if (!named)
        return named.error();
    const auto found = UserStore::find(t, UserId::stored(named->isEmpty() ? text : *named->cbegin()));
    if (!found)
        return found.error();
    return *found ? Result<User>(**found) : Result<User>(notFound(u"There is no user '%1'."_s.arg(text)));
}

QString dateText(qint64 ms)
{
    return QString::fromLatin1(isoSeconds(ms));
}

QString capacityText(qint64 capacity)
{
    return limitText(capacity == endless ? -1 : capacity);
}

Result<QString> nameOf(const ReadTransaction &t, const std::optional<UserId> &user)
{
    if (!user)
        return QString();
    const auto names = UserStore::namesOf(t, { user->text() });
    if (!names)
        return names.error();
    return names->value(user->text(), user->text());
}

Result<QStringList> projectLine(const ReadTransaction &t, const ProjectRecord &project)
{
    const auto owner = nameOf(t, project.terms.owner);
    if (!owner)
        return owner.error();
    const auto pending = ProjectApplicationStore::pendingOf(t, project.id);
    if (!pending)
        return pending.error();
    return QStringList { project.id.text(), project.terms.name, wordOf(project.state), *owner,
        project.isSystem ? u"system"_s : u"shared"_s, *pending ? (*pending)->number.text() : u"-"_s,
        project.terms.description };
}

Result<QString> listProjects(Database &database, const QString &, AdminArguments &arguments)
{
    ProjectListing listing;
    listing.limit = mostInASlice;
    const auto state = arguments.takeValue(u"--state"_s);
    const auto owner = arguments.takeValue(u"--owner"_s);
    if (const auto none = arguments.takeRest(0, 0); !none)
        return none.error();
    if (state) {
        listing.state = projectStateFrom(*state);
        if (!listing.state)
            return invalid(u"'%1' is no state of a project."_s.arg(*state));
    }
    TextTable table(
        { u"ID"_s, u"NAME"_s, u"STATE"_s, u"OWNER"_s, u"KIND"_s, u"PENDING"_s, u"DESCRIPTION"_s });
    while (true) {
        const auto hasMore = database.read([&](ReadTransaction &t) -> Result<bool> {
            if (owner && !listing.owner) {
                const auto user = findUser(t, *owner);
                if (!user)
                    return user.error();
                listing.owner = user->id;
            }
            const auto page = ProjectLifeStore::projects(t, listing);
            if (!page)
                return page.error();
            for (const ProjectRecord &project : page->items) {
                const auto line = projectLine(t, project);
                if (!line)
                    return line.error();
                table.add(*line);
                listing.after = project.id;
            }
            return page->isTruncated;
        });
        if (!hasMore)
            return hasMore.error();
        if (!*hasMore)
            return table.text();
    }
}

QString termsText(const ProjectTerms &terms, const QString &owner)
{
    QString text;
    const auto line = [&](const QString &what, const QString &value) {
        text += what.leftJustified(18) + value + u'\n';
    };
    line(u"name"_s, terms.name);
    line(u"owner"_s, owner.isEmpty() ? u"-"_s : owner);
    line(u"homepage"_s, terms.homepage);
    line(u"description"_s, terms.description);
    line(u"ends"_s, dateText(terms.endAtMs));
    line(u"joining"_s, wordOf(terms.joining));
    line(u"leaving"_s, wordOf(terms.leaving));
    line(u"most members"_s, capacityText(terms.mostMembers));
    line(u"private"_s, terms.isPrivate ? u"yes"_s : u"no"_s);
    return text;
}

QString limitsText(const QList<ResourceCapacity> &capacities)
{
    TextTable table({ u"RESOURCE"_s, u"PROJECT"_s, u"MEMBER"_s });
    for (const ResourceCapacity &capacity : capacities)
        table.add({ capacity.resource, capacityText(capacity.ofProject), capacityText(capacity.ofMember) });
    return table.text();
}

Result<QString> membersText(const ReadTransaction &t, const ProjectId &project)
{
    TextTable table({ u"MEMBER"_s, u"STATE"_s, u"SINCE"_s });
    MembershipListing listing;
    listing.project = project;
    const auto page = MembershipStore::memberships(t, listing);
    if (!page)
        return page.error();
    for (const ProjectMembership &membership : page->items) {
        const auto name = nameOf(t, membership.user);
        if (!name)
            return name.error();
        table.add({ *name, wordOf(membership.state), dateText(membership.datesMs.value(membership.state)) });
    }
    return table.text() + (page->isTruncated ? u"and more\n"_s : QString());
}

Result<QString> pendingText(const ReadTransaction &t, const ProjectRecord &project)
{
    const auto pending = ProjectApplicationStore::pendingOf(t, project.id);
    if (!pending)
        return pending.error();
    if (!*pending)
        return QString();
    const ProjectWish &wish = (*pending)->wish;
    const ProjectTerms asked = wish.appliedTo(project.terms);
    const auto owner = nameOf(t, asked.owner);
    const auto applicant = nameOf(t, (*pending)->applicant);
    if (!owner || !applicant)
        return owner ? applicant.error() : owner.error();
    QString text = u"\nApplication %1 of %2 waits for a decision: %3\n"_s.arg(
        (*pending)->number.text(), *applicant, wish.comments);
    text += termsText(asked, *owner);
    if (!wish.capacities.isEmpty())
        text += u'\n' + limitsText(wish.capacities);
    return text;
}

Result<QString> showProject(Database &database, const QString &, AdminArguments &arguments)
{
    const auto names = arguments.takeRest(1, 1);
    if (!names)
        return names.error();
    return database.read([&](ReadTransaction &t) -> Result<QString> {
        const auto project = findSynnefoProject(t, names->first());
        if (!project)
            return project.error();
        const auto owner = nameOf(t, project->terms.owner);
        const auto resources = ResourceStore::all(t);
        if (!owner || !resources)
            return owner ? resources.error() : owner.error();
        const auto capacities = ProjectLifeStore::capacities(t, *project, *resources);
        const auto members = membersText(t, project->id);
        const auto pending = pendingText(t, *project);
        if (!capacities)
            return capacities.error();
        if (!members)
            return members.error();
        if (!pending)
            return pending.error();
        QString text =
            u"id                %1\nstate             %2\n"_s.arg(project->id.text(), wordOf(project->state));
        text += termsText(project->terms, *owner);
        return QString(text + u'\n' + limitsText(*capacities) + u'\n' + *members + *pending);
    });
}

Result<QString> actOnProject(Database &database, const QString &verb, AdminArguments &arguments)
{
    const ProjectAction action = projectActionFrom(verb).value_or(ProjectAction::Approve);
    const auto reason = arguments.takeValue(u"--reason"_s);
    const auto wanted = arguments.takeValue(u"--application"_s);
    const auto names = arguments.takeRest(1, 1);
    if (!names)
        return names.error();
    const auto number = wanted ? ApplicationNumber::fromText(*wanted) : std::nullopt;
    if (wanted && !number)
        return invalid(u"'%1' is no number of an application."_s.arg(*wanted));
    return database
        .write([=, name = names->first()](Transaction &t) -> Result<QString> {
            const auto project = findSynnefoProject(t, name);
            if (!project)
                return project.error();
            const auto done = ProjectLife::act(t, theOperator, project->id, action,
                number ? number : project->application, reason.value_or(QString()));
            if (!done)
                return done.error();
            const auto after = ProjectLifeStore::find(t, project->id);
            if (!after)
                return after.error();
            return u"Project %1 is %2.\n"_s.arg(project->terms.name, wordOf((*after)->state));
        })
        .result();
}

Result<QString> setOwner(Database &database, const QString &, AdminArguments &arguments)
{
    const auto names = arguments.takeRest(2, 2);
    if (!names)
        return names.error();
    return database
        .write([names = *names](Transaction &t) -> Result<QString> {
            const auto project = findSynnefoProject(t, names.at(0));
            if (!project)
                return project.error();
            const auto user = findUser(t, names.at(1));
            if (!user)
                return user.error();
            if (const auto set = ProjectLife::setOwner(t, project->id, user->id); !set)
                return set.error();
            return u"Project %1 belongs to %2.\n"_s.arg(project->terms.name, user->name);
        })
        .result();
}

Result<QString> suspendMember(Database &database, const QString &verb, AdminArguments &arguments)
{
    const bool isSuspended = verb == "suspend-member"_L1;
    const auto names = arguments.takeRest(2, 2);
    if (!names)
        return names.error();
    return database
        .write([=, names = *names](Transaction &t) -> Result<QString> {
            const auto project = findSynnefoProject(t, names.at(0));
            if (!project)
                return project.error();
            const auto user = findUser(t, names.at(1));
            if (!user)
                return user.error();
            const auto set = ProjectMembers::setSuspended(t, project->id, user->id,
                isSuspended ? MembershipAction::Suspend : MembershipAction::Unsuspend);
            if (!set)
                return set.error();
            return (isSuspended ? u"%1 is suspended in project %2.\n"_s : u"%1 is back in project %2.\n"_s)
                .arg(user->name, project->terms.name);
        })
        .result();
}

Result<QString> expireProjects(Database &database, const QString &, AdminArguments &arguments)
{
    if (const auto none = arguments.takeRest(0, 0); !none)
        return none.error();
    const auto ended = endProjectsPastTheirTime(database);
    if (!ended)
        return ended.error();
    return u"%1 projects were past their end and are terminated.\n"_s.arg(*ended);
}

const QHash<QString, ProjectCommand> &commands()
{
    static const QHash<QString, ProjectCommand> all {
        { u"list"_s, &listProjects },
        { u"show"_s, &showProject },
        { u"approve"_s, &actOnProject },
        { u"deny"_s, &actOnProject },
        { u"suspend"_s, &actOnProject },
        { u"unsuspend"_s, &actOnProject },
        { u"terminate"_s, &actOnProject },
        { u"reinstate"_s, &actOnProject },
        { u"set-limits"_s, &setProjectLimits },
        { u"set-owner"_s, &setOwner },
        { u"expire"_s, &expireProjects },
        { u"suspend-member"_s, &suspendMember },
        { u"unsuspend-member"_s, &suspendMember },
    };
    return all;
}

} // namespace

Result<ProjectRecord> findSynnefoProject(const ReadTransaction &t, const QString &text)
{
    const auto byId = ProjectLifeStore::find(t, ProjectId::stored(text));
    if (!byId)
        return byId.error();
    if (*byId)
        return **byId;
    ProjectListing listing;
    listing.name = text;
    const auto named = ProjectLifeStore::projects(t, listing);
    if (!named)
        return named.error();
    QList<ProjectRecord> living;
    for (const ProjectRecord &project : named->items) {
        if (isLiving(project.state))
            living.append(project);
    }
    const QList<ProjectRecord> &chosen = living.isEmpty() ? named->items : living;
    if (chosen.isEmpty())
        return notFound(u"There is no project '%1'."_s.arg(text));
    if (chosen.size() > 1)
        return conflict(u"%1 projects are named '%2': give the uuid of one."_s.arg(chosen.size()).arg(text));
    return chosen.first();
}

bool isProjectCommand(const QString &verb)
{
    return commands().contains(verb);
}

Result<QString> runProjectCommand(Database &database, const QString &verb, AdminArguments &arguments)
{
    return commands().value(verb)(database, verb, arguments);
}

QString projectCommandsHelp()
{
    return uR"(  project list [--state STATE] [--owner USER]
  project show PROJECT
  project approve PROJECT [--application NUMBER] [--reason TEXT]
  project deny PROJECT [--application NUMBER] [--reason TEXT]
  project suspend PROJECT
  project unsuspend PROJECT
  project terminate PROJECT
  project reinstate PROJECT
  project expire                        terminates those whose end has come
  project set-owner PROJECT USER
  project set-limits PROJECT RESOURCE=LIMIT[/LIMIT-OF-A-MEMBER] ...     or --all, or --all-system
  project suspend-member PROJECT USER
  project unsuspend-member PROJECT USER
)"_s;
}

} // namespace nephele
