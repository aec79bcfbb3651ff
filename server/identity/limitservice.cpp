// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/limitservice.h"

#include "model/identity/projectstore.h"
#include "model/identity/registrystore.h"
#include "model/quota/quotastore.h"
#include "model/quota/resourcestore.h"
#include "server/identity/keystonereplies.h"
#include "server/identity/registryservice.h"
#include "server/identity/signin.h"

namespace nephele {

namespace {

using Served = QList<RegisteredService>; // our own services: the limits of others of ours are not there yet

Error unknownRegistered()
{
    return notFound(QStringLiteral("There is no such registered limit."));
}

Error unknownLimit()
{
    return notFound(QStringLiteral("There is no such limit."));
}

Error isOurs()
{
    return forbidden(
        QStringLiteral("This limit is this cloud's own quota: its default can be set, and a limit "
                       "of a project, but it is neither removed nor renamed."));
}

// Most by resource, of projects without a limit of their own.
Result<QHash<QString, qint64>> quotaDefaults(const ReadTransaction &t)
{
    const auto resources = ResourceStore::all(t);
    if (!resources)
        return resources.error();
    QHash<QString, qint64> defaults;
    for (const QuotaResource &resource : *resources)
        defaults.insert(resource.name, resource.projectMost);
    return defaults;
}

// The default of projects; that of users' own projects stays.
Result<> setQuotaDefault(Transaction &t, const OwnLimit &own, qint64 most)
{
    const auto resource = ResourceStore::find(t, own.quota);
    if (!resource)
        return resource.error();
    const qint64 systemMost = *resource ? (*resource)->systemMost : -1;
    return ResourceStore::setDefaults(
        t, own.quota, ResourceStore::Defaults { inQuotaUnit(own, most), systemMost });
}

Result<> checkPlace(
    const ReadTransaction &t, const QList<RegisteredService> &own, const RegisteredLimit &limit)
{
    const auto service = RegistryService::hasService(t, own, limit.service);
    if (!service)
        return service.error();
    if (!*service)
        return invalid(QStringLiteral("registered_limit.service_id: there is no service '%1'.")
                           .arg(limit.service.text()));
    if (!limit.region)
        return {};
    const auto region = RegistryStore::region(t, *limit.region);
    if (!region)
        return region.error();
    if (!*region)
        return invalid(
            QStringLiteral("registered_limit.region_id: there is no region '%1'.").arg(limit.region->text()));
    return {};
}

// One of ours stands in its place already.
bool isTakenByOurs(const RegisteredLimit &limit)
{
    for (const OwnLimit &own : ownLimits()) {
        const RegisteredLimit ours = registeredLimitFrom(own, 0);
        if (ours.service == limit.service && ours.resource == limit.resource
            && (!limit.region || limit.region == ours.region))
            return true;
    }
    return false;
}

void apply(const RegisteredLimitChange &change, RegisteredLimit &limit)
{
    limit.service = change.service.value_or(limit.service);
    limit.region = change.region.value_or(limit.region);
    limit.resource = change.resource.value_or(limit.resource);
    limit.most = change.most.value_or(limit.most);
    limit.description = change.description.value_or(limit.description);
}

Result<QList<RegisteredLimit>> allRegistered(
    const ReadTransaction &t, const Served &served, const LimitStore::Filter &filter)
{
    const auto defaults = quotaDefaults(t);
    if (!defaults)
        return defaults.error();
    QList<RegisteredLimit> all;
    for (const OwnLimit &own : ownLimits()) {
        const RegisteredLimit limit = registeredLimitFrom(own, defaults->value(own.quota, -1));
        if (findOwnLimitByQuota(own.quota, served) && filter.fits(limit))
            all.append(limit);
    }
    const auto stored = LimitStore::registered(t, filter);
    if (!stored)
        return stored.error();
    return all + *stored;
}

Result<ProjectLimit> findLimit(const ReadTransaction &t, const Served &served, const ProjectLimitId &id)
{
    const auto place = ownLimitPlace(id);
    const OwnLimit *own = place ? findOwnLimitByQuota(place->quota, served) : nullptr;
    if (!own) {
        const auto found = LimitStore::findLimit(t, id);
        if (!found)
            return found.error();
        return *found ? Result<ProjectLimit>(**found) : Result<ProjectLimit>(unknownLimit());
    }
    const auto mosts = LimitStore::quotaMosts(t, place->project);
    if (!mosts)
        return mosts.error();
    for (const LimitStore::QuotaMost &set : *mosts) {
        if (set.resource == place->quota) {
            const auto defaults = quotaDefaults(t);
            if (!defaults)
                return defaults.error();
            return projectLimitFrom(*own, defaults->value(set.resource, -1), set.project, set.most);
        }
    }
    return unknownLimit();
}

Result<ProjectLimit> createOne(Transaction &t, const Served &served, const NewProjectLimit &wanted)
{
    const auto project = ProjectStore::find(t, NameRef::byId(wanted.project.text()));
    if (!project)
        return project.error();
    if (!*project)
        return notFound(QStringLiteral("limit.project_id: there is no such project."));
    const auto registered = allRegistered(t, served, { wanted.service, wanted.region, wanted.resource });
    if (!registered)
        return registered.error();
    if (registered->isEmpty())
        return forbidden(
            QStringLiteral("limit.resource_name: no limit of this name is registered for the service."));
    ProjectLimit limit { ProjectLimitId::stored(newKeystoneId()), registered->first(), wanted.project,
        wanted.most, wanted.description };
    const OwnLimit *own = findOwnLimit(limit.registered.id);
    if (!own) {
        const auto inserted = LimitStore::insert(t, limit);
        return inserted ? Result<ProjectLimit>(limit) : Result<ProjectLimit>(inserted.error());
    }
    limit.id = ProjectLimitId::stored(wanted.project.text() + QLatin1Char('.') + own->quota);
    if (findLimit(t, served, limit.id))
        return conflict(QStringLiteral("There is such a limit already."));
    const auto set =
        QuotaStore::setProjectLimit(t, wanted.project, own->quota, inQuotaUnit(*own, wanted.most));
    limit.description.clear(); // the quota table keeps none
    return set ? Result<ProjectLimit>(limit) : Result<ProjectLimit>(set.error());
}

} // namespace

LimitService::LimitService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_database(context.database()), m_own(builtInServices(context.settings().services))
{
}

Result<QList<RegisteredLimit>> LimitService::registered(const LimitStore::Filter &filter)
{
    return m_database.read([&](ReadTransaction &t) { return allRegistered(t, m_own, filter); });
}

Result<RegisteredLimit> LimitService::registered(const RegisteredLimitId &id)
{
    return m_database.read([&](ReadTransaction &t) -> Result<RegisteredLimit> {
        if (const OwnLimit *own = findOwnLimit(id); own && findOwnLimitByQuota(own->quota, m_own)) {
            const auto defaults = quotaDefaults(t);
            if (!defaults)
                return defaults.error();
            return registeredLimitFrom(*own, defaults->value(own->quota, -1));
        }
        const auto found = LimitStore::findRegistered(t, id);
        if (!found)
            return found.error();
        return *found ? Result<RegisteredLimit>(**found) : Result<RegisteredLimit>(unknownRegistered());
    });
}

QFuture<Result<QList<RegisteredLimit>>> LimitService::createRegistered(QList<RegisteredLimit> limits)
{
    for (RegisteredLimit &limit : limits)
        limit.id = RegisteredLimitId::stored(newKeystoneId());
    return m_database.write([limits, own = m_own](Transaction &t) -> Result<QList<RegisteredLimit>> {
        const auto count = LimitStore::countRegistered(t);
        if (!count)
            return count.error();
        if (*count + limits.size() > mostRegistered)
            return forbidden(
                QStringLiteral("No more than %1 registered limits are kept.").arg(mostRegistered));
        for (const RegisteredLimit &limit : limits) {
            if (const auto fits = checkPlace(t, own, limit); !fits)
                return fits.error();
            if (isTakenByOurs(limit))
                return conflict(QStringLiteral("There is such a limit already."));
            if (const auto inserted = LimitStore::insert(t, limit); !inserted)
                return inserted.error();
        }
        return limits;
    });
}

QFuture<Result<RegisteredLimit>> LimitService::updateRegistered(
    const RegisteredLimitId &id, const RegisteredLimitChange &change)
{
    if (const OwnLimit *ours = findOwnLimit(id)) {
        if (change.service || change.region || change.resource || change.description || !change.most)
            return readyFailure<RegisteredLimit>(isOurs());
        return m_database.write([=, most = *change.most](Transaction &t) -> Result<RegisteredLimit> {
            if (const auto set = setQuotaDefault(t, *ours, most); !set)
                return set.error();
            return registeredLimitFrom(*ours, inQuotaUnit(*ours, most));
        });
    }
    return m_database.write([=, own = m_own](Transaction &t) -> Result<RegisteredLimit> {
        const auto found = LimitStore::findRegistered(t, id);
        if (!found)
            return found.error();
        if (!*found)
            return unknownRegistered();
        RegisteredLimit limit = **found;
        apply(change, limit);
        if (const auto fits = checkPlace(t, own, limit); !fits)
            return fits.error();
        if (isTakenByOurs(limit))
            return conflict(QStringLiteral("There is such a limit already."));
        if (const auto updated = LimitStore::update(t, limit); !updated)
            return updated.error();
        return limit;
    });
}

QFuture<Result<>> LimitService::removeRegistered(const RegisteredLimitId &id)
{
    if (findOwnLimit(id))
        return readyFailure<void>(isOurs());
    return m_database.write([=](Transaction &t) -> Result<> {
        const auto found = LimitStore::findRegistered(t, id);
        if (!found)
            return found.error();
        return *found ? LimitStore::remove(t, id) : Result<>(unknownRegistered());
    });
}

Result<QList<ProjectLimit>> LimitService::limits(
    const Caller &caller, const std::optional<ProjectId> &project, const LimitStore::Filter &filter)
{
    std::optional<ProjectId> wanted = project;
    if (!caller.isAdmin) {
        if (!caller.project || (project && *project != *caller.project))
            return QList<ProjectLimit>();
        wanted = caller.project;
    }
    return m_database.read([&](ReadTransaction &t) -> Result<QList<ProjectLimit>> {
        const auto defaults = quotaDefaults(t);
        if (!defaults)
            return defaults.error();
        const auto mosts = LimitStore::quotaMosts(t, wanted);
        if (!mosts)
            return mosts.error();
        QList<ProjectLimit> all;
        for (const LimitStore::QuotaMost &set : *mosts) {
            const OwnLimit *own = findOwnLimitByQuota(set.resource, m_own);
            if (!own)
                continue;
            const auto limit =
                projectLimitFrom(*own, defaults->value(set.resource, -1), set.project, set.most);
            if (filter.fits(limit.registered))
                all.append(limit);
        }
        const auto stored = LimitStore::limits(t, wanted, filter);
        if (!stored)
            return stored.error();
        return all + *stored;
    });
}

Result<ProjectLimit> LimitService::limit(const Caller &caller, const ProjectLimitId &id)
{
    const auto found = m_database.read([&](ReadTransaction &t) { return findLimit(t, m_own, id); });
    if (found && !caller.isAdmin && found->project != caller.project)
        return unknownLimit();
    return found;
}

QFuture<Result<QList<ProjectLimit>>> LimitService::create(const QList<NewProjectLimit> &wanted)
{
    return m_database.write([wanted, own = m_own](Transaction &t) -> Result<QList<ProjectLimit>> {
        QList<ProjectLimit> made;
        for (const NewProjectLimit &one : wanted) {
            const auto limit = createOne(t, own, one);
            if (!limit)
                return limit.error();
            made.append(*limit);
        }
        return made;
    });
}

QFuture<Result<ProjectLimit>> LimitService::update(const ProjectLimitId &id, const ProjectLimitChange &change)
{
    return m_database.write([=, served = m_own](Transaction &t) -> Result<ProjectLimit> {
        auto limit = findLimit(t, served, id);
        if (!limit)
            return limit;
        limit->most = change.most.value_or(limit->most);
        const OwnLimit *own = findOwnLimit(limit->registered.id);
        if (!own)
            limit->description = change.description.value_or(limit->description);
        const auto set = own
            ? QuotaStore::setProjectLimit(t, limit->project, own->quota, inQuotaUnit(*own, limit->most))
            : LimitStore::update(t, *limit);
        return set ? limit : Result<ProjectLimit>(set.error());
    });
}

QFuture<Result<>> LimitService::remove(const ProjectLimitId &id)
{
    return m_database.write([=, served = m_own](Transaction &t) -> Result<> {
        const auto limit = findLimit(t, served, id);
        if (!limit)
            return limit.error();
        const OwnLimit *own = findOwnLimit(limit->registered.id);
        return own ? QuotaStore::setProjectLimit(t, limit->project, own->quota, std::nullopt)
                   : LimitStore::remove(t, id);
    });
}

} // namespace nephele
