// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>

class QSqlError;

namespace nephele {

enum class Engine { Sqlite, PostgreSql };

// Everything in which the two engines differ and that a statement cannot hide.

// Replaces the type words of a migration: ${text} is compared as bytes, ${blob} holds bytes, ${serial} is a
// key that counts up and is never used again.
QByteArray adaptMigration(QByteArray sql, Engine engine);

// True when the same closure may well succeed if run again (serialization failure, deadlock).
bool isRetryable(const QSqlError &error, Engine engine);

// Conflict for a broken uniqueness, Timeout for an interrupted read, InsufficientStorage for a full disk,
// Unavailable for a lost connection, else Internal. The database's own words are in the detail.
Error errorFromSql(const QSqlError &error, Engine engine, const QByteArray &sql);

} // namespace nephele
