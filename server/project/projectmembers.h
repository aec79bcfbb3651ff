// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/project/membershipstore.h"
#include "server/project/projectlife.h"

namespace nephele {

// The rules of coming into a project and of leaving it, for every door; as ProjectLife inside the caller's
// closure, and refusing in the same ways.
class ProjectMembers
{
public:
    // Accepted at once where the policy says so and there is room, else requested. NotFound for a project
    // that never was.
    static Result<MembershipNumber> join(Transaction &t, const ProjectActor &actor, const ProjectId &id);
    // `userName` as Synnefo shows him. Conflict when there is no such user or project.
    static Result<MembershipNumber> enroll(
        Transaction &t, const ProjectActor &actor, const ProjectId &id, const QString &userName);
    // accept, reject, cancel, leave, remove.
    static Result<> act(
        Transaction &t, const ProjectActor &actor, MembershipNumber number, MembershipAction action);
    // Which of these would not be refused.
    static Result<QList<MembershipAction>> allowedActions(const ReadTransaction &t, const ProjectActor &actor,
        const ProjectRecord &project, const ProjectMembership &membership);

    // The operator's alone: suspend takes the project's resources from a member, unsuspend gives them back.
    static Result<> setSuspended(
        Transaction &t, const ProjectId &id, const UserId &user, MembershipAction action);

    // Makes the owner a manager of his project, and a member if he is none; takes the former back.
    static Result<> beginManaging(Transaction &t, const ProjectRecord &project);
    static Result<> endManaging(Transaction &t, const ProjectId &id, const UserId &former);
};

} // namespace nephele
