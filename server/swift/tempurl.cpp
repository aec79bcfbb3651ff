// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/swift/tempurl.h"

#include "model/base/clock.h"
#include "model/identity/secret.h"
#include "model/object/containerstore.h"
#include "server/object/objectnames.h"

#include <QMessageAuthenticationCode>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

Error refused()
{
    return { ErrorCode::Unauthenticated, QStringLiteral("The temporary URL is invalid."), {} };
}

// Seconds, or a date of ISO 8601; as signed it is always seconds.
std::optional<qint64> expiryOf(const QString &text)
{
    bool isNumber = false;
    const qint64 seconds = text.toLongLong(&isNumber);
    if (isNumber)
        return seconds;
    const auto ms = instantFromIso(text);
    return ms ? std::optional(*ms / 1000) : std::nullopt;
}

bool isFrom(const QHostAddress &peer, const QString &range)
{
    QHostAddress plain = peer;
    bool isV4 = false;
    if (const quint32 v4 = peer.toIPv4Address(&isV4); isV4)
        plain = QHostAddress(v4);
    const auto [network, bits] = QHostAddress::parseSubnet(range);
    return bits >= 0 && plain.isInSubnet(network, bits);
}

// A GET's signature is good for HEAD; so are a PUT's and a POST's, to look whether it arrived.
QByteArrayList signedMethods(const QByteArray &method)
{
    if (method == "HEAD")
        return { "HEAD", "GET", "PUT", "POST" };
    return { method };
}

// What may have been signed: the path as sent or decoded, or the prefix it lies below.
QByteArrayList signedPaths(const Request &request, const ObjectPlace &place)
{
    const QByteArray root = "/v1/AUTH_" + place.account.utf8() + '/' + place.container.toUtf8() + '/';
    if (const auto prefix = request.query("temp_url_prefix"_L1)) {
        if (!place.name.startsWith(*prefix))
            return {};
        return { "prefix:" + root + prefix->toUtf8() };
    }
    QByteArrayList paths { root + place.name.toUtf8() };
    if (request.path != paths.constFirst())
        paths.append(request.path);
    return paths;
}

} // namespace

Result<QList<SigningKey>> signingKeys(ReadTransaction &t, const ProjectId &account, const QString &container)
{
    QList<SigningKey> keys;
    const auto add = [&](const PropertyMap &system, const ObjectPass &opens) {
        for (const QString &name : { systemNames().tempUrlKey, systemNames().tempUrlKey2 }) {
            if (const QString secret = system.value(name); !secret.isEmpty())
                keys.append({ secret.toUtf8(), opens });
        }
    };
    const auto own = ContainerStore::account(t, account);
    if (!own)
        return own.error();
    add(own->properties.system, { account, std::nullopt });
    const auto found = ContainerStore::find(t, account, container);
    if (!found)
        return found.error();
    if (*found)
        add((*found)->properties.system, { account, container });
    return keys;
}

std::optional<Signature> signatureOf(const QString &text)
{
    const QByteArray raw = text.toLatin1();
    if (const qsizetype colon = raw.indexOf(':'); colon > 0) {
        const QByteArray name = raw.left(colon);
        const QByteArray digest = QByteArray::fromBase64(
            raw.mid(colon + 1), QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
        const QByteArray plain = QByteArray::fromBase64(raw.mid(colon + 1));
        const QByteArray &best = digest.isEmpty() ? plain : digest;
        if (name == "sha1" && best.size() == 20)
            return Signature { QCryptographicHash::Sha1, best };
        if (name == "sha256" && best.size() == 32)
            return Signature { QCryptographicHash::Sha256, best };
        if (name == "sha512" && best.size() == 64)
            return Signature { QCryptographicHash::Sha512, best };
        return std::nullopt;
    }
    const QByteArray digest = QByteArray::fromHex(raw);
    if (digest.size() * 2 != raw.size())
        return std::nullopt;
    switch (digest.size()) {
    case 20:
        return Signature { QCryptographicHash::Sha1, digest };
    case 32:
        return Signature { QCryptographicHash::Sha256, digest };
    case 64:
        return Signature { QCryptographicHash::Sha512, digest };
    default:
        return std::nullopt;
    }
}

bool Signature::isOf(const QByteArray &text, const QByteArray &secret) const
{
    return equalInConstantTime(QMessageAuthenticationCode::hash(text, secret, algorithm), digest);
}

bool hasTempUrl(const Request &request)
{
    return request.query("temp_url_sig"_L1) || request.query("temp_url_expires"_L1);
}

Result<ObjectPass> passOfTempUrl(
    ReadTransaction &t, const Request &request, const ObjectPlace &place, qint64 nowMs)
{
    const auto signature = signatureOf(request.query("temp_url_sig"_L1).value_or(QString()));
    const auto expires = expiryOf(request.query("temp_url_expires"_L1).value_or(QString()));
    if (!signature || !expires || *expires * 1000 <= nowMs)
        return refused();
    const auto range = request.query("temp_url_ip_range"_L1);
    if (range && !isFrom(request.peer, *range))
        return refused();
    const auto keys = signingKeys(t, place.account, place.container);
    if (!keys)
        return keys.error();
    const QByteArray opening = range ? "ip=" + range->toUtf8() + '\n' : QByteArray();
    for (const SigningKey &key : *keys) {
        for (const QByteArray &method : signedMethods(request.method)) {
            for (const QByteArray &path : signedPaths(request, place)) {
                const QByteArray text = opening + method + '\n' + QByteArray::number(*expires) + '\n' + path;
                if (signature->isOf(text, key.secret))
                    return key.opens;
            }
        }
    }
    return refused();
}

} // namespace nephele
