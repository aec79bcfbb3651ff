// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/weblogin/oauthservice.h"
#include "server/weblogin/pagevisit.h"

namespace nephele {

// Signing in, signing out, and the call by which programs get a token from a browser (weblogin's /login).
// `weblogin` and `oauth` outlive the routes.
std::vector<Route> signInPages(WebloginService &weblogin, OAuthService &oauth);

} // namespace nephele
