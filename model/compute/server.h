// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/compute/flavor.h"
#include "model/identity/caller.h"

#include <QHostAddress>
#include <QList>
#include <QMap>

#include <optional>

namespace nephele {

// Where a server is in its life (DESIGN 6). Each face's word for it: server/compute/serverstate.h.
enum class ServerState {
    Building,
    Running,
    Off,
    Paused,
    Saved,
    Shelved,
    Offloaded,
    Resized,
    Rescue,
    Failed,
    Unknown,
    Deleted
};

// What is being done to it now; None between operations.
enum class ServerTask { None, Building, Starting, Stopping, Rebooting, HardRebooting, Deleting };

struct ServerAddress
{
    PortId port;
    PortNumber portNumber;
    NetworkId network;
    NetworkNumber networkNumber;
    QString networkName; // "public"
    QHostAddress address;
    QString mac;
    bool operator==(const ServerAddress &) const = default;
};

// What the owner wrote on a server for himself and his tools. Kept and shown, read by no rule.
struct ServerNotes
{
    QString description; // at most 255 characters
    QString accessIPv4; // where he says it can be reached; empty: not said
    QString accessIPv6;
    bool manualDisk = false; // OS-DCF:diskConfig MANUAL, else AUTO
    bool operator==(const ServerNotes &) const = default;
};

struct Server
{
    ServerId id;
    ServerNumber number;
    QString name;
    QString hostName; // fixed at creation
    Ownership owner;
    ServerState state = ServerState::Building;
    ServerTask task = ServerTask::None;
    QString faultMessage; // why it is Failed
    Flavor flavor; // as it was at creation
    ImageId image; // may be gone by now
    QString imageName;
    QString keyName; // empty: none
    QMap<QString, QString> metadata;
    ServerNotes notes;
    QList<ServerAddress> addresses;
    QString accessAddress; // "127.0.0.1:40022" where the guest has no address of its own; else empty
    int progress = 0;
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;
    std::optional<qint64> launchedAtMs;
    std::optional<qint64> deletedAtMs;
    bool operator==(const Server &) const = default;
};

} // namespace nephele
