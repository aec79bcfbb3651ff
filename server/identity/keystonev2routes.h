// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/identityservice.h"

namespace nephele {

// What is left of the Identity API v2.0, under /identity/v2.0: discovery, tokens, tenants. The service
// belongs to the same worker and outlives the table.
RouteTable keystoneV2Routes(IdentityService &service);

} // namespace nephele
