// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/project.h"
#include "model/identity/registry.h"

#include "model/database/transaction.h"

namespace nephele {

// rows: (id, name, filters) of endpoint groups; (project, endpoint) and (project, group) of what a project's
// catalog is narrowed to. Lists are sorted by id, at most 1000.
class EndpointFilterStore
{
public:
    static Result<QList<EndpointGroup>> groups(
        const ReadTransaction &t, const std::optional<QString> &name = {});
    static Result<std::optional<EndpointGroup>> group(const ReadTransaction &t, const EndpointGroupId &id);
    static Result<> insert(Transaction &t, const EndpointGroup &group);
    static Result<> update(Transaction &t, const EndpointGroup &group);
    // From every project too. NotFound when there is none.
    static Result<> remove(Transaction &t, const EndpointGroupId &id);

    // Whether any project has a catalog of its own.
    static Result<bool> isUsed(const ReadTransaction &t);

    static Result<QList<EndpointId>> endpointsOf(const ReadTransaction &t, const ProjectId &project);
    static Result<QList<ProjectId>> projectsOf(const ReadTransaction &t, const EndpointId &endpoint);
    // Nothing happens the second time.
    static Result<> add(Transaction &t, const ProjectId &project, const EndpointId &endpoint);
    // NotFound when it was not associated; so for groups.
    static Result<> remove(Transaction &t, const ProjectId &project, const EndpointId &endpoint);

    static Result<QList<EndpointGroup>> groupsOf(const ReadTransaction &t, const ProjectId &project);
    static Result<QList<ProjectId>> projectsOf(const ReadTransaction &t, const EndpointGroupId &group);
    static Result<> add(Transaction &t, const ProjectId &project, const EndpointGroupId &group);
    static Result<> remove(Transaction &t, const ProjectId &project, const EndpointGroupId &group);
};

} // namespace nephele
