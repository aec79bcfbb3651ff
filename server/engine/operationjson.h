// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/operation/operation.h"
#include "server/http/jsonwriter.h"

namespace nephele {

// Long work as /nephele/v1/operations shows it; `step` is the word for where it is. What the steps keep
// (data) never leaves the cloud.
void write(JsonWriter &json, const Operation &operation, const QString &step);

} // namespace nephele
