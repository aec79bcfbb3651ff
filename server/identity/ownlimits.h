// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/limitstore.h"
#include "server/identity/servicecatalog.h"

#include <span>

namespace nephele {

// One of our own quota as a unified limit: what the services of OpenStack call a resource, and where it is
// counted.
struct OwnLimit
{
    QLatin1StringView serviceType;
    QLatin1StringView resource; // OpenStack's name: "servers", "class:MEMORY_MB"
    QLatin1StringView quota; // Synnefo's: "cyclades.vm"
    qint64 unit; // what one of OpenStack's is in the quota table
    QLatin1StringView description;
};

// All of them, also of services that are not there yet.
std::span<const OwnLimit> ownLimits();

// The limit with that id; nullptr if there is none.
const OwnLimit *findOwnLimit(const RegisteredLimitId &id);
const OwnLimit *findOwnLimitByQuota(const QString &quota, const QList<RegisteredService> &own);

// As Keystone tells it; most in the quota table's unit.
RegisteredLimit registeredLimitFrom(const OwnLimit &limit, qint64 most);

// A project's own limit has an id from which both can be found again: "<project>.<quota>".
ProjectLimit projectLimitFrom(
    const OwnLimit &limit, qint64 defaultMost, const ProjectId &project, qint64 most);
struct OwnLimitPlace
{
    ProjectId project;
    QString quota;
};
std::optional<OwnLimitPlace> ownLimitPlace(const ProjectLimitId &id);

// Between OpenStack's unit and the quota table's; -1 stays what it is.
qint64 inQuotaUnit(const OwnLimit &limit, qint64 most);

} // namespace nephele
