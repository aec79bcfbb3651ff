// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/rememberedcloud.h"

#include <QSettings>

namespace nephele {

namespace {

// QSettings takes slashes for groups; a host holds none.
QString groupOf(const QUrl &url)
{
    return QStringLiteral("clouds/%1:%2").arg(url.host()).arg(url.port(url.scheme() == u"https" ? 443 : 80));
}

} // namespace

RememberedCloud rememberedCloud(const QUrl &url)
{
    QSettings settings;
    settings.beginGroup(groupOf(url));
    return { settings.value(QStringLiteral("user")).toString(),
        settings.value(QStringLiteral("project")).toString(),
        settings.value(QStringLiteral("fingerprint")).toByteArray() };
}

void remember(const QUrl &url, const RememberedCloud &cloud)
{
    QSettings settings;
    settings.beginGroup(groupOf(url));
    settings.setValue(QStringLiteral("user"), cloud.userName);
    settings.setValue(QStringLiteral("project"), cloud.projectName);
    settings.setValue(QStringLiteral("fingerprint"), cloud.fingerprint);
}

} // namespace nephele
