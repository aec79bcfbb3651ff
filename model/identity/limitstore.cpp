// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/limitstore.h"

#include "model/identity/written.h"

namespace nephele {

namespace {

#define NEPHELE_REGISTERED_LIMIT_COLUMNS "r.id, r.service, r.region, r.resource, r.most, r.description"

// Three filters of a registered limit r, each of which may be absent.
#define NEPHELE_LIMIT_FITS                                                                                   \
    "(:everyService = 1 OR r.service = :service) AND (:everyRegion = 1 OR r.region = :region)"               \
    " AND (:everyResource = 1 OR r.resource = :resource)"

constexpr int registeredLimitColumns = 6;

RegisteredLimit registeredFromRow(const Row &row)
{
    RegisteredLimit limit;
    limit.id = row.id<RegisteredLimitId>(0);
    limit.service = row.id<RegisteredServiceId>(1);
    if (!row.isNull(2))
        limit.region = row.id<RegionId>(2);
    limit.resource = row.text(3);
    limit.most = row.integer(4);
    limit.description = row.text(5);
    return limit;
}

ProjectLimit limitFromRow(const Row &row)
{
    const int at = registeredLimitColumns;
    return { row.id<ProjectLimitId>(at), registeredFromRow(row), row.id<ProjectId>(at + 1),
        row.integer(at + 2), row.text(at + 3) };
}

Parameters valuesOf(const LimitStore::Filter &filter)
{
    return { { ":everyService", !filter.service.has_value() },
        { ":service", filter.service.value_or(RegisteredServiceId()).text() },
        { ":everyRegion", !filter.region.has_value() },
        { ":region", filter.region.value_or(RegionId()).text() },
        { ":everyResource", !filter.resource.has_value() }, { ":resource", textOrNothing(filter.resource) } };
}

// region_key is the region's id, or empty: null differs from null in a unique index.
Parameters valuesOf(const RegisteredLimit &limit)
{
    return { { ":id", limit.id.text() }, { ":service", limit.service.text() },
        { ":region", idOrNull(limit.region) }, { ":key", limit.region.value_or(RegionId::stored({})).text() },
        { ":resource", limit.resource }, { ":most", limit.most }, { ":description", limit.description } };
}

Result<> orTaken(const Result<qint64> &changed)
{
    if (!changed && changed.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is such a limit already."));
    return written(changed);
}

} // namespace

Result<QList<RegisteredLimit>> LimitStore::registered(const ReadTransaction &t, const Filter &filter)
{
    return t.rows("SELECT " NEPHELE_REGISTERED_LIMIT_COLUMNS " FROM registered_limit r "
                  "WHERE " NEPHELE_LIMIT_FITS " ORDER BY r.id LIMIT 1000",
        valuesOf(filter), registeredFromRow);
}

Result<std::optional<RegisteredLimit>> LimitStore::findRegistered(
    const ReadTransaction &t, const RegisteredLimitId &id)
{
    return t.row("SELECT " NEPHELE_REGISTERED_LIMIT_COLUMNS " FROM registered_limit r WHERE r.id = :id",
        { { ":id", id.text() } }, registeredFromRow);
}

Result<qint64> LimitStore::countRegistered(const ReadTransaction &t)
{
    const auto count =
        t.row("SELECT COUNT(*) FROM registered_limit", {}, [](const Row &row) { return row.integer(0); });
    return count ? Result<qint64>(count->value_or(0)) : Result<qint64>(count.error());
}

Result<> LimitStore::insert(Transaction &t, const RegisteredLimit &limit)
{
    return orTaken(t.execute(R"(
        INSERT INTO registered_limit (id, service, region, region_key, resource, most, description)
        VALUES (:id, :service, :region, :key, :resource, :most, :description))",
        valuesOf(limit)));
}

Result<> LimitStore::update(Transaction &t, const RegisteredLimit &limit)
{
    return orTaken(t.execute(R"(
        UPDATE registered_limit SET service = :service, region = :region, region_key = :key,
            resource = :resource, most = :most, description = :description
        WHERE id = :id)",
        valuesOf(limit)));
}

Result<> LimitStore::remove(Transaction &t, const RegisteredLimitId &id)
{
    const auto used = t.row("SELECT 1 FROM project_limit WHERE registered = :id LIMIT 1",
        { { ":id", id.text() } }, [](const Row &row) { return row.flag(0); });
    if (!used)
        return used.error();
    if (*used)
        return forbidden(
            QStringLiteral("A project has a limit of its own for this resource: delete that first."));
    return written(t.execute("DELETE FROM registered_limit WHERE id = :id", { { ":id", id.text() } }));
}

Result<bool> LimitStore::hasLimits(const ReadTransaction &t, const RegisteredServiceId &service)
{
    const auto any = t.row("SELECT 1 FROM registered_limit WHERE service = :service LIMIT 1",
        { { ":service", service.text() } }, [](const Row &row) { return row.flag(0); });
    return any ? Result<bool>(any->has_value()) : Result<bool>(any.error());
}

Result<QList<ProjectLimit>> LimitStore::limits(
    const ReadTransaction &t, const std::optional<ProjectId> &project, const Filter &filter)
{
    Parameters values = valuesOf(filter);
    values.append({ ":everyProject", !project.has_value() });
    values.append({ ":project", project.value_or(ProjectId()).text() });
    return t.rows("SELECT " NEPHELE_REGISTERED_LIMIT_COLUMNS ", l.id, l.project, l.most, l.description "
                  "FROM project_limit l JOIN registered_limit r ON r.id = l.registered "
                  "WHERE " NEPHELE_LIMIT_FITS " AND (:everyProject = 1 OR l.project = :project) "
                  "ORDER BY l.id LIMIT 1000",
        values, limitFromRow);
}

Result<std::optional<ProjectLimit>> LimitStore::findLimit(const ReadTransaction &t, const ProjectLimitId &id)
{
    return t.row("SELECT " NEPHELE_REGISTERED_LIMIT_COLUMNS ", l.id, l.project, l.most, l.description "
                 "FROM project_limit l JOIN registered_limit r ON r.id = l.registered WHERE l.id = :id",
        { { ":id", id.text() } }, limitFromRow);
}

Result<> LimitStore::insert(Transaction &t, const ProjectLimit &limit)
{
    return orTaken(t.execute(R"(
        INSERT INTO project_limit (id, registered, project, most, description)
        VALUES (:id, :registered, :project, :most, :description))",
        { { ":id", limit.id.text() }, { ":registered", limit.registered.id.text() },
            { ":project", limit.project.text() }, { ":most", limit.most },
            { ":description", limit.description } }));
}

Result<> LimitStore::update(Transaction &t, const ProjectLimit &limit)
{
    return written(
        t.execute("UPDATE project_limit SET most = :most, description = :description WHERE id = :id",
            { { ":most", limit.most }, { ":description", limit.description }, { ":id", limit.id.text() } }));
}

Result<> LimitStore::remove(Transaction &t, const ProjectLimitId &id)
{
    return written(t.execute("DELETE FROM project_limit WHERE id = :id", { { ":id", id.text() } }));
}

Result<QList<LimitStore::QuotaMost>> LimitStore::quotaMosts(
    const ReadTransaction &t, const std::optional<ProjectId> &project)
{
    return t.rows("SELECT project, resource, most FROM quota_project "
                  "WHERE most IS NOT NULL AND (:every = 1 OR project = :project) "
                  "ORDER BY project, resource LIMIT 1000",
        { { ":every", !project.has_value() }, { ":project", project.value_or(ProjectId()).text() } },
        [](const Row &row) {
            return QuotaMost { row.id<ProjectId>(0), row.text(1), row.integer(2) };
        });
}

} // namespace nephele
