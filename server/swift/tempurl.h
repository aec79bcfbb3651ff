// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/object/objectwrites.h"

#include <QCryptographicHash>

namespace nephele {

// Temporary URLs (Object Storage API, "Temporary URL middleware"): whoever bears one acts on one object, or
// on those below a prefix, without a token.
//   ?temp_url_sig=...&temp_url_expires=... [&temp_url_prefix=...] [&temp_url_ip_range=...]
// The signature is an HMAC (SHA-1, SHA-256 or SHA-512, hex or "sha512:<base64>") by a key of the account or
// of the container.
struct SigningKey
{
    QByteArray secret;
    ObjectPass opens;
};
// Of the account, and of the container if there is one.
Result<QList<SigningKey>> signingKeys(ReadTransaction &t, const ProjectId &account, const QString &container);

// "<hex>" or "sha512:<base64>", told apart by their length; nullopt for what is no signature.
struct Signature
{
    QCryptographicHash::Algorithm algorithm;
    QByteArray digest;

    bool isOf(const QByteArray &text, const QByteArray &secret) const;
};
std::optional<Signature> signatureOf(const QString &text);

bool hasTempUrl(const Request &request);

// What it opens: Unauthenticated when it is over, for another address, or signed by no key there is.
Result<ObjectPass> passOfTempUrl(
    ReadTransaction &t, const Request &request, const ObjectPlace &place, qint64 nowMs);

} // namespace nephele
