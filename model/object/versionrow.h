// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/object.h"

namespace nephele {

// How a version's row is read, for the stores of this folder alone. A statement is
// "SELECT " + versionColumns() + ... " FROM version" + ...; columns of its own follow from versionColumnCount
// on.
const QByteArray &versionColumns();
constexpr int versionColumnCount = 14;
// Without properties.
ObjectVersion versionFromRow(const Row &row);

} // namespace nephele
