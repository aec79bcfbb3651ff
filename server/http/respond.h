// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/faults.h"

namespace nephele {

// A handler's result as it goes out: the response itself, or the error as a fault of the face. An Internal
// error is logged here, once, with its detail; the caller learns the request id.
Response respond(Result<Response> result, const FaultContext &context);

// Adds what every reply of a face carries: the request's id under the names its clients look for.
void addRequestIds(Headers &headers, const FaultContext &context, qint64 nowMs);

// "tx<21 hex>-<10 hex>": how Swift writes a request's id.
QByteArray transactionId(const QByteArray &requestId, qint64 nowMs);

} // namespace nephele
