// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/policyservice.h"

namespace nephele {

// Policies and OAuth 1 consumers (Identity API v3, "Policies"; "OS-OAUTH1"), under /identity. The rest of
// OAuth 1 is refused: this cloud hands out no such tokens. The service belongs to the same worker and
// outlives the table.
RouteTable policyRoutes(PolicyService &service);

} // namespace nephele
