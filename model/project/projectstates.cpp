// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/project/projectstates.h"

#include <array>

namespace nephele {

namespace {

// The words of an enum in the order of its values.
template <size_t Count>
using Words = std::array<QLatin1StringView, Count>;

constexpr Words<5> projectStates { QLatin1StringView("uninitialized"), QLatin1StringView("active"),
    QLatin1StringView("suspended"), QLatin1StringView("terminated"), QLatin1StringView("deleted") };
constexpr Words<6> applicationStates { QLatin1StringView("pending"), QLatin1StringView("approved"),
    QLatin1StringView("replaced"), QLatin1StringView("denied"), QLatin1StringView("dismissed"),
    QLatin1StringView("cancelled") };
constexpr Words<8> projectActions { QLatin1StringView("approve"), QLatin1StringView("deny"),
    QLatin1StringView("cancel"), QLatin1StringView("dismiss"), QLatin1StringView("suspend"),
    QLatin1StringView("unsuspend"), QLatin1StringView("terminate"), QLatin1StringView("reinstate") };
constexpr Words<3> policies { QLatin1StringView("auto"), QLatin1StringView("moderated"),
    QLatin1StringView("closed") };
constexpr Words<7> membershipStates { QLatin1StringView("requested"), QLatin1StringView("accepted"),
    QLatin1StringView("leave_requested"), QLatin1StringView("suspended"), QLatin1StringView("rejected"),
    QLatin1StringView("cancelled"), QLatin1StringView("removed") };
constexpr Words<9> membershipActions { QLatin1StringView("join"), QLatin1StringView("enroll"),
    QLatin1StringView("accept"), QLatin1StringView("reject"), QLatin1StringView("cancel"),
    QLatin1StringView("leave"), QLatin1StringView("remove"), QLatin1StringView("suspend"),
    QLatin1StringView("unsuspend") };

template <class Value, size_t Count>
std::optional<Value> valueOf(const Words<Count> &words, const QString &word)
{
    for (size_t i = 0; i < Count; ++i) {
        if (words[i] == word)
            return Value(int(i));
    }
    return std::nullopt;
}

constexpr std::nullopt_t no = std::nullopt;

// Rows: states; columns: approve, deny, cancel, dismiss, suspend, unsuspend, terminate, reinstate. The first
// four ask for a fitting application as well.
using P = ProjectState;
constexpr std::optional<P> projectTable[5][8] = {
    { P::Active, P::Uninitialized, P::Deleted, P::Deleted, no, no, no, no }, // uninitialized
    { P::Active, P::Active, P::Active, P::Active, P::Suspended, no, P::Terminated, no }, // active
    { P::Active, P::Suspended, P::Suspended, P::Suspended, no, P::Active, P::Terminated, no }, // suspended
    { P::Active, P::Terminated, P::Terminated, P::Terminated, no, no, no, P::Active }, // terminated
    { no, no, no, no, no, no, no, no }, // deleted
};

// Columns: approve, deny, cancel, dismiss.
using A = ApplicationState;
constexpr std::optional<A> applicationTable[6][4] = {
    { A::Approved, A::Denied, A::Cancelled, no }, // pending
    { no, no, no, no }, // approved
    { no, no, no, no }, // replaced
    { no, no, no, A::Dismissed }, // denied
    { no, no, no, no }, // dismissed
    { no, no, no, no }, // cancelled
};

// Columns: join, enroll, accept, reject, cancel, leave, remove, suspend, unsuspend.
using M = MembershipState;
constexpr std::optional<M> outside[9] = { M::Requested, M::Accepted, no, no, no, no, no, no, no };
constexpr std::optional<M> membershipTable[4][9] = {
    { no, M::Accepted, M::Accepted, M::Rejected, M::Cancelled, no, no, no, no }, // requested
    { no, no, no, no, no, M::Removed, M::Removed, M::Suspended, no }, // accepted
    { no, no, no, no, no, M::Removed, M::Removed, no, no }, // leave_requested
    { no, no, no, no, no, M::Removed, M::Removed, no, M::Accepted }, // suspended
};

} // namespace

QString wordOf(ProjectState state)
{
    return projectStates[size_t(state)];
}

QString wordOf(ApplicationState state)
{
    return applicationStates[size_t(state)];
}

QString wordOf(ProjectAction action)
{
    return projectActions[size_t(action)];
}

QString wordOf(JoiningPolicy policy)
{
    return policies[size_t(policy)];
}

QString wordOf(MembershipState state)
{
    return membershipStates[size_t(state)];
}

QString wordOf(MembershipAction action)
{
    return membershipActions[size_t(action)];
}

std::optional<ProjectState> projectStateFrom(const QString &word)
{
    return valueOf<ProjectState>(projectStates, word);
}

std::optional<ApplicationState> applicationStateFrom(const QString &word)
{
    return valueOf<ApplicationState>(applicationStates, word);
}

std::optional<ProjectAction> projectActionFrom(const QString &word)
{
    return valueOf<ProjectAction>(projectActions, word);
}

std::optional<JoiningPolicy> joiningPolicyFrom(const QString &word)
{
    return valueOf<JoiningPolicy>(policies, word);
}

std::optional<MembershipState> membershipStateFrom(const QString &word)
{
    return valueOf<MembershipState>(membershipStates, word);
}

std::optional<MembershipAction> membershipActionFrom(const QString &word)
{
    return valueOf<MembershipAction>(membershipActions, word);
}

std::optional<ProjectState> nextState(ProjectState state, ProjectAction action)
{
    return projectTable[size_t(state)][size_t(action)];
}

std::optional<ApplicationState> nextState(ApplicationState state, ProjectAction action)
{
    return isDecision(action) ? applicationTable[size_t(state)][size_t(action)] : std::nullopt;
}

std::optional<MembershipState> nextState(std::optional<MembershipState> state, MembershipAction action)
{
    if (!state || *state >= MembershipState::Rejected)
        return outside[size_t(action)];
    return membershipTable[size_t(*state)][size_t(action)];
}

bool isDecision(ProjectAction action)
{
    return action <= ProjectAction::Dismiss;
}

} // namespace nephele
