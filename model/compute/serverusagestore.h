// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/server.h"
#include "model/database/transaction.h"

#include <QList>

namespace nephele {

// The life of one server, from its first start to its deletion.
struct ServerLife
{
    ServerId id;
    ProjectId project;
    QString name;
    QString flavorName;
    ServerState state = ServerState::Building;
    int vcpus = 0;
    int memoryMiB = 0;
    int diskGiB = 0;
    qint64 createdAtMs = 0;
    qint64 launchedAtMs = 0;
    std::optional<qint64> deletedAtMs;
};

// What one project had in some time.
struct ServerUsage
{
    ProjectId project;
    QList<ServerLife> servers;
};

// Reads server(id, ...) for what ran when. Deleted servers are kept a day, so what was deleted earlier is not
// found: an accounting that must be whole asks at least once a day.
class ServerUsageStore
{
public:
    // Servers that were launched before `toMs` and not deleted before `fromMs`, oldest first behind `after`;
    // at most `limit`. project: nullopt for all.
    struct Marker
    {
        qint64 createdAtMs = std::numeric_limits<qint64>::min();
        ServerId id;
    };
    static Result<QList<ServerLife>> lives(const ReadTransaction &t, const std::optional<ProjectId> &project,
        qint64 fromMs, qint64 toMs, const Marker &after, int limit = 500);
};

} // namespace nephele
