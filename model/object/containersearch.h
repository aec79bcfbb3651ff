// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/object.h"

#include <QStringList>

namespace nephele {

// A container as a detailed listing tells it: its properties stay empty but for its quota.
struct FoundContainer
{
    ObjectContainer container; // with counters of the time asked for
    QString quota; // bytes; empty: none
};

// Containers of an account with what their rows say, and how much was in them at an earlier time.
class ContainerSearch
{
public:
    // Those behind `after`, by name. `atMs`: those that were there, as full as they were then.
    static Result<QList<FoundContainer>> page(ReadTransaction &t, const ProjectId &account,
        const QString &after, int limit, std::optional<qint64> atMs);
    // Those of the names that are there, in their order.
    static Result<QList<FoundContainer>> named(
        ReadTransaction &t, const ProjectId &account, const QStringList &names);

    // The account's counters at a time, of the containers that are still there.
    static Result<ObjectAccount> accountAt(ReadTransaction &t, const ObjectAccount &account, qint64 atMs);
};

} // namespace nephele
