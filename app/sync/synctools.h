// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/remotecontainer.h"
#include "app/sync/syncfolder.h"
#include "app/sync/syncstore.h"

#include <QtConcurrent>
#include <QThreadPool>

#include <atomic>

namespace nephele {

// What the jobs of one run work with. Owned by the run, which ends its pool before anything else of it.
struct SyncTools
{
    SyncFolder &folder;
    SyncStore &store;
    RemoteContainer &container;
    QThreadPool &pool; // for what blocks
    const std::atomic_bool &isStopped;
    qint64 blockBytes = 0;

    // `job` is Result<T>(), run in the pool; it may read the store.
    template <class Job, class R = std::invoke_result_t<Job>>
    QFuture<R> inPool(Job job) const
    {
        return QtConcurrent::run(&pool, [job = std::move(job), &store = store] {
            const ReadingJob reading(store.database());
            return job();
        });
    }
};

inline Error changedOnServer(const QString &name)
{
    return { ErrorCode::PreconditionFailed,
        QStringLiteral("%1 has changed on the server meanwhile").arg(name), {} };
}
inline Error changedInFolder(const QString &name)
{
    return { ErrorCode::PreconditionFailed, QStringLiteral("%1 has changed meanwhile").arg(name), {} };
}

} // namespace nephele
