// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"

namespace nephele {

// One count: of a project, or of one user in it.
struct QuotaHolding
{
    ProjectId project;
    std::optional<UserId> user; // nullopt: of the whole project
    QString resource;
    bool operator==(const QuotaHolding &) const = default;
};

struct QuotaStanding
{
    qint64 used = 0; // with what open commissions may still take
    qint64 pending = 0; // how much less it may become when they are decided
    qint64 most = -1; // -1: without limit
};

// How a count changes, and what must hold for it to.
//   what                      used   pending  back  asked
//   charge a                  +a                    a
//   give a back               -a              a
//   issue: take a             +a     +a             a (0 by force)
//   issue: give a back               +a       a
//   accept what took a               -a
//   accept what gave a back   -a     -a
//   reject what took a        -a     -a
//   reject what gave a back          -a
struct QuotaMove
{
    qint64 used = 0;
    qint64 pending = 0;
    qint64 back = 0; // at least so much must be in use beyond doubt (used - pending)
    qint64 asked = 0; // so much must fit under the limit
};

struct QuotaRefusal
{
    enum class Reason { NoCapacity, NoQuantity };
    Reason reason = Reason::NoCapacity;
    QuotaStanding standing;
};

// Applies the move to the one row; nullopt when that was done, else why nothing was. A row that is not there
// counts nothing and is made when needed. `defaultMost`: of a project, where the database says nothing else.
Result<std::optional<QuotaRefusal>> moveHolding(
    Transaction &t, const QuotaHolding &holding, qint64 defaultMost, const QuotaMove &move);

// Sets used to what is pending: nothing is in use beyond doubt.
Result<> emptyHolding(Transaction &t, const QuotaHolding &holding);

} // namespace nephele
