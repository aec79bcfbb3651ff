// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"
#include "model/project/projectlifestore.h"
#include "server/identity/admintext.h"

namespace nephele {

// The commands of `nephele admin project` about a project's life and its members' (Synnefo admin guide,
// "Project management"); see runAdminCommand() for how they answer. Waits for the disk: not for a worker's
// thread.
bool isProjectCommand(const QString &verb);
Result<QString> runProjectCommand(Database &database, const QString &verb, AdminArguments &arguments);

// By uuid, or by the name Synnefo shows where one project alone has it, or one alone that lives. NotFound, or
// Conflict when it could be several.
Result<ProjectRecord> findSynnefoProject(const ReadTransaction &t, const QString &text);

// Their part of the help text, a line each.
QString projectCommandsHelp();

} // namespace nephele
