// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/role.h"

namespace nephele {

const std::array<RoleInfo, 5> &allRoles()
{
    static const std::array<RoleInfo, 5> roles { {
        { Role::Reader, QLatin1StringView("ea79cd14-0450-4209-b6f0-bbd832f8c6a4"),
            QLatin1StringView("reader") },
        { Role::Member, QLatin1StringView("bd9fb63a-2597-40e7-9d4b-6b66ad6fbd29"),
            QLatin1StringView("member") },
        { Role::Manager, QLatin1StringView("80e6911b-4472-4c37-a215-e8627a7caa29"),
            QLatin1StringView("manager") },
        { Role::Admin, QLatin1StringView("2853aafa-dda4-4a1f-a6e8-421c7c6571c9"),
            QLatin1StringView("admin") },
        { Role::ResellerAdmin, QLatin1StringView("52e23246-af22-429e-8c7f-992c951c442b"),
            QLatin1StringView("ResellerAdmin") },
    } };
    return roles;
}

const RoleInfo *findRoleByName(const QString &name)
{
    for (const RoleInfo &info : allRoles()) {
        if (info.name == name)
            return &info;
    }
    return nullptr;
}

const RoleInfo *findRoleById(const QString &id)
{
    for (const RoleInfo &info : allRoles()) {
        if (info.id == id)
            return &info;
    }
    return nullptr;
}

Roles withImplied(Roles roles)
{
    if (roles.testFlag(Role::Admin))
        roles |= Role::Manager;
    if (roles.testFlag(Role::Manager))
        roles |= Role::Member;
    if (roles.testFlag(Role::Member))
        roles |= Role::Reader;
    return roles;
}

QStringList roleNames(Roles roles)
{
    QStringList names;
    for (const RoleInfo &info : allRoles()) {
        if (roles.testFlag(info.role))
            names.append(info.name);
    }
    return names;
}

} // namespace nephele
