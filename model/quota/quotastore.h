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

// usage counts what open commissions may still take; pending is how much less it may become (model/quota/
// quotaholding.h). What a user may still take: the smaller of limit - usage and projectLimit - projectUsage.
struct QuotaLine
{
    ProjectId project;
    UserId user;
    QString resource;
    qint64 usage = 0;
    qint64 limit = 0; // of this user in this project; -1 without limit
    qint64 projectUsage = 0;
    qint64 projectLimit = 0;
    qint64 pending = 0;
    qint64 projectPending = 0;
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
//
// Which limit holds:
//   of a project: setProjectLimit(), else the resource's default for projects or for system projects
//   of a user in it: setUserLimit(), else setMemberLimit(), else the project's
//   of both while the project is not enabled: zero. A project that is suspended or terminated has only to be
//   disabled (ProjectStore::setEnabled): nothing more fits, everything can go, and the limits that were set
//   hold again when it is enabled. Nothing is written for it here.
class QuotaStore
{
public:
    // QuotaExceeded names the resource, what is used and the limit; nothing is charged then. Giving back
    // always succeeds and never goes under zero, nor into what an open commission gives back.
    static Result<> charge(
        Transaction &t, const ProjectId &project, const UserId &user, const QList<Charge> &charges);

    // One line per project and resource, also hidden and registered ones, sorted by resource within the
    // project. Projects that are not there have no lines.
    static Result<QList<QuotaLine>> lines(
        const ReadTransaction &t, const UserId &user, const QList<ProjectId> &projects);
    // The same for every project the user is a member of (or has asked to leave), also disabled ones, by
    // project. As many statements for a hundred projects as for one.
    static Result<QList<QuotaLine>> linesOfMember(const ReadTransaction &t, const UserId &user);

    // nullopt: the default again; -1: without limit. May be under what is used: then nothing more fits. The
    // resource may be a registered one; that it exists is the caller's to know.
    static Result<> setProjectLimit(
        Transaction &t, const ProjectId &project, const QString &resource, std::optional<qint64> most);
    // Of every member of the project who has no limit of his own; nullopt: the project's.
    static Result<> setMemberLimit(
        Transaction &t, const ProjectId &project, const QString &resource, std::optional<qint64> most);
    static Result<> setUserLimit(Transaction &t, const ProjectId &project, const UserId &user,
        const QString &resource, std::optional<qint64> most);
    // Takes back every limit set for the project and its members; users' own stay.
    static Result<> forgetLimits(Transaction &t, const ProjectId &project);

    // The resources a project still uses, by name; empty when it can go away.
    static Result<QStringList> resourcesInUse(const ReadTransaction &t, const ProjectId &project);

    // Every project and resource something was ever charged to, sorted. `nephele --check` compares.
    static Result<QList<QuotaSum>> sums(const ReadTransaction &t);
};

} // namespace nephele
