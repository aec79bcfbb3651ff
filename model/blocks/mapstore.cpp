// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/mapstore.h"

namespace nephele {

namespace {

constexpr qint64 touchEveryMs = 60'000;

QString stateText(MapState state)
{
    switch (state) {
    case MapState::Building:
        return QStringLiteral("building");
    case MapState::Live:
        return QStringLiteral("live");
    case MapState::Dying:
        return QStringLiteral("dying");
    }
    Q_UNREACHABLE();
}

MapState stateFromText(const QString &text)
{
    return text == QLatin1StringView("live") ? MapState::Live
        : text == QLatin1StringView("dying") ? MapState::Dying
                                             : MapState::Building;
}

Result<> setState(Transaction &t, qint64 map, MapState from, MapState to)
{
    const auto done = t.execute(R"(
        UPDATE map
        SET state = :to, touched_at_ms = :now
        WHERE number = :map AND state = :from)",
        { { ":to", stateText(to) }, { ":now", t.stampMs() }, { ":map", map }, { ":from", stateText(from) } });
    if (!done)
        return done.error();
    if (*done == 0)
        return conflict(QStringLiteral("The content is no longer %1.").arg(stateText(from)));
    return {};
}

// The map's row is written now and then only: the claims of one upload run side by side.
Result<> touchMap(Transaction &t, qint64 map)
{
    const auto touched = t.row("SELECT touched_at_ms FROM map WHERE number = :map AND state = 'building'",
        { { ":map", map } }, [](const Row &row) { return row.integer(0); });
    if (!touched)
        return touched.error();
    if (!*touched)
        return conflict(QStringLiteral("The upload was given up."));
    if (t.stampMs() - **touched < touchEveryMs)
        return {};
    const auto done = t.execute("UPDATE map SET touched_at_ms = :now WHERE number = :map",
        { { ":now", t.stampMs() }, { ":map", map } });
    return done ? Result<>() : Result<>(done.error());
}

Result<> insertPlace(Transaction &t, const BlockClaim &claim)
{
    const auto placed = t.execute(R"(
        INSERT INTO map_block (map, position, hash)
        VALUES (:map, :position, :hash))",
        { { ":map", claim.map }, { ":position", claim.position }, { ":hash", claim.hash } });
    return placed ? Result<>() : Result<>(placed.error());
}

Result<> addPlace(Transaction &t, const BlockClaim &claim)
{
    if (const auto touched = touchMap(t, claim.map); !touched)
        return touched.error();
    return insertPlace(t, claim);
}

// What became of an earlier claim of the same place, if it came true.
Result<std::optional<ClaimOutcome>> formerOutcome(ReadTransaction &t, const BlockClaim &claim)
{
    return t.row(R"(
        SELECT block.generation
        FROM map_block
        LEFT JOIN block ON block.hash = map_block.hash
        WHERE map_block.map = :map AND map_block.position = :position)",
        { { ":map", claim.map }, { ":position", claim.position } }, [&](const Row &row) {
            const bool isOurs = !claim.writtenGeneration || row.integer(0) == *claim.writtenGeneration;
            return isOurs ? ClaimOutcome::Claimed : ClaimOutcome::ClaimedOther;
        });
}

Result<> addAccountRef(Transaction &t, const BlockClaim &claim, qint64 count)
{
    const auto done = t.execute(R"(
        INSERT INTO block_ref (hash, account, refs, touched_at_ms)
        VALUES (:hash, :account, :count, :now)
        ON CONFLICT (hash, account) DO UPDATE
        SET refs = block_ref.refs + excluded.refs, touched_at_ms = excluded.touched_at_ms)",
        { { ":hash", claim.hash }, { ":account", claim.account.text() }, { ":count", count },
            { ":now", t.stampMs() } });
    if (!done)
        return done.error();
    return {};
}

// So many references more to the block, for the store and for the account. None: it is only touched.
Result<ClaimOutcome> referTo(Transaction &t, const BlockClaim &claim, qint64 count = 1)
{
    auto outcome = ClaimOutcome::Claimed;
    const auto live = t.row(R"(
        UPDATE block
        SET refs = refs + :count, touched_at_ms = :now
        WHERE hash = :hash AND state = 'live'
        RETURNING generation)",
        { { ":count", count }, { ":now", t.stampMs() }, { ":hash", claim.hash } },
        [](const Row &row) { return row.integer(0); });
    if (!live)
        return live.error();
    if (*live) {
        if (claim.writtenGeneration && claim.writtenGeneration != *live)
            outcome = ClaimOutcome::ClaimedOther;
    } else if (!claim.writtenGeneration) {
        return ClaimOutcome::NotLive;
    } else {
        // Absent or dying; a dying one leaves its file to the collector.
        const auto written = t.execute(R"(
            INSERT INTO block (hash, generation, state, size_bytes, refs, touched_at_ms)
            VALUES (:hash, :generation, 'live', :size, :count, :now)
            ON CONFLICT (hash) DO UPDATE
            SET generation = excluded.generation, state = 'live', refs = excluded.refs,
                touched_at_ms = excluded.touched_at_ms)",
            { { ":hash", claim.hash }, { ":generation", *claim.writtenGeneration },
                { ":size", claim.trimmedBytes }, { ":count", count }, { ":now", t.stampMs() } });
        if (!written)
            return written.error();
    }
    if (const auto counted = addAccountRef(t, claim, count); !counted)
        return counted.error();
    return outcome;
}

Result<> releaseBlock(Transaction &t, const BlockHash &hash, const QString &account)
{
    // Touched, so that who still reads the content has the grace time left.
    const auto block = t.execute(R"(
        UPDATE block
        SET refs = refs - 1, touched_at_ms = :now
        WHERE hash = :hash)",
        { { ":now", t.stampMs() }, { ":hash", hash } });
    if (!block)
        return block.error();
    const auto ref = t.execute(R"(
        UPDATE block_ref
        SET refs = refs - 1
        WHERE hash = :hash AND account = :account)",
        { { ":hash", hash }, { ":account", account } });
    if (!ref)
        return ref.error();
    return {};
}

Result<std::optional<qint64>> findLive(ReadTransaction &t, const ContentMap &key)
{
    return t.row(R"(
        SELECT number
        FROM map
        WHERE account = :account AND root = :root AND size_bytes = :size AND block_bytes = :block
            AND state = 'live')",
        { { ":account", key.account.text() }, { ":root", key.root }, { ":size", key.sizeBytes },
            { ":block", key.blockBytes } },
        [](const Row &row) { return row.integer(0); });
}

// The same content may have come another way, without all that is known of it now.
Result<> learn(Transaction &t, qint64 map, const ContentMap &known)
{
    const auto done = t.execute(R"(
        UPDATE map
        SET md5 = CASE WHEN md5 = '' THEN :md5 ELSE md5 END,
            sha512 = CASE WHEN sha512 = '' THEN :sha512 ELSE sha512 END,
            virtual_bytes = CASE WHEN format = '' THEN :virtual ELSE virtual_bytes END,
            format = CASE WHEN format = '' THEN :format ELSE format END
        WHERE number = :map)",
        { { ":md5", known.md5 }, { ":sha512", known.sha512 }, { ":virtual", known.virtualBytes },
            { ":format", known.format }, { ":map", map } });
    if (!done)
        return done.error();
    return {};
}

} // namespace

Result<qint64> MapStore::begin(Transaction &t, const ProjectId &account, qint64 blockBytes)
{
    const auto number = t.row(R"(
        INSERT INTO map (account, state, size_bytes, block_bytes, pins, md5, sha512, format, virtual_bytes,
            touched_at_ms)
        VALUES (:account, 'building', 0, :block, 0, '', '', '', 0, :now)
        RETURNING number)",
        { { ":account", account.text() }, { ":block", blockBytes }, { ":now", t.stampMs() } },
        [](const Row &row) { return row.integer(0); });
    if (!number)
        return number.error();
    return **number;
}

Result<std::optional<qint64>> MapStore::liveGeneration(ReadTransaction &t, const BlockHash &hash)
{
    return t.row("SELECT generation FROM block WHERE hash = :hash AND state = 'live'", { { ":hash", hash } },
        [](const Row &row) { return row.integer(0); });
}

Result<ClaimOutcome> MapStore::claim(Transaction &t, const BlockClaim &claim)
{
    if (claim.isRepeated) {
        const auto former = formerOutcome(t, claim);
        if (!former)
            return former.error();
        if (*former)
            return **former;
    }
    if (isHole(claim.hash)) {
        if (const auto placed = addPlace(t, claim); !placed)
            return placed.error();
        return ClaimOutcome::Claimed;
    }
    const auto outcome = referTo(t, claim);
    if (!outcome || *outcome == ClaimOutcome::NotLive)
        return outcome;
    if (const auto placed = addPlace(t, claim); !placed)
        return placed.error();
    return outcome;
}

Result<std::optional<qint64>> MapStore::ownBlockBytes(
    ReadTransaction &t, const ProjectId &account, const BlockHash &hash, qint64 sinceMs)
{
    return t.row(R"(
        SELECT block.size_bytes
        FROM block_ref
        JOIN block ON block.hash = block_ref.hash
        WHERE block_ref.hash = :hash AND block_ref.account = :account AND block.state = 'live'
            AND (block_ref.refs > 0 OR block_ref.touched_at_ms > :since))",
        { { ":hash", hash }, { ":account", account.text() }, { ":since", sinceMs } },
        [](const Row &row) { return row.integer(0); });
}

Result<ClaimOutcome> MapStore::keep(Transaction &t, const BlockClaim &claim)
{
    return isHole(claim.hash) ? ClaimOutcome::Claimed : referTo(t, claim, 0);
}

Result<bool> MapStore::isSliceWhole(ReadTransaction &t, qint64 map, qint64 first, qint64 blockCount)
{
    const qint64 end = qMin(first + rowsInASlice, blockCount);
    const auto there = t.row(R"(
        SELECT COUNT(*)
        FROM map_block
        LEFT JOIN block ON block.hash = map_block.hash
        WHERE map_block.map = :map AND map_block.position >= :first AND map_block.position < :end
            AND (block.state = 'live' OR map_block.hash = :hole))",
        { { ":map", map }, { ":first", first }, { ":end", end }, { ":hole", holeHash() } },
        [](const Row &row) { return row.integer(0); });
    if (!there)
        return there.error();
    return **there == end - first;
}

Result<qint64> MapStore::finish(Transaction &t, const ContentMap &finished)
{
    const qint64 lastSlice = qMax<qint64>(0, finished.blockCount() - 1) / rowsInASlice * rowsInASlice;
    const auto whole = isSliceWhole(t, finished.number, lastSlice, finished.blockCount());
    if (!whole)
        return whole.error();
    if (!*whole)
        return internalError(QStringLiteral("map %1 ends without all its blocks").arg(finished.number));
    const auto same = findLive(t, finished);
    if (!same)
        return same.error();
    if (*same) {
        if (const auto pinned = pin(t, **same); !pinned)
            return pinned.error();
        if (const auto learnt = learn(t, **same, finished); !learnt)
            return learnt.error();
        if (const auto gone = abandon(t, finished.number); !gone)
            return gone.error();
        return **same;
    }
    const auto done = t.execute(R"(
        UPDATE map
        SET state = 'live', root = :root, size_bytes = :size, pins = 1, md5 = :md5, sha512 = :sha512,
            format = :format, virtual_bytes = :virtual, touched_at_ms = :now
        WHERE number = :map AND state = 'building')",
        { { ":root", finished.root }, { ":size", finished.sizeBytes }, { ":md5", finished.md5 },
            { ":sha512", finished.sha512 }, { ":format", finished.format },
            { ":virtual", finished.virtualBytes }, { ":now", t.stampMs() }, { ":map", finished.number } });
    if (!done)
        return done.error();
    if (*done == 0)
        return conflict(QStringLiteral("The upload was given up."));
    return finished.number;
}

Result<std::optional<qint64>> MapStore::place(
    Transaction &t, const ContentMap &content, const BlockClaim &claim)
{
    const auto same = findLive(t, content);
    if (!same)
        return same.error();
    if (*same) {
        if (const auto pinned = pin(t, **same); !pinned)
            return pinned.error();
        if (const auto learnt = learn(t, **same, content); !learnt)
            return learnt.error();
        return same;
    }
    const bool hasBlock = content.sizeBytes > 0;
    if (hasBlock && !isHole(claim.hash)) {
        const auto outcome = referTo(t, claim);
        if (!outcome)
            return outcome.error();
        if (*outcome == ClaimOutcome::NotLive)
            return std::optional<qint64>();
    }
    const auto number = t.row(R"(
        INSERT INTO map (account, state, root, size_bytes, block_bytes, pins, md5, sha512, format,
            virtual_bytes, touched_at_ms)
        VALUES (:account, 'live', :root, :size, :block, 1, :md5, '', '', 0, :now)
        RETURNING number)",
        { { ":account", content.account.text() }, { ":root", content.root }, { ":size", content.sizeBytes },
            { ":block", content.blockBytes }, { ":md5", content.md5 }, { ":now", t.stampMs() } },
        [](const Row &row) { return row.integer(0); });
    if (!number || !hasBlock)
        return number;
    BlockClaim placed = claim;
    placed.map = **number;
    if (const auto inserted = insertPlace(t, placed); !inserted)
        return inserted.error();
    return number;
}

Result<> MapStore::abandon(Transaction &t, qint64 map)
{
    return setState(t, map, MapState::Building, MapState::Dying);
}

Result<std::optional<ContentMap>> MapStore::pinSame(Transaction &t, const ContentMap &key)
{
    const auto same = findLive(t, key);
    if (!same)
        return same.error();
    if (!*same)
        return std::optional<ContentMap>();
    if (const auto pinned = pin(t, **same); !pinned)
        return pinned.error();
    return find(t, **same);
}

Result<> MapStore::pin(Transaction &t, qint64 map)
{
    const auto done = t.execute(
        "UPDATE map SET pins = pins + 1 WHERE number = :map AND state = 'live'", { { ":map", map } });
    if (!done)
        return done.error();
    if (*done == 0)
        return notFound(QStringLiteral("The content is gone."));
    return {};
}

Result<> MapStore::unpin(Transaction &t, qint64 map)
{
    const auto left = t.row(R"(
        UPDATE map
        SET pins = pins - 1
        WHERE number = :map AND state = 'live'
        RETURNING pins)",
        { { ":map", map } }, [](const Row &row) { return row.integer(0); });
    if (!left)
        return left.error();
    if (!*left)
        return internalError(QStringLiteral("map %1 is unpinned and not live").arg(map));
    if (**left > 0)
        return {};
    return setState(t, map, MapState::Live, MapState::Dying);
}

Result<std::optional<ContentMap>> MapStore::find(ReadTransaction &t, qint64 map)
{
    return t.row(R"(
        SELECT number, account, state, root, size_bytes, block_bytes, pins, md5, sha512, format, virtual_bytes
        FROM map
        WHERE number = :map)",
        { { ":map", map } }, [](const Row &row) {
            return ContentMap { row.integer(0), row.id<ProjectId>(1), stateFromText(row.text(2)),
                row.bytes(3), row.integer(4), row.integer(5), row.integer(6), row.text(7), row.text(8),
                row.text(9), row.integer(10) };
        });
}

Result<QList<qint64>> MapStore::withoutMd5(ReadTransaction &t, qint64 after, int most)
{
    return t.rows(R"(
        SELECT number
        FROM map
        WHERE md5 = '' AND state = 'live' AND number > :after
        ORDER BY number
        LIMIT :most)",
        { { ":after", after }, { ":most", most } }, [](const Row &row) { return row.integer(0); });
}

Result<> MapStore::setMd5(Transaction &t, qint64 map, const QString &md5)
{
    const auto done = t.execute(
        "UPDATE map SET md5 = :md5 WHERE number = :map AND md5 = ''", { { ":md5", md5 }, { ":map", map } });
    return done ? Result<>() : Result<>(done.error());
}

Result<QList<PlacedBlock>> MapStore::blocks(ReadTransaction &t, qint64 map, qint64 first, qint64 count)
{
    return t.rows(R"(
        SELECT map_block.hash, block.generation
        FROM map_block
        LEFT JOIN block ON block.hash = map_block.hash
        WHERE map_block.map = :map AND map_block.position >= :first AND map_block.position < :end
        ORDER BY map_block.position)",
        { { ":map", map }, { ":first", first }, { ":end", first + qMin<qint64>(count, rowsInASlice) } },
        [](const Row &row) {
            return PlacedBlock { row.bytes(0), row.integer(1) };
        });
}

Result<qint64> MapStore::abandonUntouched(Transaction &t, qint64 beforeMs)
{
    return t.execute(R"(
        UPDATE map
        SET state = 'dying'
        WHERE number IN (
            SELECT number
            FROM map
            WHERE state = 'building' AND touched_at_ms <= :before
            ORDER BY touched_at_ms
            LIMIT :most))",
        { { ":before", beforeMs }, { ":most", rowsInASlice } });
}

Result<QList<qint64>> MapStore::dyingMaps(ReadTransaction &t)
{
    return t.rows(R"(
        SELECT number
        FROM map
        WHERE state = 'dying'
        ORDER BY touched_at_ms, number
        LIMIT :most)",
        { { ":most", rowsInASlice } }, [](const Row &row) { return row.integer(0); });
}

Result<bool> MapStore::releaseSlice(Transaction &t, qint64 map)
{
    const auto found = find(t, map);
    if (!found)
        return found.error();
    if (!*found || (*found)->state != MapState::Dying)
        return true; // another collector was faster
    const auto places = t.rows(R"(
        SELECT position, hash
        FROM map_block
        WHERE map = :map
        ORDER BY position
        LIMIT :most)",
        { { ":map", map }, { ":most", rowsInASlice } },
        [](const Row &row) { return std::pair(row.integer(0), row.bytes(1)); });
    if (!places)
        return places.error();
    for (const auto &[position, hash] : *places) {
        if (isHole(hash))
            continue;
        if (const auto released = releaseBlock(t, hash, (*found)->account.text()); !released)
            return released.error();
    }
    if (!places->isEmpty()) {
        const auto removed = t.execute("DELETE FROM map_block WHERE map = :map AND position <= :last",
            { { ":map", map }, { ":last", places->constLast().first } });
        if (!removed)
            return removed.error();
    }
    if (places->size() == rowsInASlice)
        return false;
    const auto gone = t.execute("DELETE FROM map WHERE number = :map", { { ":map", map } });
    if (!gone)
        return gone.error();
    return true;
}

} // namespace nephele
