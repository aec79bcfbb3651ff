// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/identity/caller.h"

#include <QJsonObject>

namespace nephele {

enum class OperationState { Waiting, Running, Undoing, Done, Failed, Cancelled };

inline bool isLive(OperationState state)
{
    return state == OperationState::Waiting || state == OperationState::Running
        || state == OperationState::Undoing;
}

// One row of long work.
struct Operation
{
    OperationId id;
    QString kind; // "server.create"
    QString targetKind; // "server"
    QString target; // the target's id
    QString targetName; // as it was called when the work began
    Ownership owner;
    OperationState state = OperationState::Waiting;
    int step = 0; // the next step to run (to undo)
    int progress = 0; // per cent
    bool cancelWanted = false;
    QJsonObject data; // what the steps chose before they acted; emptied when the operation ends
    QString error; // why it failed, for people
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;
    bool operator==(const Operation &) const = default;
};

} // namespace nephele
