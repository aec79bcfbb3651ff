// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

namespace nephele {

class AccountAdmin;

// Astakos' calls that manage users, under /astakos/identity/v2.0/users (API guide, "Administrator API"). The
// service outlives the table.
RouteTable accountAdminRoutes(AccountAdmin &service);

} // namespace nephele
