// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/filehash.h"

namespace nephele {

FileHash FileHash::ofBlocks(const QList<BlockHash> &hashes)
{
    FileHash hash;
    hash.blocks.reserve(hashes.size() * blockHashBytes);
    for (const BlockHash &block : hashes)
        hash.blocks += block;
    hash.root = merkleRoot(hashes);
    return hash;
}

Result<FileHash> hashFile(const SyncFolder &folder, const QString &name, const FileIdentity &seen,
    qint64 blockBytes, const std::atomic_bool &isStopped, const std::function<void(qint64)> &hashedBytes)
{
    const auto file = folder.openToRead(name);
    if (!file)
        return file.error();
    const Error changed { ErrorCode::PreconditionFailed,
        QStringLiteral("%1 changes while it is read").arg(name), {} };
    const auto before = file->identity();
    if (!before || *before != seen)
        return before ? changed : before.error();
    QList<BlockHash> hashes;
    for (qint64 offset = 0; offset < seen.sizeBytes; offset += blockBytes) {
        if (isStopped)
            return Error { ErrorCode::Timeout, QStringLiteral("stopped"), {} };
        const qint64 wanted = qMin(blockBytes, seen.sizeBytes - offset);
        const auto bytes = file->read(offset, wanted);
        if (!bytes)
            return bytes.error().within(name);
        if (bytes->size() != wanted)
            return changed;
        hashes.append(hashOfTrimmed(trimmedBlock(*bytes)));
        if (hashedBytes)
            hashedBytes(wanted);
    }
    const auto after = file->identity();
    if (!after || *after != seen)
        return after ? changed : after.error();
    return FileHash::ofBlocks(hashes);
}

} // namespace nephele
