// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/projecttreeservice.h"

#include "model/identity/domainstore.h"
#include "model/identity/grantstore.h"
#include "model/identity/tagstore.h"
#include "server/identity/accounts.h"
#include "server/identity/futures.h"
#include "server/identity/peopleservice.h"
#include "server/identity/signin.h"

namespace nephele {

namespace {

constexpr int mostLevels = 5; // Keystone's max_project_tree_depth
constexpr int longestName = 64;
constexpr int mostBelow = 1000;

Error unknownProject()
{
    return notFound(QStringLiteral("There is no such project."));
}

Result<Project> existingProject(const ReadTransaction &t, const QString &id)
{
    const auto project = ProjectStore::find(t, NameRef::byId(id));
    if (!project)
        return project.error();
    return *project ? Result<Project>(**project) : Result<Project>(unknownProject());
}

Result<TaggedProject> taggedProject(const ReadTransaction &t, const QString &id)
{
    const auto project = existingProject(t, id);
    if (!project)
        return project.error();
    const auto tags = ProjectTagStore::tagsOf(t, project->id);
    if (!tags)
        return tags.error();
    return TaggedProject { *project, *tags };
}

Result<QList<TaggedProject>> tagged(const ReadTransaction &t, const QList<Project> &projects)
{
    QList<ProjectId> ids;
    for (const Project &project : projects)
        ids.append(project.id);
    const auto tags = ProjectTagStore::tagsOf(t, ids);
    if (!tags)
        return tags.error();
    QList<TaggedProject> all;
    for (const Project &project : projects)
        all.append({ project, tags->value(project.id) });
    return all;
}

Result<bool> holdsSomething(const ReadTransaction &t, const Caller &caller, const ProjectId &project)
{
    if (caller.isAdmin || caller.scope.contains(project))
        return true;
    const auto roles = GrantStore::effectiveRoles(t, caller.user, GrantTarget::project(project.text()));
    return roles ? Result<bool>(!roles->isEmpty()) : Result<bool>(roles.error());
}

Result<QList<TaggedProject>> thoseHeld(
    const ReadTransaction &t, const Caller &caller, const QList<Project> &projects)
{
    QList<Project> held;
    for (const Project &project : projects) {
        const auto holds = holdsSomething(t, caller, project.id);
        if (!holds)
            return holds.error();
        if (*holds)
            held.append(project);
    }
    return tagged(t, held);
}

// The parent a new project is to have; nullopt: right below the domain.
Result<std::optional<Project>> parentWanted(const ReadTransaction &t, const NewTreeProject &wanted)
{
    if (!wanted.parentId)
        return std::optional<Project>();
    const auto domain = DomainStore::find(t, *wanted.parentId);
    if (!domain)
        return domain.error();
    if (*domain) {
        if (wanted.domainId && *wanted.domainId != *wanted.parentId)
            return invalid(QStringLiteral("parent_id: the parent is in another domain."));
        return std::optional<Project>();
    }
    const auto parent = existingProject(t, *wanted.parentId);
    if (!parent)
        return parent.error();
    if (wanted.domainId && *wanted.domainId != parent->domain.id.text())
        return invalid(QStringLiteral("parent_id: the parent is in another domain."));
    return std::optional(*parent);
}

Result<> checkBranch(const ReadTransaction &t, const Project &parent)
{
    if (parent.isSystem)
        return forbidden(QStringLiteral("Nothing is put below a user's system project."));
    auto branch = ProjectStore::above(t, parent.id);
    if (!branch)
        return branch.error();
    branch->append(parent);
    if (branch->size() >= mostLevels)
        return forbidden(QStringLiteral("A tree of projects has at most %1 levels.").arg(mostLevels));
    for (const Project &project : *branch) {
        if (!project.isEnabled)
            return invalid(QStringLiteral("parent_id: a project above the new one is disabled."));
    }
    return {};
}

Result<TaggedProject> createInside(Transaction &t, const Caller &caller, const NewTreeProject &wanted)
{
    const auto parent = parentWanted(t, wanted);
    if (!parent)
        return parent.error();
    std::optional<QString> domainId = wanted.domainId;
    if (wanted.parentId && !domainId)
        domainId = *parent ? (*parent)->domain.id.text() : *wanted.parentId;
    const auto domain = domainWanted(t, caller, domainId);
    if (!domain)
        return domain.error();
    NewProject project = wanted.project;
    project.domain = domain->id;
    if (*parent) {
        if (const auto fits = checkBranch(t, **parent); !fits)
            return fits.error();
        project.parent = (*parent)->id;
    }
    const auto taken = ProjectStore::find(t, { {}, project.name, domain->id.text(), {}, false });
    if (!taken)
        return taken.error();
    if (*taken)
        return conflict(QStringLiteral("There is a project named '%1' already.").arg(project.name));
    const auto made = Accounts::createProject(t, project);
    if (!made)
        return made.error();
    if (const auto set = ProjectTagStore::setTags(t, made->id, wanted.tags); !set)
        return set.error();
    return taggedProject(t, made->id.text());
}

Result<> checkEnabling(const ReadTransaction &t, const Project &project, bool isEnabled)
{
    const auto others =
        isEnabled ? ProjectStore::above(t, project.id) : ProjectStore::below(t, project.id, mostBelow);
    if (!others)
        return others.error();
    for (const Project &other : *others) {
        if (other.isEnabled != isEnabled)
            return forbidden(isEnabled ? QStringLiteral("A project above this one is disabled.")
                                       : QStringLiteral("A project below this one is enabled."));
    }
    return {};
}

Result<TaggedProject> changeInside(Transaction &t, const QString &id, const TreeProjectChange &wanted)
{
    const auto project = existingProject(t, id);
    if (!project)
        return project.error();
    if (wanted.domainId && *wanted.domainId != project->domain.id.text())
        return invalid(QStringLiteral("domain_id: a project stays in its domain."));
    const QString parent = project->parent.isNull() ? project->domain.id.text() : project->parent.text();
    if (wanted.parentId && *wanted.parentId != parent)
        return forbidden(QStringLiteral("parent_id: a project stays where it is."));
    if (wanted.change.isEnabled && *wanted.change.isEnabled != project->isEnabled) {
        if (const auto may = checkEnabling(t, *project, *wanted.change.isEnabled); !may)
            return may.error();
    }
    if (const auto changed = ProjectStore::change(t, *project, wanted.change); !changed)
        return changed.error();
    if (wanted.tags) {
        if (const auto set = ProjectTagStore::setTags(t, project->id, *wanted.tags); !set)
            return set.error();
    }
    if (const auto noted = t.noteChange({ QLatin1StringView("project"), id, project->id, {}, true }); !noted)
        return noted.error();
    return taggedProject(t, id);
}

} // namespace

ProjectTreeService::ProjectTreeService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

Result<TaggedProject> ProjectTreeService::project(const Caller &caller, const QString &id)
{
    return m_database.read([&](ReadTransaction &t) -> Result<TaggedProject> {
        const auto found = existingProject(t, id);
        if (!found)
            return found.error();
        const auto holds = holdsSomething(t, caller, found->id);
        if (!holds)
            return holds.error();
        return *holds ? taggedProject(t, id) : Result<TaggedProject>(unknownProject());
    });
}

Result<Page<TaggedProject>> ProjectTreeService::projects(const ProjectFilter &filter)
{
    return m_database.read([&](ReadTransaction &t) -> Result<Page<TaggedProject>> {
        const auto page = ProjectStore::matching(t, filter);
        if (!page)
            return page.error();
        const auto items = tagged(t, page->items);
        if (!items)
            return items.error();
        return Page<TaggedProject> { *items, page->isTruncated };
    });
}

Result<QList<TaggedProject>> ProjectTreeService::above(const Caller &caller, const Project &project)
{
    return m_database.read([&](ReadTransaction &t) -> Result<QList<TaggedProject>> {
        const auto found = ProjectStore::above(t, project.id);
        return found ? thoseHeld(t, caller, *found) : Result<QList<TaggedProject>>(found.error());
    });
}

Result<QList<TaggedProject>> ProjectTreeService::below(const Caller &caller, const Project &project)
{
    return m_database.read([&](ReadTransaction &t) -> Result<QList<TaggedProject>> {
        const auto found = ProjectStore::below(t, project.id, mostBelow);
        return found ? thoseHeld(t, caller, *found) : Result<QList<TaggedProject>>(found.error());
    });
}

Result<QList<TaggedProject>> ProjectTreeService::withTags(const QList<Project> &projects)
{
    return m_database.read([&](ReadTransaction &t) { return tagged(t, projects); });
}

QFuture<Result<TaggedProject>> ProjectTreeService::create(const Caller &caller, const NewTreeProject &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<TaggedProject>(may.error());
    return m_database.write([=](Transaction &t) { return createInside(t, caller, wanted); });
}

QFuture<Result<TaggedProject>> ProjectTreeService::change(
    const Caller &caller, const QString &id, const TreeProjectChange &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<TaggedProject>(may.error());
    if (const auto wrong = wanted.change.name
            ? Accounts::wrongName(QStringLiteral("The project's name"), *wanted.change.name, longestName)
            : std::nullopt)
        return readyFailure<TaggedProject>(*wrong);
    return revokingWrite(m_context, this, [=](Transaction &t) { return changeInside(t, id, wanted); });
}

QFuture<Result<>> ProjectTreeService::remove(const Caller &caller, const QString &id)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<void>(may.error());
    return revokingWrite(m_context, this, [=](Transaction &t) -> Result<> {
        const auto project = existingProject(t, id);
        return project ? Accounts::removeProject(t, *project) : Result<>(project.error());
    });
}

QFuture<Result<QStringList>> ProjectTreeService::setTags(const QString &id, const QStringList &tags)
{
    return m_database.write([=](Transaction &t) -> Result<QStringList> {
        const auto project = existingProject(t, id);
        if (!project)
            return project.error();
        if (const auto set = ProjectTagStore::setTags(t, project->id, tags); !set)
            return set.error();
        return ProjectTagStore::tagsOf(t, project->id);
    });
}

QFuture<Result<>> ProjectTreeService::addTag(const QString &id, const QString &tag)
{
    return m_database.write([=](Transaction &t) -> Result<> {
        const auto project = existingProject(t, id);
        return project ? ProjectTagStore::add(t, project->id, tag) : Result<>(project.error());
    });
}

QFuture<Result<>> ProjectTreeService::removeTag(const QString &id, const QString &tag)
{
    return m_database.write([=](Transaction &t) -> Result<> {
        const auto project = existingProject(t, id);
        return project ? ProjectTagStore::remove(t, project->id, tag) : Result<>(project.error());
    });
}

} // namespace nephele
