// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"

#include <QList>

namespace nephele {

// One resource by Synnefo's name ("cyclades.vm", "cyclades.ram" ...; OpenStack-only counts are hidden ones
// such as "nova.keypairs"). Bytes for sizes, pieces for counts.
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

// rows: (project, resource, usage, limit) and (project, user, resource, usage, limit); the resource and its
// charge are always one closure. Call it last in the closure: the rows are hot.
class QuotaStore
{
public:
    // QuotaExceeded names the resource, what is used and the limit; nothing is charged then.
    static Result<> charge(
        Transaction &t, const ProjectId &project, const UserId &user, const QList<Charge> &charges);
    static Result<QList<QuotaLine>> lines(
        ReadTransaction &t, const UserId &user, const QList<ProjectId> &projects);
};

} // namespace nephele
