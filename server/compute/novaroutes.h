// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/compute/computeservice.h"
#include "server/http/route.h"

#include <QObject>

namespace nephele {

// The compute API as OpenStack speaks it, below /compute (OpenStack, "Compute API"; microversions 2.1 to
// 2.25). What differs from the Synnefo face in behaviour is decided here: deleted servers are NotFound, what
// a new server refers to and is not there is Invalid. `service` and `context` live in the worker's thread and
// outlive the table; replies are written in the thread of `context`. Quotas, limits and use:
// novaquotaroutes.h.
RouteTable novaRoutes(ComputeService &service, QObject &context);

} // namespace nephele
