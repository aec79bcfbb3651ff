// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/keptsecretservice.h"

namespace nephele {

// Keystone's credentials and EC2 keys (Identity API v3, "Credentials"; "OS-EC2"), under /identity. The
// service belongs to the same worker and outlives the table.
RouteTable keptSecretRoutes(KeptSecretService &service);

} // namespace nephele
