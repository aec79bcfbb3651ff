// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockbackend.h"
#include "model/database/database.h"

#include <memory>

namespace nephele {

// Small blocks as rows of a SQLite file of their own: many are put on disk by one sync, and a file system is
// spared thousands of tiny files. Safe from every thread; blocks until the row is on disk.
//   rows: small_block(hash, generation, content, written_at_ms)
class SmallBlocks final : public BlockBackend
{
public:
    static Result<std::unique_ptr<SmallBlocks>> open(const QString &file, const Clock &clock);

    Result<> put(const BlockHash &hash, qint64 generation, QByteArrayView trimmed) override;
    QFuture<Result<>> putSoon(const BlockHash &hash, qint64 generation, QByteArrayView trimmed) override;
    Result<QByteArray> get(const BlockHash &hash, qint64 generation) override;
    Result<bool> has(const BlockHash &hash, qint64 generation) override;
    Result<> remove(const BlockHash &hash, qint64 generation) override;
    Result<qint64> freeBytes() override;
    Result<qint64> totalBytes() override;
    Result<> each(const std::function<bool(const StoredBlock &)> &visit) override;
    Result<> clearLeftovers() override { return {}; } // a transaction leaves nothing

private:
    explicit SmallBlocks(std::unique_ptr<Database> database) : m_database(std::move(database)) { }

    std::unique_ptr<Database> m_database;
};

} // namespace nephele
