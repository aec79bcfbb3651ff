// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/object/objectwrites.h"

namespace nephele {

// Temporary URLs (Object Storage API, "Temporary URL middleware"): whoever bears one acts on one object, or
// on those below a prefix, without a token.
//   ?temp_url_sig=...&temp_url_expires=... [&temp_url_prefix=...] [&temp_url_ip_range=...]
// The signature is an HMAC (SHA-1, SHA-256 or SHA-512, hex or "sha512:<base64>") by a key of the account or
// of the container.
bool hasTempUrl(const Request &request);

// What it opens: Unauthenticated when it is over, for another address, or signed by no key there is.
Result<ObjectPass> passOfTempUrl(
    ReadTransaction &t, const Request &request, const ObjectPlace &place, qint64 nowMs);

} // namespace nephele
