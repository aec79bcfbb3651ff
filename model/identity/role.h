// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/caller.h"

#include <QStringList>

#include <array>

namespace nephele {

// A role as the wires name it. The uuids are the same in every cloud and never change.
struct RoleInfo
{
    Role role;
    QLatin1StringView id;
    QLatin1StringView name;
};

// All roles, the least one first.
const std::array<RoleInfo, 5> &allRoles();

// nullptr when there is no such role.
const RoleInfo *findRoleByName(const QString &name);
const RoleInfo *findRoleById(const QString &id);

// What somebody with these roles may do in all: admin implies manager, that member, that reader.
Roles withImplied(Roles roles);

QStringList roleNames(Roles roles);

} // namespace nephele
