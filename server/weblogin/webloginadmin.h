// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/admincommands.h"
#include "server/identity/admintext.h"

namespace nephele {

// The lines of `nephele admin --help` about these.
QString webloginAdminHelp();

// `nephele admin user reset-link NAME`
Result<QString> makeResetLink(Database &database, const AdminTerminal &terminal, const QString &name);

// `nephele admin signup|invitation|oauth-client|feedback VERB ...`; nothing when the noun is none of these.
// Otherwise as runAdminCommand().
std::optional<Result<QString>> runWebloginCommand(Database &database, const AdminTerminal &terminal,
    const QString &noun, const QString &verb, AdminArguments &arguments);

} // namespace nephele
