// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"
#include "server/identity/admintext.h"

namespace nephele {

// `nephele admin project set-limits`: of one project, of all, or of all system projects, a slice of them to a
// transaction.
Result<QString> setProjectLimits(Database &database, const QString &verb, AdminArguments &arguments);

} // namespace nephele
