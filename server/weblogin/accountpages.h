// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/weblogin/pagevisit.h"

namespace nephele {

// A user's own page, his token, his password. `weblogin` outlives the routes.
std::vector<Route> accountPages(WebloginService &weblogin);

} // namespace nephele
