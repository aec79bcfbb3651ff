// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

namespace nephele {

class IdentityService;
class PeopleService;
class ProjectTreeService;

// Users and groups of the Identity API v3. The services outlive the table.
RouteTable peopleRoutes(PeopleService &people, ProjectTreeService &projects, IdentityService &identity);

} // namespace nephele
