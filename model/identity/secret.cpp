// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/secret.h"

#include <QStringList>

#include <optional>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace nephele {

namespace {

constexpr int saltBytes = 16;
constexpr int keyBytes = 32;
constexpr int mostLog2N = 20;
constexpr int mostR = 32;
constexpr int mostP = 16;
constexpr auto base64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

// Without randomness there are no secrets: better no program than a guessable one.
QByteArray randomBytes(int count)
{
    QByteArray bytes(count, Qt::Uninitialized);
    if (RAND_bytes(reinterpret_cast<unsigned char *>(bytes.data()), count) != 1)
        qFatal("the system has no random numbers");
    return bytes;
}

std::optional<QByteArray> scryptKey(const QString &password, const QByteArray &salt, const ScryptCost &cost)
{
    if (cost.log2N < 1 || cost.log2N > mostLog2N || cost.r < 1 || cost.r > mostR || cost.p < 1
        || cost.p > mostP)
        return std::nullopt;
    const QByteArray secret = password.toUtf8();
    const quint64 n = quint64(1) << cost.log2N;
    const quint64 memoryBytes = 128 * quint64(cost.r) * (n + quint64(cost.p) + 2) + (1 << 20);
    QByteArray key(keyBytes, Qt::Uninitialized);
    if (EVP_PBE_scrypt(secret.constData(), size_t(secret.size()),
            reinterpret_cast<const unsigned char *>(salt.constData()), size_t(salt.size()), n,
            quint64(cost.r), quint64(cost.p), memoryBytes, reinterpret_cast<unsigned char *>(key.data()),
            size_t(key.size()))
        != 1)
        return std::nullopt;
    return key;
}

QString scryptText(const QByteArray &key, const QByteArray &salt, const ScryptCost &cost)
{
    return QStringLiteral("scrypt$%1$%2$%3$%4$%5")
        .arg(cost.log2N)
        .arg(cost.r)
        .arg(cost.p)
        .arg(QLatin1StringView(salt.toBase64(base64)), QLatin1StringView(key.toBase64(base64)));
}

bool fitsScrypt(const QString &secret, const QString &hash)
{
    const QStringList parts = hash.split(QLatin1Char('$'));
    if (parts.size() != 6)
        return false;
    const ScryptCost cost { parts.at(1).toInt(), parts.at(2).toInt(), parts.at(3).toInt() };
    const QByteArray salt = QByteArray::fromBase64(parts.at(4).toLatin1(), base64);
    const QByteArray expected = QByteArray::fromBase64(parts.at(5).toLatin1(), base64);
    const auto key = scryptKey(secret, salt, cost);
    return key && equalInConstantTime(*key, expected);
}

} // namespace

QByteArray newToken()
{
    return randomBytes(32).toBase64(base64);
}

QString newPassword()
{
    // 32 of them: five bits each, without 0 O 1 l I.
    static constexpr char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    QString password;
    for (const char byte : randomBytes(24))
        password.append(QLatin1Char(letters[quint8(byte) % 32]));
    return password;
}

QString newAuditId()
{
    return QString::fromLatin1(randomBytes(16).toBase64(base64));
}

QByteArray sha256(QByteArrayView data)
{
    QByteArray digest(32, Qt::Uninitialized);
    unsigned int size = 0;
    if (EVP_Digest(data.data(), size_t(data.size()), reinterpret_cast<unsigned char *>(digest.data()), &size,
            EVP_sha256(), nullptr)
        != 1)
        qFatal("SHA-256 is not available");
    return digest;
}

bool equalInConstantTime(QByteArrayView one, QByteArrayView other)
{
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), size_t(one.size())) == 0;
}

Result<QString> scryptHash(const QString &password, const ScryptCost &cost)
{
    const QByteArray salt = randomBytes(saltBytes);
    const auto key = scryptKey(password, salt, cost);
    if (!key)
        return internalError(
            QStringLiteral("scrypt refused log2N %1, r %2, p %3").arg(cost.log2N).arg(cost.r).arg(cost.p));
    return scryptText(*key, salt, cost);
}

QString decoyHash(const ScryptCost &cost)
{
    return scryptText(randomBytes(keyBytes), randomBytes(saltBytes), cost);
}

QString tokenHashText(QByteArrayView secret)
{
    return QStringLiteral("sha256$") + QString::fromLatin1(sha256(secret).toHex());
}

bool fitsHash(const QString &secret, const QString &hash)
{
    if (isSlowHash(hash))
        return fitsScrypt(secret, hash);
    return equalInConstantTime(tokenHashText(secret.toUtf8()).toLatin1(), hash.toLatin1());
}

bool isSlowHash(const QString &hash)
{
    return hash.startsWith(QLatin1StringView("scrypt$"));
}

} // namespace nephele
