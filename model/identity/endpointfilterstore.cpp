// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/endpointfilterstore.h"

#include "model/identity/written.h"

namespace nephele {

namespace {

#define NEPHELE_ENDPOINT_GROUP_COLUMNS "g.id, g.name, g.description, g.interface, g.service, g.region"

EndpointGroup groupFromRow(const Row &row)
{
    EndpointGroup group { row.id<EndpointGroupId>(0), row.text(1), row.text(2), {} };
    if (!row.isNull(3))
        group.filter.interface = findEndpointInterface(row.text(3));
    if (!row.isNull(4))
        group.filter.service = row.id<RegisteredServiceId>(4);
    if (!row.isNull(5))
        group.filter.region = row.id<RegionId>(5);
    return group;
}

Parameters valuesOf(const EndpointGroup &group)
{
    const EndpointFilter &filter = group.filter;
    return { { ":id", group.id.text() }, { ":name", group.name }, { ":description", group.description },
        { ":interface", filter.interface ? QVariant(wordOf(*filter.interface)) : QVariant() },
        { ":service", idOrNull(filter.service) }, { ":region", idOrNull(filter.region) } };
}

Error notAssociated()
{
    return notFound(QStringLiteral("The project has no such association."));
}

} // namespace

Result<QList<EndpointGroup>> EndpointFilterStore::groups(
    const ReadTransaction &t, const std::optional<QString> &name)
{
    return t.rows("SELECT " NEPHELE_ENDPOINT_GROUP_COLUMNS " FROM endpoint_group g "
                  "WHERE (:every = 1 OR g.name = :name) ORDER BY g.id LIMIT 1000",
        { { ":every", !name.has_value() }, { ":name", textOrNothing(name) } }, groupFromRow);
}

Result<std::optional<EndpointGroup>> EndpointFilterStore::group(
    const ReadTransaction &t, const EndpointGroupId &id)
{
    return t.row("SELECT " NEPHELE_ENDPOINT_GROUP_COLUMNS " FROM endpoint_group g WHERE g.id = :id",
        { { ":id", id.text() } }, groupFromRow);
}

Result<> EndpointFilterStore::insert(Transaction &t, const EndpointGroup &group)
{
    return written(t.execute(R"(
        INSERT INTO endpoint_group (id, name, description, interface, service, region)
        VALUES (:id, :name, :description, :interface, :service, :region))",
        valuesOf(group)));
}

Result<> EndpointFilterStore::update(Transaction &t, const EndpointGroup &group)
{
    return written(t.execute(R"(
        UPDATE endpoint_group SET name = :name, description = :description, interface = :interface,
            service = :service, region = :region
        WHERE id = :id)",
        valuesOf(group)));
}

Result<> EndpointFilterStore::remove(Transaction &t, const EndpointGroupId &id)
{
    return writtenOr(t.execute("DELETE FROM endpoint_group WHERE id = :id", { { ":id", id.text() } }),
        notFound(QStringLiteral("There is no such endpoint group.")));
}

Result<bool> EndpointFilterStore::isUsed(const ReadTransaction &t)
{
    const auto any = t.row(R"(
        SELECT EXISTS (SELECT 1 FROM project_endpoint) OR EXISTS (SELECT 1 FROM project_endpoint_group))",
        {}, [](const Row &row) { return row.flag(0); });
    return any ? Result<bool>(any->value_or(false)) : Result<bool>(any.error());
}

Result<QList<EndpointId>> EndpointFilterStore::endpointsOf(const ReadTransaction &t, const ProjectId &project)
{
    return t.rows(
        "SELECT endpoint FROM project_endpoint WHERE project = :project ORDER BY endpoint LIMIT 1000",
        { { ":project", project.text() } }, [](const Row &row) { return row.id<EndpointId>(0); });
}

Result<QList<ProjectId>> EndpointFilterStore::projectsOf(const ReadTransaction &t, const EndpointId &endpoint)
{
    return t.rows(
        "SELECT project FROM project_endpoint WHERE endpoint = :endpoint ORDER BY project LIMIT 1000",
        { { ":endpoint", endpoint.text() } }, [](const Row &row) { return row.id<ProjectId>(0); });
}

Result<> EndpointFilterStore::add(Transaction &t, const ProjectId &project, const EndpointId &endpoint)
{
    return written(t.execute("INSERT INTO project_endpoint (project, endpoint) VALUES (:project, :endpoint) "
                             "ON CONFLICT DO NOTHING",
        { { ":project", project.text() }, { ":endpoint", endpoint.text() } }));
}

Result<> EndpointFilterStore::remove(Transaction &t, const ProjectId &project, const EndpointId &endpoint)
{
    return writtenOr(
        t.execute("DELETE FROM project_endpoint WHERE project = :project AND endpoint = :endpoint",
            { { ":project", project.text() }, { ":endpoint", endpoint.text() } }),
        notAssociated());
}

Result<QList<EndpointGroup>> EndpointFilterStore::groupsOf(const ReadTransaction &t, const ProjectId &project)
{
    return t.rows("SELECT " NEPHELE_ENDPOINT_GROUP_COLUMNS " "
                  "FROM project_endpoint_group a JOIN endpoint_group g ON g.id = a.endpoint_group "
                  "WHERE a.project = :project ORDER BY g.id LIMIT 1000",
        { { ":project", project.text() } }, groupFromRow);
}

Result<QList<ProjectId>> EndpointFilterStore::projectsOf(
    const ReadTransaction &t, const EndpointGroupId &group)
{
    return t.rows("SELECT project FROM project_endpoint_group WHERE endpoint_group = :group "
                  "ORDER BY project LIMIT 1000",
        { { ":group", group.text() } }, [](const Row &row) { return row.id<ProjectId>(0); });
}

Result<> EndpointFilterStore::add(Transaction &t, const ProjectId &project, const EndpointGroupId &group)
{
    return written(t.execute(R"(
        INSERT INTO project_endpoint_group (project, endpoint_group) VALUES (:project, :group)
        ON CONFLICT DO NOTHING)",
        { { ":project", project.text() }, { ":group", group.text() } }));
}

Result<> EndpointFilterStore::remove(Transaction &t, const ProjectId &project, const EndpointGroupId &group)
{
    return writtenOr(
        t.execute("DELETE FROM project_endpoint_group WHERE project = :project AND endpoint_group = :group",
            { { ":project", project.text() }, { ":group", group.text() } }),
        notAssociated());
}

} // namespace nephele
