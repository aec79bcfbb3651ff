// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/weblogin/pagevisit.h"
#include "server/weblogin/signupservice.h"

namespace nephele {

// Getting an account, and a new password for a lost one. Both services outlive the routes.
std::vector<Route> signUpPages(WebloginService &weblogin, SignUpService &signUps);

} // namespace nephele
