// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/identityservice.h"

#include <vector>

namespace nephele {

// Synnefo's identity v2.0 and account v1.0 under /astakos. The service belongs to the same worker and
// outlives the tables.
std::vector<RouteTable> astakosRoutes(IdentityService &service);

} // namespace nephele
