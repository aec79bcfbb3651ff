// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/quota/commission.h"

#include <variant>

namespace nephele {

// rows: commission(serial, component, name, issued_at_ms), provision(commission, project, user, resource,
// quantity): the undecided ones. Their counts stand in the same rows as the cloud's own charges
// (quota_project, quota_user; model/quota/quotaholding.h), so both are judged by the same limits. Call it
// last in a closure.
class CommissionStore
{
public:
    // The serial, or why not. Provisions for one holding are summed. Invalid when a sum is beyond
    // mostProvided, or what users get of a project is not what the project gets: the two levels would part
    // for ever. NoHolding: no such project; a resource that is not this component's to count; a user who is
    // no member of the project and has nothing in it. A user who is no member any more may only give back.
    using Issued = std::variant<qint64, CommissionRefusal>;
    static Result<Issued> issue(Transaction &t, const NewCommission &wanted);

    // Serials the component has not decided yet, oldest first, at most `limit`.
    static Result<QList<qint64>> pending(
        const ReadTransaction &t, const QString &component, int limit = 10'000);
    static Result<std::optional<Commission>> find(
        const ReadTransaction &t, const QString &component, qint64 serial);

    enum class Decision { Accept, Reject };
    // False when the component has no such undecided commission. Never refused for another reason.
    static Result<bool> decide(Transaction &t, const QString &component, qint64 serial, Decision decision);
};

} // namespace nephele
