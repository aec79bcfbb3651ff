// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/mapbuilder.h"

#include "model/blocks/mapreader.h"

#include <QSet>

namespace nephele {

namespace {

constexpr qsizetype claimsAtOnce = 100;

struct Slice
{
    qint64 map = 0;
    ProjectId account;
    qint64 first = 0;
    QList<BlockHash> hashes;
    qint64 blockBytes = 0;
    qint64 sizeBytes = 0;
    std::optional<ProjectId> holder; // whose the blocks must be; nullopt: the account may have anybody's
    qint64 heldSinceMs = 0;
};

// What of the slice is missing; the rest is claimed.
Result<QList<BlockHash>> claimSlice(Transaction &t, const Slice &slice)
{
    QList<BlockHash> missing;
    for (qsizetype i = 0; i < slice.hashes.size(); ++i) {
        const qint64 position = slice.first + i;
        const BlockHash &hash = slice.hashes.at(i);
        if (slice.holder && !isHole(hash)) {
            const auto own = MapStore::ownBlockBytes(t, *slice.holder, hash, slice.heldSinceMs);
            if (!own)
                return own.error();
            if (!*own) {
                missing.append(hash);
                continue;
            }
            // The last one may be longer than what is left of the size: then it is of another content.
            if (**own > qMin(slice.blockBytes, slice.sizeBytes - position * slice.blockBytes))
                return invalid(QStringLiteral("hashes: the last block is longer than the size says."));
        }
        const auto outcome =
            MapStore::claim(t, { slice.map, slice.account, position, hash, 0, std::nullopt, false });
        if (!outcome)
            return outcome.error();
        if (*outcome == ClaimOutcome::NotLive)
            missing.append(hash);
    }
    return missing;
}

void giveUp(BlockStore &store, qint64 map)
{
    // If this is lost too, the collector gives the map up later.
    (void)store.database().write([map](Transaction &t) { return MapStore::abandon(t, map); }).result();
}

// The slices of a map that is there; what is missing of them.
Result<QList<BlockHash>> claimAll(BlockStore &store, Slice slice, const QList<BlockHash> &hashes)
{
    QList<BlockHash> missing;
    QSet<BlockHash> told;
    for (slice.first = 0; slice.first < hashes.size(); slice.first += claimsAtOnce) {
        slice.hashes = hashes.mid(slice.first, claimsAtOnce);
        const auto absent =
            store.database().write([slice](Transaction &t) { return claimSlice(t, slice); }).result();
        if (!absent)
            return absent.error();
        for (const BlockHash &hash : *absent) {
            if (!told.contains(hash)) {
                told.insert(hash);
                missing.append(hash);
            }
        }
    }
    return missing;
}

Result<BuiltMap> build(BlockStore &store, Slice slice, const QList<BlockHash> &hashes)
{
    BuiltMap built;
    built.map.account = slice.account;
    built.map.sizeBytes = slice.sizeBytes;
    built.map.blockBytes = slice.blockBytes;
    built.map.root = merkleRoot(hashes);
    const auto map =
        store.database()
            .write([slice](Transaction &t) { return MapStore::begin(t, slice.account, slice.blockBytes); })
            .result();
    if (!map)
        return map.error();
    slice.map = *map;
    const auto missing = claimAll(store, slice, hashes);
    if (!missing || !missing->isEmpty())
        giveUp(store, *map);
    if (!missing)
        return missing.error();
    built.missing = *missing;
    if (missing->isEmpty())
        built.map.number = *map;
    return built;
}

} // namespace

Result<BuiltMap> buildMap(BlockStore &store, const ProjectId &account, const ProjectId &holder,
    const QList<BlockHash> &hashes, qint64 sizeBytes)
{
    Slice slice;
    slice.account = account;
    slice.blockBytes = store.options().blockBytes;
    slice.sizeBytes = sizeBytes;
    slice.holder = holder;
    slice.heldSinceMs = store.database().clock().nowMs() - store.options().graceMs;
    if (sizeBytes < 0 || hashes.size() != (sizeBytes + slice.blockBytes - 1) / slice.blockBytes)
        return invalid(QStringLiteral("hashes: %1 bytes are %2 blocks of %3 bytes, not %4.")
                           .arg(sizeBytes)
                           .arg((qMax<qint64>(0, sizeBytes) + slice.blockBytes - 1) / slice.blockBytes)
                           .arg(slice.blockBytes)
                           .arg(hashes.size()));
    return build(store, slice, hashes);
}

Result<QList<BlockHash>> hashesOf(BlockStore &store, const ContentMap &map)
{
    QList<BlockHash> hashes;
    hashes.reserve(map.blockCount());
    while (hashes.size() < map.blockCount()) {
        const auto page = store.database().read(
            [&](ReadTransaction &t) { return MapStore::blocks(t, map.number, hashes.size(), rowsInASlice); });
        if (!page)
            return page.error();
        if (page->isEmpty())
            return unavailable(QStringLiteral("The content went away meanwhile; try again."));
        for (const PlacedBlock &block : *page)
            hashes.append(block.hash);
    }
    return hashes;
}

Result<ContentMap> copyMap(BlockStore &store, const ContentMap &source, const ProjectId &account)
{
    const auto hashes = hashesOf(store, source);
    if (!hashes)
        return hashes.error();
    Slice slice;
    slice.account = account;
    slice.blockBytes = source.blockBytes;
    slice.sizeBytes = source.sizeBytes;
    auto built = build(store, slice, *hashes);
    if (!built)
        return built.error();
    if (!built->missing.isEmpty())
        return unavailable(QStringLiteral("The source went away while it was copied."));
    ContentMap copy = built->map;
    copy.md5 = source.md5;
    copy.sha512 = source.sha512;
    copy.format = source.format;
    copy.virtualBytes = source.virtualBytes;
    return copy;
}

Result<QString> md5OfMap(BlockStore &store, const ContentMap &map, const std::atomic<bool> *stop)
{
    Digest digest(Digest::Kind::Md5);
    MapReader reader(store, map);
    while (!reader.atEnd()) {
        if (stop && *stop)
            return unavailable(QStringLiteral("The work was cancelled."));
        const QByteArray piece = reader.read(map.blockBytes);
        if (piece.isEmpty())
            return reader.failure().value_or(
                unavailable(QStringLiteral("The content cannot be read to its end.")));
        digest.add(piece);
    }
    return QString::fromLatin1(digest.result().toHex());
}

} // namespace nephele
