// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectrequest.h"

#include "model/base/clock.h"

namespace nephele {

namespace {

QByteArray unquoted(QByteArray tag)
{
    tag = tag.trimmed();
    if (tag.startsWith("W/"))
        tag = tag.mid(2);
    return tag.size() >= 2 && tag.startsWith('"') && tag.endsWith('"') ? tag.mid(1, tag.size() - 2) : tag;
}

} // namespace

Result<> checkContainerName(const QString &name)
{
    if (name.isEmpty() || name.contains(u'/'))
        return invalid(QStringLiteral("A container name is not empty and has no slash."));
    if (name.toUtf8().size() > mostContainerNameBytes)
        return invalid(QStringLiteral("Container name length of %1 longer than %2.")
                           .arg(name.toUtf8().size())
                           .arg(mostContainerNameBytes));
    return {};
}

Result<> checkObjectName(const QString &name)
{
    if (name.toUtf8().size() > mostObjectNameBytes)
        return invalid(QStringLiteral("Object name length of %1 longer than %2.")
                           .arg(name.toUtf8().size())
                           .arg(mostObjectNameBytes));
    return {};
}

bool namesEtag(const QByteArray &list, const QByteArray &etag)
{
    for (const QByteArray &tag : list.split(',')) {
        if (tag.trimmed() == "*" || unquoted(tag) == unquoted(etag))
            return true;
    }
    return false;
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

} // namespace nephele
