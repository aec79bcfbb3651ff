// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"
#include "model/identity/secret.h"

#include <QStringList>

#include <functional>

namespace nephele {

// What the commands need from the terminal.
struct AdminTerminal
{
    // One line from standard input, for --password-stdin. Absent: that option is refused.
    std::function<Result<QString>()> readPassword;
    ScryptCost passwordCost;
    QString baseUrl; // where the cloud is reached, for the links it hands out; empty when nobody knows
};

// `nephele admin ARGUMENTS`: users, projects and quotas straight in the database, also while the cloud runs
// (its token caches follow within a second). Returns what to print. Invalid, with a hint, for arguments it
// does not understand; NotFound and Conflict name the thing. Waits for the disk: not for a worker's thread.
Result<QString> runAdminCommand(
    Database &database, const QStringList &arguments, const AdminTerminal &terminal);

} // namespace nephele
