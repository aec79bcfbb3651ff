// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/trustservice.h"

namespace nephele {

// Trusts (Identity API v3, "OS-TRUST"), under /identity. The service belongs to the same worker and outlives
// the table.
RouteTable trustRoutes(TrustService &service);

} // namespace nephele
