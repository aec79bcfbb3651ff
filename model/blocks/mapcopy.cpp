// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/mapcopy.h"

#include <QIODevice>
#include <QSemaphore>

namespace nephele {

namespace {

constexpr qint64 pieceBytes = 1 << 20;

} // namespace

PieceSource piecesOf(QIODevice &device)
{
    return [&device]() -> Result<QByteArray> {
        QByteArray piece(pieceBytes, Qt::Uninitialized);
        const qint64 got = device.read(piece.data(), piece.size());
        if (got < 0 || (got == 0 && !device.atEnd()))
            return unavailable(QStringLiteral("The source cannot be read to its end."), device.errorString());
        piece.truncate(got);
        return piece;
    };
}

Result<ContentMap> storePieces(
    BlockStore &store, const MapWriter::Options &options, const PieceSource &nextPiece)
{
    const auto progress = std::make_shared<QSemaphore>();
    const auto writer = MapWriter::create(store, options, [progress] { progress->release(); });
    while (!writer->failure()) {
        while (writer->isFull())
            progress->acquire();
        const auto piece = nextPiece();
        if (!piece) {
            writer->abort();
            return piece.error();
        }
        if (piece->isEmpty())
            break;
        writer->append(*piece);
    }
    return writer->finish().result();
}

} // namespace nephele
