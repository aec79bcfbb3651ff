// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/identity/caller.h"
#include "model/identity/extras.h"

namespace nephele {

// A space of names for users, groups and projects. The one that is always there has the word "default" as its
// id, as Keystone's.
struct Domain
{
    DomainId id;
    QString name;
    bool isEnabled = true;
    bool operator==(const Domain &) const = default;

    static DomainId defaultId() { return DomainId::stored(QStringLiteral("default")); }
};

// Who pays and who may see. The system project of a user has the user's uuid and him as its one member.
struct Project
{
    ProjectId id;
    Domain domain;
    QString name;
    QString description;
    bool isEnabled = true;
    bool isSystem = false;
    ProjectId parent; // null right below the domain
    Extras extras;
    qint64 createdAtMs = 0;
    bool operator==(const Project &) const = default;
};

// A project and what somebody is in it; without the roles that are implied.
struct Membership
{
    Project project;
    Roles roles;
    bool operator==(const Membership &) const = default;
};

} // namespace nephele
