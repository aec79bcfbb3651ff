// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"
#include "server/http/response.h"
#include "server/object/objectrequest.h"
#include "server/object/objectservice.h"

namespace nephele {

// Reads "AUTH_<project>"; NotFound for anything else.
Result<ProjectId> accountFromName(const QString &name);
QByteArray accountName(const ProjectId &account);

// "c/o" or "/c/o", percent-encoded, with the account in a field of its own. PreconditionFailed for another
// form.
Result<ObjectPlace> placeFromField(const Request &request, const QByteArray &field,
    const QByteArray &accountField, const ProjectId &account);

// Whether the query says that.
bool asks(const Request &request, QLatin1StringView query, QLatin1StringView value);
bool wantsManifest(const Request &request); // itself, not what it stands for
Links wantedLinks(const Request &request);
// "/v1/AUTH_.../c/o"
QByteArray objectPath(const ObjectPlace &place);

// Access-Control-* of an answer to a page of another origin, as the container allows it.
void addCors(Headers &headers, const Request &request, const PropertyMap &container);
bool allowsOrigin(const PropertyMap &container, const QByteArray &origin);

} // namespace nephele
