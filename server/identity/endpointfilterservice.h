// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/project.h"
#include "server/identity/registryservice.h"

namespace nephele {

struct EndpointGroupChange
{
    std::optional<QString> name;
    std::optional<QString> description;
    std::optional<EndpointFilter> filter;
};

// Keystone's OS-EP-FILTER: which endpoints a project's catalog holds. A project with nothing associated sees
// all. One per worker, for administrators only; reads answer at once, writes later in the worker's thread.
// What is not there is NotFound.
class EndpointFilterService : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype mostGroups = 200;

    EndpointFilterService(IdentityContext &context, RegistryService &registry, QObject *parent = nullptr);

    Result<QList<EndpointGroup>> groups(const std::optional<QString> &name);
    Result<EndpointGroup> group(const EndpointGroupId &id);
    // Invalid for an unknown service or region in the filter.
    QFuture<Result<EndpointGroup>> createGroup(EndpointGroup group);
    QFuture<Result<EndpointGroup>> updateGroup(const EndpointGroupId &id, const EndpointGroupChange &change);
    QFuture<Result<>> removeGroup(const EndpointGroupId &id);
    // What the group is at the moment.
    Result<QList<CatalogEndpoint>> endpointsIn(const EndpointGroupId &id);

    // What the project was given, by itself and in groups.
    Result<QList<CatalogEndpoint>> endpointsOf(const ProjectId &project);
    Result<QList<Project>> projectsOf(const EndpointId &endpoint);
    Result<> check(const ProjectId &project, const EndpointId &endpoint);
    QFuture<Result<>> add(const ProjectId &project, const EndpointId &endpoint);
    QFuture<Result<>> remove(const ProjectId &project, const EndpointId &endpoint);

    Result<QList<EndpointGroup>> groupsOf(const ProjectId &project);
    Result<QList<Project>> projectsOf(const EndpointGroupId &group);
    Result<> check(const ProjectId &project, const EndpointGroupId &group);
    QFuture<Result<>> add(const ProjectId &project, const EndpointGroupId &group);
    QFuture<Result<>> remove(const ProjectId &project, const EndpointGroupId &group);

private:
    template <class T>
    QFuture<Result<T>> noted(const QFuture<Result<T>> &future);

    IdentityContext &m_context;
    Database &m_database;
    RegistryService &m_registry;
    const QList<RegisteredService> m_ownServices;
};

} // namespace nephele
