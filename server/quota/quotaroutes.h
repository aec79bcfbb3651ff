// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/quota/quotaservice.h"

namespace nephele {

// Resources, quotas and commissions of Synnefo's account v1.0 under /astakos. The service belongs to the same
// worker and outlives the table.
RouteTable quotaRoutes(QuotaService &service);

} // namespace nephele
