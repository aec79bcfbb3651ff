// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/database/connection.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace nephele {

struct Migration
{
    int number = 0; // the version the database has afterwards
    QString name;
    QByteArray sql; // statements, each ended by a semicolon at the end of a line
};

// The migrations the program was built with, in order, without gaps: resources/sql/NNNN_name.sql.
Result<QList<Migration>> builtInMigrations();

// Brings the database to the last of `migrations`, each in a transaction with its version. A SQLite file is
// copied beside itself (".before-NNNN") before its first change. A database newer than the program is refused
// with Conflict and left as it was; so is one whose copy could not be made.
Result<> migrate(Connection &connection, const DatabaseAddress &address, const QList<Migration> &migrations);

} // namespace nephele
