// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QSet>
#include <QStringList>

#include <optional>

namespace nephele {

// The names under which this cloud answers. A page in somebody's browser can make any name of its own
// resolve to this machine; only the Host field then tells that the request was meant for another.
// Unchanging after construction: may be asked from every thread.
class AllowedHosts
{
public:
    // `publicUrl` may be empty; `names` are hosts without port.
    AllowedHosts(const QByteArray &publicUrl, const QStringList &names);

    // The host of "name", "name:port", "[::1]:port" in lower case, without brackets and final dot; nullopt
    // when it is not of that form (RFC 9110 section 7.2).
    static std::optional<QByteArray> hostOf(QByteArrayView field);

    // Loopback, a name or address of this machine (`local`: the address the connection came in on), or one
    // that was configured.
    bool allows(const QByteArray &host, const QHostAddress &local) const;

    // Whether a page of that origin may open a WebSocket: it comes from the host the request names itself, or
    // from a configured one. An absent origin is no browser.
    bool allowsOrigin(QByteArrayView origin, QByteArrayView hostField) const;

private:
    QSet<QByteArray> m_configured; // host
    QSet<QByteArray> m_ownNames;
    QList<QHostAddress> m_ownAddresses; // at start
};

} // namespace nephele
