// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/tieredblocks.h"

namespace nephele {

Result<> TieredBlocks::put(const BlockHash &hash, qint64 generation, QByteArrayView trimmed)
{
    BlockBackend &backend = trimmed.size() <= m_smallBytes ? *m_small : *m_large;
    return backend.put(hash, generation, trimmed);
}

QFuture<Result<>> TieredBlocks::putSoon(const BlockHash &hash, qint64 generation, QByteArrayView trimmed)
{
    BlockBackend &backend = trimmed.size() <= m_smallBytes ? *m_small : *m_large;
    return backend.putSoon(hash, generation, trimmed);
}

// The size is not in the name, so both are asked; the small one answers from an index.
Result<QByteArray> TieredBlocks::get(const BlockHash &hash, qint64 generation)
{
    auto found = m_small->get(hash, generation);
    if (found || found.error().code != ErrorCode::NotFound)
        return found;
    return m_large->get(hash, generation);
}

Result<bool> TieredBlocks::has(const BlockHash &hash, qint64 generation)
{
    const auto found = m_small->has(hash, generation);
    if (!found || *found)
        return found;
    return m_large->has(hash, generation);
}

Result<> TieredBlocks::remove(const BlockHash &hash, qint64 generation)
{
    const auto small = m_small->has(hash, generation);
    if (!small)
        return small.error();
    return *small ? m_small->remove(hash, generation) : m_large->remove(hash, generation);
}

Result<qint64> TieredBlocks::freeBytes()
{
    const auto small = m_small->freeBytes();
    const auto large = m_large->freeBytes();
    if (!small || !large)
        return small ? large.error() : small.error();
    return qMin(*small, *large);
}

Result<qint64> TieredBlocks::totalBytes()
{
    return m_large->totalBytes();
}

Result<> TieredBlocks::each(const std::function<bool(const StoredBlock &)> &visit)
{
    bool goOn = true;
    const auto both = [&](const StoredBlock &block) { return goOn = visit(block); };
    if (const auto done = m_small->each(both); !done || !goOn)
        return done;
    return m_large->each(both);
}

Result<> TieredBlocks::clearLeftovers()
{
    if (const auto done = m_small->clearLeftovers(); !done)
        return done;
    return m_large->clearLeftovers();
}

} // namespace nephele
