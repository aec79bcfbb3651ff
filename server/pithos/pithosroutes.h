// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/object/objectservice.h"

namespace nephele {

// Pithos (Object Storage API guide): /pithos/object-store/v1[/{account}[/{container}[/{object...}]]] and
// public objects. `context` is of the worker's thread and goes with it.
std::vector<RouteTable> pithosRoutes(ObjectService &service, QObject &context);

} // namespace nephele
