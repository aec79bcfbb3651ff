// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/server.h"

#include <QByteArray>

namespace nephele {

// The one table of states and its projections (DESIGN 6).
QByteArray cycladesStatus(const Server &server); // BUILD, ACTIVE, STOPPED, REBOOT, ERROR, UNKNOWN, DELETED
QByteArray novaStatus(const Server &server); // BUILD, ACTIVE, SHUTOFF, REBOOT, HARD_REBOOT, PAUSED ...
QByteArray novaTaskState(const Server &server); // empty: null on the wire
QByteArray novaVmState(const Server &server); // building, active, stopped, error, deleted ...
int novaPowerState(const Server &server); // 0 NOSTATE, 1 RUNNING, 3 PAUSED, 4 SHUTDOWN, 6 CRASHED

} // namespace nephele
