// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/rolestore.h"

// The columns of a role's row and how they are read, for the stores that tell roles.

// of role r; of role s
#define NEPHELE_ROLE_COLUMNS "r.id, r.name, r.domain, r.description, r.extras, r.bit"
#define NEPHELE_IMPLIED_ROLE_COLUMNS "s.id, s.name, s.domain, s.description, s.extras, s.bit"

namespace nephele {

constexpr int roleColumns = 6;

inline RoleRecord roleFromRow(const Row &row, int at = 0)
{
    return { row.id<RoleId>(at), row.text(at + 1), row.id<DomainId>(at + 2), row.text(at + 3),
        extrasFromText(row.text(at + 4)), Role(row.integer(at + 5)) };
}

} // namespace nephele
