// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/certificate.h"

#include <QCryptographicHash>
#include <QFile>
#include <QHostInfo>
#include <QNetworkInterface>
#include <QSaveFile>
#include <QSslCertificate>
#include <QSslKey>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <memory>

namespace nephele {

namespace {

constexpr int rsaBits = 3072;
constexpr long lifeSeconds = 10L * 365 * 24 * 3600;

template <auto Free>
struct Freed
{
    template <class T>
    void operator()(T *object) const
    {
        Free(object);
    }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;

// RFC 5280 section 4.2.1.6, in OpenSSL's notation: "DNS:a,IP:1.2.3.4".
QByteArray alternativeNames(const QStringList &names)
{
    QStringList entries { QStringLiteral("DNS:localhost"),
        QStringLiteral("DNS:%1").arg(QHostInfo::localHostName()) };
    for (const QString &name : names) {
        const bool isAddress = !QHostAddress(name).isNull();
        entries.append((isAddress ? QStringLiteral("IP:") : QStringLiteral("DNS:")) + name);
    }
    for (const QHostAddress &address : QNetworkInterface::allAddresses()) {
        if (address.scopeId().isEmpty())
            entries.append(QStringLiteral("IP:") + address.toString());
    }
    entries.removeDuplicates();
    return entries.join(QLatin1Char(',')).toLatin1();
}

bool addExtension(X509 *certificate, int kind, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.constData());
    const bool added = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

CertificatePtr selfSigned(EVP_PKEY *key, const QStringList &names)
{
    CertificatePtr certificate(X509_new());
    unsigned char serial[16];
    RAND_bytes(serial, sizeof serial);
    serial[0] &= 0x7f;
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, nullptr);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
    BN_free(number);
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), lifeSeconds);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME *name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char *>("Nephele"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    const bool complete = addExtension(certificate.get(), NID_subject_alt_name, alternativeNames(names))
        && addExtension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE")
        && addExtension(certificate.get(), NID_ext_key_usage, "serverAuth")
        && X509_sign(certificate.get(), key, EVP_sha256()) > 0;
    return complete ? std::move(certificate) : nullptr;
}

template <class Write>
QByteArray pem(Write write)
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (write(bio.get()) != 1)
        return {};
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return QByteArray(data, size);
}

bool writeFile(const QString &path, const QByteArray &content)
{
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(content) == content.size() && file.commit();
}

} // namespace

Result<QSslConfiguration> tlsFromFiles(const QString &certificateFile, const QString &keyFile)
{
    const QList<QSslCertificate> chain = QSslCertificate::fromPath(certificateFile);
    if (chain.isEmpty())
        return invalid(QStringLiteral("%1 holds no PEM certificate.").arg(certificateFile));
    QFile file(keyFile);
    if (!file.open(QIODevice::ReadOnly))
        return invalid(QStringLiteral("%1 cannot be read.").arg(keyFile));
    const QByteArray text = file.readAll();
    QSslKey key(text, QSsl::Rsa);
    if (key.isNull())
        key = QSslKey(text, QSsl::Ec);
    if (key.isNull())
        return invalid(QStringLiteral("%1 holds no PEM private key without a passphrase.").arg(keyFile));
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificateChain(chain);
    tls.setPrivateKey(key);
    tls.setPeerVerifyMode(QSslSocket::VerifyNone);
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    return tls;
}

Result<QSslConfiguration> selfSignedTls(const QString &directory, const QStringList &names)
{
    const QString certificateFile = directory + QStringLiteral("/certificate.pem");
    const QString keyFile = directory + QStringLiteral("/key.pem");
    if (!QFile::exists(certificateFile) || !QFile::exists(keyFile)) {
        const KeyPtr key(EVP_RSA_gen(rsaBits));
        const CertificatePtr certificate = key ? selfSigned(key.get(), names) : nullptr;
        if (!certificate)
            return internalError(QStringLiteral("OpenSSL made no certificate"));
        const QByteArray keyPem = pem([&](BIO *bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
        const QByteArray certificatePem =
            pem([&](BIO *bio) { return PEM_write_bio_X509(bio, certificate.get()); });
        if (!writeFile(keyFile, keyPem) || !writeFile(certificateFile, certificatePem))
            return unavailable(QStringLiteral("The certificate cannot be written to %1.").arg(directory));
    }
    return tlsFromFiles(certificateFile, keyFile);
}

QString fingerprint(const QSslConfiguration &tls)
{
    return QString::fromLatin1(
        tls.localCertificate().digest(QCryptographicHash::Sha256).toHex(':').toUpper());
}

} // namespace nephele
