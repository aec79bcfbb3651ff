// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectsplice.h"

#include "model/blocks/mapbuilder.h"
#include "model/blocks/mapreader.h"

namespace nephele {

namespace {

Error readFailure(const QIODevice &device)
{
    return internalError(QStringLiteral("a content cannot be read: %1").arg(device.errorString()));
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

    Result<SplicedContent> content()
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
        m_content.map.account = m_account;
        m_content.map.sizeBytes = m_splice.sizeBytes;
        m_content.map.blockBytes = m_splice.base.blockBytes;
        if (const auto done = addBlocks(); !done) {
            dropSpliced(m_store, m_content);
            return done.error();
        }
        QList<BlockHash> hashes;
        for (const BlockClaim &claim : m_content.claims)
            hashes.append(claim.hash);
        m_content.map.root = merkleRoot(hashes);
        if (m_splice.isDigested)
            m_content.map.md5 = QString::fromLatin1(m_md5.result().toHex());
        return m_content;
    }

private:
    qint64 bodyEnd() const { return m_splice.offset + m_splice.body.length; }

    Result<> addBlocks()
    {
        const qint64 blockBytes = m_splice.base.blockBytes;
        for (qint64 first = 0; first < m_splice.sizeBytes; first += blockBytes) {
            if (const auto added = addBlock(first, qMin(first + blockBytes, m_splice.sizeBytes)); !added)
                return added.error();
        }
        return {};
    }

    Result<> addBlock(qint64 first, qint64 end)
    {
        const auto shared = sharedBlock(first, end);
        QByteArray bytes;
        if (!shared || m_splice.isDigested) {
            auto composed = compose(first, end);
            if (!composed)
                return composed.error();
            bytes = *std::move(composed);
        }
        if (m_splice.isDigested)
            m_md5.add(bytes);
        BlockClaim claim { 0, m_account, m_content.claims.size(), shared.value_or(BlockHash()), 0,
            std::nullopt, false };
        if (!shared) {
            if (const auto stored = store(bytes, claim); !stored)
                return stored.error();
        }
        m_content.claims.append(claim);
        return {};
    }

    Result<> store(const QByteArray &bytes, BlockClaim &claim)
    {
        const QByteArrayView trimmed = trimmedBlock(bytes);
        claim.hash = hashOfTrimmed(trimmed);
        claim.trimmedBytes = trimmed.size();
        if (isHole(claim.hash))
            return {};
        const auto live = m_store.database().read(
            [&](ReadTransaction &t) { return MapStore::liveGeneration(t, claim.hash); });
        if (!live)
            return live.error();
        if (*live)
            return {};
        if (const auto space = m_store.checkSpace(trimmed.size()); !space)
            return space.error();
        const qint64 generation = BlockStore::newGeneration();
        if (const auto put = m_store.backend().put(claim.hash, generation, trimmed); !put)
            return put.error();
        claim.writtenGeneration = generation;
        return {};
    }

    // The block that is there already with exactly these bytes of the result.
    std::optional<BlockHash> sharedBlock(qint64 first, qint64 end) const
    {
        if (end <= m_splice.offset || first >= bodyEnd()) {
            if (const auto block = wholeBlock(m_splice.base, first, end - first))
                return m_baseHashes.at(*block);
        } else if (const auto block = bodyBlock(first, end)) {
            return m_bodyHashes.at(*block);
        }
        return std::nullopt;
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
    SplicedContent m_content;
    Digest m_md5 { Digest::Kind::Md5 };
};

constexpr qsizetype claimsAtOnce = 100;

Error wentAway()
{
    return unavailable(QStringLiteral("A part of the content went away meanwhile; try again."));
}

// Those of one slice; what each came to.
Result<QList<ClaimOutcome>> claimSlice(Transaction &t, qint64 map, const QList<BlockClaim> &claims)
{
    QList<ClaimOutcome> outcomes;
    for (BlockClaim claim : claims) {
        claim.map = map;
        const auto outcome = MapStore::claim(t, claim);
        if (!outcome)
            return outcome.error();
        if (*outcome == ClaimOutcome::NotLive)
            return wentAway();
        outcomes.append(*outcome);
    }
    return outcomes;
}

} // namespace

Result<SplicedContent> spliceContent(BlockStore &store, const ProjectId &account, const Splice &splice)
{
    return Splicer(store, account, splice).content();
}

Result<qint64> placeSpliced(Transaction &t, const SplicedContent &content)
{
    const auto number = MapStore::begin(t, content.map.account, content.map.blockBytes);
    if (!number)
        return number.error();
    if (const auto claimed = claimSlice(t, *number, content.claims); !claimed)
        return claimed.error();
    ContentMap map = content.map;
    map.number = *number;
    return MapStore::finish(t, map);
}

Result<> buildSpliced(BlockStore &store, SplicedContent &content)
{
    Database &database = store.database();
    const auto number = database
                            .write([map = content.map](Transaction &t) {
                                return MapStore::begin(t, map.account, map.blockBytes);
                            })
                            .result();
    if (!number)
        return number.error();
    content.map.number = *number;
    for (qsizetype first = 0; first < content.claims.size(); first += claimsAtOnce) {
        const auto claimed = database
                                 .write([map = *number, slice = content.claims.mid(first, claimsAtOnce)](
                                            Transaction &t) { return claimSlice(t, map, slice); })
                                 .result();
        if (!claimed) {
            (void)database.write([map = *number](Transaction &t) { return MapStore::abandon(t, map); })
                .result();
            return claimed.error();
        }
    }
    return {};
}

void dropSpliced(BlockStore &store, const SplicedContent &content)
{
    for (const BlockClaim &claim : content.claims) {
        if (claim.writtenGeneration)
            (void)store.backend().remove(claim.hash, *claim.writtenGeneration);
    }
}

} // namespace nephele
