// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/limitstore.h"
#include "server/identity/identitycontext.h"
#include "server/identity/ownlimits.h"

#include <QFuture>
#include <QObject>

namespace nephele {

struct RegisteredLimitChange
{
    std::optional<RegisteredServiceId> service;
    std::optional<std::optional<RegionId>> region;
    std::optional<QString> resource;
    std::optional<qint64> most;
    std::optional<QString> description;
};

// A limit of a project as it is asked for: the registered limit is named by what it is for.
struct NewProjectLimit
{
    ProjectId project;
    RegisteredServiceId service;
    std::optional<RegionId> region;
    QString resource;
    qint64 most = 0;
    QString description;
};

struct ProjectLimitChange
{
    std::optional<qint64> most;
    std::optional<QString> description;
};

// The rules of Keystone's unified limits, model "flat". Those of our own services are the quota table: a
// project's limit set here holds in both faces at once. Those of registered services are kept for whoever
// asks. One per worker; reads answer at once, writes later in the worker's thread. Limits of other projects
// than the caller's are NotFound.
class LimitService : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 mostRegistered = 500; // Forbidden beyond it
    static constexpr qint64 greatest = qint64(1) << 40; // of any value, so that no unit overflows

    explicit LimitService(IdentityContext &context, QObject *parent = nullptr);

    Result<QList<RegisteredLimit>> registered(const LimitStore::Filter &filter);
    Result<RegisteredLimit> registered(const RegisteredLimitId &id);
    // All or none. Conflict when there is one for the same, Invalid for an unknown service or region.
    QFuture<Result<QList<RegisteredLimit>>> createRegistered(QList<RegisteredLimit> limits);
    // Of our own services the default alone can be changed, else Forbidden.
    QFuture<Result<RegisteredLimit>> updateRegistered(
        const RegisteredLimitId &id, const RegisteredLimitChange &change);
    // Forbidden for our own, and while a project has a limit for it.
    QFuture<Result<>> removeRegistered(const RegisteredLimitId &id);

    Result<QList<ProjectLimit>> limits(
        const Caller &caller, const std::optional<ProjectId> &project, const LimitStore::Filter &filter);
    Result<ProjectLimit> limit(const Caller &caller, const ProjectLimitId &id);
    // All or none. Forbidden without a registered limit for it, NotFound for an unknown project.
    QFuture<Result<QList<ProjectLimit>>> create(const QList<NewProjectLimit> &wanted);
    QFuture<Result<ProjectLimit>> update(const ProjectLimitId &id, const ProjectLimitChange &change);
    // The default again.
    QFuture<Result<>> remove(const ProjectLimitId &id);

private:
    Database &m_database;
    const QList<RegisteredService> m_own;
};

} // namespace nephele
