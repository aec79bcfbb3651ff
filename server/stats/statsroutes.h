// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/stats/cloudstats.h"

#include <QObject>

namespace nephele {

// Synnefo's statistics below /astakos/admin and /cyclades/admin: sums for everybody, details for members of
// admin-stats. Replies are written in the thread of `context`; both outlive the tables.
std::vector<RouteTable> statsRoutes(CloudStats &stats, QObject &context);

} // namespace nephele
