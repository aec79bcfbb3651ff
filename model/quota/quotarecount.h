// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/quota/quotaholding.h"

#include <QList>

namespace nephele {

// A count that is not what the things it counts amount to.
struct QuotaDifference
{
    QuotaHolding holding;
    qint64 used = 0; // what the books say
    qint64 found = 0; // what is there, with what open commissions may still take
    bool operator==(const QuotaDifference &) const = default;
};

// Counts anew what the books of quota_user and quota_project say, one project at a time.
//   cyclades.vm, total_cpu, total_ram, disk   servers that are not deleted
//   cyclades.cpu, ram                         those of them whose power is charged
//   pithos.diskspace                          bytes of images
//   astakos.pending_app                       applications that wait, in their applicants' own projects
//   a project's count of anything             the sum of its users' counts
// What components count cannot be found here; of theirs only the sums are compared.
class QuotaRecount
{
public:
    // Ids behind `after` (null: from the start), in order.
    static Result<QList<ProjectId>> projects(
        const ReadTransaction &t, const ProjectId &after, int limit = 100);

    // Users' differences first, then the project's as they will be once the users' are corrected.
    static Result<QList<QuotaDifference>> differences(const ReadTransaction &t, const ProjectId &project);
    // Writes what was found, in the closure that found it. A count never goes under what is pending.
    static Result<> correct(Transaction &t, const QList<QuotaDifference> &differences);
};

} // namespace nephele
