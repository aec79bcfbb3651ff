// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/quota/quotastore.h"
#include "server/compute/computeservice.h"
#include "server/http/route.h"

#include <QObject>

#include <functional>

namespace nephele {

// What the quota of the caller's project says, all resources of it.
using QuotaLinesOf = std::function<Result<QList<QuotaLine>>(const Caller &)>;

// The compute API as OpenStack speaks it, below /compute (OpenStack, "Compute API"; microversions 2.1 to
// 2.25). What differs from the Synnefo face in behaviour is decided here: deleted servers are NotFound, what
// a new server refers to and is not there is Invalid. `service`, `context` and what `quotaLines` uses live in
// the worker's thread and outlive the table; replies are written in the thread of `context`.
RouteTable novaRoutes(ComputeService &service, QuotaLinesOf quotaLines, QObject &context);

} // namespace nephele
