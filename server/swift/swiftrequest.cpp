// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/swift/swiftrequest.h"

#include "model/base/clock.h"
#include "server/object/objectnames.h"
#include "server/swift/swiftheaders.h"

#include <QUrl>

namespace nephele {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView accountPrefix { "AUTH_" };

} // namespace

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
