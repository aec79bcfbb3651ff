// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"
#include "server/identity/admintext.h"

namespace nephele {

// The commands `nephele admin quota`, `resource` and `service`; see runAdminCommand() for how they answer.
// They wait for the disk: not for a worker's thread.
Result<QString> runQuotaCommand(Database &database, const QString &verb, AdminArguments &arguments);
Result<QString> runResourceCommand(Database &database, const QString &verb, AdminArguments &arguments);
Result<QString> runServiceCommand(Database &database, const QString &verb, AdminArguments &arguments);

// Their part of the help text, a line each.
QString quotaCommandsHelp();

} // namespace nephele
