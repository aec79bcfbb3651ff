// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace nephele {

// Names of system properties (model/object/object.h), the same in both faces.
struct SystemNames
{
    QString readAcl = QStringLiteral("read-acl");
    QString writeAcl = QStringLiteral("write-acl");
    QString versionsLocation = QStringLiteral("versions-location");
    QString historyLocation = QStringLiteral("history-location");
    QString quotaBytes = QStringLiteral("quota-bytes");
    QString quotaCount = QStringLiteral("quota-count");
    QString tempUrlKey = QStringLiteral("temp-url-key");
    QString tempUrlKey2 = QStringLiteral("temp-url-key-2");
    QString allowOrigin = QStringLiteral("access-control-allow-origin");
    QString maxAge = QStringLiteral("access-control-max-age");
    QString exposeHeaders = QStringLiteral("access-control-expose-headers");
    QString historyVersions = QStringLiteral("history-versions"); // a container's own bounds of history
    QString historyDays = QStringLiteral("history-days");
    QString symlinkTarget = QStringLiteral("x-symlink-target"); // "container/object", as sent
    QString symlinkAccount = QStringLiteral("x-symlink-target-account"); // empty: the link's own
    QString symlinkEtag = QStringLiteral("x-symlink-target-etag"); // static: only while it has that
    QString symlinkBytes = QStringLiteral("x-symlink-target-bytes");
    QString manifest = QStringLiteral("x-object-manifest"); // "container/prefix", as sent
};

inline const SystemNames &systemNames()
{
    static const SystemNames names;
    return names;
}

// Those that come as metadata of an account or container (X-Account-Meta-..., X-Container-Meta-...) and that
// the store acts on.
inline const QStringList &accountSystemNames()
{
    static const QStringList names { systemNames().tempUrlKey, systemNames().tempUrlKey2,
        systemNames().quotaBytes };
    return names;
}
inline const QStringList &containerSystemNames()
{
    static const QStringList names { systemNames().tempUrlKey, systemNames().tempUrlKey2,
        systemNames().quotaBytes, systemNames().quotaCount, systemNames().allowOrigin, systemNames().maxAge,
        systemNames().exposeHeaders, systemNames().historyVersions, systemNames().historyDays };
    return names;
}

// "1479720000.12300", as Swift writes times in names and X-Timestamp.
inline QByteArray swiftTimestamp(qint64 ms)
{
    return QByteArray::number(ms / 1000) + '.' + QByteArray::number(ms % 1000).rightJustified(3, '0') + "00";
}

} // namespace nephele
