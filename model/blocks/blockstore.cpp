// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/blockstore.h"

#include "model/blocks/directoryblocks.h"
#include "model/blocks/durablefile.h"
#include "model/blocks/smallblocks.h"
#include "model/blocks/tieredblocks.h"

#include <QLoggingCategory>
#include <QRandomGenerator>

#include <limits>

namespace nephele {

Q_LOGGING_CATEGORY(blocksLog, "nephele.blocks")

namespace {

constexpr int leastThreads = 4;

Result<QList<StoredBlock>> takeUnused(Transaction &t, qint64 beforeMs)
{
    const auto marked = t.execute(R"(
        UPDATE block
        SET state = 'dying'
        WHERE hash IN (
            SELECT hash
            FROM block
            WHERE refs = 0 AND state = 'live' AND touched_at_ms <= :before
            ORDER BY touched_at_ms
            LIMIT :most))",
        { { ":before", beforeMs }, { ":most", rowsInASlice } });
    if (!marked)
        return marked.error();
    // With those that a dead process marked.
    return t.rows(R"(
        SELECT hash, generation
        FROM block
        WHERE state = 'dying'
        ORDER BY hash
        LIMIT :most)",
        { { ":most", rowsInASlice } }, [](const Row &row) {
            return StoredBlock { row.bytes(0), row.integer(1), 0 };
        });
}

// Nothing happens to a block that came back to life under another generation meanwhile.
Result<> forget(Transaction &t, const StoredBlock &block)
{
    const auto refs = t.execute(R"(
        DELETE FROM block_ref
        WHERE hash = :hash
            AND EXISTS (
                SELECT 1
                FROM block
                WHERE block.hash = block_ref.hash AND block.generation = :generation
                    AND block.state = 'dying'))",
        { { ":hash", block.hash }, { ":generation", block.generation } });
    if (!refs)
        return refs.error();
    const auto gone = t.execute(R"(
        DELETE FROM block
        WHERE hash = :hash AND generation = :generation AND state = 'dying')",
        { { ":hash", block.hash }, { ":generation", block.generation } });
    if (!gone)
        return gone.error();
    return {};
}

Result<qint64> dropOldAccountRefs(Transaction &t, qint64 beforeMs)
{
    // A pair as key is not in the shared part of SQL for DELETE ... LIMIT; the slice is cut by time instead.
    return t.execute(R"(
        DELETE FROM block_ref
        WHERE refs = 0
            AND touched_at_ms <= :before
            AND touched_at_ms <= (
                SELECT MAX(touched_at_ms)
                FROM (
                    SELECT touched_at_ms
                    FROM block_ref
                    WHERE refs = 0 AND touched_at_ms <= :until
                    ORDER BY touched_at_ms
                    LIMIT :most) AS slice))",
        { { ":before", beforeMs }, { ":until", beforeMs }, { ":most", rowsInASlice } });
}

} // namespace

Result<std::unique_ptr<BlockStore>> BlockStore::open(Database &database, const BlockOptions &options)
{
    auto large = DirectoryBlocks::open(options.directory);
    if (!large)
        return large.error();
    auto small = SmallBlocks::open(options.smallFile, database.clock());
    if (!small)
        return small.error();
    return std::make_unique<BlockStore>(database,
        std::make_unique<TieredBlocks>(std::move(*small), std::move(*large), options.smallBytes), options);
}

BlockStore::BlockStore(Database &database, std::unique_ptr<BlockBackend> backend, const BlockOptions &options)
    : m_database(database), m_backend(std::move(backend)), m_options(options)
{
    m_pool.setMaxThreadCount(qMax(leastThreads, 2 * QThread::idealThreadCount()));
}

BlockStore::~BlockStore()
{
    m_pool.waitForDone();
}

// 63 random bits: a collector that unlinks late can never meet a file it does not mean.
qint64 BlockStore::newGeneration()
{
    return qint64(QRandomGenerator::global()->generate64() >> 1);
}

Result<> BlockStore::checkSpace(qint64 bytes)
{
    const auto free = m_backend->freeBytes();
    if (!free)
        return free.error();
    if (*free - m_options.reserveBytes < bytes)
        return Error { ErrorCode::InsufficientStorage,
            QStringLiteral("The cloud has too little free space left to take this data."),
            QStringLiteral("%1 bytes free, %2 in reserve, %3 wanted")
                .arg(*free)
                .arg(m_options.reserveBytes)
                .arg(bytes) };
    return {};
}

Result<QByteArray> BlockStore::readBlock(const PlacedBlock &block)
{
    if (isHole(block.hash))
        return QByteArray();
    auto bytes = m_backend->get(block.hash, block.generation);
    QString reason;
    if (!bytes && bytes.error().code != ErrorCode::NotFound)
        return bytes.error();
    if (!bytes)
        reason = QStringLiteral("missing");
    else if (hashOfTrimmed(*bytes) != block.hash)
        reason = QStringLiteral("altered");
    if (reason.isEmpty())
        return bytes;
    noteDamage(block.hash, reason);
    return internalError(
        QStringLiteral("block %1 is %2").arg(QString::fromLatin1(block.hash.toHex()), reason));
}

// Nobody waits for it: the reader has his answer already.
void BlockStore::noteDamage(const BlockHash &hash, const QString &reason)
{
    qCCritical(blocksLog, "block %s is %s", hash.toHex().constData(), qUtf8Printable(reason));
    m_database.write([hash, reason](Transaction &t) -> Result<> {
        const auto noted = t.execute(R"(
            INSERT INTO block_damage (hash, found_at_ms, reason)
            VALUES (:hash, :now, :reason)
            ON CONFLICT (hash) DO UPDATE
            SET found_at_ms = excluded.found_at_ms, reason = excluded.reason)",
            { { ":hash", hash }, { ":now", t.stampMs() }, { ":reason", reason } });
        if (!noted)
            return noted.error();
        return {};
    });
}

Result<> BlockStore::recover()
{
    if (const auto cleared = m_backend->clearLeftovers(); !cleared)
        return cleared.error();
    for (;;) {
        // However young: nobody else is there to finish them.
        const auto given = m_database
                               .write([](Transaction &t) {
                                   return MapStore::abandonUntouched(t, std::numeric_limits<qint64>::max());
                               })
                               .result();
        if (!given)
            return given.error();
        if (*given < rowsInASlice)
            return {};
    }
}

Result<CollectReport> BlockStore::collect()
{
    CollectReport report;
    const qint64 abandonedBeforeMs = m_database.clock().nowMs() - m_options.abandonedMs;
    const auto abandoned = m_database
                               .write([abandonedBeforeMs](Transaction &t) {
                                   return MapStore::abandonUntouched(t, abandonedBeforeMs);
                               })
                               .result();
    if (!abandoned)
        return abandoned.error();
    const auto maps = releaseMaps();
    if (!maps)
        return maps.error();
    const auto blocks = collectBlocks();
    if (!blocks)
        return blocks.error();
    const auto strays = sweepStrays();
    if (!strays)
        return strays.error();
    return CollectReport { *maps, *blocks, *strays };
}

Result<qint64> BlockStore::releaseMaps()
{
    qint64 released = 0;
    for (;;) {
        const auto maps = m_database.read([](ReadTransaction &t) { return MapStore::dyingMaps(t); });
        if (!maps)
            return maps.error();
        if (maps->isEmpty())
            return released;
        for (const qint64 map : *maps) {
            for (bool gone = false; !gone;) {
                const auto done =
                    m_database.write([map](Transaction &t) { return MapStore::releaseSlice(t, map); })
                        .result();
                if (!done)
                    return done.error();
                gone = *done;
            }
            ++released;
        }
    }
}

Result<qint64> BlockStore::collectBlocks()
{
    const qint64 beforeMs = m_database.clock().nowMs() - m_options.graceMs;
    qint64 collected = 0;
    for (;;) {
        const auto refs =
            m_database.write([beforeMs](Transaction &t) { return dropOldAccountRefs(t, beforeMs); }).result();
        if (!refs)
            return refs.error();
        const auto unused =
            m_database.write([beforeMs](Transaction &t) { return takeUnused(t, beforeMs); }).result();
        if (!unused)
            return unused.error();
        if (unused->isEmpty() && *refs == 0)
            return collected;
        for (const StoredBlock &block : *unused) {
            if (const auto removed = m_backend->remove(block.hash, block.generation); !removed)
                return removed.error();
        }
        const auto forgotten = m_database
                                   .write([blocks = *unused](Transaction &t) -> Result<> {
                                       for (const StoredBlock &block : blocks) {
                                           if (const auto gone = forget(t, block); !gone)
                                               return gone.error();
                                       }
                                       return {};
                                   })
                                   .result();
        if (!forgotten)
            return forgotten.error();
        collected += unused->size();
    }
}

// Stored blocks that no row names: written by somebody who died before his row, or spare copies.
Result<qint64> BlockStore::sweepStrays()
{
    // The walk looks at every stored block, so it is not for every round.
    const qint64 nowMs = m_database.clock().nowMs();
    if (nowMs - m_lastSweepMs < m_options.strayMs)
        return 0;
    m_lastSweepMs = nowMs;
    const qint64 beforeMs = nowMs - m_options.strayMs;
    QList<StoredBlock> strays;
    Result<> looked;
    const auto walked = m_backend->each([&](const StoredBlock &block) {
        if (block.writtenAtMs > beforeMs)
            return true;
        const auto known = m_database.read([&](ReadTransaction &t) {
            return t.row("SELECT 1 FROM block WHERE hash = :hash AND generation = :generation",
                { { ":hash", block.hash }, { ":generation", block.generation } },
                [](const Row &row) { return row.integer(0); });
        });
        if (!known)
            looked = known.error();
        else if (!*known)
            strays.append(block);
        return looked.ok();
    });
    if (!walked || !looked)
        return walked ? looked.error() : walked.error();
    for (const StoredBlock &stray : strays) {
        if (const auto removed = m_backend->remove(stray.hash, stray.generation); !removed)
            return removed.error();
    }
    return strays.size();
}

} // namespace nephele
