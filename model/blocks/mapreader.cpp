// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/mapreader.h"

#include "model/blocks/durablefile.h"

#include <QtConcurrent>

#include <cstring>

namespace nephele {

namespace {

constexpr qint64 mostBlocksAhead = 2; // one is hashed while another comes from the disk

} // namespace

Result<std::unique_ptr<MapReader>> MapReader::open(BlockStore &store, qint64 map)
{
    const auto found = store.database().read([map](ReadTransaction &t) { return MapStore::find(t, map); });
    if (!found)
        return found.error();
    if (!*found)
        return notFound(QStringLiteral("The content is gone."));
    return std::make_unique<MapReader>(store, **found);
}

MapReader::MapReader(BlockStore &store, const ContentMap &map) : m_store(store), m_map(map)
{
    // Unbuffered: QIODevice's own buffer would only copy once more.
    setOpenMode(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

MapReader::~MapReader() = default;

Result<PlacedBlock> MapReader::placed(qint64 position)
{
    if (m_pageFirst < 0 || position < m_pageFirst || position >= m_pageFirst + m_page.size()) {
        const qint64 first = position / rowsInASlice * rowsInASlice;
        auto page = m_store.database().read(
            [&](ReadTransaction &t) { return MapStore::blocks(t, m_map.number, first, rowsInASlice); });
        if (!page)
            return page.error();
        m_page = std::move(*page);
        m_pageFirst = first;
    }
    if (position >= m_pageFirst + m_page.size())
        return notFound(QStringLiteral("The content is gone."));
    return m_page.at(position - m_pageFirst);
}

Result<> MapReader::load(qint64 position)
{
    if (position == m_loaded)
        return {};
    const bool inOrder = position == m_loaded + 1;
    if (!inOrder)
        m_ahead.clear();
    auto bytes = [&]() -> Result<QByteArray> {
        if (!m_ahead.isEmpty() && m_ahead.constFirst().position == position)
            return m_ahead.takeFirst().bytes.result();
        const auto block = placed(position);
        if (!block)
            return block.error();
        return m_store.readBlock(*block);
    }();
    if (!bytes)
        return bytes.error();
    m_bytes = std::move(*bytes);
    m_loaded = position;
    if (inOrder)
        fetchAhead();
    return {};
}

void MapReader::fetchAhead()
{
    const qint64 first = m_ahead.isEmpty() ? m_loaded + 1 : m_ahead.constLast().position + 1;
    const qint64 last = qMin(m_loaded + mostBlocksAhead, m_map.blockCount() - 1);
    for (qint64 position = first; position <= last; ++position) {
        const auto block = placed(position);
        if (!block)
            return;
        if (isHole(block->hash))
            continue;
        m_ahead.append({ position, QtConcurrent::run(&m_store.pool(), [&store = m_store, block = *block] {
                            return store.readBlock(block);
                        }) });
    }
}

Result<QByteArray> MapReader::block(qint64 position)
{
    if (const auto loaded = load(position); !loaded)
        return loaded.error();
    if (m_bytes.isEmpty())
        return QByteArray();
    const qint64 length = qMin(m_map.blockBytes, m_map.sizeBytes - position * m_map.blockBytes);
    QByteArray whole = m_bytes;
    whole.resize(length, '\0');
    return whole;
}

qint64 MapReader::readData(char *to, qint64 most)
{
    qint64 at = pos();
    const qint64 end = qMin(at + most, m_map.sizeBytes);
    qint64 done = 0;
    while (at < end) {
        const qint64 position = at / m_map.blockBytes;
        if (const auto loaded = load(position); !loaded) {
            m_failure = loaded.error();
            setErrorString(loaded.error().message);
            return -1;
        }
        const qint64 offset = at - position * m_map.blockBytes;
        const qint64 wanted = qMin(end - at, m_map.blockBytes - offset);
        const qint64 stored = qBound<qint64>(0, m_bytes.size() - offset, wanted);
        if (stored > 0)
            std::memcpy(to + done, m_bytes.constData() + offset, size_t(stored));
        std::memset(to + done + stored, 0, size_t(wanted - stored));
        done += wanted;
        at += wanted;
    }
    return done;
}

Result<> copyMapToFile(BlockStore &store, const ContentMap &map, const QString &path, int mode,
    const std::function<bool()> &cancelled)
{
    DurableFile file;
    if (const auto created = file.create(path, mode); !created)
        return created.error();
    MapReader reader(store, map);
    for (qint64 position = 0; position < map.blockCount(); ++position) {
        if (cancelled && cancelled())
            return unavailable(QStringLiteral("The work was cancelled."));
        const auto bytes = reader.block(position);
        if (!bytes)
            return bytes.error();
        const auto done = bytes->isEmpty() ? file.skip(map.blockBytes) : file.write(*bytes);
        if (!done)
            return done.error();
    }
    if (const auto sized = file.setSize(map.sizeBytes); !sized)
        return sized.error();
    return file.commit(path);
}

} // namespace nephele
