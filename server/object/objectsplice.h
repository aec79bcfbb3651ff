// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockstore.h"

#include <QIODevice>

#include <memory>

namespace nephele {

// Bytes that go into a content.
struct SpliceBody
{
    std::shared_ptr<QIODevice> device; // random access, of the calling thread
    qint64 length = 0; // taken of it, behind the first `skip`
    // The device shows this whole content, so its blocks may be shared where they fall into place.
    std::optional<ContentMap> map = {};
    // What the device begins with: the bytes in front of the place, of a block of that hash.
    qint64 skip = 0;
    BlockHash edge = {};
};

// `body` takes the place of as many bytes of `base` from `offset` (within it, or its end) on; what comes out
// ends at sizeBytes.
struct Splice
{
    ContentMap base;
    qint64 offset = 0;
    qint64 sizeBytes = 0;
    SpliceBody body;
    bool isDigested = true; // false: its MD5 is left out
};

// What comes out: its blocks are all stored, and no row names them yet.
struct SplicedContent
{
    ContentMap map; // number 0 until placeSpliced() or buildSpliced(); with its MD5 if asked for
    QList<BlockClaim> claims; // in order
};

// Blocks that nothing touches are shared by reference; only those at the edges are read and written.
// Unavailable when a block went meanwhile. Blocks.
Result<SplicedContent> spliceContent(BlockStore &store, const ProjectId &account, const Splice &splice);

// Up to so many blocks a content is placed within the closure that uses it; beyond, it is built before.
constexpr qsizetype mostPlacedAtOnce = 32;
// The map, live and pinned once. Unavailable as above.
Result<qint64> placeSpliced(Transaction &t, const SplicedContent &content);
// Fills in the map's number, which is still building: MapStore::finish() or abandon() settles it. Blocks.
Result<> buildSpliced(BlockStore &store, SplicedContent &content);
// What was stored for a content that came to nothing. Blocks.
void dropSpliced(BlockStore &store, const SplicedContent &content);

} // namespace nephele
