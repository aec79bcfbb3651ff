// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/response.h"
#include "server/quota/quotaservice.h"

namespace nephele {

// Every key of commissions (Astakos account v1.0, "Quota API guide", commissions), both ways.

// {"provisions": [{"holder", "source", "resource", "quantity"}], "force", "auto_accept", "name"}. A user's
// holder is "user:<uuid>" with his project as source, a project's "project:<uuid>" with null.
Result<NewCommission> newCommissionFromJson(const QByteArray &body);

// {"accept": ...} or {"reject": ...}; the key counts.
Result<CommissionStore::Decision> decisionFromJson(const QByteArray &body);

struct DecisionLists
{
    QList<qint64> accept;
    QList<qint64> reject;
};
Result<DecisionLists> decisionListsFromJson(const QByteArray &body);

QByteArray issuedCommissionJson(qint64 serial);
QByteArray serialsJson(const QList<qint64> &serials);
QByteArray commissionJson(const Commission &commission);
QByteArray decidedJson(const QuotaService::Decided &decided);

// The faults of issuing carry no details but data, which tells the provision at fault.
Response commissionFault(const CommissionRefusal &refusal);
Response commissionFault(const Error &invalid);

} // namespace nephele
