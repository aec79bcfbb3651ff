// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/accessruleservice.h"

namespace nephele {

// A user's access rules (Identity API v3, "Application Credentials"), under /identity. The service belongs to
// the same worker and outlives the table.
RouteTable accessRuleRoutes(AccessRuleService &service);

} // namespace nephele
