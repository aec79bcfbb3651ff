// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockbackend.h"
#include "model/blocks/mapstore.h"
#include "model/database/database.h"

#include <QThreadPool>

#include <atomic>
#include <memory>

namespace nephele {

struct BlockOptions
{
    QString directory; // blocks as files below it
    QString smallFile; // the SQLite file of the small blocks
    qint64 blockBytes = 4 << 20; // of new maps; those that exist keep theirs
    qint64 smallBytes = 64 << 10; // trimmed blocks up to this size are small
    qint64 graceMs = 24LL * 3600 * 1000; // an unused block is kept this long
    qint64 abandonedMs = 24LL * 3600 * 1000; // an upload that stands still this long is given up
    qint64 strayMs = 24LL * 3600 * 1000; // a stored block without a row is kept this long
    qint64 reserveBytes = 1LL << 30; // free space that uploads leave alone
};

// What one round of collecting did.
struct CollectReport
{
    qint64 maps = 0;
    qint64 blocks = 0;
    qint64 strays = 0;
};

// The content of this cloud: the backend that holds the bytes and the rows that say what they are. One per
// process, owned by main; safe from every thread. What blocks says so: pool threads only.
class BlockStore
{
public:
    static Result<std::unique_ptr<BlockStore>> open(Database &database, const BlockOptions &options);
    // The same over a backend of the caller's; `options.directory` is not looked at.
    BlockStore(Database &database, std::unique_ptr<BlockBackend> backend, const BlockOptions &options);
    ~BlockStore(); // waits for the pool

    Database &database() { return m_database; }
    BlockBackend &backend() { return *m_backend; }
    const BlockOptions &options() const { return m_options; }
    // Hashing and disk work of uploads and reads. Its jobs never wait for one another.
    QThreadPool &pool() { return m_pool; }

    // InsufficientStorage when taking that many bytes would touch the reserve.
    Result<> checkSpace(qint64 bytes);

    // A block of a map, verified; null-terminated with nothing: the trimmed bytes. Internal when it is
    // missing or altered, which is kept for the check. Blocks.
    Result<QByteArray> readBlock(const PlacedBlock &block);

    // At start, before anybody writes and only if no other process does: gives up what a dead process was
    // building. Blocks.
    Result<> recover();

    // One round: abandoned uploads, dying maps, unused blocks; strays the first time and then once in
    // strayMs. Blocks; may run beside everything.
    Result<CollectReport> collect();

    // A generation nobody else ever uses.
    static qint64 newGeneration();

private:
    Result<qint64> releaseMaps();
    Result<qint64> collectBlocks();
    Result<qint64> sweepStrays();
    void noteDamage(const BlockHash &hash, const QString &reason);

    Database &m_database;
    const std::unique_ptr<BlockBackend> m_backend;
    const BlockOptions m_options;
    QThreadPool m_pool;
    std::atomic<qint64> m_lastSweepMs = 0;
};

} // namespace nephele
