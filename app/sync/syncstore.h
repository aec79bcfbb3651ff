// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/filehash.h"
#include "app/sync/syncstate.h"
#include "model/database/database.h"

#include <QHash>
#include <QPair>

#include <memory>

namespace nephele {

// What was found in a file when it was last read; saves reading it again while it looks the same.
struct ScannedFile
{
    FileIdentity identity;
    QByteArray root;
};

// Where a block can be read in the folder, if that file is still as it was: whoever reads it checks.
struct BlockPlace
{
    QString name;
    qint64 position = 0; // counted in blocks
};

// The memory of one folder's sync with one container, a SQLite file of its own: the last synced state of each
// path, and what the files were hashed to. Every write is on disk when its future is done. Losing the file
// costs a comparison of everything and makes files that differ conflicts, nothing else. All calls block but
// those that return a future; safe from every thread (jobs of a pool use ReadingJob).
class SyncStore
{
public:
    static Result<std::unique_ptr<SyncStore>> open(const QString &file);

    Result<KnownEntries> known();
    Result<QHash<QString, ScannedFile>> scanned();
    // Nothing when the file was hashed as another one.
    Result<std::optional<FileHash>> hashOf(const QString &name, const FileIdentity &identity);
    Result<QList<BlockPlace>> placesOf(const BlockHash &hash);

    using Learnt = QList<QPair<QString, KnownEntry>>;
    // Both in one transaction.
    QFuture<Result<>> learn(const Learnt &entries, const QStringList &forgotten = {});
    QFuture<Result<>> keepScan(const QString &name, const FileIdentity &identity, const FileHash &hash);
    QFuture<Result<>> forgetScans(const QStringList &names);

    Database &database() { return *m_database; }

private:
    explicit SyncStore(std::unique_ptr<Database> database) : m_database(std::move(database)) { }

    std::unique_ptr<Database> m_database;
};

} // namespace nephele
