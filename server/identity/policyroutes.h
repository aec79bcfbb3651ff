// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/identitycontext.h"

#include <QObject>

namespace nephele {

// Keystone's policies and OAuth 1 consumers (Identity API v3, "Policies"; "OS-OAUTH1"), under /identity: texts
// and names an administrator keeps for others, with no rules behind them. The rest of OAuth 1 is refused: this
// cloud hands out no such tokens. Context and object outlive the table; replies are written in the object's
// thread.
RouteTable policyRoutes(IdentityContext &context, QObject &receiver);

} // namespace nephele
