// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/registry.h"
#include "server/identity/identitycontext.h"

#include <QFuture>
#include <QObject>

namespace nephele {

// What a PATCH asks to change; what is absent stays. A region set to nullopt is taken away.
struct RegionChange
{
    std::optional<std::optional<RegionId>> parent;
    std::optional<QString> description;
};

struct ServiceChange
{
    std::optional<QString> type;
    std::optional<QString> name;
    std::optional<QString> description;
    std::optional<bool> isEnabled;
};

// A region an endpoint names under the older key "region" comes into being with it, as in Keystone.
enum class UnknownRegion { IsRefused, IsMade };

struct NewEndpoint
{
    CatalogEndpoint endpoint;
    UnknownRegion unknownRegion = UnknownRegion::IsRefused;
};

struct EndpointChange
{
    std::optional<RegisteredServiceId> service;
    std::optional<EndpointInterface> interface;
    std::optional<std::optional<RegionId>> region;
    std::optional<QString> url;
    std::optional<QString> name;
    std::optional<QString> description;
    std::optional<bool> isEnabled;
    UnknownRegion unknownRegion = UnknownRegion::IsRefused;
};

// The rules of Keystone's registry: regions, services, endpoints. Our own are listed first, with ids that
// never change, and stay as they are: changing or removing one is Forbidden. One per worker; reads answer at
// once, writes later in the worker's thread. Who may call is the routes' to say.
class RegistryService : public QObject
{
    Q_OBJECT

public:
    // Every catalog holds all of them: beyond it Forbidden.
    static constexpr qsizetype mostRegions = 200;
    static constexpr qsizetype mostServices = 200;
    static constexpr qsizetype mostEndpoints = 1000;

    explicit RegistryService(IdentityContext &context, QObject *parent = nullptr);

    Result<QList<Region>> regions(const std::optional<RegionId> &parent);
    Result<Region> region(const RegionId &id);
    // Without an id one is made up. Conflict when it is taken, Invalid for an unknown parent or one within
    // itself.
    QFuture<Result<Region>> createRegion(Region region);
    QFuture<Result<Region>> updateRegion(const RegionId &id, const RegionChange &change);
    // With the regions in it. Forbidden while an endpoint or a limit stands in one of them.
    QFuture<Result<>> removeRegion(const RegionId &id);

    Result<QList<RegisteredService>> services();
    Result<RegisteredService> service(const RegisteredServiceId &id);
    QFuture<Result<RegisteredService>> createService(RegisteredService service);
    QFuture<Result<RegisteredService>> updateService(
        const RegisteredServiceId &id, const ServiceChange &change);
    // With its endpoints. Forbidden while it has registered limits.
    QFuture<Result<>> removeService(const RegisteredServiceId &id);

    Result<QList<CatalogEndpoint>> endpoints(const EndpointFilter &filter);
    Result<CatalogEndpoint> endpoint(const EndpointId &id);
    // Invalid names an unknown service or region, or a word in the URL nobody fills in.
    QFuture<Result<CatalogEndpoint>> createEndpoint(NewEndpoint wanted);
    QFuture<Result<CatalogEndpoint>> updateEndpoint(const EndpointId &id, const EndpointChange &change);
    QFuture<Result<>> removeEndpoint(const EndpointId &id);

    // Whether there is such a service, ours or registered; for whoever refers to one inside a closure.
    static Result<bool> hasService(
        const ReadTransaction &t, const QList<RegisteredService> &own, const RegisteredServiceId &id);

private:
    // The same future; the workers' catalogs are read anew once it is done.
    template <class T>
    QFuture<Result<T>> noted(const QFuture<Result<T>> &future);

    IdentityContext &m_context;
    Database &m_database;
    const QList<RegisteredService> m_ownServices;
    const QList<CatalogEndpoint> m_ownEndpoints;
};

} // namespace nephele
