// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/compute/serverusagestore.h"

#include "model/compute/serverstore.h"

namespace nephele {

namespace {

QByteArray livesSql(const QByteArray &ofProject)
{
    return R"(
        SELECT id, project, name, flavor_name, state, vcpus, memory_mib, disk_gib, created_at_ms,
            launched_at_ms, deleted_at_ms
        FROM server
        WHERE )"
        + ofProject + R"(created_at_ms < :to AND launched_at_ms < :to
            AND (deleted_at_ms IS NULL OR deleted_at_ms >= :from)
            AND (created_at_ms, id) > (:after_time, :after)
        ORDER BY created_at_ms, id
        LIMIT :limit)";
}

ServerLife lifeOf(const Row &row)
{
    ServerLife life;
    life.id = row.id<ServerId>(0);
    life.project = row.id<ProjectId>(1);
    life.name = row.text(2);
    life.flavorName = row.text(3);
    life.state = serverStateFromWord(row.text(4));
    life.vcpus = int(row.integer(5));
    life.memoryMiB = int(row.integer(6));
    life.diskGiB = int(row.integer(7));
    life.createdAtMs = row.integer(8);
    life.launchedAtMs = row.integer(9);
    life.deletedAtMs = row.optionalInteger(10);
    return life;
}

} // namespace

Result<QList<ServerLife>> ServerUsageStore::lives(const ReadTransaction &t,
    const std::optional<ProjectId> &project, qint64 fromMs, qint64 toMs, const Marker &after, int limit)
{
    static const QByteArray ofAll = livesSql({});
    static const QByteArray ofOne = livesSql("project = :project AND ");
    Parameters parameters { { ":from", fromMs }, { ":to", toMs }, { ":after_time", after.createdAtMs },
        { ":after", after.id.text() }, { ":limit", limit } };
    if (project)
        parameters.append({ ":project", project->text() });
    return t.rows(project ? ofOne : ofAll, parameters, &lifeOf);
}

} // namespace nephele
