// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/libvirt/handles.h"
#include "server/libvirt/hypervisor.h"

namespace nephele {

struct Lease;

// What Hypervisor promises about networks, on one connection. A value for the length of one call; safe from
// every thread, blocks.
class Networks final
{
public:
    enum class Leases { Kept, Pretended }; // the test driver has no DHCP

    Networks(VirConnect connection, QString cloudId, Leases leases);

    Result<> ensure(const NetworkSpec &network);
    Result<> remove(const NetworkId &network);
    Result<> ensureLease(const NetworkId &network, const Lease &lease);
    Result<> removeLease(const NetworkId &network, const QString &mac, const QHostAddress &address);
    Result<QList<NetworkId>> all();

private:
    struct Found
    {
        VirNetwork network; // null: none of this id
        QByteArray xml; // as it is configured
        bool isOurs = false;
    };
    Result<Found> find(const NetworkId &id);
    Result<Found> need(const NetworkId &id);
    Result<> change(const Found &found, unsigned command, const Lease &lease, const QString &doing);

    VirConnect m_connection;
    QString m_cloudId;
    Leases m_leases;
};

} // namespace nephele
