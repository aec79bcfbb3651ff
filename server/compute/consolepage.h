// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

namespace nephele {

// Below /nephele/v1: the page a browser shows at the address of a console ticket, and noVNC, which draws the
// screen, from where Debian's package puts it. Nothing here is secret: the ticket is looked at by the
// WebSocket alone.
std::vector<Route> consolePageRoutes();

// A file of noVNC by its path below the package, scripts only; NotFound for everything else.
Result<QByteArray> noVncScript(const QString &path);

} // namespace nephele
