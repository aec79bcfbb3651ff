// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

namespace nephele {

// The password as /etc/shadow holds it: SHA-512 crypt with a random salt, "$6$...". Takes some milliseconds.
// Invalid for an empty password, one with a NUL or a line break, or one of more than 256 bytes.
Result<QByteArray> guestPasswordHash(const QString &password);

} // namespace nephele
