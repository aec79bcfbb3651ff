// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identitycontext.h"
#include "server/project/projectmembers.h"

#include <QFuture>

namespace nephele {

// A project as one caller is shown it.
struct ShownProject
{
    ProjectRecord project;
    QList<ResourceCapacity> resources; // as asked for while the project is uninitialized
    std::optional<ProjectApplication> application; // the latest; for owner, applicant and project admins
    bool showsDeactivation = false; // for the same
};

struct ShownMembership
{
    ProjectMembership membership;
    QList<MembershipAction> allowed; // what this caller may do with it now
};

// ?mode= of the list of projects. For a project admin only Member restricts anything.
enum class ProjectMode { Default, Related, Member, Active };

struct ProjectQuestion
{
    ProjectMode mode = ProjectMode::Default;
    std::optional<ProjectState> state;
    std::optional<UserId> owner;
    std::optional<QString> name;
    std::optional<ProjectId> after;
    int limit = 500;
};

struct MembershipQuestion
{
    std::optional<ProjectId> project;
    std::optional<MembershipNumber> after;
    int limit = 500;
};

// Who may see and do what with projects and memberships in Synnefo's face; the rules themselves are
// ProjectLife's and ProjectMembers'. One per worker, no state between calls. NotFound is what never was,
// Forbidden what the caller may not see or do, as the Astakos API guide wants it; ids are uuids nobody
// guesses. A restricted credential changes nothing. What a call takes away or gives is so for every token
// once its future is done.
class ProjectService : public QObject
{
    Q_OBJECT

public:
    explicit ProjectService(IdentityContext &context, QObject *parent = nullptr);

    Result<QList<ShownProject>> projects(const Caller &caller, const ProjectQuestion &question);
    Result<ShownProject> project(const Caller &caller, const ProjectId &id);
    // Without `id` a new project. Invalid names the field.
    QFuture<Result<SubmittedApplication>> submit(
        const Caller &caller, const std::optional<ProjectId> &id, const ProjectWish &wish);
    QFuture<Result<>> act(const Caller &caller, const ProjectId &id, ProjectAction action,
        const std::optional<ApplicationNumber> &application, const QString &reason);

    // Gives numbers to memberships made elsewhere first, so it may take a write.
    QFuture<Result<QList<ShownMembership>>> memberships(
        const Caller &caller, const MembershipQuestion &question);
    Result<ShownMembership> membership(const Caller &caller, MembershipNumber number);
    QFuture<Result<MembershipNumber>> join(const Caller &caller, const ProjectId &id);
    QFuture<Result<MembershipNumber>> enroll(
        const Caller &caller, const ProjectId &id, const QString &userName);
    QFuture<Result<>> act(const Caller &caller, MembershipNumber number, MembershipAction action);

    // What new things of the caller are charged to. NotFound when he has nothing to do with the project,
    // Forbidden when it is not active or he is not accepted.
    QFuture<Result<>> setDefaultProject(const Caller &caller, const ProjectId &id);

private:
    Result<QList<ShownMembership>> shown(const Caller &caller, const MembershipListing &listing);
    template <class T>
    QFuture<Result<T>> noted(const QFuture<Result<T>> &written);

    IdentityContext &m_context;
    Database &m_database;
};

} // namespace nephele
