// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/identity/caller.h"
#include "model/project/projectstates.h"

#include <QMap>

#include <limits>

namespace nephele {

using ApplicationNumber = Number<struct ApplicationTag>;
using MembershipNumber = Number<struct MembershipTag>;

// Synnefo's word for "without limit", of members and of resources.
inline constexpr qint64 endless = std::numeric_limits<qint64>::max();

// What a project may use of a resource, and each of its members. `endless` is without limit.
struct ResourceCapacity
{
    QString resource;
    qint64 ofProject = 0;
    qint64 ofMember = 0;
    bool operator==(const ResourceCapacity &) const = default;
};

// What an application may ask for.
struct ProjectTerms
{
    QString name;
    std::optional<UserId> owner;
    QString homepage;
    QString description;
    qint64 endAtMs = 0;
    JoiningPolicy joining = JoiningPolicy::Moderated;
    JoiningPolicy leaving = JoiningPolicy::Auto;
    qint64 mostMembers = endless;
    bool isPrivate = false;
    bool operator==(const ProjectTerms &) const = default;
};

// A project as Synnefo's face shows it, whoever made it.
struct ProjectRecord
{
    ProjectId id;
    ProjectState state = ProjectState::Uninitialized;
    ProjectTerms terms;
    QString rowName; // what the other faces call it; empty while it has no row there
    bool isSystem = false; // its members are one user, who has the same uuid
    bool hasLife = false; // false: made elsewhere and never changed here
    std::optional<ApplicationNumber> application; // the latest
    qint64 createdAtMs = 0;
    std::optional<qint64> deactivatedAtMs;
    bool operator==(const ProjectRecord &) const = default;
};

// What somebody asks for: all of it for a new project; what is absent stays as it is.
struct ProjectWish
{
    std::optional<QString> name;
    std::optional<UserId> owner;
    std::optional<QString> homepage;
    std::optional<QString> description;
    std::optional<qint64> endAtMs;
    std::optional<JoiningPolicy> joining;
    std::optional<JoiningPolicy> leaving;
    std::optional<qint64> mostMembers;
    std::optional<bool> isPrivate;
    QList<ResourceCapacity> capacities; // of these resources only
    std::optional<qint64> startAtMs; // this and the comments live in the application alone
    QString comments;
    bool operator==(const ProjectWish &) const = default;

    ProjectTerms appliedTo(ProjectTerms terms) const
    {
        terms.name = name.value_or(terms.name);
        if (owner)
            terms.owner = owner;
        terms.homepage = homepage.value_or(terms.homepage);
        terms.description = description.value_or(terms.description);
        terms.endAtMs = endAtMs.value_or(terms.endAtMs);
        terms.joining = joining.value_or(terms.joining);
        terms.leaving = leaving.value_or(terms.leaving);
        terms.mostMembers = mostMembers.value_or(terms.mostMembers);
        terms.isPrivate = isPrivate.value_or(terms.isPrivate);
        return terms;
    }
};

struct ProjectApplication
{
    ApplicationNumber number;
    ProjectId project;
    ApplicationState state = ApplicationState::Pending;
    UserId applicant;
    bool isCharged = false; // counts in his astakos.pending_app while it is pending
    ProjectWish wish;
    bool operator==(const ProjectApplication &) const = default;
};

// A user in a project, or on the way in, or out again.
struct ProjectMembership
{
    MembershipNumber number; // 0: none was given yet
    ProjectId project;
    UserId user;
    MembershipState state = MembershipState::Requested;
    Roles roles; // without those that are implied; kept while he is suspended
    QMap<MembershipState, qint64> datesMs; // when it was last in each state it ever was in
    bool operator==(const ProjectMembership &) const = default;
};

} // namespace nephele
