// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/project/projectservice.h"

#include "model/base/whendone.h"
#include "model/identity/projectstore.h"

namespace nephele {

namespace {

template <class T>
QFuture<Result<T>> failed(Error error)
{
    return QtFuture::makeReadyFuture(Result<T>(std::move(error)));
}

ProjectActor actorOf(const Caller &caller)
{
    return { caller.user, caller.holds(CloudRole::ProjectAdmin) };
}

Result<> mayChange(const Caller &caller)
{
    if (caller.isRestricted)
        return forbidden(QStringLiteral("A restricted application credential changes no projects."));
    return {};
}

Result<> refuseHiddenResources(const ReadTransaction &t, const QList<ResourceCapacity> &capacities)
{
    for (const ResourceCapacity &capacity : capacities) {
        const auto resource = ResourceStore::find(t, capacity.resource);
        if (!resource)
            return resource.error();
        if (!*resource || !(*resource)->isApiVisible)
            return invalid(
                QStringLiteral("resources: there is no resource named '%1'.").arg(capacity.resource));
    }
    return {};
}

// While it is uninitialized a project shows what it was asked with.
QList<ResourceCapacity> overlaid(QList<ResourceCapacity> capacities, const QList<ResourceCapacity> &asked)
{
    for (ResourceCapacity &capacity : capacities) {
        for (const ResourceCapacity &wish : asked) {
            if (wish.resource == capacity.resource)
                capacity = wish;
        }
    }
    return capacities;
}

Result<ShownProject> shownProject(const ReadTransaction &t, const ProjectActor &actor,
    const ProjectRecord &project, const QList<QuotaResource> &resources)
{
    ShownProject shown;
    shown.project = project;
    const auto capacities = ProjectLifeStore::capacities(t, project, resources);
    if (!capacities)
        return capacities.error();
    shown.resources = *capacities;
    if (!project.application)
        return shown;
    const auto latest = ProjectApplicationStore::find(t, *project.application);
    if (!latest)
        return latest.error();
    if (!*latest)
        return shown;
    if (project.state == ProjectState::Uninitialized)
        shown.resources = overlaid(*capacities, (*latest)->wish.capacities);
    if (actor.isProjectAdmin || project.terms.owner == actor.user || (*latest)->applicant == actor.user) {
        shown.application = **latest;
        shown.showsDeactivation = true;
    }
    return shown;
}

Result<bool> maySee(const ReadTransaction &t, const ProjectActor &actor, const ShownProject &shown)
{
    const ProjectRecord &project = shown.project;
    if (actor.isProjectAdmin || project.terms.owner == actor.user || shown.application)
        return true;
    if (project.state == ProjectState::Active && !project.terms.isPrivate)
        return true;
    const auto membership = MembershipStore::find(t, project.id, actor.user);
    if (!membership)
        return membership.error();
    return *membership && isInside((*membership)->state);
}

ProjectListing listingOf(const ProjectActor &actor, const ProjectQuestion &question)
{
    using Reach = ProjectListing::Reach;
    ProjectListing listing;
    listing.viewer = actor.user;
    listing.state = question.state;
    listing.owner = question.owner;
    listing.name = question.name;
    listing.after = question.after;
    listing.limit = question.limit;
    if (question.mode == ProjectMode::Member)
        listing.reach = Reach::Member;
    else if (!actor.isProjectAdmin)
        listing.reach = question.mode == ProjectMode::Active ? Reach::Public : Reach::Related;
    return listing;
}

// Memberships with what the caller may do; the projects are read once each.
class MembershipShow
{
public:
    MembershipShow(const ReadTransaction &t, ProjectActor actor) : m_t(t), m_actor(actor) { }

    Result<ShownMembership> show(const ProjectMembership &membership)
    {
        const auto project = projectOf(membership.project);
        if (!project)
            return project.error();
        const auto allowed = ProjectMembers::allowedActions(m_t, m_actor, *project, membership);
        if (!allowed)
            return allowed.error();
        return ShownMembership { membership, *allowed };
    }

    Result<ProjectRecord> projectOf(const ProjectId &id)
    {
        if (const auto known = m_projects.constFind(id); known != m_projects.cend())
            return *known;
        const auto project = ProjectLifeStore::find(m_t, id);
        if (!project)
            return project.error();
        if (!*project)
            return unknownProject();
        m_projects.insert(id, **project);
        return **project;
    }

private:
    const ReadTransaction &m_t;
    const ProjectActor m_actor;
    QHash<ProjectId, ProjectRecord> m_projects;
};

Result<> chooseDefault(Transaction &t, const UserId &user, const ProjectId &id)
{
    const auto project = ProjectLifeStore::find(t, id);
    if (!project)
        return project.error();
    if (!*project)
        return unknownProject();
    const auto roles = ProjectStore::rolesOf(t, id, user);
    if (!roles)
        return roles.error();
    const auto membership = MembershipStore::find(t, id, user);
    if (!membership)
        return membership.error();
    if (!*roles && !*membership)
        return notFound(QStringLiteral("You have nothing to do with this project."));
    if (!*roles || (*project)->state != ProjectState::Active)
        return forbidden(QStringLiteral("project_id: must be an active project that has accepted you."));
    return UserStore::setDefaultProject(t, user, id);
}

} // namespace

ProjectService::ProjectService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

template <class T>
QFuture<Result<T>> ProjectService::noted(const QFuture<Result<T>> &written)
{
    return thenIn(written, this, [this](const Result<T> &result) {
        m_context.noteRevocation();
        return result;
    });
}

Result<QList<ShownProject>> ProjectService::projects(const Caller &caller, const ProjectQuestion &question)
{
    const ProjectActor actor = actorOf(caller);
    return m_database.read([&](ReadTransaction &t) -> Result<QList<ShownProject>> {
        const auto page = ProjectLifeStore::projects(t, listingOf(actor, question));
        if (!page)
            return page.error();
        const auto resources = ResourceStore::all(t);
        if (!resources)
            return resources.error();
        QList<ShownProject> shown;
        for (const ProjectRecord &project : page->items) {
            auto one = shownProject(t, actor, project, *resources);
            if (!one)
                return one.error();
            shown.append(*std::move(one));
        }
        return shown;
    });
}

Result<ShownProject> ProjectService::project(const Caller &caller, const ProjectId &id)
{
    const ProjectActor actor = actorOf(caller);
    return m_database.read([&](ReadTransaction &t) -> Result<ShownProject> {
        const auto found = ProjectLifeStore::find(t, id);
        if (!found)
            return found.error();
        if (!*found)
            return unknownProject();
        const auto resources = ResourceStore::all(t);
        if (!resources)
            return resources.error();
        auto shown = shownProject(t, actor, **found, *resources);
        if (!shown)
            return shown.error();
        const auto sees = maySee(t, actor, *shown);
        if (!sees)
            return sees.error();
        if (!*sees)
            return forbidden(QStringLiteral("You cannot see this project."));
        return shown;
    });
}

QFuture<Result<SubmittedApplication>> ProjectService::submit(
    const Caller &caller, const std::optional<ProjectId> &id, const ProjectWish &wish)
{
    if (const auto may = mayChange(caller); !may)
        return failed<SubmittedApplication>(may.error());
    if (wish.endAtMs && *wish.endAtMs <= m_context.clock().nowMs())
        return failed<SubmittedApplication>(invalid(QStringLiteral("end_date: must lie in the future.")));
    return m_database.write([=, actor = actorOf(caller)](Transaction &t) -> Result<SubmittedApplication> {
        if (const auto known = refuseHiddenResources(t, wish.capacities); !known)
            return known.error();
        return id ? ProjectLife::modify(t, actor, *id, wish) : ProjectLife::apply(t, actor, wish);
    });
}

QFuture<Result<>> ProjectService::act(const Caller &caller, const ProjectId &id, ProjectAction action,
    const std::optional<ApplicationNumber> &application, const QString &reason)
{
    if (const auto may = mayChange(caller); !may)
        return failed<void>(may.error());
    return noted(m_database.write([=, actor = actorOf(caller)](Transaction &t) {
        return ProjectLife::act(t, actor, id, action, application, reason);
    }));
}

Result<QList<ShownMembership>> ProjectService::shown(const Caller &caller, const MembershipListing &listing)
{
    return m_database.read([&](ReadTransaction &t) -> Result<QList<ShownMembership>> {
        const auto page = MembershipStore::memberships(t, listing);
        if (!page)
            return page.error();
        MembershipShow show(t, actorOf(caller));
        QList<ShownMembership> all;
        for (const ProjectMembership &membership : page->items) {
            auto one = show.show(membership);
            if (!one)
                return one.error();
            all.append(*std::move(one));
        }
        return all;
    });
}

QFuture<Result<QList<ShownMembership>>> ProjectService::memberships(
    const Caller &caller, const MembershipQuestion &question)
{
    MembershipListing listing;
    if (!caller.holds(CloudRole::ProjectAdmin))
        listing.viewer = caller.user;
    listing.project = question.project;
    listing.after = question.after;
    listing.limit = question.limit;
    const auto found = shown(caller, listing);
    if (!found)
        return failed<QList<ShownMembership>>(found.error());
    QList<ProjectMembership> nameless;
    for (const ShownMembership &one : *found) {
        if (one.membership.number == MembershipNumber())
            nameless.append(one.membership);
    }
    if (nameless.isEmpty())
        return QtFuture::makeReadyFuture(found);
    const auto numbered = m_database.write([nameless](Transaction &t) -> Result<> {
        for (const ProjectMembership &membership : nameless) {
            const auto number = MembershipStore::ensureNumber(t, membership.project, membership.user);
            if (!number)
                return number.error();
        }
        return {};
    });
    return thenIn(
        numbered, this, [this, caller, listing](const Result<> &done) -> Result<QList<ShownMembership>> {
            return done ? shown(caller, listing) : Result<QList<ShownMembership>>(done.error());
        });
}

Result<ShownMembership> ProjectService::membership(const Caller &caller, MembershipNumber number)
{
    const ProjectActor actor = actorOf(caller);
    return m_database.read([&](ReadTransaction &t) -> Result<ShownMembership> {
        const auto found = MembershipStore::find(t, number);
        if (!found)
            return found.error();
        if (!*found)
            return notFound(QStringLiteral("There is no such membership."));
        MembershipShow show(t, actor);
        const auto project = show.projectOf((*found)->project);
        if (!project)
            return project.error();
        if (!actor.isProjectAdmin && (*found)->user != actor.user && project->terms.owner != actor.user)
            return forbidden(QStringLiteral("You cannot see this membership."));
        return show.show(**found);
    });
}

QFuture<Result<MembershipNumber>> ProjectService::join(const Caller &caller, const ProjectId &id)
{
    if (const auto may = mayChange(caller); !may)
        return failed<MembershipNumber>(may.error());
    return noted(m_database.write(
        [=, actor = actorOf(caller)](Transaction &t) { return ProjectMembers::join(t, actor, id); }));
}

QFuture<Result<MembershipNumber>> ProjectService::enroll(
    const Caller &caller, const ProjectId &id, const QString &userName)
{
    if (const auto may = mayChange(caller); !may)
        return failed<MembershipNumber>(may.error());
    return noted(m_database.write([=, actor = actorOf(caller)](Transaction &t) {
        return ProjectMembers::enroll(t, actor, id, userName);
    }));
}

QFuture<Result<>> ProjectService::act(const Caller &caller, MembershipNumber number, MembershipAction action)
{
    if (const auto may = mayChange(caller); !may)
        return failed<void>(may.error());
    return noted(m_database.write([=, actor = actorOf(caller)](Transaction &t) {
        return ProjectMembers::act(t, actor, number, action);
    }));
}

QFuture<Result<>> ProjectService::setDefaultProject(const Caller &caller, const ProjectId &id)
{
    if (const auto may = mayChange(caller); !may)
        return failed<void>(may.error());
    return noted(
        m_database.write([id, user = caller.user](Transaction &t) { return chooseDefault(t, user, id); }));
}

} // namespace nephele
