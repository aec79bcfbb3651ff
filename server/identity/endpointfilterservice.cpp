// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/endpointfilterservice.h"

#include "model/base/whendone.h"
#include "model/identity/endpointfilterstore.h"
#include "model/identity/projectstore.h"
#include "model/identity/registrystore.h"
#include "server/identity/keystonereplies.h"

#include <algorithm>

namespace nephele {

namespace {

Error unknownGroup()
{
    return notFound(QStringLiteral("There is no such endpoint group."));
}

Error notAssociated()
{
    return notFound(QStringLiteral("The project has no such association."));
}

Result<> needProject(const ReadTransaction &t, const ProjectId &id)
{
    const auto found = ProjectStore::find(t, NameRef::byId(id.text()));
    if (!found)
        return found.error();
    return *found ? Result<>() : Result<>(notFound(QStringLiteral("There is no such project.")));
}

Result<EndpointGroup> needGroup(const ReadTransaction &t, const EndpointGroupId &id)
{
    const auto found = EndpointFilterStore::group(t, id);
    if (!found)
        return found.error();
    return *found ? Result<EndpointGroup>(**found) : Result<EndpointGroup>(unknownGroup());
}

Result<QList<Project>> projectsFrom(const ReadTransaction &t, const Result<QList<ProjectId>> &ids)
{
    if (!ids)
        return ids.error();
    QList<Project> projects;
    for (const ProjectId &id : *ids) {
        const auto found = ProjectStore::find(t, NameRef::byId(id.text()));
        if (!found)
            return found.error();
        if (*found)
            projects.append(**found);
    }
    return projects;
}

Result<> checkFilter(
    const ReadTransaction &t, const QList<RegisteredService> &own, const EndpointFilter &filter)
{
    if (filter.service) {
        const auto known = RegistryService::hasService(t, own, *filter.service);
        if (!known)
            return known.error();
        if (!*known)
            return invalid(QStringLiteral("endpoint_group.filters.service_id: there is no service '%1'.")
                               .arg(filter.service->text()));
    }
    if (filter.region) {
        const auto known = RegistryStore::region(t, *filter.region);
        if (!known)
            return known.error();
        if (!*known)
            return invalid(QStringLiteral("endpoint_group.filters.region_id: there is no region '%1'.")
                               .arg(filter.region->text()));
    }
    return {};
}

} // namespace

EndpointFilterService::EndpointFilterService(
    IdentityContext &context, RegistryService &registry, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_database(context.database())
    , m_registry(registry)
    , m_ownServices(builtInServices(context.settings().services))
{
}

template <class T>
QFuture<Result<T>> EndpointFilterService::noted(const QFuture<Result<T>> &future)
{
    return thenIn(future, this, [this](const Result<T> &result) {
        m_context.noteCatalogChange();
        return result;
    });
}

Result<QList<EndpointGroup>> EndpointFilterService::groups(const std::optional<QString> &name)
{
    return m_database.read([&](ReadTransaction &t) { return EndpointFilterStore::groups(t, name); });
}

Result<EndpointGroup> EndpointFilterService::group(const EndpointGroupId &id)
{
    return m_database.read([&](ReadTransaction &t) { return needGroup(t, id); });
}

QFuture<Result<EndpointGroup>> EndpointFilterService::createGroup(EndpointGroup group)
{
    group.id = EndpointGroupId::stored(newKeystoneId());
    return noted(m_database.write([group, own = m_ownServices](Transaction &t) -> Result<EndpointGroup> {
        const auto all = EndpointFilterStore::groups(t);
        if (!all)
            return all.error();
        if (all->size() >= mostGroups)
            return forbidden(QStringLiteral("There are %1 endpoint groups already, and no more are kept.")
                                 .arg(mostGroups));
        if (const auto fits = checkFilter(t, own, group.filter); !fits)
            return fits.error();
        if (const auto inserted = EndpointFilterStore::insert(t, group); !inserted)
            return inserted.error();
        return group;
    }));
}

QFuture<Result<EndpointGroup>> EndpointFilterService::updateGroup(
    const EndpointGroupId &id, const EndpointGroupChange &change)
{
    return noted(m_database.write([=, own = m_ownServices](Transaction &t) -> Result<EndpointGroup> {
        auto group = needGroup(t, id);
        if (!group)
            return group;
        group->name = change.name.value_or(group->name);
        group->description = change.description.value_or(group->description);
        group->filter = change.filter.value_or(group->filter);
        if (const auto fits = checkFilter(t, own, group->filter); !fits)
            return fits.error();
        if (const auto updated = EndpointFilterStore::update(t, *group); !updated)
            return updated.error();
        return group;
    }));
}

QFuture<Result<>> EndpointFilterService::removeGroup(const EndpointGroupId &id)
{
    return noted(m_database.write([=](Transaction &t) { return EndpointFilterStore::remove(t, id); }));
}

Result<QList<CatalogEndpoint>> EndpointFilterService::endpointsIn(const EndpointGroupId &id)
{
    const auto found = group(id);
    if (!found)
        return found.error();
    return m_registry.endpoints(found->filter);
}

Result<QList<CatalogEndpoint>> EndpointFilterService::endpointsOf(const ProjectId &project)
{
    auto endpoints = m_registry.endpoints({});
    if (!endpoints)
        return endpoints;
    return m_database.read([&](ReadTransaction &t) -> Result<QList<CatalogEndpoint>> {
        if (const auto known = needProject(t, project); !known)
            return known.error();
        const auto named = EndpointFilterStore::endpointsOf(t, project);
        if (!named)
            return named.error();
        const auto groups = EndpointFilterStore::groupsOf(t, project);
        if (!groups)
            return groups.error();
        endpoints->removeIf([&](const CatalogEndpoint &endpoint) {
            return !named->contains(endpoint.id)
                && std::none_of(groups->cbegin(), groups->cend(),
                    [&](const EndpointGroup &group) { return group.filter.fits(endpoint); });
        });
        return endpoints;
    });
}

Result<QList<Project>> EndpointFilterService::projectsOf(const EndpointId &endpoint)
{
    if (const auto known = m_registry.endpoint(endpoint); !known)
        return known.error();
    return m_database.read(
        [&](ReadTransaction &t) { return projectsFrom(t, EndpointFilterStore::projectsOf(t, endpoint)); });
}

Result<> EndpointFilterService::check(const ProjectId &project, const EndpointId &endpoint)
{
    const auto named =
        m_database.read([&](ReadTransaction &t) { return EndpointFilterStore::endpointsOf(t, project); });
    if (!named)
        return named.error();
    return named->contains(endpoint) ? Result<>() : Result<>(notAssociated());
}

QFuture<Result<>> EndpointFilterService::add(const ProjectId &project, const EndpointId &endpoint)
{
    if (const auto known = m_registry.endpoint(endpoint); !known)
        return QtFuture::makeReadyFuture(Result<>(known.error()));
    return noted(m_database.write([=](Transaction &t) -> Result<> {
        if (const auto known = needProject(t, project); !known)
            return known;
        return EndpointFilterStore::add(t, project, endpoint);
    }));
}

QFuture<Result<>> EndpointFilterService::remove(const ProjectId &project, const EndpointId &endpoint)
{
    return noted(
        m_database.write([=](Transaction &t) { return EndpointFilterStore::remove(t, project, endpoint); }));
}

Result<QList<EndpointGroup>> EndpointFilterService::groupsOf(const ProjectId &project)
{
    return m_database.read([&](ReadTransaction &t) -> Result<QList<EndpointGroup>> {
        if (const auto known = needProject(t, project); !known)
            return known.error();
        return EndpointFilterStore::groupsOf(t, project);
    });
}

Result<QList<Project>> EndpointFilterService::projectsOf(const EndpointGroupId &group)
{
    return m_database.read([&](ReadTransaction &t) -> Result<QList<Project>> {
        if (const auto known = needGroup(t, group); !known)
            return known.error();
        return projectsFrom(t, EndpointFilterStore::projectsOf(t, group));
    });
}

Result<> EndpointFilterService::check(const ProjectId &project, const EndpointGroupId &group)
{
    const auto groups = groupsOf(project);
    if (!groups)
        return groups.error();
    const bool isThere = std::any_of(
        groups->cbegin(), groups->cend(), [&](const EndpointGroup &one) { return one.id == group; });
    return isThere ? Result<>() : Result<>(notAssociated());
}

QFuture<Result<>> EndpointFilterService::add(const ProjectId &project, const EndpointGroupId &group)
{
    return noted(m_database.write([=](Transaction &t) -> Result<> {
        if (const auto known = needProject(t, project); !known)
            return known;
        if (const auto known = needGroup(t, group); !known)
            return known.error();
        return EndpointFilterStore::add(t, project, group);
    }));
}

QFuture<Result<>> EndpointFilterService::remove(const ProjectId &project, const EndpointGroupId &group)
{
    return noted(
        m_database.write([=](Transaction &t) { return EndpointFilterStore::remove(t, project, group); }));
}

} // namespace nephele
