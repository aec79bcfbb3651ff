// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"

namespace nephele {

// A user's public key, found by user and name. The private half is never kept.
struct Keypair
{
    UserId user;
    QString name;
    qint64 number = 0;
    QString publicKey; // one OpenSSH line
    QString fingerprint; // MD5 with colons, as Nova shows it
    QString type; // "ssh"
    qint64 createdAtMs = 0;
    bool operator==(const Keypair &) const = default;
};

} // namespace nephele
