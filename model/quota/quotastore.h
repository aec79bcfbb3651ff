// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"

#include <QList>

namespace nephele {

// One resource by Synnefo's name ("cyclades.vm", "cyclades.ram" ...; OpenStack-only counts are hidden ones
// such as "nova.keypairs"), one of model/quota/resources.h. Bytes for sizes, pieces for counts.
struct Charge
{
    QString resource;
    qint64 amount = 0; // negative gives back
};

struct QuotaLine
{
    ProjectId project;
    UserId user;
    QString resource;
    qint64 usage = 0;
    qint64 limit = 0; // of this user in this project; -1 without limit
    qint64 projectUsage = 0;
    qint64 projectLimit = 0;
};

// What a project uses of a resource, and what its users use of it together: equal, or something leaked.
struct QuotaSum
{
    ProjectId project;
    QString resource;
    qint64 used = 0;
    qint64 usedByUsers = 0;
    bool operator==(const QuotaSum &) const = default;
};

// rows: (project, resource, usage, limit) and (project, user, resource, usage, limit); the resource and its
// charge are always one closure. Call charge() last in the closure: the rows are hot. The project must exist.
class QuotaStore
{
public:
    // QuotaExceeded names the resource, what is used and the limit; nothing is charged then. Giving back
    // always succeeds and never goes under zero.
    static Result<> charge(
        Transaction &t, const ProjectId &project, const UserId &user, const QList<Charge> &charges);

    // One line per project and resource, also hidden ones, sorted by resource within the project. A user
    // without a limit of his own has the project's.
    static Result<QList<QuotaLine>> lines(
        const ReadTransaction &t, const UserId &user, const QList<ProjectId> &projects);

    // nullopt: the default again; -1: without limit. May be under what is used: then nothing more fits.
    static Result<> setProjectLimit(
        Transaction &t, const ProjectId &project, const QString &resource, std::optional<qint64> most);
    static Result<> setUserLimit(Transaction &t, const ProjectId &project, const UserId &user,
        const QString &resource, std::optional<qint64> most);

    // The resources a project still uses, by name; empty when it can go away.
    static Result<QStringList> resourcesInUse(const ReadTransaction &t, const ProjectId &project);

    // Every project and resource something was ever charged to, sorted. `nephele --check` compares.
    static Result<QList<QuotaSum>> sums(const ReadTransaction &t);
};

} // namespace nephele
