// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/project/projectapplicationstore.h"
#include "model/project/projectlifestore.h"

namespace nephele {

// On whose behalf a project is changed. A project admin decides applications and manages every project.
struct ProjectActor
{
    UserId user;
    bool isProjectAdmin = false;
};

struct SubmittedApplication
{
    ProjectId project;
    ApplicationNumber number;
};

// The rules of a project's life that every door shares: Synnefo's face, `nephele admin` and housekeeping. All
// inside the caller's closure; whoever calls something that may take a right away tells
// IdentityContext::noteRevocation() after the commit. Refusals: NotFound for a project that never was,
// Forbidden for who may not, Conflict for what does not fit the state (Astakos API guide, "Project").
class ProjectLife
{
public:
    // A new project, uninitialized until it is approved. Invalid when the owner cannot be one; Conflict when
    // the applicant's astakos.pending_app is used up, which does not hold for project admins.
    static Result<SubmittedApplication> apply(
        Transaction &t, const ProjectActor &actor, const ProjectWish &wish);
    // Another application for a project that was approved once: an older one that waits is replaced.
    static Result<SubmittedApplication> modify(
        Transaction &t, const ProjectActor &actor, const ProjectId &id, const ProjectWish &wish);

    // `number`: which application is meant, for decisions; not read for the others.
    static Result<> act(Transaction &t, const ProjectActor &actor, const ProjectId &id, ProjectAction action,
        std::optional<ApplicationNumber> number, const QString &reason);

    // Without application, by the operator. The former owner stays a member.
    static Result<> setOwner(Transaction &t, const ProjectId &id, const UserId &owner);

    // Terminates at most `most` projects whose end has come; how many they were.
    static Result<int> endExpired(Transaction &t, qint64 nowMs, int most);

    // Before the row of the project goes by another door, and before a user goes: what waits for a decision
    // is cancelled.
    static Result<> forgetProject(Transaction &t, const ProjectId &id);
    static Result<> forgetUser(Transaction &t, const UserId &user);
};

Error unknownProject();

} // namespace nephele
