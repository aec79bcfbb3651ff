// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

namespace nephele {

class DomainService;
class ProjectTreeService;

// Domains, projects and their tags of the Identity API v3. The services outlive the table.
RouteTable projectTreeRoutes(DomainService &domains, ProjectTreeService &projects);

} // namespace nephele
