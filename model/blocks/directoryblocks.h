// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockbackend.h"

#include <QString>

#include <atomic>
#include <memory>

namespace nephele {

// Blocks as files: <root>/ab/cd/<hash in hex>.<generation>. A file appears under its name only when its bytes
// are on disk, by way of <root>/tmp. Safe from every thread; blocks.
class DirectoryBlocks final : public BlockBackend
{
public:
    // Makes the directory (0700) where it is missing. Unavailable when it cannot be made or written.
    static Result<std::unique_ptr<DirectoryBlocks>> open(const QString &root);

    Result<> put(const BlockHash &hash, qint64 generation, QByteArrayView trimmed) override;
    Result<QByteArray> get(const BlockHash &hash, qint64 generation) override;
    Result<bool> has(const BlockHash &hash, qint64 generation) override;
    Result<> remove(const BlockHash &hash, qint64 generation) override;
    Result<qint64> freeBytes() override;
    Result<qint64> totalBytes() override;
    Result<> each(const std::function<bool(const StoredBlock &)> &visit) override;
    Result<> clearLeftovers() override;

    // Where that block lies; for tests and messages.
    QString pathOf(const BlockHash &hash, qint64 generation) const;

private:
    explicit DirectoryBlocks(QString root) : m_root(std::move(root)) { }
    Result<> makeFolders(const BlockHash &hash);

    const QString m_root;
    std::atomic<quint64> m_attempts = 0;
};

} // namespace nephele
