// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"
#include "server/http/route.h"

namespace nephele {

// What users tell the administrator:
//   POST /astakos/account/v1.0/feedback   form fields feedback_msg and feedback_data
//   GET  /nephele/v1/feedback             newest first, ?limit=N&before=NUMBER; for administrators
// Database and context (of the worker's thread) outlive the routes.
std::vector<RouteTable> feedbackRoutes(Database &database, QObject *context);

} // namespace nephele
