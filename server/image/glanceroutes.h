// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <QObject>

namespace nephele {

class ImageService;

// The image API as OpenStack speaks it, below /image (OpenStack, "Image service API", v2). Image import,
// several stores, members and tasks are not offered: their addresses are not found. `service` and `context`
// live in the worker's thread and outlive the table.
RouteTable glanceRoutes(ImageService &service, QObject &context);

} // namespace nephele
