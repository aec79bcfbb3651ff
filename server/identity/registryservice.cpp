// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/registryservice.h"

#include "model/base/whendone.h"
#include "model/identity/limitstore.h"
#include "model/identity/registrystore.h"
#include "server/identity/keystonereplies.h"

#include <QRegularExpression>

#include <algorithm>

namespace nephele {

namespace {

Error unknownRegion()
{
    return notFound(QStringLiteral("There is no such region."));
}

Error unknownService()
{
    return notFound(QStringLiteral("There is no such service."));
}

Error unknownEndpoint()
{
    return notFound(QStringLiteral("There is no such endpoint."));
}

Error isOurs(const QString &what)
{
    return forbidden(QStringLiteral(
        "%1 is this cloud's own: the cloud serves it, so it can neither be changed nor removed.")
                         .arg(what));
}

// The one with this id; nullptr if none has it.
template <class T, class SomeId>
const T *findById(const QList<T> &list, const SomeId &id)
{
    const auto found = std::find_if(list.cbegin(), list.cend(), [&](const T &one) { return one.id == id; });
    return found == list.cend() ? nullptr : &*found;
}

template <class T>
Result<T> foundOr(const Result<std::optional<T>> &found, const Error &unknown)
{
    if (!found)
        return found.error();
    return *found ? Result<T>(**found) : Result<T>(unknown);
}

Result<> checkParent(const ReadTransaction &t, const RegionId &id, const RegionId &parent)
{
    const auto found = RegistryStore::region(t, parent);
    if (!found)
        return found.error();
    if (!*found)
        return invalid(
            QStringLiteral("region.parent_region_id: there is no region '%1'.").arg(parent.text()));
    const auto within = RegistryStore::regionsWithin(t, id);
    if (!within)
        return within.error();
    if (within->contains(parent) || parent == id)
        return invalid(QStringLiteral("region.parent_region_id: a region cannot be a part of itself."));
    return {};
}

Result<> checkRoom(const auto &list, qsizetype most, const QString &what)
{
    if (!list)
        return list.error();
    if (list->size() >= most)
        return forbidden(
            QStringLiteral("There are %1 %2 already, and no more are kept.").arg(most).arg(what));
    return {};
}

Result<> settleRegion(Transaction &t, const std::optional<RegionId> &region, UnknownRegion unknown)
{
    if (!region)
        return {};
    const auto found = RegistryStore::region(t, *region);
    if (!found)
        return found.error();
    if (*found)
        return {};
    if (unknown == UnknownRegion::IsRefused)
        return invalid(QStringLiteral("endpoint.region_id: there is no region '%1'.").arg(region->text()));
    if (const auto room =
            checkRoom(RegistryStore::regions(t), RegistryService::mostRegions, QStringLiteral("regions"));
        !room)
        return room;
    return RegistryStore::insert(t, Region { *region, {}, {} });
}

// An address of the web, whose marks are some that a catalog fills in.
Result<> checkUrl(const QString &url)
{
    static const QRegularExpression mark(QStringLiteral("[%$]\\([^)]*\\)s?"));
    static const QStringList known { QStringLiteral("project_id"), QStringLiteral("tenant_id"),
        QStringLiteral("user_id") };
    for (auto marks = mark.globalMatch(url); marks.hasNext();) {
        const QString text = marks.next().captured();
        const bool isKnown = std::any_of(known.cbegin(), known.cend(),
            [&](const QString &name) { return text.mid(1) == QStringLiteral("(%1)s").arg(name); });
        if (!isKnown)
            return invalid(QStringLiteral("endpoint.url: nothing fills in '%1'.").arg(text.left(60)));
    }
    static const QRegularExpression address(QStringLiteral("^[A-Za-z][A-Za-z0-9+.-]*://[^\\s/]"));
    if (!address.match(url).hasMatch())
        return invalid(QStringLiteral("endpoint.url: must be an address such as http://host:port/path."));
    return {};
}

Result<> settleEndpoint(Transaction &t, const QList<RegisteredService> &own, const CatalogEndpoint &endpoint,
    UnknownRegion unknownRegion)
{
    if (const auto url = checkUrl(endpoint.url); !url)
        return url;
    const auto service = RegistryService::hasService(t, own, endpoint.service);
    if (!service)
        return service.error();
    if (!*service)
        return invalid(
            QStringLiteral("endpoint.service_id: there is no service '%1'.").arg(endpoint.service.text()));
    return settleRegion(t, endpoint.region, unknownRegion);
}

void apply(const EndpointChange &change, CatalogEndpoint &endpoint)
{
    endpoint.service = change.service.value_or(endpoint.service);
    endpoint.interface = change.interface.value_or(endpoint.interface);
    endpoint.region = change.region.value_or(endpoint.region);
    endpoint.url = change.url.value_or(endpoint.url);
    endpoint.name = change.name.value_or(endpoint.name);
    endpoint.description = change.description.value_or(endpoint.description);
    endpoint.isEnabled = change.isEnabled.value_or(endpoint.isEnabled);
}

// Which of these regions something stands in.
Result<bool> isInUse(const ReadTransaction &t, const QList<RegionId> &regions)
{
    const auto endpoints = RegistryStore::endpoints(t);
    if (!endpoints)
        return endpoints.error();
    for (const CatalogEndpoint &endpoint : *endpoints) {
        if (endpoint.region && regions.contains(*endpoint.region))
            return true;
    }
    for (const RegionId &region : regions) {
        const auto limits = LimitStore::registered(t, { {}, region, {} });
        if (!limits)
            return limits.error();
        if (!limits->isEmpty())
            return true;
    }
    return false;
}

} // namespace

RegistryService::RegistryService(IdentityContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_database(context.database())
    , m_ownServices(builtInServices(context.settings().services))
    , m_ownEndpoints(builtInEndpoints(context.settings().services))
{
}

template <class T>
QFuture<Result<T>> RegistryService::noted(const QFuture<Result<T>> &future)
{
    return thenIn(future, this, [this](const Result<T> &result) {
        m_context.noteCatalogChange();
        return result;
    });
}

Result<QList<Region>> RegistryService::regions(const std::optional<RegionId> &parent)
{
    return m_database.read([&](ReadTransaction &t) { return RegistryStore::regions(t, parent); });
}

Result<Region> RegistryService::region(const RegionId &id)
{
    return foundOr(
        m_database.read([&](ReadTransaction &t) { return RegistryStore::region(t, id); }), unknownRegion());
}

QFuture<Result<Region>> RegistryService::createRegion(Region region)
{
    if (region.id.isNull())
        region.id = RegionId::stored(newKeystoneId());
    return noted(m_database.write([region](Transaction &t) -> Result<Region> {
        if (const auto room = checkRoom(RegistryStore::regions(t), mostRegions, QStringLiteral("regions"));
            !room)
            return room.error();
        if (region.parent) {
            if (const auto fits = checkParent(t, region.id, *region.parent); !fits)
                return fits.error();
        }
        if (const auto inserted = RegistryStore::insert(t, region); !inserted)
            return inserted.error();
        return region;
    }));
}

QFuture<Result<Region>> RegistryService::updateRegion(const RegionId &id, const RegionChange &change)
{
    return noted(m_database.write([=](Transaction &t) -> Result<Region> {
        const auto found = RegistryStore::region(t, id);
        if (!found)
            return found.error();
        if (!*found)
            return unknownRegion();
        Region region = **found;
        region.parent = change.parent.value_or(region.parent);
        region.description = change.description.value_or(region.description);
        if (change.parent && region.parent) {
            if (const auto fits = checkParent(t, id, *region.parent); !fits)
                return fits.error();
        }
        if (const auto updated = RegistryStore::update(t, region); !updated)
            return updated.error();
        return region;
    }));
}

QFuture<Result<>> RegistryService::removeRegion(const RegionId &id)
{
    return noted(m_database.write([=](Transaction &t) -> Result<> {
        const auto within = RegistryStore::regionsWithin(t, id);
        if (!within)
            return within.error();
        if (within->isEmpty())
            return unknownRegion();
        if (within->contains(RegionId::stored(QLatin1StringView(regionName))))
            return isOurs(QStringLiteral("The region %1").arg(QLatin1StringView(regionName)));
        const auto used = isInUse(t, *within);
        if (!used)
            return used.error();
        if (*used)
            return forbidden(
                QStringLiteral("An endpoint or a limit stands in this region or one within it."));
        return RegistryStore::remove(t, id);
    }));
}

Result<QList<RegisteredService>> RegistryService::services()
{
    const auto registered = m_database.read([](ReadTransaction &t) { return RegistryStore::services(t); });
    if (!registered)
        return registered.error();
    return m_ownServices + *registered;
}

Result<RegisteredService> RegistryService::service(const RegisteredServiceId &id)
{
    if (const RegisteredService *own = findById(m_ownServices, id))
        return *own;
    return foundOr(
        m_database.read([&](ReadTransaction &t) { return RegistryStore::service(t, id); }), unknownService());
}

QFuture<Result<RegisteredService>> RegistryService::createService(RegisteredService service)
{
    service.id = RegisteredServiceId::stored(newKeystoneId());
    return noted(m_database.write([service](Transaction &t) -> Result<RegisteredService> {
        if (const auto room = checkRoom(RegistryStore::services(t), mostServices, QStringLiteral("services"));
            !room)
            return room.error();
        if (const auto inserted = RegistryStore::insert(t, service); !inserted)
            return inserted.error();
        return service;
    }));
}

QFuture<Result<RegisteredService>> RegistryService::updateService(
    const RegisteredServiceId &id, const ServiceChange &change)
{
    if (const RegisteredService *own = findById(m_ownServices, id))
        return QtFuture::makeReadyFuture(
            Result<RegisteredService>(isOurs(QStringLiteral("The service %1").arg(own->type))));
    return noted(m_database.write([=](Transaction &t) -> Result<RegisteredService> {
        const auto found = RegistryStore::service(t, id);
        if (!found)
            return found.error();
        if (!*found)
            return unknownService();
        RegisteredService service = **found;
        service.type = change.type.value_or(service.type);
        service.name = change.name.value_or(service.name);
        service.description = change.description.value_or(service.description);
        service.isEnabled = change.isEnabled.value_or(service.isEnabled);
        if (const auto updated = RegistryStore::update(t, service); !updated)
            return updated.error();
        return service;
    }));
}

QFuture<Result<>> RegistryService::removeService(const RegisteredServiceId &id)
{
    if (const RegisteredService *own = findById(m_ownServices, id))
        return QtFuture::makeReadyFuture(Result<>(isOurs(QStringLiteral("The service %1").arg(own->type))));
    return noted(m_database.write([=](Transaction &t) -> Result<> {
        const auto found = RegistryStore::service(t, id);
        if (!found)
            return found.error();
        if (!*found)
            return unknownService();
        const auto limited = LimitStore::hasLimits(t, id);
        if (!limited)
            return limited.error();
        if (*limited)
            return forbidden(QStringLiteral("The service has registered limits: delete those first."));
        return RegistryStore::remove(t, id);
    }));
}

Result<bool> RegistryService::hasService(
    const ReadTransaction &t, const QList<RegisteredService> &own, const RegisteredServiceId &id)
{
    if (findById(own, id))
        return true;
    const auto found = RegistryStore::service(t, id);
    return found ? Result<bool>(found->has_value()) : Result<bool>(found.error());
}

Result<QList<CatalogEndpoint>> RegistryService::endpoints(const EndpointFilter &filter)
{
    const auto registered = m_database.read([](ReadTransaction &t) { return RegistryStore::endpoints(t); });
    if (!registered)
        return registered.error();
    QList<CatalogEndpoint> fitting = m_ownEndpoints + *registered;
    fitting.removeIf([&](const CatalogEndpoint &endpoint) { return !filter.fits(endpoint); });
    return fitting;
}

Result<CatalogEndpoint> RegistryService::endpoint(const EndpointId &id)
{
    if (const CatalogEndpoint *own = findById(m_ownEndpoints, id))
        return *own;
    return foundOr(m_database.read([&](ReadTransaction &t) { return RegistryStore::endpoint(t, id); }),
        unknownEndpoint());
}

QFuture<Result<CatalogEndpoint>> RegistryService::createEndpoint(NewEndpoint wanted)
{
    wanted.endpoint.id = EndpointId::stored(newKeystoneId());
    return noted(m_database.write([wanted, own = m_ownServices](Transaction &t) -> Result<CatalogEndpoint> {
        if (const auto room =
                checkRoom(RegistryStore::endpoints(t), mostEndpoints, QStringLiteral("endpoints"));
            !room)
            return room.error();
        if (const auto fits = settleEndpoint(t, own, wanted.endpoint, wanted.unknownRegion); !fits)
            return fits.error();
        if (const auto inserted = RegistryStore::insert(t, wanted.endpoint); !inserted)
            return inserted.error();
        return wanted.endpoint;
    }));
}

QFuture<Result<CatalogEndpoint>> RegistryService::updateEndpoint(
    const EndpointId &id, const EndpointChange &change)
{
    if (findById(m_ownEndpoints, id))
        return QtFuture::makeReadyFuture(Result<CatalogEndpoint>(isOurs(QStringLiteral("The endpoint"))));
    return noted(m_database.write([=, own = m_ownServices](Transaction &t) -> Result<CatalogEndpoint> {
        const auto found = RegistryStore::endpoint(t, id);
        if (!found)
            return found.error();
        if (!*found)
            return unknownEndpoint();
        CatalogEndpoint endpoint = **found;
        apply(change, endpoint);
        if (const auto fits = settleEndpoint(t, own, endpoint, change.unknownRegion); !fits)
            return fits.error();
        if (const auto updated = RegistryStore::update(t, endpoint); !updated)
            return updated.error();
        return endpoint;
    }));
}

QFuture<Result<>> RegistryService::removeEndpoint(const EndpointId &id)
{
    if (findById(m_ownEndpoints, id))
        return QtFuture::makeReadyFuture(Result<>(isOurs(QStringLiteral("The endpoint"))));
    return noted(m_database.write([=](Transaction &t) -> Result<> {
        const auto found = RegistryStore::endpoint(t, id);
        if (!found)
            return found.error();
        if (!*found)
            return unknownEndpoint();
        return RegistryStore::remove(t, id);
    }));
}

} // namespace nephele
