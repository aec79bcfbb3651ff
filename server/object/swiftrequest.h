// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"
#include "server/http/response.h"
#include "server/object/objectservice.h"

namespace nephele {

// Reads "AUTH_<project>"; NotFound for anything else.
Result<ProjectId> accountFromName(const QString &name);
QByteArray accountName(const ProjectId &account);

// Invalid for names that are too long or that no path can hold.
Result<> checkContainerName(const QString &name);
Result<> checkObjectName(const QString &name);

// "c/o" or "/c/o", percent-encoded, with the account in a field of its own. PreconditionFailed for another
// form.
Result<ObjectPlace> placeFromField(const Request &request, const QByteArray &field,
    const QByteArray &accountField, const ProjectId &account);

// Whether a list of entity tags (If-Match and its like) has that one, or "*".
bool namesEtag(const QByteArray &list, const QByteArray &etag);

// If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since (RFC 9110 section 13). 0: go on; else 304
// or 412.
int conditionStatus(const Request &request, const QByteArray &etag, qint64 modifiedAtMs);

// Whether the query says that.
bool asks(const Request &request, QLatin1StringView query, QLatin1StringView value);
bool wantsManifest(const Request &request); // itself, not what it stands for
Links wantedLinks(const Request &request);
// "/v1/AUTH_.../c/o"
QByteArray objectPath(const ObjectPlace &place);

// How long the body is said to be; nullopt for one in chunks.
std::optional<qint64> announcedBytes(const Request &request);
// Neither Content-Length nor chunks: 411.
bool isLengthMissing(const Request &request);

// Access-Control-* of an answer to a page of another origin, as the container allows it.
void addCors(Headers &headers, const Request &request, const PropertyMap &container);
bool allowsOrigin(const PropertyMap &container, const QByteArray &origin);

} // namespace nephele
