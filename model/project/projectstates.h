// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace nephele {

// The state machines of Synnefo's projects (Astakos API guide, "Project"): which state an action leads to,
// and which it does not fit. Who may do it, policies and limits are server/project's.

enum class ProjectState { Uninitialized, Active, Suspended, Terminated, Deleted };
enum class ApplicationState { Pending, Approved, Replaced, Denied, Dismissed, Cancelled };
enum class ProjectAction { Approve, Deny, Cancel, Dismiss, Suspend, Unsuspend, Terminate, Reinstate };
enum class JoiningPolicy { Auto, Moderated, Closed }; // of joining and of leaving

enum class MembershipState { Requested, Accepted, LeaveRequested, Suspended, Rejected, Cancelled, Removed };
enum class MembershipAction { Join, Enroll, Accept, Reject, Cancel, Leave, Remove, Suspend, Unsuspend };

// The words of wire and database, one each: "uninitialized", "leave_requested" ...
QString wordOf(ProjectState state);
QString wordOf(ApplicationState state);
QString wordOf(ProjectAction action);
QString wordOf(JoiningPolicy policy);
QString wordOf(MembershipState state);
QString wordOf(MembershipAction action);
std::optional<ProjectState> projectStateFrom(const QString &word);
std::optional<ApplicationState> applicationStateFrom(const QString &word);
std::optional<ProjectAction> projectActionFrom(const QString &word);
std::optional<JoiningPolicy> joiningPolicyFrom(const QString &word);
std::optional<MembershipState> membershipStateFrom(const QString &word);
std::optional<MembershipAction> membershipActionFrom(const QString &word);

// The tables; nullopt: the action does not fit the state.
std::optional<ProjectState> nextState(ProjectState state, ProjectAction action);
std::optional<ApplicationState> nextState(ApplicationState state, ProjectAction action);
// `state`: nullopt when there never was a membership. Join leads to Requested and Leave to Removed: what the
// policy makes of them is the caller's to say.
std::optional<MembershipState> nextState(std::optional<MembershipState> state, MembershipAction action);

// approve, deny, cancel, dismiss: about the latest application, the others about the project itself.
bool isDecision(ProjectAction action);
// Has the name and can be joined.
constexpr bool isLiving(ProjectState state)
{
    return state == ProjectState::Active || state == ProjectState::Suspended;
}
// Belongs to the project, though perhaps without its resources.
constexpr bool isInside(MembershipState state)
{
    return state == MembershipState::Accepted || state == MembershipState::LeaveRequested
        || state == MembershipState::Suspended;
}

} // namespace nephele
