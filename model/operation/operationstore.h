// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/operation/operation.h"

#include <QList>

namespace nephele {

struct OperationFilter
{
    std::optional<ProjectId> project; // nullopt: every project of the caller's scope
    bool live = false; // only what is not finished
    int limit = 100; // newest first
};

// rows: operation, at most one live one per (target_kind, target). `lease` is the fencing number of the
// engine that carries the operation out: it counts up with every engine that starts, and what a former one
// still wants to write is refused. Every visible change is noted in the feed as kind "operation".
class OperationStore
{
public:
    // Busy when the target has a live operation.
    static Result<> insert(Transaction &t, const Operation &operation);

    static Result<std::optional<Operation>> find(ReadTransaction &t, const OperationId &id);
    static Result<std::optional<Operation>> findLive(
        ReadTransaction &t, const QString &targetKind, const QString &target);
    static Result<QList<Operation>> visible(
        ReadTransaction &t, const Caller &caller, const OperationFilter &filter);

    // Conflict when it is finished.
    static Result<> requestCancel(Transaction &t, const OperationId &id);

    // For the engine.
    enum class Take { New, EveryLive };
    // Puts at most 500 live rows under this lease, oldest first: those under no lease, or also those of
    // former leases.
    static Result<QList<Operation>> take(Transaction &t, qint64 lease, Take which);
    static Result<bool> hasNew(ReadTransaction &t);
    static Result<QList<OperationId>> cancelWanted(ReadTransaction &t, qint64 lease);

    // Conflict when the row is under another lease or finished: holdLease() first in every commit of a step.
    static Result<> holdLease(Transaction &t, const OperationId &id, qint64 lease);
    static Result<> saveData(Transaction &t, const OperationId &id, const QJsonObject &data);
    // State, step, progress and error; a finished state empties the data.
    static Result<> saveProgress(Transaction &t, const Operation &operation);

    // Removes at most 500 that ended before then; how many it were.
    static Result<qint64> pruneFinished(Transaction &t, qint64 beforeMs);
};

// The words of the database and of the wire: "waiting", "running", "undoing", "done", "failed", "cancelled".
QString operationStateText(OperationState state);

} // namespace nephele
