// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/project/projectservice.h"

namespace nephele {

// Synnefo's projects and memberships under /astakos/account/v1.0, and the choice of one's default project.
// The service belongs to the same worker and outlives the table.
RouteTable projectRoutes(ProjectService &service);

} // namespace nephele
