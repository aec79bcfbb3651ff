// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QString>

namespace nephele {

// The public half as sshd reads it (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
struct PublicKey
{
    QString line; // "ssh-ed25519 AAAA... comment", one line
    QString fingerprint; // MD5 of the key with colons
};

// Invalid when the text is no public key: an unknown type, a body that is not base64 or that names another
// type than the line does.
Result<PublicKey> publicKeyFromText(const QString &text);

struct MadeKey
{
    PublicKey publicKey;
    QByteArray privateKeyPem; // "RSA PRIVATE KEY" (PKCS #1)
};

// RSA, 2048 bits, exponent 65537. Takes up to a second: pool threads only.
Result<MadeKey> makeRsaKey(const QString &comment);

} // namespace nephele
