// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/registry.h"

namespace nephele {

// rows: (id, parent) of regions; (id, type, name ...) of services; (id, service, interface, region, url ...)
// of endpoints. All three are small: every catalog holds them, so the service keeps their number bounded.
// Lists are sorted by id. Services and endpoints of our own are not here.
class RegistryStore
{
public:
    static Result<QList<Region>> regions(
        const ReadTransaction &t, const std::optional<RegionId> &parent = {});
    static Result<std::optional<Region>> region(const ReadTransaction &t, const RegionId &id);
    // Conflict when the id is taken.
    static Result<> insert(Transaction &t, const Region &region);
    // Of an existing row; so the next updates.
    static Result<> update(Transaction &t, const Region &region);
    // With the regions in it.
    static Result<> remove(Transaction &t, const RegionId &id);
    // The region and all that is in it, at any depth.
    static Result<QList<RegionId>> regionsWithin(const ReadTransaction &t, const RegionId &id);

    static Result<QList<RegisteredService>> services(const ReadTransaction &t);
    static Result<std::optional<RegisteredService>> service(
        const ReadTransaction &t, const RegisteredServiceId &id);
    static Result<> insert(Transaction &t, const RegisteredService &service);
    static Result<> update(Transaction &t, const RegisteredService &service);
    // With its endpoints.
    static Result<> remove(Transaction &t, const RegisteredServiceId &id);

    static Result<QList<CatalogEndpoint>> endpoints(const ReadTransaction &t);
    static Result<std::optional<CatalogEndpoint>> endpoint(const ReadTransaction &t, const EndpointId &id);
    static Result<> insert(Transaction &t, const CatalogEndpoint &endpoint);
    static Result<> update(Transaction &t, const CatalogEndpoint &endpoint);
    // With its projects' associations.
    static Result<> remove(Transaction &t, const EndpointId &id);
};

} // namespace nephele
