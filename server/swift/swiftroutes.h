// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/object/objectservice.h"

namespace nephele {

// Swift (Object Storage API reference): /v1/AUTH_{project}[/{container}[/{object...}]] and /info.
// `context` is of the worker's thread and goes with it.
std::vector<RouteTable> swiftRoutes(ObjectService &service, QObject &context);

} // namespace nephele
