// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/identityservice.h"

namespace nephele {

// Swift's own sign-in under /auth (v1.0): names and key in headers, token and account address in headers.
RouteTable swiftAuthRoutes(IdentityService &service);

} // namespace nephele
