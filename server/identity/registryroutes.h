// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/endpointfilterservice.h"

namespace nephele {

// Regions, services, endpoints and endpoint groups of the Identity API v3, under /identity. The services
// belong to the same worker and outlive the table.
RouteTable registryRoutes(RegistryService &registry, EndpointFilterService &filters);

} // namespace nephele
