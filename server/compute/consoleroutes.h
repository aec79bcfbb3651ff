// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

namespace nephele {

class ConsoleTickets;
class Hypervisor;

// /nephele/v1/console?ticket=T: a guest's screen as a WebSocket of binary RFB frames, for who shows a ticket
// that ComputeService::console() issued. The ticket is the right, for a browser cannot send a token. A plain
// GET of the same address is the page that shows it (consolepage.h).
RouteTable consoleRoutes(ConsoleTickets &tickets, Hypervisor &hypervisor);

} // namespace nephele
