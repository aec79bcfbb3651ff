// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/keys.h"

#include <QCryptographicHash>
#include <QStringList>
#include <QtEndian>

#include <memory>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace nephele {

namespace {

constexpr int rsaBits = 2048;

struct Free
{
    void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
    void operator()(BIO *bio) const { BIO_free(bio); }
    void operator()(BIGNUM *number) const { BN_free(number); }
};

bool isKnownType(const QString &type)
{
    static const QStringList types { QStringLiteral("ssh-rsa"), QStringLiteral("ssh-dss"),
        QStringLiteral("ssh-ed25519"), QStringLiteral("ecdsa-sha2-nistp256"),
        QStringLiteral("ecdsa-sha2-nistp384"), QStringLiteral("ecdsa-sha2-nistp521"),
        QStringLiteral("sk-ssh-ed25519@openssh.com"), QStringLiteral("sk-ecdsa-sha2-nistp256@openssh.com") };
    return types.contains(type);
}

QString fingerprintOf(const QByteArray &key)
{
    return QString::fromLatin1(QCryptographicHash::hash(key, QCryptographicHash::Md5).toHex(':'));
}

// RFC 4251 section 5: string and mpint.
QByteArray sshString(const QByteArray &bytes)
{
    QByteArray out(4, '\0');
    qToBigEndian<quint32>(quint32(bytes.size()), out.data());
    return out + bytes;
}

QByteArray sshNumber(const EVP_PKEY *key, const char *name)
{
    BIGNUM *raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1)
        return {};
    const std::unique_ptr<BIGNUM, Free> number(raw);
    QByteArray bytes(BN_num_bytes(number.get()), '\0');
    BN_bn2bin(number.get(), reinterpret_cast<unsigned char *>(bytes.data()));
    if (!bytes.isEmpty() && (bytes.at(0) & 0x80))
        bytes.prepend('\0'); // it is positive
    return sshString(bytes);
}

} // namespace

Result<PublicKey> publicKeyFromText(const QString &text)
{
    const QString line = text.trimmed();
    const QStringList words = line.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (words.size() < 2 || line.contains(QLatin1Char('\n')) || line.contains(QLatin1Char('\r')))
        return invalid(QStringLiteral("public_key: not one line of type and key."));
    if (!isKnownType(words.at(0)))
        return invalid(QStringLiteral("public_key: \"%1\" is no known type of key.").arg(words.at(0)));
    const auto decoded =
        QByteArray::fromBase64Encoding(words.at(1).toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok)
        return invalid(QStringLiteral("public_key: the key is not in base64."));
    const QByteArray type = sshString(words.at(0).toLatin1());
    if (!decoded.decoded.startsWith(type) || decoded.decoded.size() <= type.size())
        return invalid(QStringLiteral("public_key: the key is of another type than the line says."));
    return PublicKey { line, fingerprintOf(decoded.decoded) };
}

Result<MadeKey> makeRsaKey(const QString &comment)
{
    const std::unique_ptr<EVP_PKEY, Free> key(EVP_RSA_gen(rsaBits));
    const std::unique_ptr<BIO, Free> pem(BIO_new(BIO_s_mem()));
    if (!key || !pem
        || PEM_write_bio_PrivateKey_traditional(pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr)
            != 1)
        return internalError(QStringLiteral("OpenSSL made no RSA key"));
    char *bytes = nullptr;
    const long size = BIO_get_mem_data(pem.get(), &bytes);
    const QByteArray blob = sshString("ssh-rsa") + sshNumber(key.get(), OSSL_PKEY_PARAM_RSA_E)
        + sshNumber(key.get(), OSSL_PKEY_PARAM_RSA_N);
    const QString line =
        QStringLiteral("ssh-rsa %1 %2").arg(QString::fromLatin1(blob.toBase64()), comment).trimmed();
    return MadeKey { { line, fingerprintOf(blob) }, QByteArray(bytes, qsizetype(size)) };
}

} // namespace nephele
