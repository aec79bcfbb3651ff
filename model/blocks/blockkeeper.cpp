// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/blockkeeper.h"

namespace nephele {

namespace {

// A block that dies again and again under a writer's hands is a clock or collector gone wrong.
constexpr int mostAttempts = 20;

} // namespace

Result<BlockHash> keepBlock(BlockStore &store, const ProjectId &account, QByteArrayView block)
{
    const QByteArrayView trimmed = trimmedBlock(block);
    BlockClaim claim { 0, account, 0, hashOfTrimmed(trimmed), trimmed.size(), std::nullopt, false };
    if (isHole(claim.hash))
        return claim.hash;
    Database &database = store.database();
    const auto live =
        database.read([&](ReadTransaction &t) { return MapStore::liveGeneration(t, claim.hash); });
    if (!live)
        return live.error();
    bool mustWrite = !live->has_value();
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        if (mustWrite) {
            if (const auto space = store.checkSpace(trimmed.size()); !space)
                return space.error();
            const qint64 generation = BlockStore::newGeneration();
            if (const auto put = store.backend().put(claim.hash, generation, trimmed); !put)
                return put.error();
            claim.writtenGeneration = generation;
        }
        const auto outcome =
            database.write([claim](Transaction &t) { return MapStore::keep(t, claim); }).result();
        // A copy that may have come true stays: if no row names it, it is a stray.
        if (!outcome)
            return outcome.error();
        if (*outcome == ClaimOutcome::ClaimedOther)
            (void)store.backend().remove(claim.hash, *claim.writtenGeneration);
        if (*outcome != ClaimOutcome::NotLive)
            return claim.hash;
        mustWrite = true;
    }
    return unavailable(QStringLiteral("The block could not be kept; try again."));
}

} // namespace nephele
