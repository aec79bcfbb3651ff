// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/weblogin/webloginservice.h"

#include "server/http/route.h"

namespace nephele {

// What the bar on top of Synnefo's web pages asks for, also as JSONP (callback=NAME):
//   GET /astakos/ui/get_services   the components
//   GET /astakos/ui/get_menu       what a visitor may open; who he is tells his session's cookie, which
//                                  browsers send along to pages of this cloud only (SameSite)
//   GET /astakos/ui                goes on to the user's own page
// `weblogin` outlives the routes.
RouteTable cloudBarRoutes(WebloginService &weblogin, const QList<CatalogService> &services);

} // namespace nephele
