// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/resourcestore.h"
#include "model/stats/cloudtally.h"
#include "model/stats/slices.h"

namespace nephele {

namespace {

constexpr int sliceRows = 2000;

Result<std::optional<QString>> countUsers(const ReadTransaction &t, const QString &after, PeopleTally &tally)
{
    const auto users =
        t.rows("SELECT id, enabled FROM identity_user WHERE id > :after ORDER BY id LIMIT :limit",
            { { ":after", after }, { ":limit", sliceRows } },
            [](const Row &row) { return std::pair(row.text(0), row.flag(1)); });
    if (!users)
        return users.error();
    for (const auto &[id, isEnabled] : *users) {
        tally.users += 1;
        tally.activeUsers += isEnabled ? 1 : 0;
    }
    return users->size() < sliceRows ? std::nullopt : std::optional(users->last().first);
}

// Enabled projects, by kind.
struct ProjectCount
{
    qint64 system = 0;
    qint64 others = 0;
};

Result<std::optional<QString>> countProjects(
    const ReadTransaction &t, const QString &after, ProjectCount &count)
{
    const auto projects =
        t.rows("SELECT id, enabled, is_system FROM project WHERE id > :after ORDER BY id LIMIT :limit",
            { { ":after", after }, { ":limit", sliceRows } },
            [](const Row &row) { return std::tuple(row.text(0), row.flag(1), row.flag(2)); });
    if (!projects)
        return projects.error();
    for (const auto &[id, isEnabled, isSystem] : *projects) {
        if (isEnabled)
            (isSystem ? count.system : count.others) += 1;
    }
    return projects->size() < sliceRows ? std::nullopt : std::optional(std::get<0>(projects->last()));
}

// How much of a resource all enabled projects may use.
struct Allocation
{
    qint64 sum = 0;
    bool isUnlimited = false; // or more than a number holds
    ProjectCount withOwnLimit;
};

void allocate(Allocation &allocation, qint64 most, qint64 projects)
{
    qint64 amount = 0;
    if (projects == 0)
        return;
    allocation.isUnlimited |= most < 0 || qMulOverflow(most, projects, &amount)
        || qAddOverflow(allocation.sum, amount, &allocation.sum);
}

using Allocations = QMap<QString, Allocation>;

struct QuotaPlace
{
    QString project;
    QString resource;
};

Result<std::optional<QuotaPlace>> sumQuotas(
    const ReadTransaction &t, const QuotaPlace &after, PeopleTally &tally, Allocations &allocations)
{
    QuotaPlace last;
    int rows = 0;
    const auto read = t.eachRow(R"(
        SELECT q.project, q.resource, q.used, q.most, p.enabled, p.is_system
        FROM quota_project q
        JOIN project p ON p.id = q.project
        WHERE (q.project, q.resource) > (:project, :resource)
        ORDER BY q.project, q.resource
        LIMIT :limit)",
        { { ":project", after.project }, { ":resource", after.resource }, { ":limit", sliceRows } },
        [&](const Row &row) {
            ++rows;
            last = { row.text(0), row.text(1) };
            tally.resources[last.resource].used += row.integer(2);
            if (row.isNull(3) || !row.flag(4))
                return;
            Allocation &allocation = allocations[last.resource];
            (row.flag(5) ? allocation.withOwnLimit.system : allocation.withOwnLimit.others) += 1;
            allocate(allocation, row.integer(3), 1);
        });
    if (!read)
        return read.error();
    return rows < sliceRows ? std::nullopt : std::optional(last);
}

} // namespace

Result<PeopleTally> tallyPeople(Database &database)
{
    PeopleTally tally;
    ProjectCount projects;
    Allocations allocations;
    const auto users = readInSlices<QString>(database,
        [&](const ReadTransaction &t, const QString &after) { return countUsers(t, after, tally); });
    if (!users)
        return users.error();
    const auto counted = readInSlices<QString>(database,
        [&](const ReadTransaction &t, const QString &after) { return countProjects(t, after, projects); });
    if (!counted)
        return counted.error();
    const auto summed =
        readInSlices<QuotaPlace>(database, [&](const ReadTransaction &t, const QuotaPlace &after) {
            return sumQuotas(t, after, tally, allocations);
        });
    if (!summed)
        return summed.error();
    const auto resources = database.read([](ReadTransaction &t) { return ResourceStore::all(t); });
    if (!resources)
        return resources.error();
    for (const QuotaResource &resource : *resources) {
        // Projects may have come since they were counted: never less than none are without a limit of their
        // own.
        Allocation allocation = allocations.value(resource.name);
        allocate(allocation, resource.systemMost,
            std::max<qint64>(0, projects.system - allocation.withOwnLimit.system));
        allocate(allocation, resource.projectMost,
            std::max<qint64>(0, projects.others - allocation.withOwnLimit.others));
        tally.resources[resource.name].allocated = allocation.isUnlimited ? -1 : allocation.sum;
    }
    return tally;
}

} // namespace nephele
