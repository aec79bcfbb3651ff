// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

namespace nephele {

class AssignmentService;
class ProjectTreeService;
class RoleService;

// Roles, what they imply, who holds them where, and what a caller may ask a token for, of the Identity API
// v3. The services outlive the table.
RouteTable roleRoutes(RoleService &roles, AssignmentService &assignments, ProjectTreeService &projects);

} // namespace nephele
