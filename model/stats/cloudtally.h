// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/server.h"
#include "model/database/database.h"

#include <QMap>

namespace nephele {

// Servers that have something in common, summed.
struct ServerSum
{
    qint64 count = 0;
    qint64 vcpus = 0;
    qint64 memoryMiB = 0;
    qint64 diskGiB = 0;
    bool operator==(const ServerSum &) const = default;
};

// The same, and how many there are of each size.
struct ServerSizes
{
    qint64 count = 0;
    QMap<int, qint64> byVcpus;
    QMap<int, qint64> byMemoryMiB;
    QMap<QString, QMap<int, qint64>> byDiskGiB; // by disk template first
    bool operator==(const ServerSizes &) const = default;
};

// All servers, networks and addresses of the cloud, summed at about one moment.
struct ComputeTally
{
    QMap<ServerState, ServerSum> servers; // deleted ones, too, while they are kept
    ServerSum present; // all that are not deleted
    ServerSizes started;
    ServerSizes stopped;
    ServerSizes failed;
    QMap<QString, qint64> images; // servers by "owner:os" of what they were made from
    QStringList diskTemplates; // of present servers
    qint64 publicNetworks = 0;
    qint64 privateNetworks = 0;
    qint64 addressesTotal = 0; // of public networks
    qint64 addressesUsed = 0;
    qint64 serversEver = 0;
    qint64 networksEver = 0;
};

struct ResourceSum
{
    qint64 used = 0;
    qint64 allocated = 0; // limits of all enabled projects; -1 when one has none
};

// All users and projects of the cloud, summed at about one moment.
struct PeopleTally
{
    qint64 users = 0;
    qint64 activeUsers = 0;
    QMap<QString, ResourceSum> resources;
};

// Count everything, in slices of a few thousand rows by key: each statement stays short whatever is stored,
// and nobody waits for the whole. For a pool thread; the slices are not one snapshot.
Result<ComputeTally> tallyCompute(Database &database);
Result<PeopleTally> tallyPeople(Database &database);

} // namespace nephele
