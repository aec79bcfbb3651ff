// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/caller.h"

namespace nephele {

// The wire names of the cloud's roles, as Synnefo calls its groups: "project-admins", "helpdesk",
// "admin-api", "admin-stats".
QStringList cloudRoleNames(CloudRoles roles);
std::optional<CloudRole> findCloudRole(const QString &name);

// rows: (user, bits of his roles on the cloud), one per user who has any.
class CloudRoleStore
{
public:
    static Result<CloudRoles> rolesOf(const ReadTransaction &t, const UserId &user);
    static Result<> setRoles(Transaction &t, const UserId &user, CloudRoles roles);
};

// rows: (name, SHA-256 of the token), one per outside service.
class ComponentStore
{
public:
    // The component a token belongs to, by the token's raw SHA-256.
    static Result<std::optional<QString>> find(const ReadTransaction &t, const QByteArray &tokenHash);
    static Result<QStringList> names(const ReadTransaction &t);
    // A new component, or a new token for the one of that name; the former token ends.
    static Result<> setToken(Transaction &t, const QString &name, const QByteArray &tokenHash);
    // NotFound when there is none.
    static Result<> remove(Transaction &t, const QString &name);
};

} // namespace nephele
