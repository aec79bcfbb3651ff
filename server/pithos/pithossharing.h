// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/headers.h"
#include "server/http/request.h"
#include "server/object/objectsharing.h"

namespace nephele {

struct ObjectPlace;

// The header fields of sharing in Pithos' face, both ways (Pithos API guide, sharing and public objects).
//   X-Object-Sharing: read=<entry>,<entry>; write=<entry>     X-Object-Public: true

// `headers` are decoded (PithosRequest). Invalid names what is wrong; a field that is there and empty takes
// rights or link away.
Result<SharingWish> sharingFromHeaders(const Headers &headers);

// "read=...; write=..."; empty where nothing is given.
QByteArray sharingText(const Sharing &sharing);
// The address of a public object, to the owner's eyes only.
QByteArray publicUrl(const QByteArray &baseUrl, const QString &publicId);
QByteArray allowedToText(SharedRight right);

// X-Object-Sharing, -Shared-By, -Allowed-To and -Public.
void writeSharing(
    Headers &headers, const QByteArray &baseUrl, const ObjectPlace &place, const SharingView &view);

} // namespace nephele
