// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/ignorerules.h"
#include "app/sync/syncstore.h"

namespace nephele {

struct FolderScan
{
    LocalEntries entries;
    QStringList temporaries; // left by downloads that were interrupted
    QStringList
        skipped; // "link: a symbolic link", one line each, that no name can be given to or that are no files
    QMap<QString, QString> unread; // what should be synced and could not be looked at, and why
    QMap<QString, QString> unsettled; // the same of what was being written to: worth another look
    QStringList folders; // all that were looked into, for who wants to watch them
    IgnoreRules rules; // with those of the folder's own file
};

// Looks at the whole folder and reads the files that look other than when they were last read, several at a
// time. Blocks, for long; for a thread of a pool. Timeout when `isStopped` turns true.
Result<FolderScan> scanFolder(const SyncFolder &folder, SyncStore &store, qint64 blockBytes,
    const std::atomic_bool &isStopped, const std::function<void(qint64)> &hashedBytes = {});

} // namespace nephele
