// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockbackend.h"

#include <memory>

namespace nephele {

// Small blocks here, large ones there; the trimmed size decides. Safe from every thread; blocks.
class TieredBlocks final : public BlockBackend
{
public:
    TieredBlocks(std::unique_ptr<BlockBackend> small, std::unique_ptr<BlockBackend> large, qint64 smallBytes)
        : m_small(std::move(small)), m_large(std::move(large)), m_smallBytes(smallBytes)
    {
    }

    Result<> put(const BlockHash &hash, qint64 generation, QByteArrayView trimmed) override;
    QFuture<Result<>> putSoon(const BlockHash &hash, qint64 generation, QByteArrayView trimmed) override;
    Result<QByteArray> get(const BlockHash &hash, qint64 generation) override;
    Result<bool> has(const BlockHash &hash, qint64 generation) override;
    Result<> remove(const BlockHash &hash, qint64 generation) override;
    Result<qint64> freeBytes() override; // the smaller of the two
    Result<qint64> totalBytes() override; // of the large ones
    Result<> each(const std::function<bool(const StoredBlock &)> &visit) override;
    Result<> clearLeftovers() override;

private:
    std::unique_ptr<BlockBackend> m_small;
    std::unique_ptr<BlockBackend> m_large;
    const qint64 m_smallBytes; // up to and including
};

} // namespace nephele
