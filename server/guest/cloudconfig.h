// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/guest/guestseed.h"

namespace nephele {

// Our part of the guest's cloud-config (cloud-init's module reference: Set Passwords, Write Files): password
// and files. In the plain block style, every text in double quotes, contents in base64. Empty: nothing to
// say.
QByteArray cloudConfig(const GuestSeed &seed);

// YAML 1.1 double-quoted scalar (section 7.3.1 of YAML 1.2): also a JSON string.
QByteArray quotedYaml(const QString &text);

// The user's data and our cloud-config as one message of multipart/mixed (RFC 2046 section 5.1). The user's
// own multipart message goes in as it is, anything else as base64; ours says how it is merged.
QByteArray combinedUserData(const QByteArray &userData, const QByteArray &ours);

} // namespace nephele
