// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/base/result.h"

namespace nephele {

// One thing that changed; what it is now is asked for, not told.
struct FeedChange
{
    qint64 seq = 0;
    QString kind; // "server", "image", "operation" ...
    QString id;
    bool operator==(const FeedChange &) const = default;
};

struct ChangePage
{
    QList<FeedChange> changes;
    qint64 next = 0; // what to ask since
    bool reload = false; // too much was missed: read every list again
};

// Long work as the window shows it.
enum class WorkState { Waiting, Running, Undoing, Done, Failed, Cancelled };

struct Work
{
    OperationId id;
    QString kind; // "server.create"
    WorkState state = WorkState::Waiting;
    QString targetKind; // "server"
    QString target;
    QString targetName;
    int progress = 0; // per cent
    QString step; // the cloud's word for where it is: "disk"; may be empty
    QString error;
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;

    bool isOver() const
    {
        return state == WorkState::Done || state == WorkState::Failed || state == WorkState::Cancelled;
    }
    bool operator==(const Work &) const = default;
};

// GET /nephele/v1/changes and /nephele/v1/operations.
Result<ChangePage> changesFromReply(const QByteArray &body);
Result<QList<Work>> worksFromReply(const QByteArray &body);

} // namespace nephele
