// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockstore.h"
#include "model/blocks/mapreader.h"
#include "model/blocks/mapwriter.h"

#include <QSemaphore>
#include <QTemporaryDir>

namespace nephele::test {

// A block store in a temporary directory over a database of the caller's, with blocks of 64 bytes of which
// those up to 16 bytes are small. Nothing is kept for a grace time: what is unused goes at the next
// collect().
class BlockFixture
{
public:
    static constexpr qint64 blockBytes = 64;

    explicit BlockFixture(Database &database, BlockOptions options = defaults())
    {
        options.directory = m_dir.filePath(QStringLiteral("blocks"));
        options.smallFile = m_dir.filePath(QStringLiteral("small-blocks.db"));
        auto opened = BlockStore::open(database, options);
        if (!opened)
            qFatal("block store: %s", qUtf8Printable(opened.error().detail));
        m_store = std::move(*opened);
    }

    static BlockOptions defaults()
    {
        BlockOptions options;
        options.blockBytes = blockBytes;
        options.smallBytes = 16;
        // Stamps of busy writers run ahead of the clock, so no grace is written as less than none.
        options.graceMs = -3600 * 1000;
        options.strayMs = -3600 * 1000;
        options.reserveBytes = 0;
        return options;
    }

    BlockStore &store() { return *m_store; }
    QString directory() const { return m_dir.filePath(QStringLiteral("blocks")); }

    // The whole way of an upload in pieces of `pieceBytes`; the live map's number, pinned once.
    Result<qint64> write(const ProjectId &account, const QByteArray &content, qsizetype pieceBytes = 100)
    {
        const auto progressed = std::make_shared<QSemaphore>();
        const auto writer = MapWriter::create(*m_store, { account }, [progressed] { progressed->release(); });
        for (qsizetype at = 0; at < content.size(); at += pieceBytes) {
            while (writer->isFull())
                progressed->acquire();
            writer->append(content.mid(at, pieceBytes));
        }
        const auto built = writer->finish().result();
        if (!built)
            return built.error();
        return m_store->database()
            .write([map = *built](Transaction &t) { return MapStore::finish(t, map); })
            .result();
    }

    Result<> unpin(qint64 map)
    {
        return m_store->database().write([map](Transaction &t) { return MapStore::unpin(t, map); }).result();
    }

    Result<QByteArray> read(qint64 map)
    {
        auto reader = MapReader::open(*m_store, map);
        if (!reader)
            return reader.error();
        const QByteArray bytes = (*reader)->readAll();
        if ((*reader)->failure())
            return *(*reader)->failure();
        return bytes;
    }

    QList<StoredBlock> storedBlocks()
    {
        QList<StoredBlock> blocks;
        const auto walked = m_store->backend().each([&](const StoredBlock &block) {
            blocks.append(block);
            return true;
        });
        return walked ? blocks : QList<StoredBlock> { StoredBlock {} };
    }

private:
    QTemporaryDir m_dir;
    std::unique_ptr<BlockStore> m_store;
};

// Bytes that look random and are the same at every run; every third block is a hole, some end in NULs.
inline QByteArray patternedContent(qint64 bytes, quint32 seed, qint64 blockBytes = BlockFixture::blockBytes)
{
    QByteArray content(bytes, '\0');
    quint32 state = seed * 2654435761u + 1;
    for (qint64 i = 0; i < bytes; ++i) {
        state = state * 1664525u + 1013904223u;
        const qint64 block = i / blockBytes;
        const bool isHole = (block + seed) % 3 == 0;
        const bool isTail = block % 2 == 1 && i % blockBytes > blockBytes / 8;
        if (!isHole && !isTail)
            content[i] = char(state >> 24);
    }
    return content;
}

} // namespace nephele::test
