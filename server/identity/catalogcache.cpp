// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/catalogcache.h"

#include "model/identity/endpointfilterstore.h"
#include "model/identity/registrystore.h"

#include <QSet>

#include <algorithm>

namespace nephele {

namespace {

constexpr qint64 rememberedForMs = 1000;

Catalog catalogFrom(const QList<RegisteredService> &services, const QList<CatalogEndpoint> &endpoints)
{
    QHash<RegisteredServiceId, qsizetype> places;
    Catalog catalog;
    for (const RegisteredService &service : services) {
        if (!service.isEnabled)
            continue;
        places.insert(service.id, catalog.entries.size());
        catalog.entries.append({ service, {} });
    }
    for (const CatalogEndpoint &endpoint : endpoints) {
        const auto place = places.constFind(endpoint.service);
        if (endpoint.isEnabled && place != places.cend())
            catalog.entries[*place].endpoints.append(endpoint);
    }
    return catalog;
}

// nullopt: the project has no catalog of its own.
Result<std::optional<Catalog>> narrowed(
    const ReadTransaction &t, const Catalog &catalog, const ProjectId &project)
{
    const auto endpoints = EndpointFilterStore::endpointsOf(t, project);
    if (!endpoints)
        return endpoints.error();
    const auto groups = EndpointFilterStore::groupsOf(t, project);
    if (!groups)
        return groups.error();
    if (endpoints->isEmpty() && groups->isEmpty())
        return std::optional<Catalog>();
    const QSet<EndpointId> named(endpoints->cbegin(), endpoints->cend());
    Catalog own;
    for (const Catalog::Entry &entry : catalog.entries) {
        Catalog::Entry kept { entry.service, {} };
        for (const CatalogEndpoint &endpoint : entry.endpoints) {
            const bool isInGroup = std::any_of(groups->cbegin(), groups->cend(),
                [&](const EndpointGroup &group) { return group.filter.fits(endpoint); });
            if (isInGroup || named.contains(endpoint.id))
                kept.endpoints.append(endpoint);
        }
        if (!kept.endpoints.isEmpty())
            own.entries.append(kept);
    }
    return std::optional(own);
}

} // namespace

CatalogCache::CatalogCache(IdentityContext &context) : m_context(context) { }

Result<> CatalogCache::refresh()
{
    const qint64 nowMs = m_context.clock().nowMs();
    // Read before the database is: a change that commits in between is seen the next time.
    const quint64 changes = m_context.catalogChanges();
    if (m_catalog && changes == m_changes && nowMs < m_goodUntilMs)
        return {};
    return m_context.database().read([&](ReadTransaction &t) -> Result<> {
        const auto services = RegistryStore::services(t);
        if (!services)
            return services.error();
        const auto endpoints = RegistryStore::endpoints(t);
        if (!endpoints)
            return endpoints.error();
        const auto hasFilters = EndpointFilterStore::isUsed(t);
        if (!hasFilters)
            return hasFilters.error();
        const auto &own = m_context.settings().services;
        m_catalog = std::make_shared<const Catalog>(
            catalogFrom(builtInServices(own) + *services, builtInEndpoints(own) + *endpoints));
        m_hasFilters = *hasFilters;
        m_changes = changes;
        m_goodUntilMs = nowMs + rememberedForMs;
        return {};
    });
}

Result<std::shared_ptr<const Catalog>> CatalogCache::catalogOf(const ProjectId &project)
{
    if (const auto refreshed = refresh(); !refreshed)
        return refreshed.error();
    if (!m_hasFilters)
        return m_catalog;
    const auto own =
        m_context.database().read([&](ReadTransaction &t) { return narrowed(t, *m_catalog, project); });
    if (!own)
        return own.error();
    return *own ? std::make_shared<const Catalog>(**own) : m_catalog;
}

} // namespace nephele
