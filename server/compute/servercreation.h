// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/compute/compute.h"

namespace nephele {

// Limits both faces share; a face that allows less says so itself.
namespace serverlimits {
constexpr int nameLength = 255;
constexpr int descriptionLength = 255;
constexpr int metadataItems = 128;
constexpr int metadataKeyLength = 255;
constexpr int metadataValueLength = 500;
constexpr int personalityFiles = 5;
constexpr int personalityBytes = 10240;
constexpr int personalityPathLength = 255;
constexpr int userDataBytes = 65535;
constexpr int passwordLength = 128;
constexpr int networks = 8;
constexpr int serversAtOnce = 100;
} // namespace serverlimits

// Whether the request is well formed, before anything is looked up. Invalid names the field; TooLarge for
// files and user data.
Result<> checkNewServer(const NewServer &wanted);
Result<> checkServerName(const QString &name);
Result<> checkMetadata(const QMap<QString, QString> &metadata);
Result<> checkNotes(const ServerNotes &notes);

// What a name becomes as a host name (RFC 952, RFC 1123): letters, digits and hyphens, at most 63. Empty when
// nothing is left.
QString hostNameFrom(const QString &serverName);

// Writes the servers, their ports and operations, and charges them. NotFound names what is absent or
// invisible.
Result<QList<Server>> insertServers(Transaction &t, const ComputeParts &parts, const Caller &caller,
    const NewServer &wanted, const QByteArray &passwordHash);

} // namespace nephele
