// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace nephele {

// VNC authentication (RFC 6143 section 7.2.2): the server sends 16 random bytes, the client sends them back
// encrypted with DES, keyed with the password.
inline constexpr int vncChallengeBytes = 16;

QByteArray vncChallenge();

// Only the password's first 8 bytes count.
QByteArray vncResponse(const QByteArray &challenge, const QByteArray &password);

// In constant time.
bool isVncResponse(const QByteArray &response, const QByteArray &challenge, const QByteArray &password);

// Eight letters and digits, good for one console.
QString oneTimeVncPassword();

} // namespace nephele
