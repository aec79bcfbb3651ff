// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/project/projectmembers.h"

#include "model/identity/projectstore.h"
#include "server/identity/accounts.h"

namespace nephele {

namespace {

using Action = MembershipAction;
using State = MembershipState;

Error wrongState(const std::optional<State> &state, Action action)
{
    return conflict(QStringLiteral("A membership that is %1 takes no %2.")
                        .arg(state ? wordOf(*state) : QStringLiteral("not there"), wordOf(action)));
}

bool manages(const ProjectActor &actor, const ProjectRecord &project)
{
    return actor.isProjectAdmin || project.terms.owner == actor.user;
}

// Who may do it to that membership.
bool mayAct(const ProjectActor &actor, const ProjectRecord &project, const UserId &member, Action action)
{
    if (action == Action::Cancel || action == Action::Leave)
        return actor.isProjectAdmin || member == actor.user;
    return manages(actor, project);
}

Result<std::optional<State>> stateOf(const ReadTransaction &t, const ProjectId &id, const UserId &user)
{
    const auto membership = MembershipStore::find(t, id, user);
    if (!membership)
        return membership.error();
    return *membership ? std::optional((*membership)->state) : std::nullopt;
}

Result<> refuseDeadProject(const ProjectRecord &project)
{
    if (!isLiving(project.state))
        return conflict(QStringLiteral("The project is %1.").arg(wordOf(project.state)));
    return {};
}

Result<> refuseClosedJoining(const ProjectRecord &project)
{
    if (const auto living = refuseDeadProject(project); !living)
        return living.error();
    if (project.isSystem || project.terms.joining == JoiningPolicy::Closed)
        return conflict(QStringLiteral("The project takes no members."));
    return {};
}

Result<bool> hasRoom(const ReadTransaction &t, const ProjectRecord &project)
{
    if (project.terms.mostMembers == endless)
        return true;
    const auto inside = MembershipStore::countInside(t, project.id, project.terms.mostMembers);
    if (!inside)
        return inside.error();
    return *inside < project.terms.mostMembers;
}

// Everything but the state that stands between somebody and a membership others give him.
Result<> refuseEntry(const ReadTransaction &t, const ProjectRecord &project, const UserId &user)
{
    if (const auto open = refuseClosedJoining(project); !open)
        return open.error();
    const auto found = UserStore::find(t, user);
    if (!found)
        return found.error();
    if (!*found || !(*found)->isEnabled)
        return conflict(QStringLiteral("The user is not active."));
    const auto room = hasRoom(t, project);
    if (!room)
        return room.error();
    if (!*room)
        return conflict(QStringLiteral("The project has as many members as it may."));
    return {};
}

Result<> refuseLeaving(const ProjectRecord &project)
{
    if (project.isSystem || project.terms.leaving == JoiningPolicy::Closed)
        return conflict(QStringLiteral("The project lets no member go."));
    return {};
}

Result<> noteMember(Transaction &t, const ProjectId &id, const UserId &user)
{
    return t.noteChange({ QLatin1StringView("project"), id.text(), id, user, true });
}

Result<> letIn(Transaction &t, const ProjectRecord &project, const UserId &user)
{
    const Roles roles =
        project.terms.owner == user ? Roles(Role::Manager) | Role::Member : Roles(Role::Member);
    if (const auto set = ProjectStore::setMember(t, project.id, user, roles); !set)
        return set.error();
    if (const auto moved = MembershipStore::setState(t, project.id, user, State::Accepted); !moved)
        return moved.error();
    return noteMember(t, project.id, user);
}

// Tokens, credentials and a default project that was this one go with him; what he made stays counted here.
Result<> letGo(Transaction &t, const ProjectId &id, const UserId &user)
{
    const auto project = ProjectStore::find(t, NameRef::byId(id.text()));
    if (!project)
        return project.error();
    const auto found = UserStore::find(t, user);
    if (!found)
        return found.error();
    if (!*project || !*found)
        return conflict(QStringLiteral("The project or the user is gone."));
    if (const auto removed = Accounts::removeMember(t, **project, **found); !removed)
        return removed.error();
    return MembershipStore::setState(t, id, user, State::Removed);
}

Result<> leave(Transaction &t, const ProjectRecord &project, const ProjectMembership &membership)
{
    if (const auto open = refuseLeaving(project); !open)
        return open.error();
    if (project.terms.leaving == JoiningPolicy::Auto)
        return letGo(t, project.id, membership.user);
    // As one who asked to leave he would have his resources back.
    if (membership.state == State::Suspended)
        return wrongState(membership.state, Action::Leave);
    if (const auto moved = MembershipStore::setState(t, project.id, membership.user, State::LeaveRequested);
        !moved)
        return moved.error();
    return noteMember(t, project.id, membership.user);
}

// Whatever refuses an action that is allowed in itself and fits the state.
Result<> refusal(const ReadTransaction &t, const ProjectRecord &project, const ProjectMembership &membership,
    Action action)
{
    switch (action) {
    case Action::Accept:
        return refuseEntry(t, project, membership.user);
    case Action::Cancel:
        return refuseDeadProject(project);
    case Action::Leave:
        if (project.terms.leaving == JoiningPolicy::Moderated && membership.state == State::Suspended)
            return wrongState(membership.state, action);
        return refuseLeaving(project);
    case Action::Remove:
        return refuseLeaving(project);
    default:
        return {};
    }
}

Result<> carryOut(
    Transaction &t, const ProjectRecord &project, const ProjectMembership &membership, Action action)
{
    const auto become = [&](State state) -> Result<> {
        if (const auto moved = MembershipStore::setState(t, project.id, membership.user, state); !moved)
            return moved.error();
        return noteMember(t, project.id, membership.user);
    };
    switch (action) {
    case Action::Accept:
        return letIn(t, project, membership.user);
    case Action::Leave:
        return leave(t, project, membership);
    case Action::Remove:
        return letGo(t, project.id, membership.user);
    case Action::Reject:
        return become(State::Rejected);
    case Action::Cancel:
        return become(State::Cancelled);
    case Action::Suspend:
        return become(State::Suspended);
    case Action::Unsuspend:
        return become(State::Accepted);
    case Action::Join:
    case Action::Enroll:
        break;
    }
    return internalError(QStringLiteral("coming in is no action on a membership"));
}

Result<ProjectRecord> projectOf(const ReadTransaction &t, const ProjectId &id)
{
    const auto project = ProjectLifeStore::find(t, id);
    if (!project)
        return project.error();
    return *project ? Result<ProjectRecord>(**project) : Result<ProjectRecord>(unknownProject());
}

} // namespace

Result<MembershipNumber> ProjectMembers::join(Transaction &t, const ProjectActor &actor, const ProjectId &id)
{
    const auto project = projectOf(t, id);
    if (!project)
        return project.error();
    if (const auto open = refuseClosedJoining(*project); !open)
        return open.error();
    const auto state = stateOf(t, id, actor.user);
    if (!state)
        return state.error();
    if (!nextState(*state, Action::Join))
        return wrongState(*state, Action::Join);
    const auto room = hasRoom(t, *project);
    if (!room)
        return room.error();
    const bool isAdmitted = project->terms.joining == JoiningPolicy::Auto && *room;
    const auto moved = isAdmitted ? letIn(t, *project, actor.user)
                                  : MembershipStore::setState(t, id, actor.user, State::Requested);
    if (!moved)
        return moved.error();
    return MembershipStore::ensureNumber(t, id, actor.user);
}

Result<MembershipNumber> ProjectMembers::enroll(
    Transaction &t, const ProjectActor &actor, const ProjectId &id, const QString &userName)
{
    const auto project = ProjectLifeStore::find(t, id);
    if (!project)
        return project.error();
    if (!*project)
        return conflict(unknownProject().message);
    if (!manages(actor, **project))
        return forbidden(QStringLiteral("Only its owner enrolls members of a project."));
    const auto named = UserStore::idsOf(t, { userName });
    if (!named)
        return named.error();
    if (named->isEmpty())
        return conflict(QStringLiteral("There is no user named '%1'.").arg(userName));
    const auto user = UserId::stored(*named->cbegin());
    const auto state = stateOf(t, id, user);
    if (!state)
        return state.error();
    if (!nextState(*state, Action::Enroll))
        return wrongState(*state, Action::Enroll);
    if (const auto free = refuseEntry(t, **project, user); !free)
        return free.error();
    if (const auto entered = letIn(t, **project, user); !entered)
        return entered.error();
    return MembershipStore::ensureNumber(t, id, user);
}

Result<> ProjectMembers::act(
    Transaction &t, const ProjectActor &actor, MembershipNumber number, MembershipAction action)
{
    const auto membership = MembershipStore::find(t, number);
    if (!membership)
        return membership.error();
    if (!*membership)
        return notFound(QStringLiteral("There is no such membership."));
    const auto project = projectOf(t, (*membership)->project);
    if (!project)
        return project.error();
    if (!mayAct(actor, *project, (*membership)->user, action))
        return forbidden(QStringLiteral("You cannot %1 this membership.").arg(wordOf(action)));
    if (!nextState((*membership)->state, action))
        return wrongState((*membership)->state, action);
    if (const auto free = refusal(t, *project, **membership, action); !free)
        return free.error();
    return carryOut(t, *project, **membership, action);
}

Result<QList<MembershipAction>> ProjectMembers::allowedActions(const ReadTransaction &t,
    const ProjectActor &actor, const ProjectRecord &project, const ProjectMembership &membership)
{
    QList<MembershipAction> allowed;
    for (const Action action :
        { Action::Accept, Action::Reject, Action::Cancel, Action::Leave, Action::Remove }) {
        if (!mayAct(actor, project, membership.user, action) || !nextState(membership.state, action))
            continue;
        const auto free = refusal(t, project, membership, action);
        if (free)
            allowed.append(action);
        else if (free.error().code != ErrorCode::Conflict)
            return free.error();
    }
    return allowed;
}

Result<> ProjectMembers::setSuspended(
    Transaction &t, const ProjectId &id, const UserId &user, MembershipAction action)
{
    const auto project = projectOf(t, id);
    if (!project)
        return project.error();
    if (project->isSystem)
        return conflict(QStringLiteral("The one member of a system project stays as he is."));
    const auto membership = MembershipStore::find(t, id, user);
    if (!membership)
        return membership.error();
    const auto state = *membership ? std::optional((*membership)->state) : std::nullopt;
    if (!state || !nextState(state, action))
        return wrongState(state, action);
    return carryOut(t, *project, **membership, action);
}

Result<> ProjectMembers::beginManaging(Transaction &t, const ProjectRecord &project)
{
    const UserId owner = project.terms.owner.value_or(UserId());
    const auto user = UserStore::find(t, owner);
    if (!user)
        return user.error();
    if (!*user)
        return conflict(QStringLiteral("The project's owner is gone."));
    const auto membership = MembershipStore::find(t, project.id, owner);
    if (!membership)
        return membership.error();
    const bool isIn = *membership && isInside((*membership)->state);
    const auto made = isIn
        ? MembershipStore::setRoles(t, project.id, owner, (*membership)->roles | Role::Manager | Role::Member)
        : letIn(t, project, owner);
    if (!made)
        return made.error();
    const auto number = MembershipStore::ensureNumber(t, project.id, owner);
    return number ? Result<>() : Result<>(number.error());
}

Result<> ProjectMembers::endManaging(Transaction &t, const ProjectId &id, const UserId &former)
{
    const auto membership = MembershipStore::find(t, id, former);
    if (!membership)
        return membership.error();
    if (!*membership || !(*membership)->roles.testFlag(Role::Manager))
        return {};
    const Roles left = ((*membership)->roles | Role::Member) & ~Roles(Role::Manager);
    return MembershipStore::setRoles(t, id, former, left);
}

} // namespace nephele
