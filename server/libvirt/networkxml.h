// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/libvirt/hypervisor.h"

namespace nephele {

// The network's XML (https://libvirt.org/formatnetwork.html): NAT, DHCP by dnsmasq. Invalid when an address
// is not IPv4 or not inside.
Result<QByteArray> networkXml(const NetworkSpec &network, const QString &cloudId);

// "nph" and twelve digits of the id: the kernel takes 15 characters, and the name's first 15 are the same for
// all networks of a cloud.
QString bridgeName(const NetworkId &network);

// One <host> of the <dhcp> element.
struct Lease
{
    QString mac; // as written; compare by isSameMac
    QHostAddress address;
    QString hostName;
};

// Invalid when the MAC or the host name could not stand in a DHCP server's file.
Result<QByteArray> leaseXml(const Lease &lease);
QList<Lease> leasesIn(const QByteArray &networkXml);
bool isSameMac(const QString &left, const QString &right);

} // namespace nephele
