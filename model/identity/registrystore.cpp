// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/registrystore.h"

#include "model/identity/written.h"

namespace nephele {

namespace {

// What a list takes at most, should the bound of the service ever have been passed.
#define NEPHELE_REGISTRY_MOST "LIMIT 5000"

#define NEPHELE_ENDPOINT_COLUMNS                                                                             \
    "e.id, e.service, e.interface, e.region, e.url, e.name, e.description, e.enabled"

Region regionFromRow(const Row &row)
{
    Region region { row.id<RegionId>(0), {}, row.text(2) };
    if (!row.isNull(1))
        region.parent = row.id<RegionId>(1);
    return region;
}

RegisteredService serviceFromRow(const Row &row)
{
    return { row.id<RegisteredServiceId>(0), row.text(1), row.text(2), row.text(3), row.flag(4) };
}

CatalogEndpoint endpointFromRow(const Row &row)
{
    CatalogEndpoint endpoint;
    endpoint.id = row.id<EndpointId>(0);
    endpoint.service = row.id<RegisteredServiceId>(1);
    endpoint.interface = findEndpointInterface(row.text(2)).value_or(EndpointInterface::Public);
    if (!row.isNull(3))
        endpoint.region = row.id<RegionId>(3);
    endpoint.url = row.text(4);
    endpoint.name = row.text(5);
    endpoint.description = row.text(6);
    endpoint.isEnabled = row.flag(7);
    return endpoint;
}

Parameters valuesOf(const RegisteredService &service)
{
    return { { ":id", service.id.text() }, { ":type", service.type }, { ":name", service.name },
        { ":description", service.description }, { ":enabled", service.isEnabled } };
}

Parameters valuesOf(const CatalogEndpoint &endpoint)
{
    return { { ":id", endpoint.id.text() }, { ":service", endpoint.service.text() },
        { ":interface", wordOf(endpoint.interface) }, { ":region", idOrNull(endpoint.region) },
        { ":url", endpoint.url }, { ":name", endpoint.name }, { ":description", endpoint.description },
        { ":enabled", endpoint.isEnabled } };
}

Parameters valuesOf(const Region &region)
{
    return { { ":id", region.id.text() }, { ":parent", idOrNull(region.parent) },
        { ":description", region.description } };
}

} // namespace

QString wordOf(EndpointInterface interface)
{
    switch (interface) {
    case EndpointInterface::Public:
        return QStringLiteral("public");
    case EndpointInterface::Internal:
        return QStringLiteral("internal");
    case EndpointInterface::Admin:
        return QStringLiteral("admin");
    }
    Q_UNREACHABLE();
}

std::optional<EndpointInterface> findEndpointInterface(const QString &word)
{
    for (const auto interface :
        { EndpointInterface::Public, EndpointInterface::Internal, EndpointInterface::Admin }) {
        if (wordOf(interface) == word)
            return interface;
    }
    return std::nullopt;
}

Result<QList<Region>> RegistryStore::regions(const ReadTransaction &t, const std::optional<RegionId> &parent)
{
    return t.rows("SELECT id, parent, description FROM region "
                  "WHERE (:every = 1 OR parent = :parent) "
                  "ORDER BY id " NEPHELE_REGISTRY_MOST,
        { { ":every", !parent.has_value() }, { ":parent", parent.value_or(RegionId()).text() } },
        regionFromRow);
}

Result<std::optional<Region>> RegistryStore::region(const ReadTransaction &t, const RegionId &id)
{
    return t.row(
        "SELECT id, parent, description FROM region WHERE id = :id", { { ":id", id.text() } }, regionFromRow);
}

Result<> RegistryStore::insert(Transaction &t, const Region &region)
{
    const auto inserted = t.execute(
        "INSERT INTO region (id, parent, description) VALUES (:id, :parent, :description)", valuesOf(region));
    if (!inserted && inserted.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a region '%1' already.").arg(region.id.text()));
    return written(inserted);
}

Result<> RegistryStore::update(Transaction &t, const Region &region)
{
    return written(t.execute(
        "UPDATE region SET parent = :parent, description = :description WHERE id = :id", valuesOf(region)));
}

Result<> RegistryStore::remove(Transaction &t, const RegionId &id)
{
    return written(t.execute("DELETE FROM region WHERE id = :id", { { ":id", id.text() } }));
}

Result<QList<RegionId>> RegistryStore::regionsWithin(const ReadTransaction &t, const RegionId &id)
{
    return t.rows(R"(
        WITH RECURSIVE within (id) AS (
            SELECT id FROM region WHERE id = :id
            UNION
            SELECT r.id FROM region r JOIN within w ON r.parent = w.id)
        SELECT id FROM within ORDER BY id)",
        { { ":id", id.text() } }, [](const Row &row) { return row.id<RegionId>(0); });
}

Result<QList<RegisteredService>> RegistryStore::services(const ReadTransaction &t)
{
    return t.rows("SELECT id, type, name, description, enabled FROM registered_service "
                  "ORDER BY id " NEPHELE_REGISTRY_MOST,
        {}, serviceFromRow);
}

Result<std::optional<RegisteredService>> RegistryStore::service(
    const ReadTransaction &t, const RegisteredServiceId &id)
{
    return t.row("SELECT id, type, name, description, enabled FROM registered_service WHERE id = :id",
        { { ":id", id.text() } }, serviceFromRow);
}

Result<> RegistryStore::insert(Transaction &t, const RegisteredService &service)
{
    return written(t.execute(R"(
        INSERT INTO registered_service (id, type, name, description, enabled)
        VALUES (:id, :type, :name, :description, :enabled))",
        valuesOf(service)));
}

Result<> RegistryStore::update(Transaction &t, const RegisteredService &service)
{
    return written(t.execute(R"(
        UPDATE registered_service SET type = :type, name = :name, description = :description, enabled = :enabled
        WHERE id = :id)",
        valuesOf(service)));
}

Result<> RegistryStore::remove(Transaction &t, const RegisteredServiceId &id)
{
    const auto unlinked = t.execute(R"(
        DELETE FROM project_endpoint
        WHERE endpoint IN (SELECT id FROM endpoint WHERE service = :service))",
        { { ":service", id.text() } });
    if (!unlinked)
        return unlinked.error();
    const auto emptied =
        t.execute("DELETE FROM endpoint WHERE service = :service", { { ":service", id.text() } });
    if (!emptied)
        return emptied.error();
    return written(t.execute("DELETE FROM registered_service WHERE id = :id", { { ":id", id.text() } }));
}

Result<QList<CatalogEndpoint>> RegistryStore::endpoints(const ReadTransaction &t)
{
    return t.rows("SELECT " NEPHELE_ENDPOINT_COLUMNS " FROM endpoint e ORDER BY e.id " NEPHELE_REGISTRY_MOST,
        {}, endpointFromRow);
}

Result<std::optional<CatalogEndpoint>> RegistryStore::endpoint(const ReadTransaction &t, const EndpointId &id)
{
    return t.row("SELECT " NEPHELE_ENDPOINT_COLUMNS " FROM endpoint e WHERE e.id = :id",
        { { ":id", id.text() } }, endpointFromRow);
}

Result<> RegistryStore::insert(Transaction &t, const CatalogEndpoint &endpoint)
{
    return written(t.execute(R"(
        INSERT INTO endpoint (id, service, interface, region, url, name, description, enabled)
        VALUES (:id, :service, :interface, :region, :url, :name, :description, :enabled))",
        valuesOf(endpoint)));
}

Result<> RegistryStore::update(Transaction &t, const CatalogEndpoint &endpoint)
{
    return written(t.execute(R"(
        UPDATE endpoint SET service = :service, interface = :interface, region = :region, url = :url,
            name = :name, description = :description, enabled = :enabled
        WHERE id = :id)",
        valuesOf(endpoint)));
}

Result<> RegistryStore::remove(Transaction &t, const EndpointId &id)
{
    const auto unlinked =
        t.execute("DELETE FROM project_endpoint WHERE endpoint = :id", { { ":id", id.text() } });
    if (!unlinked)
        return unlinked.error();
    return written(t.execute("DELETE FROM endpoint WHERE id = :id", { { ":id", id.text() } }));
}

} // namespace nephele
