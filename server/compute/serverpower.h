// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/serverstore.h"
#include "server/libvirt/hypervisor.h"

namespace nephele {

// What the hypervisor says of a guest, brought into its server's row. Servers with a live operation are the
// operation's; failed and deleted ones stay what they are.

// Running, off, paused or unknown: the states in which the hypervisor has the last word.
bool isPowered(ServerState state);
// nullopt: there is no such guest; that is off, for the next start defines it anew.
bool powerDiffers(const Server &server, std::optional<GuestPower> power);

// Does nothing when the row changed after `seenAtMs`, its updated_at_ms before the hypervisor was asked: the
// answer is about the past then.
Result<> applyPower(Transaction &t, const ServerId &id, std::optional<GuestPower> power, qint64 seenAtMs);
// The host does not answer. What is charged stays charged.
Result<> applyAway(Transaction &t, const ServerId &id);

} // namespace nephele
