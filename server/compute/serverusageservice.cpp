// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/serverusageservice.h"

#include <QMap>
#include <QtConcurrentRun>

namespace nephele {

namespace {

Result<QList<ServerUsage>> readUsage(
    Database &database, const std::optional<ProjectId> &project, qint64 fromMs, qint64 toMs)
{
    const ReadingJob job(database);
    QMap<ProjectId, ServerUsage> usages;
    ServerUsageStore::Marker marker;
    for (int count = 0; count <= ServerUsageService::mostServers;) {
        const auto page = database.read(
            [&](ReadTransaction &t) { return ServerUsageStore::lives(t, project, fromMs, toMs, marker); });
        if (!page)
            return page.error();
        if (page->isEmpty())
            return usages.values();
        for (const ServerLife &life : *page) {
            usages[life.project].project = life.project;
            usages[life.project].servers.append(life);
        }
        count += int(page->size());
        marker = { page->last().createdAtMs, page->last().id };
    }
    return Error { ErrorCode::TooLarge,
        QStringLiteral("More than %1 servers lived then: ask for a shorter time.")
            .arg(ServerUsageService::mostServers),
        {} };
}

} // namespace

ServerUsageService::ServerUsageService(Database &database, QObject *parent)
    : QObject(parent), m_database(database)
{
    m_pool.setMaxThreadCount(1);
}

QFuture<Result<QList<ServerUsage>>> ServerUsageService::usage(
    const std::optional<ProjectId> &project, qint64 fromMs, qint64 toMs)
{
    return QtConcurrent::run(
        &m_pool, [=, database = &m_database] { return readUsage(*database, project, fromMs, toMs); });
}

} // namespace nephele
