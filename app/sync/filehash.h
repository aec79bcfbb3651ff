// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/syncfolder.h"

#include <atomic>
#include <functional>

namespace nephele {

// The names of a file's blocks, one behind the other, 32 raw bytes each, and their Merkle root.
struct FileHash
{
    QByteArray blocks;
    QByteArray root;

    qsizetype count() const { return blocks.size() / blockHashBytes; }
    BlockHash block(qsizetype position) const
    {
        return blocks.mid(position * blockHashBytes, blockHashBytes);
    }
    // Of hashes read elsewhere.
    static FileHash ofBlocks(const QList<BlockHash> &hashes);
};

// Reads a file from its beginning to its end, a block in memory at a time. PreconditionFailed when it is not
// the file that was seen or changes meanwhile; Timeout when `isStopped` turns true. Blocks.
Result<FileHash> hashFile(const SyncFolder &folder, const QString &name, const FileIdentity &seen,
    qint64 blockBytes, const std::atomic_bool &isStopped,
    const std::function<void(qint64)> &hashedBytes = {});

} // namespace nephele
