// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/object/objectupdates.h"
#include "server/pithos/pithosrequest.h"

namespace nephele {

// POST of an object in Pithos' face, in its three forms (Object Storage API guide, object POST): metadata,
// data, HTML form. The route for its object pattern; `pattern` as the face's table has it. One service per
// worker; `context` in its thread.
Route pithosObjectPost(const QByteArray &pattern, ObjectService &service, QObject &context);

// "bytes 0-9/*", "bytes 10-/*", "bytes 0-9/100", "bytes */*". Invalid when it is missing, else
// RangeNotSatisfiable.
Result<ContentPlace> contentPlace(const QByteArray &field);

} // namespace nephele
