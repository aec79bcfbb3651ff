// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/limitservice.h"

namespace nephele {

// Unified limits (Identity API v3), under /identity. The service belongs to the same worker and outlives the
// table.
RouteTable limitRoutes(LimitService &service);

} // namespace nephele
