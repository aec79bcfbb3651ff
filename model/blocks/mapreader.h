// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockstore.h"

#include <QFuture>
#include <QIODevice>

#include <memory>

namespace nephele {

// A content as a random-access, read-only device. A block is fetched whole and verified before a byte of it
// is given out; the next one is fetched meanwhile in the store's pool. Damage is a read error (-1), never
// wrong bytes. Belongs to one thread; the store outlives it.
class MapReader final : public QIODevice
{
    Q_OBJECT

public:
    // Also of a map that is still building, for inspection. NotFound when there is none.
    static Result<std::unique_ptr<MapReader>> open(BlockStore &store, qint64 map);
    MapReader(BlockStore &store, const ContentMap &map);
    ~MapReader() override;

    qint64 size() const override { return m_map.sizeBytes; }
    bool isSequential() const override { return false; }
    bool atEnd() const override { return pos() >= size(); }

    // Why the last read gave -1.
    const std::optional<Error> &failure() const { return m_failure; }
    const ContentMap &map() const { return m_map; }

    // A whole block with the NULs that end it; empty: a hole of that block's size. For copying without
    // writing holes.
    Result<QByteArray> block(qint64 position);

protected:
    qint64 readData(char *to, qint64 most) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    struct Ahead
    {
        qint64 position;
        QFuture<Result<QByteArray>> bytes;
    };

    Result<PlacedBlock> placed(qint64 position);
    Result<> load(qint64 position);
    void fetchAhead();

    BlockStore &m_store;
    const ContentMap m_map;
    qint64 m_pageFirst = -1; // the page of block names at hand
    QList<PlacedBlock> m_page;
    qint64 m_loaded = -1; // position of m_bytes; trimmed
    QByteArray m_bytes;
    QList<Ahead> m_ahead; // behind m_loaded, in order
    std::optional<Error> m_failure;
};

// Writes the content to a new file, holes left free, and syncs it. `cancelled` is asked before every block.
// The caller removes the file afterwards; on failure there is none. Blocks.
Result<> copyMapToFile(BlockStore &store, const ContentMap &map, const QString &path, int mode,
    const std::function<bool()> &cancelled);

} // namespace nephele
