// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/pithos/pithosrequest.h"

namespace nephele {

// An object as a browser shows it: ranges, conditions, a name for the file, and nothing that lets a stored
// page act with the rights of our origin. `view`: as its reader found it.
Reply showToBrowser(ObjectService &service, const PithosRequest &request, const ObjectView &view);

// GET and HEAD /pithos/public/<id>: public objects, to everybody who knows the id (Object Storage API guide,
// public objects).
RouteTable pithosPublicRoutes(ObjectService &service);

} // namespace nephele
