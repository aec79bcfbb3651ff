// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"
#include "server/identity/admintext.h"

namespace nephele {

// The part of `nephele admin` that is about domains, groups, roles and the rights of users; nullopt for a
// command that is not. As runAdminCommand(): what to print, or Invalid, NotFound and Conflict that name the
// thing. Waits for the disk: not for a worker's thread.
std::optional<Result<QString>> runPeopleCommand(
    Database &database, const QString &noun, const QString &verb, AdminArguments &arguments);

} // namespace nephele
