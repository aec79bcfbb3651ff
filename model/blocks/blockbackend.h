// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/blocks/blockhash.h"

#include <QFuture>
#include <QList>

#include <functional>

namespace nephele {

// A stored block by its full name. A block is named by hash and generation (DESIGN 7, Collecting).
struct StoredBlock
{
    BlockHash hash;
    qint64 generation = 0;
    qint64 writtenAtMs = 0;
};

// Where blocks lie: a directory now, RADOS later. Knows names and bytes, no rows. Safe from every thread;
// calls block, so pool threads only.
class BlockBackend
{
public:
    virtual ~BlockBackend() = default;

    // Durable when it returns: file and directory are synced. Writing what is there already is success.
    virtual Result<> put(const BlockHash &hash, qint64 generation, QByteArrayView trimmed) = 0;
    // The same without waiting, where the backend can; only for blocks that are small.
    virtual QFuture<Result<>> putSoon(const BlockHash &hash, qint64 generation, QByteArrayView trimmed)
    {
        return QtFuture::makeReadyFuture(put(hash, generation, trimmed));
    }
    // The trimmed bytes; NotFound when absent. The caller compares the hash.
    virtual Result<QByteArray> get(const BlockHash &hash, qint64 generation) = 0;
    virtual Result<bool> has(const BlockHash &hash, qint64 generation) = 0;
    virtual Result<> remove(const BlockHash &hash, qint64 generation) = 0; // absent is success
    virtual Result<qint64> freeBytes() = 0;
    virtual Result<qint64> totalBytes() = 0; // of the disk or pool that holds them, used or free

    // Every stored block in some order, until `visit` returns false.
    virtual Result<> each(const std::function<bool(const StoredBlock &)> &visit) = 0;
    // Removes what half-done writes of an earlier process left. Only while nobody writes.
    virtual Result<> clearLeftovers() = 0;
};

} // namespace nephele
