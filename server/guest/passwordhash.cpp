// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/passwordhash.h"

#include <crypt.h>
#include <memory>

namespace nephele {

Result<QByteArray> guestPasswordHash(const QString &password)
{
    const QByteArray phrase = password.toUtf8();
    if (phrase.isEmpty() || phrase.size() > 256)
        return invalid(QStringLiteral("The password must have 1 to 256 bytes."));
    if (phrase.contains('\0') || phrase.contains('\n') || phrase.contains('\r'))
        return invalid(QStringLiteral("The password must hold no line break."));
    char salt[CRYPT_GENSALT_OUTPUT_SIZE];
    if (!crypt_gensalt_rn("$6$", 0, nullptr, 0, salt, sizeof salt))
        return internalError(QStringLiteral("no salt for SHA-512 crypt"));
    const auto scratch = std::make_unique<crypt_data>(); // 32 KiB
    const char *hash = crypt_rn(phrase.constData(), salt, scratch.get(), sizeof(crypt_data));
    if (!hash)
        return internalError(QStringLiteral("SHA-512 crypt failed"));
    return QByteArray(hash);
}

} // namespace nephele
