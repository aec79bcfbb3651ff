// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/object/objectservice.h"

namespace nephele {

// GET and HEAD /pithos/public/<id>: public objects, to everybody who knows the id (Object Storage API guide,
// public objects).
RouteTable pithosPublicRoutes(ObjectService &service);

} // namespace nephele
