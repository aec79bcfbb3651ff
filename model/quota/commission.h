// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/quota/quotaholding.h"

#include <QList>

namespace nephele {

// What one count is to grow (or, negative, shrink) by.
struct Provision
{
    QuotaHolding holding;
    qint64 quantity = 0;
    bool operator==(const Provision &) const = default;
};

// A change of counts that an outside service has announced and will decide later: accept or reject.
struct Commission
{
    qint64 serial = 0;
    QString name; // free text of the service
    qint64 issuedAtMs = 0;
    QList<Provision> provisions; // one per holding
    bool operator==(const Commission &) const = default;
};

struct NewCommission
{
    QString component; // who issues it; decides it, too
    QString name;
    QList<Provision> provisions;
    bool isForced = false; // over limits, never under zero
    bool isAccepted = false; // decided at once
};

// Why a commission was not issued: nothing of it holds then.
struct CommissionRefusal
{
    enum class Reason { NoHolding, NoCapacity, NoQuantity };
    Reason reason = Reason::NoHolding;
    Provision provision;
    qint64 limit = 0; // -1: without limit
    qint64 usage = 0;
};

// Most that one provision, or the sum of those for one holding, may move: 2^60.
inline constexpr qint64 mostProvided = qint64(1) << 60;

} // namespace nephele
