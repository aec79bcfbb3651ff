// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/project.h"
#include "model/identity/role.h"

namespace nephele {

// Who is given a role: a user or a group.
struct GrantActor
{
    QString id;
    bool isGroup = false;
    bool operator==(const GrantActor &) const = default;
};

// Where: a project, a domain, or the cloud itself.
struct GrantTarget
{
    enum class Kind { Project, Domain, System };

    Kind kind = Kind::System;
    QString id = QStringLiteral("system");
    bool operator==(const GrantTarget &) const = default;

    static GrantTarget project(const QString &id) { return { Kind::Project, id }; }
    static GrantTarget domain(const QString &id) { return { Kind::Domain, id }; }
    static GrantTarget system() { return {}; }
};

// An inherited grant holds in the projects below its target, not in the target.
struct Grant
{
    GrantActor actor;
    GrantTarget target;
    bool isInherited = false;
    RoleId role;
    bool operator==(const Grant &) const = default;

    // Kept as a bit of a membership, where Synnefo finds it too.
    bool isMembership(const RoleRecord &granted) const
    {
        return granted.isBuiltIn() && !actor.isGroup && !isInherited
            && target.kind == GrantTarget::Kind::Project;
    }
};

// Which grants are listed; absent: all.
struct GrantFilter
{
    std::optional<QString> role;
    std::optional<GrantActor> actor; // of effective grants: a user only
    std::optional<GrantTarget> target;
    bool withSubtree = false; // also what is below the target project
    std::optional<bool> isInherited;
    int limit = 1000;
};

} // namespace nephele
