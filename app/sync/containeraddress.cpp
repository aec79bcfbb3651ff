// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/containeraddress.h"

#include "app/sync/syncname.h"

#include <QStringList>

namespace nephele {

namespace {

const QString pithosRoot = QStringLiteral("/pithos/object-store/v1/");
constexpr qsizetype longestContainer = 256;

} // namespace

QUrl ContainerAddress::cloudOf(const QUrl &endpoint)
{
    QUrl cloud;
    cloud.setScheme(endpoint.scheme());
    cloud.setHost(endpoint.host());
    cloud.setPort(endpoint.port());
    return cloud;
}

Result<ContainerAddress> ContainerAddress::fromText(const QString &text, const QUrl &cloud)
{
    ContainerAddress address;
    QString path = text;
    if (text.contains(QLatin1StringView("://"))) {
        const QUrl url(text, QUrl::TolerantMode);
        const bool isHttp =
            url.scheme() == QLatin1StringView("http") || url.scheme() == QLatin1StringView("https");
        if (!url.isValid() || !isHttp || url.host().isEmpty())
            return invalid(
                QStringLiteral("The address of a container begins with http:// or https:// and a host."));
        if (url.hasQuery() || url.hasFragment() || !url.userInfo().isEmpty())
            return invalid(
                QStringLiteral("%1: only the address of a container is wanted, without ?, # or a name.")
                    .arg(url.toDisplayString(QUrl::RemoveUserInfo)));
        address.cloud = cloudOf(url);
        path = url.path(QUrl::FullyDecoded);
        if (path.startsWith(pithosRoot)) {
            path = path.sliced(pithosRoot.size());
            address.account = path.section(QLatin1Char('/'), 0, 0);
            path = path.section(QLatin1Char('/'), 1);
        } else if (path.startsWith(QLatin1StringView("/v1/"))
            || path.startsWith(QLatin1StringView("/pithos/"))) {
            return invalid(QStringLiteral("%1: an address begins with http://HOST:PORT%2ACCOUNT/CONTAINER.")
                               .arg(text, pithosRoot));
        }
    } else {
        address.cloud = cloud;
        if (cloud.isEmpty())
            return invalid(QStringLiteral("Which cloud? Give the whole address, or set OS_AUTH_URL."));
    }
    while (path.startsWith(QLatin1Char('/')))
        path.remove(0, 1);
    while (path.endsWith(QLatin1Char('/')))
        path.chop(1);
    address.container = path.section(QLatin1Char('/'), 0, 0);
    address.prefix = path.section(QLatin1Char('/'), 1);
    if (address.container.isEmpty())
        return invalid(QStringLiteral("%1 names no container.").arg(text));
    if (address.container.size() > longestContainer)
        return invalid(QStringLiteral("A container's name has at most %1 characters.").arg(longestContainer));
    if (!address.prefix.isEmpty()) {
        if (const auto why = whyNoSyncName(address.prefix))
            return invalid(QStringLiteral("%1: %2.").arg(text, *why));
    }
    return address;
}

QString ContainerAddress::text() const
{
    QUrl url = cloud;
    const QString path = pithosRoot + account + QLatin1Char('/') + container;
    url.setPath(prefix.isEmpty() ? path : path + QLatin1Char('/') + prefix, QUrl::DecodedMode);
    return url.toString(QUrl::FullyEncoded);
}

} // namespace nephele
