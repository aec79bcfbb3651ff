// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/swiftrequest.h"

#include "model/base/clock.h"
#include "server/object/objectnames.h"
#include "server/object/swiftheaders.h"

#include <QUrl>

namespace nephele {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView accountPrefix { "AUTH_" };

QByteArray unquoted(QByteArray tag)
{
    tag = tag.trimmed();
    if (tag.startsWith("W/"))
        tag = tag.mid(2);
    return tag.size() >= 2 && tag.startsWith('"') && tag.endsWith('"') ? tag.mid(1, tag.size() - 2) : tag;
}

} // namespace

bool namesEtag(const QByteArray &list, const QByteArray &etag)
{
    for (const QByteArray &tag : list.split(',')) {
        if (tag.trimmed() == "*" || unquoted(tag) == unquoted(etag))
            return true;
    }
    return false;
}

Result<ProjectId> accountFromName(const QString &name)
{
    const auto id =
        name.startsWith(accountPrefix) ? ProjectId::fromText(name.mid(accountPrefix.size())) : std::nullopt;
    if (!id)
        return notFound(QStringLiteral("There is no such account."));
    return *id;
}

QByteArray accountName(const ProjectId &account)
{
    return "AUTH_" + account.utf8();
}

Result<> checkContainerName(const QString &name)
{
    if (name.isEmpty() || name.contains(u'/'))
        return invalid(QStringLiteral("A container name is not empty and has no slash."));
    if (name.toUtf8().size() > SwiftLimits::containerName)
        return invalid(QStringLiteral("Container name length of %1 longer than %2.")
                           .arg(name.toUtf8().size())
                           .arg(SwiftLimits::containerName));
    return {};
}

Result<> checkObjectName(const QString &name)
{
    if (name.toUtf8().size() > SwiftLimits::objectName)
        return invalid(QStringLiteral("Object name length of %1 longer than %2.")
                           .arg(name.toUtf8().size())
                           .arg(SwiftLimits::objectName));
    return {};
}

Result<ObjectPlace> placeFromField(
    const Request &request, const QByteArray &field, const QByteArray &accountField, const ProjectId &account)
{
    ObjectPlace place { account, {}, {} };
    if (const QByteArray other = request.headers.value(accountField); !other.isEmpty()) {
        const auto named = accountFromName(QString::fromUtf8(QByteArray::fromPercentEncoding(other)));
        if (!named)
            return named.error();
        place.account = *named;
    }
    QByteArray value = QByteArray::fromPercentEncoding(request.headers.value(field));
    if (value.startsWith('/'))
        value.remove(0, 1);
    const QString text = QString::fromUtf8(value);
    const qsizetype slash = text.indexOf(u'/');
    if (slash <= 0 || slash == text.size() - 1 || text.contains(QChar(0)) || text.toUtf8() != value)
        return Error { ErrorCode::PreconditionFailed,
            QStringLiteral("%1 must be of the form <container name>/<object name>.")
                .arg(QString::fromLatin1(field)),
            {} };
    place.container = text.left(slash);
    place.name = text.mid(slash + 1);
    if (const auto good = checkContainerName(place.container); !good)
        return good.error();
    if (const auto good = checkObjectName(place.name); !good)
        return good.error();
    return place;
}

int conditionStatus(const Request &request, const QByteArray &etag, qint64 modifiedAtMs)
{
    // What was sent as Last-Modified is what comes back.
    const qint64 shownMs = (modifiedAtMs + 999) / 1000 * 1000;
    const Headers &headers = request.headers;
    if (headers.contains("If-Match")) {
        if (!namesEtag(headers.value("If-Match"), etag))
            return 412;
    } else if (const auto since = instantFromHttpDate(headers.value("If-Unmodified-Since"))) {
        if (shownMs > *since)
            return 412;
    }
    if (headers.contains("If-None-Match"))
        return namesEtag(headers.value("If-None-Match"), etag) ? 304 : 0;
    if (const auto since = instantFromHttpDate(headers.value("If-Modified-Since")))
        return shownMs <= *since ? 304 : 0;
    return 0;
}

bool asks(const Request &request, QLatin1StringView query, QLatin1StringView value)
{
    return request.query(query) == QString(value);
}

bool wantsManifest(const Request &request)
{
    return asks(request, "multipart-manifest"_L1, "get"_L1);
}

Links wantedLinks(const Request &request)
{
    return asks(request, "symlink"_L1, "get"_L1) ? Links::Shown : Links::Followed;
}

QByteArray objectPath(const ObjectPlace &place)
{
    return "/v1/" + accountName(place.account) + '/'
        + QUrl::toPercentEncoding(place.container + u'/' + place.name, "/");
}

std::optional<qint64> announcedBytes(const Request &request)
{
    bool isNumber = false;
    const qint64 length = request.headers.value("Content-Length").toLongLong(&isNumber);
    return isNumber ? std::optional(length) : std::nullopt;
}

bool isLengthMissing(const Request &request)
{
    return !request.headers.contains("Content-Length") && !request.headers.contains("Transfer-Encoding");
}

bool allowsOrigin(const PropertyMap &container, const QByteArray &origin)
{
    const QString allowed = container.value(systemNames().allowOrigin);
    for (const QString &one : allowed.split(u' ', Qt::SkipEmptyParts)) {
        if (one == QLatin1StringView("*") || one.toUtf8() == origin)
            return true;
    }
    return false;
}

void addCors(Headers &headers, const Request &request, const PropertyMap &container)
{
    const QByteArray origin = request.headers.value("Origin");
    if (origin.isEmpty() || !allowsOrigin(container, origin))
        return;
    const bool isAny = container.value(systemNames().allowOrigin) == QLatin1StringView("*");
    headers.append("Access-Control-Allow-Origin", isAny ? QByteArray("*") : origin);
    if (!isAny)
        headers.append("Vary", "Origin");
    QByteArrayList exposed { "cache-control", "content-language", "content-type", "etag", "expires",
        "last-modified", "pragma", "x-openstack-request-id", "x-timestamp", "x-trans-id" };
    for (const auto &[name, value] : headers.fields()) {
        if (name.startsWith("X-Object-Meta-") || name.startsWith("X-Container-Meta-"))
            exposed.append(name.toLower());
    }
    for (const QString &name : container.value(systemNames().exposeHeaders).split(u' ', Qt::SkipEmptyParts))
        exposed.append(name.toLatin1().toLower());
    headers.append("Access-Control-Expose-Headers", exposed.join(", "));
}

} // namespace nephele
