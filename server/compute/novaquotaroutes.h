// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/compute/serverusageservice.h"
#include "server/http/route.h"
#include "server/quota/quotaservice.h"

namespace nephele {

// Limits, quota sets and use as OpenStack's compute API has them, below /compute beside novaroutes.h: another
// view of the one table of quotas (DESIGN 6). The services belong to the same worker and outlive the table.
RouteTable novaQuotaRoutes(QuotaService &quotas, ServerUsageService &usage);

} // namespace nephele
