// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/assignmentservice.h"
#include "server/identity/identityservice.h"

namespace nephele {

// What is left of the Identity API v2.0, under /identity/v2.0: discovery, tokens, tenants. The services
// belong to the same worker and outlive the table.
RouteTable keystoneV2Routes(IdentityService &service, AssignmentService &assignments);

} // namespace nephele
