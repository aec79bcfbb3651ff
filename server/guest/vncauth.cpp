// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSL 3 keeps single DES in its legacy provider, a file that need not be installed; the block function
// itself is in the library still.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "server/guest/vncauth.h"

#include <QRandomGenerator>

#include <openssl/crypto.h>
#include <openssl/des.h>

#include <algorithm>

namespace nephele {

namespace {

// VNC's clients read each byte of the key from its lowest bit up (RFC 6143 does not say so; all do it).
uchar reversedBits(uchar byte)
{
    uchar out = 0;
    for (int bit = 0; bit < 8; ++bit)
        out = uchar(out | (((byte >> bit) & 1) << (7 - bit)));
    return out;
}

} // namespace

QByteArray vncChallenge()
{
    QByteArray challenge(vncChallengeBytes, Qt::Uninitialized);
    std::generate(
        challenge.begin(), challenge.end(), [] { return char(QRandomGenerator::system()->bounded(256)); });
    return challenge;
}

QByteArray vncResponse(const QByteArray &challenge, const QByteArray &password)
{
    DES_cblock key = {};
    for (int i = 0; i < int(sizeof key) && i < password.size(); ++i)
        key[i] = reversedBits(uchar(password.at(i)));
    DES_key_schedule schedule;
    DES_set_key_unchecked(&key, &schedule);
    QByteArray response;
    for (int at = 0; at + 8 <= challenge.size(); at += 8) {
        DES_cblock in;
        DES_cblock out;
        std::copy_n(challenge.constData() + at, 8, reinterpret_cast<char *>(in));
        DES_ecb_encrypt(&in, &out, &schedule, DES_ENCRYPT);
        response.append(reinterpret_cast<const char *>(out), 8);
    }
    OPENSSL_cleanse(&schedule, sizeof schedule);
    return response;
}

bool isVncResponse(const QByteArray &response, const QByteArray &challenge, const QByteArray &password)
{
    const QByteArray wanted = vncResponse(challenge, password);
    return !wanted.isEmpty() && response.size() == wanted.size()
        && CRYPTO_memcmp(response.constData(), wanted.constData(), size_t(wanted.size())) == 0;
}

QString oneTimeVncPassword()
{
    static constexpr char letters[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    QString password;
    for (int i = 0; i < 8; ++i)
        password.append(QLatin1Char(letters[QRandomGenerator::system()->bounded(int(sizeof letters) - 1)]));
    return password;
}

} // namespace nephele
