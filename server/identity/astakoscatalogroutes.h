// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identityservice.h"

#include "server/http/route.h"

namespace nephele {

// Astakos' calls about names and addresses that are for services, or for whoever checks a token:
//   GET  /astakos/identity/v2.0/tokens/{token}/endpoints     ?belongsTo=UUID&marker=N&limit=N
//   POST /astakos/account/v1.0/service/user_catalogs         null for everybody
// The service outlives the routes.
std::vector<RouteTable> astakosCatalogRoutes(IdentityService &service);

} // namespace nephele
