// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/grant.h"

// How a grant is read, for the statements that list them.

// of membership m
#define NEPHELE_IS_MEMBER "m.state IN ('accepted', 'leave_requested')"

namespace nephele {

// The schema lets no other word in.
inline GrantTarget::Kind targetKindFrom(const QString &word)
{
    if (word == QLatin1StringView("project"))
        return GrantTarget::Kind::Project;
    return word == QLatin1StringView("domain") ? GrantTarget::Kind::Domain : GrantTarget::Kind::System;
}

// actor, is_group, target, target_kind, inherited, role
inline Grant grantFromRow(const Row &row)
{
    Grant grant;
    grant.actor = { row.text(0), row.flag(1) };
    grant.target = { targetKindFrom(row.text(3)), row.text(2) };
    grant.isInherited = row.flag(4);
    grant.role = row.id<RoleId>(5);
    return grant;
}

} // namespace nephele
