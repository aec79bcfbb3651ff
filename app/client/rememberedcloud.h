// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>

namespace nephele {

// What the program remembers of another machine's cloud, in the user's settings, by host and port: who signed
// in last and the certificate that was trusted. No secret.
struct RememberedCloud
{
    QString userName;
    QString projectName;
    QByteArray fingerprint;
    bool operator==(const RememberedCloud &) const = default;
};

RememberedCloud rememberedCloud(const QUrl &url);
void remember(const QUrl &url, const RememberedCloud &cloud);

} // namespace nephele
