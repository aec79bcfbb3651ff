// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/registry.h"

namespace nephele {

using RegisteredLimitId = Id<struct RegisteredLimitTag>; // 32 hexadecimal digits
using ProjectLimitId = Id<struct ProjectLimitTag>; // the same

// What a resource of a service is limited to in every project that has no limit of its own. -1: without
// limit.
struct RegisteredLimit
{
    RegisteredLimitId id;
    RegisteredServiceId service;
    std::optional<RegionId> region;
    QString resource;
    qint64 most = 0;
    QString description;
    bool operator==(const RegisteredLimit &) const = default;
};

// A project's own limit of a registered resource.
struct ProjectLimit
{
    ProjectLimitId id;
    RegisteredLimit registered;
    ProjectId project;
    qint64 most = 0;
    QString description;
    bool operator==(const ProjectLimit &) const = default;
};

// rows: (id, service, region, resource, most) and (id, registered limit, project, most). For services that
// are not ours; what ours allow is in the quota tables. Lists are sorted by id, at most 1000.
class LimitStore
{
public:
    struct Filter
    {
        std::optional<RegisteredServiceId> service;
        std::optional<RegionId> region;
        std::optional<QString> resource;

        bool fits(const RegisteredLimit &limit) const
        {
            return (!service || *service == limit.service) && (!region || region == limit.region)
                && (!resource || *resource == limit.resource);
        }
    };

    static Result<QList<RegisteredLimit>> registered(const ReadTransaction &t, const Filter &filter = {});
    static Result<std::optional<RegisteredLimit>> findRegistered(
        const ReadTransaction &t, const RegisteredLimitId &id);
    static Result<qint64> countRegistered(const ReadTransaction &t);
    // Conflict when the service has one for that resource and region.
    static Result<> insert(Transaction &t, const RegisteredLimit &limit);
    static Result<> update(Transaction &t, const RegisteredLimit &limit);
    // Forbidden while a project has a limit of its own for it.
    static Result<> remove(Transaction &t, const RegisteredLimitId &id);
    static Result<bool> hasLimits(const ReadTransaction &t, const RegisteredServiceId &service);

    static Result<QList<ProjectLimit>> limits(
        const ReadTransaction &t, const std::optional<ProjectId> &project, const Filter &filter = {});
    static Result<std::optional<ProjectLimit>> findLimit(const ReadTransaction &t, const ProjectLimitId &id);
    // Conflict when the project has one.
    static Result<> insert(Transaction &t, const ProjectLimit &limit);
    static Result<> update(Transaction &t, const ProjectLimit &limit);
    static Result<> remove(Transaction &t, const ProjectLimitId &id);

    // The quota tables seen as limits. rows: (project, resource by Synnefo's name, most), one per limit that
    // was set for a project itself, by project and resource; at most 1000.
    struct QuotaMost
    {
        ProjectId project;
        QString resource;
        qint64 most = 0;
    };
    static Result<QList<QuotaMost>> quotaMosts(
        const ReadTransaction &t, const std::optional<ProjectId> &project);
};

} // namespace nephele
