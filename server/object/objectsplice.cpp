// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectsplice.h"

#include "model/blocks/blockkeeper.h"
#include "model/blocks/mapbuilder.h"
#include "model/blocks/mapreader.h"

namespace nephele {

namespace {

Error readFailure(const QIODevice &device)
{
    return internalError(QStringLiteral("a content cannot be read: %1").arg(device.errorString()));
}

Result<QList<BlockHash>> hashesOf(BlockStore &store, const ContentMap &map)
{
    QList<BlockHash> hashes;
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

// The block of a content that holds exactly these bytes of it, if there is one.
std::optional<qint64> wholeBlock(const ContentMap &map, qint64 first, qint64 length)
{
    if (first < 0 || first % map.blockBytes != 0)
        return std::nullopt;
    if (qMin(map.blockBytes, map.sizeBytes - first) != length)
        return std::nullopt;
    return first / map.blockBytes;
}

class Splicer
{
public:
    Splicer(BlockStore &store, const ProjectId &account, const Splice &splice)
        : m_store(store), m_account(account), m_splice(splice), m_base(store, splice.base)
    {
    }

    // The hashes of the result, in order.
    Result<QList<BlockHash>> hashes()
    {
        auto base = hashesOf(m_store, m_splice.base);
        if (!base)
            return base.error();
        m_baseHashes = *std::move(base);
        if (m_splice.body.map) {
            auto body = hashesOf(m_store, *m_splice.body.map);
            if (!body)
                return body.error();
            m_bodyHashes = *std::move(body);
        }
        QList<BlockHash> result;
        const qint64 blockBytes = m_splice.base.blockBytes;
        for (qint64 first = 0; first < m_splice.sizeBytes; first += blockBytes) {
            const auto hash = hashOfBlock(first, qMin(first + blockBytes, m_splice.sizeBytes));
            if (!hash)
                return hash.error();
            result.append(*hash);
        }
        return result;
    }

private:
    qint64 bodyEnd() const { return m_splice.offset + m_splice.body.length; }

    Result<BlockHash> hashOfBlock(qint64 first, qint64 end)
    {
        if (end <= m_splice.offset || first >= bodyEnd()) {
            if (const auto block = wholeBlock(m_splice.base, first, end - first))
                return m_baseHashes.at(*block);
        } else if (const auto block = bodyBlock(first, end)) {
            return m_bodyHashes.at(*block);
        }
        const auto bytes = compose(first, end);
        if (!bytes)
            return bytes.error();
        return keepBlock(m_store, m_account, *bytes);
    }

    // The block of the body that is this block of the result.
    std::optional<qint64> bodyBlock(qint64 first, qint64 end) const
    {
        const SpliceBody &body = m_splice.body;
        if (!body.map || body.map->blockBytes != m_splice.base.blockBytes || end > bodyEnd())
            return std::nullopt;
        // The body's first block also holds what stands in front of the place, if that is still the same.
        const bool isEdge = first < m_splice.offset && m_splice.offset - first == body.skip
            && m_baseHashes.value(first / m_splice.base.blockBytes) == body.edge;
        if (first < m_splice.offset && !isEdge)
            return std::nullopt;
        return wholeBlock(*body.map, first - m_splice.offset + body.skip, end - first);
    }

    Result<QByteArray> compose(qint64 first, qint64 end)
    {
        const qint64 bodyFirst = qBound(first, m_splice.offset, end);
        const qint64 bodyLast = qBound(first, bodyEnd(), end);
        QByteArray bytes;
        bytes.reserve(end - first);
        if (const auto done = append(bytes, m_base, first, bodyFirst - first); !done)
            return done.error();
        const qint64 at = bodyFirst - m_splice.offset + m_splice.body.skip;
        if (bodyLast > bodyFirst) {
            if (const auto done = append(bytes, *m_splice.body.device, at, bodyLast - bodyFirst); !done)
                return done.error();
        }
        if (const auto done = append(bytes, m_base, bodyLast, end - bodyLast); !done)
            return done.error();
        return bytes;
    }

    static Result<> append(QByteArray &bytes, QIODevice &device, qint64 at, qint64 length)
    {
        if (length <= 0)
            return {};
        if (!device.seek(at))
            return readFailure(device);
        while (length > 0) {
            const QByteArray piece = device.read(length);
            if (piece.isEmpty())
                return readFailure(device);
            bytes.append(piece);
            length -= piece.size();
        }
        return {};
    }

    BlockStore &m_store;
    const ProjectId m_account;
    const Splice &m_splice;
    MapReader m_base;
    QList<BlockHash> m_baseHashes;
    QList<BlockHash> m_bodyHashes;
};

} // namespace

Result<ContentMap> spliceContent(BlockStore &store, const ProjectId &account, const Splice &splice)
{
    const auto hashes = Splicer(store, account, splice).hashes();
    if (!hashes)
        return hashes.error();
    const auto joined = joinBlocks(store, account, *hashes, splice.base.blockBytes, splice.sizeBytes);
    if (!joined)
        return joined.error();
    if (!joined->missing.isEmpty())
        return unavailable(QStringLiteral("A part of the content went away meanwhile; try again."));
    ContentMap map = joined->map;
    if (map.sizeBytes > mostDigestedAtOnce)
        return map;
    auto md5 = md5OfMap(store, map, nullptr);
    if (!md5) {
        (void)store.database()
            .write([number = map.number](Transaction &t) { return MapStore::abandon(t, number); })
            .result();
        return md5.error();
    }
    map.md5 = *std::move(md5);
    return map;
}

} // namespace nephele
