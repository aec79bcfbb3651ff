// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/object/objectservice.h"
#include "server/weblogin/oauthservice.h"

namespace nephele {

// GET and HEAD /pithos/ui/view/<account>/<container>/<object>: an object in a browser, for whom it is signed
// in as. Without `access_token` the browser goes to the OAuth provider and comes back with a `code`, which is
// changed for a token that opens this one path for a few seconds (Synnefo API guide, OAuth 2). All outlive
// the routes.
RouteTable pithosViewRoutes(ObjectService &service, OAuthService &oauth, QObject &context);

} // namespace nephele
