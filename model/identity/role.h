// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/caller.h"
#include "model/identity/extras.h"

#include <QStringList>

#include <array>

namespace nephele {

using RoleId = Id<struct RoleTag>;

// A role as OpenStack's clients see it: one of the five built-in ones, or one an administrator made up. Those
// open nothing of ours by themselves, but may imply built-in ones.
struct RoleRecord
{
    RoleId id;
    QString name; // unique in its domain, or among those of none
    DomainId domain; // null: of the whole cloud
    QString description;
    Extras extras;
    Role bit = Role::Other;
    bool operator==(const RoleRecord &) const = default;

    bool isBuiltIn() const { return bit != Role::Other; }
};

// A built-in role as the wires name it. The uuids are the same in every cloud and never change.
struct RoleInfo
{
    Role role;
    QLatin1StringView id;
    QLatin1StringView name;
};

// All built-in roles, the least one first.
const std::array<RoleInfo, 5> &allRoles();

// nullptr when there is no such role.
const RoleInfo *findRoleByName(const QString &name);
const RoleInfo *findRoleById(const QString &id);

// What somebody with these roles may do in all: admin implies manager, that member, that reader.
Roles withImplied(Roles roles);

QStringList roleNames(Roles roles);

} // namespace nephele
