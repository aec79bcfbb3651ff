// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/project/projectlife.h"

#include "model/identity/projectstore.h"
#include "model/quota/quotastore.h"
#include "server/project/projectmembers.h"

namespace nephele {

namespace {

const QString pendingApplications = QStringLiteral("astakos.pending_app");

Result<> noteProject(Transaction &t, const ProjectRecord &project)
{
    return t.noteChange({ QLatin1StringView("project"), project.id.text(), project.id,
        project.terms.owner.value_or(UserId()), true });
}

Result<ProjectRecord> existing(const ReadTransaction &t, const ProjectId &id)
{
    const auto found = ProjectLifeStore::find(t, id);
    if (!found)
        return found.error();
    return *found ? Result<ProjectRecord>(**found) : Result<ProjectRecord>(unknownProject());
}

Result<> refuseWrongOwner(const ReadTransaction &t, const std::optional<UserId> &owner)
{
    if (!owner)
        return {};
    const auto user = UserStore::find(t, *owner);
    if (!user)
        return user.error();
    if (!*user || !(*user)->isEnabled)
        return invalid(QStringLiteral("owner: there is no active user with this id."));
    return {};
}

// What waits for a decision is counted for its applicant. The rows are hot: last in every closure.
Result<> countPending(Transaction &t, const UserId &applicant, qint64 amount)
{
    const auto own = ProjectId::stored(applicant.text());
    const auto system = ProjectStore::find(t, NameRef::byId(own.text()));
    if (!system)
        return system.error();
    if (!*system)
        return {}; // the user is gone, and his quota with him
    auto counted = QuotaStore::charge(t, own, applicant, { { pendingApplications, amount } });
    if (!counted && counted.error().code == ErrorCode::QuotaExceeded)
        return conflict(
            QStringLiteral("No more applications of yours can wait for a decision: cancel one first."));
    return counted;
}

Result<> release(Transaction &t, const ProjectApplication &application)
{
    const bool isCounted = application.isCharged && application.state == ApplicationState::Pending;
    return isCounted ? countPending(t, application.applicant, -1) : Result<>();
}

Result<SubmittedApplication> submit(
    Transaction &t, const ProjectActor &actor, ProjectRecord project, const ProjectWish &wish)
{
    const auto older = ProjectApplicationStore::pendingOf(t, project.id);
    if (!older)
        return older.error();
    if (*older) {
        const auto replaced =
            ProjectApplicationStore::setState(t, (*older)->number, ApplicationState::Replaced, {});
        if (!replaced)
            return replaced.error();
    }
    ProjectApplication application;
    application.project = project.id;
    application.applicant = actor.user;
    application.isCharged = !actor.isProjectAdmin;
    application.wish = wish;
    const auto number = ProjectApplicationStore::insert(t, application);
    if (!number)
        return number.error();
    project.application = *number;
    if (const auto saved = ProjectLifeStore::save(t, project); !saved)
        return saved.error();
    if (const auto noted = noteProject(t, project); !noted)
        return noted.error();
    if (*older) {
        if (const auto released = release(t, **older); !released)
            return released.error();
    }
    if (application.isCharged) {
        if (const auto counted = countPending(t, actor.user, 1); !counted)
            return counted.error();
    }
    return SubmittedApplication { project.id, *number };
}

// The name of its row while it lives. A name that was never one of a terminated project ends otherwise.
QString livingName(const ProjectRecord &project)
{
    const QString retired = QLatin1Char('~') + project.id.text();
    if (project.rowName.isEmpty())
        return project.terms.name;
    return project.rowName.endsWith(retired) ? project.rowName.chopped(retired.size()) : project.rowName;
}

Result<> refuseTakenName(const ReadTransaction &t, const ProjectRecord &project, const QString &name)
{
    const auto isTaken = ProjectLifeStore::isNameTaken(t, project.id, name);
    if (!isTaken)
        return isTaken.error();
    if (*isTaken)
        return conflict(QStringLiteral("There is a living project named '%1' already.").arg(name));
    return {};
}

// Lets a project live under that name: its row is made, or enabled again.
Result<> bringToLife(Transaction &t, const ProjectRecord &project, const QString &name, bool hasRow)
{
    if (!hasRow) {
        if (const auto free = refuseTakenName(t, project, name); !free)
            return free.error();
        NewProject row;
        row.name = name;
        row.description = project.terms.description;
        return ProjectStore::insert(t, project.id, row);
    }
    if (!project.isSystem) {
        if (const auto free = refuseTakenName(t, project, name); !free)
            return free.error();
        if (const auto renamed = ProjectLifeStore::rename(t, project.id, name, project.terms.description);
            !renamed)
            return renamed.error();
    }
    return ProjectStore::setEnabled(t, project.id, true);
}

Result<> allot(Transaction &t, const ProjectId &project, const QList<ResourceCapacity> &capacities)
{
    const auto mostOf = [](qint64 capacity) { return capacity == endless ? -1 : capacity; };
    for (const ResourceCapacity &capacity : capacities) {
        const auto whole =
            QuotaStore::setProjectLimit(t, project, capacity.resource, mostOf(capacity.ofProject));
        if (!whole)
            return whole.error();
        const auto each =
            QuotaStore::setMemberLimit(t, project, capacity.resource, mostOf(capacity.ofMember));
        if (!each)
            return each.error();
    }
    return {};
}

Result<> handOver(Transaction &t, const ProjectRecord &project, const std::optional<UserId> &former)
{
    if (project.isSystem || former == project.terms.owner)
        return {};
    if (former) {
        if (const auto left = ProjectMembers::endManaging(t, project.id, *former); !left)
            return left.error();
    }
    return project.terms.owner ? ProjectMembers::beginManaging(t, project) : Result<>();
}

Result<> approve(Transaction &t, ProjectRecord project, const ProjectApplication &application)
{
    const ProjectWish &wish = application.wish;
    const bool isNew = project.state == ProjectState::Uninitialized;
    const auto former = isNew ? std::nullopt : project.terms.owner;
    const QString name = wish.name.value_or(livingName(project));
    project.terms = wish.appliedTo(project.terms);
    project.state = ProjectState::Active;
    if (const auto living = bringToLife(t, project, name, !isNew); !living)
        return living.error();
    if (const auto saved = ProjectLifeStore::save(t, project); !saved)
        return saved.error();
    if (const auto handed = handOver(t, project, former); !handed)
        return handed.error();
    if (const auto allotted = allot(t, project.id, wish.capacities); !allotted)
        return allotted.error();
    return noteProject(t, project);
}

Result<> decide(Transaction &t, const ProjectActor &actor, ProjectRecord project, ProjectAction action,
    std::optional<ApplicationNumber> number, const QString &reason)
{
    const auto latest = project.application ? ProjectApplicationStore::find(t, *project.application)
                                            : Result<std::optional<ProjectApplication>>(std::nullopt);
    if (!latest)
        return latest.error();
    const bool isWithdrawal = action == ProjectAction::Cancel || action == ProjectAction::Dismiss;
    const bool isApplicant = *latest && (*latest)->applicant == actor.user;
    if (!actor.isProjectAdmin && !(isWithdrawal && isApplicant))
        return forbidden(isWithdrawal ? QStringLiteral("Only its applicant can withdraw an application.")
                                      : QStringLiteral("Only a project admin decides applications."));
    if (!*latest || number != (*latest)->number)
        return conflict(QStringLiteral("This is not the latest application for the project."));
    const auto settled = nextState((*latest)->state, action);
    const auto next = nextState(project.state, action);
    if (!settled || !next)
        return conflict(QStringLiteral("An application that is %1, for a project that is %2, takes no %3.")
                            .arg(wordOf((*latest)->state), wordOf(project.state), wordOf(action)));
    const auto set = ProjectApplicationStore::setState(t, (*latest)->number, *settled, reason);
    if (!set)
        return set.error();
    if (action == ProjectAction::Approve) {
        if (const auto approved = approve(t, project, **latest); !approved)
            return approved.error();
    } else if (*next == ProjectState::Deleted) {
        project.state = *next;
        if (const auto saved = ProjectLifeStore::save(t, project); !saved)
            return saved.error();
    }
    return release(t, **latest);
}

// The application stays where it is; only the project changes.
Result<> move(Transaction &t, ProjectRecord project, ProjectAction action)
{
    const auto next = nextState(project.state, action);
    if (!next)
        return conflict(
            QStringLiteral("A project that is %1 takes no %2.").arg(wordOf(project.state), wordOf(action)));
    if (*next == ProjectState::Terminated && project.isSystem)
        return conflict(QStringLiteral("A system project goes with its user."));
    const QString name = livingName(project);
    project.state = *next;
    if (*next == ProjectState::Active) {
        if (const auto living = bringToLife(t, project, name, true); !living)
            return living.error();
    } else {
        project.deactivatedAtMs = t.stampMs();
        if (const auto disabled = ProjectStore::setEnabled(t, project.id, false); !disabled)
            return disabled.error();
    }
    if (*next == ProjectState::Terminated) {
        const QString retired = name + QLatin1Char('~') + project.id.text();
        const auto renamed = ProjectLifeStore::rename(t, project.id, retired, project.terms.description);
        if (!renamed)
            return renamed.error();
        if (const auto reset = UserStore::forgetDefaultProject(t, project.id); !reset)
            return reset.error();
    }
    if (const auto saved = ProjectLifeStore::save(t, project); !saved)
        return saved.error();
    return noteProject(t, project);
}

} // namespace

Error unknownProject()
{
    return notFound(QStringLiteral("There is no such project."));
}

Result<SubmittedApplication> ProjectLife::apply(
    Transaction &t, const ProjectActor &actor, const ProjectWish &wish)
{
    if (const auto wrong = refuseWrongOwner(t, wish.owner); !wrong)
        return wrong.error();
    ProjectRecord project;
    project.id = ProjectId::create();
    project.createdAtMs = t.stampMs();
    project.terms.owner = actor.user;
    project.terms = wish.appliedTo(project.terms);
    if (const auto saved = ProjectLifeStore::save(t, project); !saved)
        return saved.error();
    return submit(t, actor, project, wish);
}

Result<SubmittedApplication> ProjectLife::modify(
    Transaction &t, const ProjectActor &actor, const ProjectId &id, const ProjectWish &wish)
{
    const auto project = existing(t, id);
    if (!project)
        return project.error();
    if (!actor.isProjectAdmin && project->terms.owner != actor.user)
        return forbidden(QStringLiteral("Only its owner asks for a change of a project."));
    if (project->state == ProjectState::Uninitialized || project->state == ProjectState::Deleted)
        return conflict(QStringLiteral("A project that is %1 cannot be changed; apply for another one.")
                            .arg(wordOf(project->state)));
    if (project->isSystem && (wish.owner || wish.name || wish.homepage || wish.description))
        return conflict(
            QStringLiteral("Owner, name, homepage and description of a system project do not change."));
    if (const auto wrong = refuseWrongOwner(t, wish.owner); !wrong)
        return wrong.error();
    // The application refers to the project's life, which one made elsewhere has from now on.
    if (const auto saved = ProjectLifeStore::save(t, *project); !saved)
        return saved.error();
    return submit(t, actor, *project, wish);
}

Result<> ProjectLife::act(Transaction &t, const ProjectActor &actor, const ProjectId &id,
    ProjectAction action, std::optional<ApplicationNumber> number, const QString &reason)
{
    const auto project = existing(t, id);
    if (!project)
        return project.error();
    if (isDecision(action))
        return decide(t, actor, *project, action, number, reason);
    if (!actor.isProjectAdmin)
        return forbidden(QStringLiteral("Only a project admin can %1 a project.").arg(wordOf(action)));
    return move(t, *project, action);
}

Result<> ProjectLife::setOwner(Transaction &t, const ProjectId &id, const UserId &owner)
{
    auto project = existing(t, id);
    if (!project)
        return project.error();
    if (project->isSystem || project->state == ProjectState::Uninitialized
        || project->state == ProjectState::Deleted)
        return conflict(QStringLiteral("This project's owner cannot be changed."));
    const auto former = project->terms.owner;
    project->terms.owner = owner;
    if (const auto saved = ProjectLifeStore::save(t, *project); !saved)
        return saved.error();
    if (const auto handed = handOver(t, *project, former); !handed)
        return handed.error();
    return noteProject(t, *project);
}

Result<int> ProjectLife::endExpired(Transaction &t, qint64 nowMs, int most)
{
    const auto ended = ProjectLifeStore::endedBefore(t, nowMs, most);
    if (!ended)
        return ended.error();
    for (const ProjectId &id : *ended) {
        const auto project = existing(t, id);
        if (!project)
            return project.error();
        if (const auto moved = move(t, *project, ProjectAction::Terminate); !moved)
            return moved.error();
    }
    return int(ended->size());
}

Result<> ProjectLife::forgetProject(Transaction &t, const ProjectId &id)
{
    auto project = existing(t, id);
    if (!project)
        return project.error();
    if (!project->hasLife)
        return {};
    const auto pending = ProjectApplicationStore::pendingOf(t, id);
    if (!pending)
        return pending.error();
    if (*pending) {
        const auto cancelled =
            ProjectApplicationStore::setState(t, (*pending)->number, ApplicationState::Cancelled, {});
        if (!cancelled)
            return cancelled.error();
    }
    project->state = ProjectState::Deleted;
    if (const auto saved = ProjectLifeStore::save(t, *project); !saved)
        return saved.error();
    return *pending ? release(t, **pending) : Result<>();
}

Result<> ProjectLife::forgetUser(Transaction &t, const UserId &user)
{
    constexpr int mostAtOnce = 500;
    const auto pending = ProjectApplicationStore::pendingBy(t, user, mostAtOnce);
    if (!pending)
        return pending.error();
    for (const ProjectApplication &application : *pending) {
        const auto cancelled = act(t, { user, true }, application.project, ProjectAction::Cancel,
            application.number, QStringLiteral("The applicant is gone."));
        if (!cancelled)
            return cancelled.error();
    }
    return {};
}

} // namespace nephele
