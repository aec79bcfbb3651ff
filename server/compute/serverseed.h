// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/serverstore.h"
#include "server/compute/compute.h"
#include "server/guest/guestseed.h"

namespace nephele {

// Nobody but the guest itself is on a user-mode network, so its MAC needs to be fixed only.
QString macOfUserMode(const ServerNumber &number);

// What the row alone tells the guest; its creation adds keys, password, files and user data.
GuestSeed seedOf(const ServerRecord &record);

// Takes password, files and user data off the seeds of servers that have been running undisturbed for
// ComputeParts::firstBootMs: the guest has read them. It keeps the file it opened until it is off. A slice of
// servers a call; what fails is tried at the next. Blocks: pool threads only.
Result<> emptySeeds(ComputeParts &parts);

} // namespace nephele
