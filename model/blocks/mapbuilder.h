// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockstore.h"

#include <atomic>

namespace nephele {

// A content put together of blocks that are here already; no byte is moved.
struct BuiltMap
{
    // Still building, with root and size; MapStore::finish() or abandon() settles it. Not there (number 0)
    // while something is missing.
    ContentMap map;
    QList<BlockHash> missing; // each once, in order
};

// For `account`, of blocks that `holder` refers to or uploaded within the grace time; what only others have
// is missing. Two accounts where one is allowed to write into the other. Invalid when the hashes do not fit
// the size. MD5 is left out. Blocks.
Result<BuiltMap> buildMap(BlockStore &store, const ProjectId &account, const ProjectId &holder,
    const QList<BlockHash> &hashes, qint64 sizeBytes);

// The names of all blocks of a content, in order. Unavailable when it goes meanwhile. Blocks.
Result<QList<BlockHash>> hashesOf(BlockStore &store, const ContentMap &map);

// The same content for another account, which is allowed to read it. Unavailable when it goes meanwhile.
// Blocks.
Result<ContentMap> copyMap(BlockStore &store, const ContentMap &source, const ProjectId &account);

// The MD5 of a content, in hex; also of one that is still building. Every block is verified on the way.
// Unavailable when `stop` becomes true (it may be null). Blocks.
Result<QString> md5OfMap(BlockStore &store, const ContentMap &map, const std::atomic<bool> *stop);

} // namespace nephele
