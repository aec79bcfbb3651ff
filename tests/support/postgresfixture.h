// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/connection.h"

#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace nephele::test {

// A PostgreSQL cluster of this test program's own: in a temporary folder, reached by a socket in it, with a
// locale whose order is not that of bytes (ICU, German), so that a comparison that forgot COLLATE "C" shows.
// Started at the first call of shared(), stopped with the program even when that crashes. Main thread only.
class PostgresCluster
{
public:
    // Unavailable, with the reason, where PostgreSQL is not installed or will not start.
    static Result<PostgresCluster *> shared();
    ~PostgresCluster();
    Q_DISABLE_COPY_MOVE(PostgresCluster)

    // A new, empty database, or one like another that nobody is connected to. It goes away with the cluster.
    Result<DatabaseAddress> createDatabase(const QString &likeName = QStringLiteral("template1"));

private:
    PostgresCluster() = default;
    Result<> start();
    DatabaseAddress addressOf(const QString &name) const;

    QTemporaryDir m_folder;
    QProcess m_server;
    int m_count = 0;
};

} // namespace nephele::test
