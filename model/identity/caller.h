// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/identity/accessrule.h"

#include <QByteArray>
#include <QFlags>
#include <QHash>
#include <QList>
#include <QString>

#include <optional>

namespace nephele {

// The two families of APIs on the one port (DESIGN: "two faces, one cloud").
enum class Face { Synnefo, OpenStack };

enum class Role {
    Reader = 0x1,
    Member = 0x2,
    Manager = 0x4,
    Admin = 0x8, // cloud-wide wherever it is held
    ResellerAdmin = 0x10,
    Other = 0x20, // some role an administrator made up; opens nothing of ours by itself
};
Q_DECLARE_FLAGS(Roles, Role)
Q_DECLARE_OPERATORS_FOR_FLAGS(Roles)

// Rights on the cloud itself, Synnefo's groups. They come with Synnefo tokens; an administrator has them all.
enum class CloudRole {
    ProjectAdmin = 0x1, // decides applications, manages every project
    Helpdesk = 0x2, // looks up users and what they own
    AdminApi = 0x4, // Astakos' calls that manage users
    AdminStats = 0x8, // the detailed statistics
};
Q_DECLARE_FLAGS(CloudRoles, CloudRole)
Q_DECLARE_OPERATORS_FOR_FLAGS(CloudRoles)

// Who is asking, with what reach. Made by identity from a token for one face; a value that outlives the
// request.
struct Caller
{
    UserId user; // null for an anonymous caller of a public route
    QString userName;
    std::optional<ProjectId> project; // what new things are charged to; nullopt for an unscoped token
    QHash<ProjectId, Roles>
        scope; // the projects whose things this request may see, and what the caller is there
    std::optional<DomainId> domain; // of a token for a domain
    bool isForSystem = false; // a token for the system
    bool isAdmin = false; // admin somewhere, and this token carries it
    CloudRoles cloudRoles; // asked through holds()
    QString component; // name of the outside service whose token this is; it has no user then
    AccessRules accessRules; // the requests this token is good for, judged by the router; empty: all
    bool isRestricted = false; // restricted application credential: makes no tokens, changes no account
    Face face = Face::OpenStack;
    QByteArray tokenHash; // SHA-256 of the token, raw
    qint64 expiresAtMs = 0;

    bool isAnonymous() const { return user.isNull() && component.isEmpty(); }
    bool isComponent() const { return !component.isEmpty(); }
    bool holds(CloudRole role) const { return isAdmin || cloudRoles.testFlag(role); }
    Roles rolesIn(const ProjectId &in) const { return scope.value(in); }
};

// What every resource says of its owner.
struct Ownership
{
    ProjectId project; // pays
    UserId user; // made it
    bool shared = false; // may the project see it
    bool operator==(const Ownership &) const = default;
};

// The one rule (DESIGN 2): in scope, and own, shared, managed or an administrator's.
inline bool canSee(const Caller &caller, const Ownership &owner)
{
    if (caller.isAdmin)
        return true;
    const auto roles = caller.scope.constFind(owner.project);
    return roles != caller.scope.cend()
        && (owner.shared || owner.user == caller.user || roles->testFlag(Role::Manager));
}

inline bool canChange(const Caller &caller, const Ownership &owner)
{
    if (!canSee(caller, owner))
        return false;
    return caller.isAdmin || caller.rolesIn(owner.project) & (Roles(Role::Member) | Role::Manager);
}

} // namespace nephele
