// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/identity/caller.h"

#include <QHostAddress>

namespace nephele {

// The IPv4 range of a network: addresses first..last are given to guests, the gateway is ours.
struct Subnet
{
    SubnetId id;
    SubnetNumber number;
    NetworkId network;
    QString name;
    QHostAddress base; // 10.133.0.0
    int prefix = 24;
    QHostAddress gateway;
    QHostAddress first;
    QHostAddress last;
    bool operator==(const Subnet &) const = default;

    // The usual layout: the gateway is the first address, guests get all others but the broadcast address.
    static Subnet around(const QHostAddress &base, int prefix)
    {
        const quint32 lowest = base.toIPv4Address();
        const quint32 highest = lowest | (0xffffffffU >> prefix);
        return { {}, {}, {}, {}, base, prefix, QHostAddress(lowest + 1), QHostAddress(lowest + 2),
            QHostAddress(highest - 1) };
    }
};

struct Network
{
    NetworkId id;
    NetworkNumber number;
    QString name;
    QString hostName; // libvirt's name of it
    Ownership owner; // null ids for a public one
    bool isPublic = false; // everybody sees it, nobody changes it
    Subnet subnet;
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;
    bool operator==(const Network &) const = default;
};

// A server's place in a network.
struct Port
{
    PortId id;
    PortNumber number;
    NetworkId network;
    ServerId server;
    QString mac; // "52:54:00:..."
    QHostAddress address;
    qint64 createdAtMs = 0;
    bool operator==(const Port &) const = default;
};

} // namespace nephele
