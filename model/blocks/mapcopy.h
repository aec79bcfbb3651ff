// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/mapwriter.h"

#include <functional>

class QIODevice;

namespace nephele {

// Bytes from a source the caller can wait for into a content, and a content into rows: for the pool threads
// in which copies, archives and files of this machine are taken in.

// The next bytes; empty at the end.
using PieceSource = std::function<Result<QByteArray>()>;
PieceSource piecesOf(QIODevice &device); // of at most a MiB; Unavailable when it cannot be read to its end

// The finished, still building map of all pieces; on failure nothing is left of it. Blocks.
Result<ContentMap> storePieces(
    BlockStore &store, const MapWriter::Options &options, const PieceSource &nextPiece);

// Makes the building map live and lets `settle`, a closure on rows, use it in the same write; when that fails
// the map is given up. Takes over one pin of it. Blocks.
template <class Settle, class R = std::invoke_result_t<Settle, Transaction &, const ContentMap &>>
R settleMap(Database &database, const ContentMap &built, Settle settle)
{
    R settled = database
                    .write([built, settle](Transaction &t) -> R {
                        const auto number = MapStore::finish(t, built);
                        if (!number)
                            return number.error();
                        ContentMap live = built;
                        live.number = *number;
                        return settle(t, live);
                    })
                    .result();
    // If this is lost too, the collector gives the map up later.
    if (!settled)
        (void)database.write([map = built.number](Transaction &t) { return MapStore::abandon(t, map); })
            .result();
    return settled;
}

} // namespace nephele
