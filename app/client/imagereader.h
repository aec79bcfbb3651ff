// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/novareader.h"
#include "model/image/image.h"

namespace nephele {

// Image service API v2, "List images".
Result<ListPage<Image>> imagesFromReply(const QByteArray &body);

} // namespace nephele
