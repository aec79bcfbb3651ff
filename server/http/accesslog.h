// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"

namespace nephele {

// The status noted for a client that left before its reply was ready; never sent.
constexpr int clientClosedRequest = 499;

struct AccessLine
{
    const Request &request;
    int status;
    qint64 sentBytes;
    qint64 durationMs;
};

// One line a request in the category nephele.http.access, shown when its info messages are switched on:
//   127.0.0.1 GET /compute/v2.1/servers 200 1532 4ms req-...
void logAccess(const AccessLine &line);

// The path as it may be written down: no query (tokens and signatures travel there), and dots for the
// segments that are secrets themselves (/tokens/<token>).
QByteArray loggablePath(const QByteArray &path);

} // namespace nephele
