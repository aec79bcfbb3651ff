// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QUrl>

namespace nephele {

// Where a folder is synced to: a container, or what lies below a name in it.
struct ContainerAddress
{
    QUrl cloud; // http://host:port
    QString account; // empty: the one of who signs in
    QString container;
    QString prefix; // "photos/2026", without slashes around; empty: the whole container

    // One of
    //   http://HOST:PORT/pithos/object-store/v1/ACCOUNT/CONTAINER[/PREFIX]
    //   http://HOST:PORT/CONTAINER[/PREFIX]      the own account
    //   CONTAINER[/PREFIX]                       the own account at `cloud`
    // Invalid says what is missing.
    static Result<ContainerAddress> fromText(const QString &text, const QUrl &cloud);
    // Root of a cloud by any of its addresses, such as http://host:port/identity/v3.
    static QUrl cloudOf(const QUrl &endpoint);
    QString text() const;

    bool operator==(const ContainerAddress &) const = default;
};

} // namespace nephele
