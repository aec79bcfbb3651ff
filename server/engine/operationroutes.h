// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/engine/engine.h"
#include "server/http/route.h"

namespace nephele {

// /nephele/v1/operations: what the window's activity strip shows. One table per worker, answering in the
// thread of `context`; the database and the engine outlive it.
RouteTable operationRoutes(Database &database, OperationEngine &engine, QObject *context);

} // namespace nephele
