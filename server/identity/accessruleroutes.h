// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/identitycontext.h"

#include <QObject>

namespace nephele {

// A user's access rules (Identity API v3, "Application Credentials"), under /identity: they come with his
// credentials and are looked at and taken away here. Context and receiver outlive the table; replies are
// written in the receiver's thread.
RouteTable accessRuleRoutes(IdentityContext &context, QObject &receiver);

} // namespace nephele
