// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/image/imagestore.h"
#include "server/http/request.h"

namespace nephele {

// The filter that the query of GET /v2/images asks for (Image service API reference, "List images"). A
// parameter that is none of the API's is a property of the image. Invalid, naming the parameter.
Result<ImageFilter> imageFilterFromQuery(const Request &request);

// The same list, from its start and behind `marker`.
QString firstPage(const Request &request);
QString pageBehind(const Request &request, const ImageId &marker);

} // namespace nephele
