// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/blocks/blockhash.h"
#include "model/database/transaction.h"

#include <QList>

#include <optional>

namespace nephele {

enum class MapState { Building, Live, Dying };

// A content of one account: what its key says, and what is known about it beyond.
struct ContentMap
{
    qint64 number = 0;
    ProjectId account;
    MapState state = MapState::Building;
    QByteArray root; // raw; null while building
    qint64 sizeBytes = 0;
    qint64 blockBytes = 0;
    qint64 pins = 0;
    QString md5; // hex, empty while unknown
    QString sha512;
    QString format; // what inspection found; empty before it
    qint64 virtualBytes = 0; // of the disk inside; 0 while unknown

    qint64 blockCount() const { return (sizeBytes + blockBytes - 1) / blockBytes; }
    bool operator==(const ContentMap &) const = default;
};

// One place of a map being built, and what the writer knows of its block.
struct BlockClaim
{
    qint64 map = 0;
    ProjectId account;
    qint64 position = 0;
    BlockHash hash;
    qint64 trimmedBytes = 0;
    std::optional<qint64>
        writtenGeneration; // the writer stored the block under it; nullopt: he found it live
    bool isRepeated = false; // an earlier claim of this place ended with Unavailable: it may have come true
};

enum class ClaimOutcome {
    Claimed, // the place is taken, the block cannot go away any more
    ClaimedOther, // the same, but on another writer's copy: the generation given is spare
    NotLive // nothing changed: the block went away meanwhile and must be written
};

// A block as a reader needs it.
struct PlacedBlock
{
    BlockHash hash;
    qint64 generation = 0; // of a hole: 0
};

constexpr int rowsInASlice = 500;

// rows: map(number, account, root, size ...), map_block(map, position, hash), block(hash, generation, refs),
//       block_ref(hash, account, refs).
// A map is `building` while its places are claimed one by one, `live` once everything is there, `dying` while
// its places are released in slices. A claimed block has a reference from that moment, so the collector never
// meets a block that an upload counts on.
class MapStore
{
public:
    static Result<qint64> begin(Transaction &t, const ProjectId &account, qint64 blockBytes);

    // The generation of the block if it is live.
    static Result<std::optional<qint64>> liveGeneration(ReadTransaction &t, const BlockHash &hash);
    static Result<ClaimOutcome> claim(Transaction &t, const BlockClaim &claim);
    // The trimmed size of a live block that this account refers to or touched since; nullopt otherwise, be
    // the block there or not: nobody learns what others have.
    static Result<std::optional<qint64>> ownBlockBytes(
        ReadTransaction &t, const ProjectId &account, const BlockHash &hash, qint64 sinceMs);
    // As claim(), but of no map: the account may make a content of the block for the grace time.
    static Result<ClaimOutcome> keep(Transaction &t, const BlockClaim &claim);
    // Whether the places [first, first + rowsInASlice) of the map are all there and their blocks live. To be
    // asked for every slice before finish().
    static Result<bool> isSliceWhole(ReadTransaction &t, qint64 map, qint64 first, qint64 blockCount);

    // Makes the building map live and pins it once. When the account has the same content already, that one
    // is pinned instead and the new one goes. The number to refer to. Checks the last slice once more.
    static Result<qint64> finish(Transaction &t, const ContentMap &finished);
    // The whole way of a content of at most one block in one go: it is live and pinned once. The number to
    // refer to; nullopt: nothing changed, the block went away meanwhile and must be written.
    static Result<std::optional<qint64>> place(
        Transaction &t, const ContentMap &content, const BlockClaim &claim);
    // Gives a building map up.
    static Result<> abandon(Transaction &t, qint64 map);

    // The account's live content of that root, size and block size, pinned once more; nullopt: it has none.
    static Result<std::optional<ContentMap>> pinSame(Transaction &t, const ContentMap &key);

    // One reference more (NotFound unless live), one less; the last one makes the map dying.
    static Result<> pin(Transaction &t, qint64 map);
    static Result<> unpin(Transaction &t, qint64 map);

    static Result<std::optional<ContentMap>> find(ReadTransaction &t, qint64 map);
    // Live contents whose MD5 is not known, by number.
    static Result<QList<qint64>> withoutMd5(ReadTransaction &t, qint64 after, int most);
    static Result<> setMd5(Transaction &t, qint64 map, const QString &md5);
    // At most rowsInASlice blocks from position `first` on, in order.
    static Result<QList<PlacedBlock>> blocks(ReadTransaction &t, qint64 map, qint64 first, qint64 count);

    // Building maps nobody touched since `beforeMs` become dying; at most a slice of them.
    static Result<qint64> abandonUntouched(Transaction &t, qint64 beforeMs);
    static Result<QList<qint64>> dyingMaps(ReadTransaction &t);
    // Releases one slice of a dying map; true when that was the last and the map is gone.
    static Result<bool> releaseSlice(Transaction &t, qint64 map);
};

} // namespace nephele
