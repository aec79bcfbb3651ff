// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

namespace nephele {

class Database;
class IdentityContext;

// Terminates every project whose end has come, a slice to a transaction; how many they were. What is done
// stays done when the process dies in between, and the next call finds the rest. Waits for the disk: not for
// a worker's thread.
Result<int> endProjectsPastTheirTime(Database &database);
// The same inside the cloud: its tokens reach none of them once this returns.
Result<int> endProjectsPastTheirTime(IdentityContext &context);

} // namespace nephele
