// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/weblogin/oauthservice.h"
#include "server/weblogin/signupservice.h"

#include "server/http/route.h"

namespace nephele {

// The pages below /astakos/weblogin. All three services outlive the routes.
RouteTable webloginRoutes(WebloginService &weblogin, SignUpService &signUps, OAuthService &oauth);

} // namespace nephele
