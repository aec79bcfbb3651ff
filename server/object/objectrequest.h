// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "server/http/request.h"

#include <optional>

namespace nephele {

// What the heads of all requests for objects have in common, whichever face they speak to.

constexpr qsizetype mostContainerNameBytes = 256; // of UTF-8
constexpr qsizetype mostObjectNameBytes = 1024;

// Invalid for names that are too long or that no path can hold.
Result<> checkContainerName(const QString &name);
Result<> checkObjectName(const QString &name);

// Whether a list of entity tags (If-Match and its like) has that one, or "*".
bool namesEtag(const QByteArray &list, const QByteArray &etag);

// If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since (RFC 9110 section 13). 0: go on; else 304
// or 412.
int conditionStatus(const Request &request, const QByteArray &etag, qint64 modifiedAtMs);

// How long the body is said to be; nullopt for one in chunks.
std::optional<qint64> announcedBytes(const Request &request);
// Neither Content-Length nor chunks: 411.
bool isLengthMissing(const Request &request);

} // namespace nephele
