// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/serverusagestore.h"
#include "model/database/database.h"

#include <QObject>
#include <QThreadPool>

namespace nephele {

// Who had how much of a server for how long. One per worker; asked in a pool of its own, which it waits for
// when it goes.
class ServerUsageService : public QObject
{
    Q_OBJECT

public:
    explicit ServerUsageService(Database &database, QObject *parent = nullptr);

    const Clock &clock() const { return m_database.clock(); }

    // Servers that lived between the two times, by project and age; project: nullopt for all. TooLarge when
    // they are more than mostServers: a shorter time has fewer.
    QFuture<Result<QList<ServerUsage>>> usage(
        const std::optional<ProjectId> &project, qint64 fromMs, qint64 toMs);
    static constexpr int mostServers = 20'000;

private:
    Database &m_database;
    QThreadPool m_pool;
};

} // namespace nephele
