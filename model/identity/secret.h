// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QString>

namespace nephele {

// The work a password check costs (RFC 7914): memory is 128 * r * 2^log2N bytes. The default takes about
// 0.1 s and 32 MiB, so it belongs in the pool, never on a worker's loop.
struct ScryptCost
{
    int log2N = 15;
    int r = 8;
    int p = 1;

    static ScryptCost cheapest() { return { 1, 1, 1 }; } // for tests
    bool operator==(const ScryptCost &) const = default;
};

// 256 random bits as URL-safe base64 without padding: 43 characters. What a token or a made-up secret is.
QByteArray newToken();

// 120 random bits in 24 letters and digits that are hard to mistake for one another.
QString newPassword();

// 128 random bits, 22 characters: the name of a token in audit trails, not a secret.
QString newAuditId();

QByteArray sha256(QByteArrayView data);

// Compares without telling by its time where the first difference is.
bool equalInConstantTime(QByteArrayView one, QByteArrayView other);

// "scrypt$<log2N>$<r>$<p>$<salt>$<key>", both in base64. Internal when the library refuses the cost.
Result<QString> scryptHash(const QString &password, const ScryptCost &cost);

// Takes as long to check as a hash of that cost, and no secret fits it.
QString decoyHash(const ScryptCost &cost);

// "sha256$<hex>", for secrets of newToken() only: they cannot be guessed, so no work is needed.
QString tokenHashText(QByteArrayView secret);

// Whether the secret is the one that was hashed, in either form. An empty or unreadable hash fits nothing.
bool fitsHash(const QString &secret, const QString &hash);

// Whether fitsHash() takes the time of a password check.
bool isSlowHash(const QString &hash);

} // namespace nephele
