// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/caller.h"
#include "model/identity/role.h"

namespace nephele {

using TrustId = Id<struct TrustTag>; // 32 hexadecimal digits, as Keystone's

// Lets the trustee act in one project with some of the trustor's roles, without the trustor's password.
struct Trust
{
    TrustId id;
    UserId trustor;
    UserId trustee;
    ProjectId project;
    Roles roles; // at most these, and only while the trustor has them
    bool isImpersonation = false; // its tokens name the trustor as their user
    std::optional<qint64> remainingUses; // sign-ins left; nullopt: without end
    std::optional<qint64> expiresAtMs;
    QList<RoleRecord> others = {}; // which ones Role::Other stands for
    bool operator==(const Trust &) const = default;
};

} // namespace nephele
