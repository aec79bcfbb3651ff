// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/serverstore.h"
#include "model/quota/quotastore.h"

namespace nephele {

// What servers cost (Synnefo: "What Cyclades charges"). Each of these belongs in the closure that writes the
// server, after everything else.

// vm, total_cpu, total_ram and disk of `count` such servers: from creation to deletion. Negative gives back.
Result<> chargeStanding(Transaction &t, const Ownership &owner, const Flavor &flavor, int count);

// cpu and ram of `count` such servers while they run. Negative gives back.
Result<> chargePower(Transaction &t, const Ownership &owner, const Flavor &flavor, int count);

// Writes the record with cpu and ram charged or given back: exactly when that is not so already.
enum class Power { Charged, Free };
Result<> updateWithPower(Transaction &t, ServerRecord &record, Power wanted);

} // namespace nephele
