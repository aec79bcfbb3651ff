// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/weblogin/oauthservice.h"
#include "server/weblogin/webloginservice.h"

#include "server/http/route.h"

namespace nephele {

// The OAuth 2 provider (Synnefo API guide, RFC 6749 section 4.1), and the call that tells what its access
// tokens are worth:
//   GET, POST /astakos/oauth2/auth
//   POST      /astakos/oauth2/token
//   GET       /astakos/identity/v2.0/tokens/{token}
// Both services outlive the routes.
std::vector<RouteTable> oauthRoutes(WebloginService &weblogin, OAuthService &oauth);

// Codes and secrets go over TLS, or stay on this machine.
bool isSafeTransport(const Request &request);

} // namespace nephele
