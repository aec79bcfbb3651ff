// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/mapwriter.h"

namespace nephele {

namespace {

// A block that dies again and again under a writer's hands is a clock or collector gone wrong.
constexpr int mostAttempts = 20;

} // namespace

std::shared_ptr<MapWriter> MapWriter::create(
    BlockStore &store, const Options &options, std::function<void()> progressed)
{
    return std::shared_ptr<MapWriter>(new MapWriter(store, options, std::move(progressed)));
}

MapWriter::MapWriter(BlockStore &store, const Options &options, std::function<void()> progressed)
    : m_store(store)
    , m_options(options)
    , m_progressed(std::move(progressed))
    , m_map(store.database().write([account = options.account, blockBytes = store.options().blockBytes](
                                       Transaction &t) { return MapStore::begin(t, account, blockBytes); }))
{
    m_promise.start();
}

void MapWriter::append(QByteArrayView bytes)
{
    const qint64 blockBytes = m_store.options().blockBytes;
    m_sizeBytes += bytes.size();
    while (!bytes.isEmpty()) {
        if (m_current.capacity() == 0)
            m_current.reserve(blockBytes);
        const qsizetype taken = qMin(bytes.size(), blockBytes - m_current.size());
        m_current.append(bytes.first(taken));
        bytes = bytes.sliced(taken);
        if (m_current.size() == blockBytes)
            cut();
    }
}

void MapWriter::cut()
{
    auto piece = std::make_shared<Piece>();
    piece->position = m_blockCount++;
    piece->bytes = std::exchange(m_current, {});
    {
        const QMutexLocker lock(&m_mutex);
        if (m_failure)
            return;
        ++m_inFlight;
        m_hashes.append(BlockHash());
        m_toDigest.enqueue(piece);
    }
    m_store.pool().start([self = shared_from_this(), piece] { self->store(piece); });
    digestNext();
}

bool MapWriter::isFull() const
{
    const QMutexLocker lock(&m_mutex);
    return m_inFlight >= mostInFlight;
}

std::optional<Error> MapWriter::failure() const
{
    const QMutexLocker lock(&m_mutex);
    return m_failure;
}

QFuture<Result<ContentMap>> MapWriter::finish()
{
    if (!m_current.isEmpty())
        cut();
    {
        const QMutexLocker lock(&m_mutex);
        m_isFinishing = true;
    }
    m_store.pool().start([self = shared_from_this()] { self->completeIfDone(); });
    return m_promise.future();
}

void MapWriter::abort()
{
    {
        const QMutexLocker lock(&m_mutex);
        if (m_isFinishing)
            return;
        m_isFinishing = true;
        if (!m_failure)
            m_failure = unavailable(QStringLiteral("The upload was given up."));
    }
    m_store.pool().start([self = shared_from_this()] { self->completeIfDone(); });
}

// One piece at a time, in order: MD5 and SHA-512 run over the whole content.
void MapWriter::digestNext()
{
    std::shared_ptr<Piece> piece;
    {
        const QMutexLocker lock(&m_mutex);
        if (m_isDigesting || m_toDigest.isEmpty())
            return;
        m_isDigesting = true;
        piece = m_toDigest.dequeue();
    }
    m_store.pool().start([self = shared_from_this(), piece] {
        if (!self->failure()) {
            self->m_md5.add(piece->bytes);
            if (self->m_options.withSha512)
                self->m_sha512.add(piece->bytes);
        }
        {
            const QMutexLocker lock(&self->m_mutex);
            self->m_isDigesting = false;
        }
        self->digestNext();
        self->laneDone(piece, {});
    });
}

void MapWriter::store(const std::shared_ptr<Piece> &piece)
{
    if (failure()) {
        laneDone(piece, {});
        return;
    }
    const QByteArrayView trimmed = trimmedBlock(piece->bytes);
    const BlockHash hash = hashOfTrimmed(trimmed);
    {
        const QMutexLocker lock(&m_mutex);
        m_hashes[piece->position] = hash;
    }
    laneDone(piece, storeBlock(*piece, hash, trimmed));
}

// Durable first, then named by a row. What is live already is only claimed; if it dies in between, it is
// written after all, as the next generation.
Result<> MapWriter::storeBlock(const Piece &piece, const BlockHash &hash, QByteArrayView trimmed)
{
    const auto map = m_map.result();
    if (!map)
        return map.error();
    Database &database = m_store.database();
    const auto live = database.read([&](ReadTransaction &t) { return MapStore::liveGeneration(t, hash); });
    if (!live)
        return live.error();
    BlockClaim claim { *map, m_options.account, piece.position, hash, trimmed.size(), std::nullopt, false };
    bool mustWrite = !live->has_value() && !isHole(hash);
    Result<> last;
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        if (mustWrite) {
            const auto written = writeBlock(hash, trimmed);
            if (!written)
                return written.error();
            claim.writtenGeneration = *written;
            mustWrite = false;
        }
        const auto outcome =
            database.write([claim](Transaction &t) { return MapStore::claim(t, claim); }).result();
        if (outcome && *outcome != ClaimOutcome::NotLive) {
            if (*outcome == ClaimOutcome::ClaimedOther)
                (void)m_store.backend().remove(hash, *claim.writtenGeneration);
            return {};
        }
        if (!outcome && outcome.error().code != ErrorCode::Unavailable) {
            if (claim.writtenGeneration)
                (void)m_store.backend().remove(hash, *claim.writtenGeneration);
            return outcome.error();
        }
        // Busy rows are tried again. The copy stays whatever happens: if the claim came true after all, a row
        // names it; if not, it is a stray.
        claim.isRepeated = claim.isRepeated || !outcome;
        mustWrite = outcome.ok();
        last = outcome ? Result<>(unavailable(QStringLiteral("The data could not be kept; try again.")))
                       : Result<>(outcome.error());
    }
    return last;
}

Result<qint64> MapWriter::writeBlock(const BlockHash &hash, QByteArrayView trimmed)
{
    if (const auto space = m_store.checkSpace(trimmed.size()); !space)
        return space.error();
    const qint64 generation = BlockStore::newGeneration();
    if (const auto put = m_store.backend().put(hash, generation, trimmed); !put)
        return put.error();
    return generation;
}

void MapWriter::laneDone(const std::shared_ptr<Piece> &piece, const Result<> &outcome)
{
    {
        const QMutexLocker lock(&m_mutex);
        if (!outcome && !m_failure)
            m_failure = outcome.error();
        if (--piece->lanesLeft > 0)
            return;
        piece->bytes = {};
        --m_inFlight;
    }
    completeIfDone();
    if (m_progressed)
        m_progressed();
}

void MapWriter::completeIfDone()
{
    {
        const QMutexLocker lock(&m_mutex);
        if (!m_isFinishing || m_inFlight > 0 || m_isSettled)
            return;
        m_isSettled = true;
    }
    auto result = complete();
    if (!result)
        giveUp();
    m_promise.addResult(std::move(result));
    m_promise.finish();
}

Result<ContentMap> MapWriter::complete()
{
    if (const auto failed = failure())
        return *failed;
    const auto number = m_map.result();
    if (!number)
        return number.error();
    ContentMap map;
    map.number = *number;
    map.account = m_options.account;
    map.sizeBytes = m_sizeBytes;
    map.blockBytes = m_store.options().blockBytes;
    map.root = merkleRoot(m_hashes);
    map.md5 = QString::fromLatin1(m_md5.result().toHex());
    if (m_options.withSha512)
        map.sha512 = QString::fromLatin1(m_sha512.result().toHex());
    for (qint64 first = 0; first < map.blockCount(); first += rowsInASlice) {
        const auto whole = m_store.database().read([&](ReadTransaction &t) {
            return MapStore::isSliceWhole(t, map.number, first, map.blockCount());
        });
        if (!whole)
            return whole.error();
        if (!*whole)
            return internalError(QStringLiteral("map %1 is not whole").arg(map.number));
    }
    return map;
}

void MapWriter::giveUp()
{
    const auto number = m_map.result();
    if (!number)
        return;
    // If this is lost too, the collector gives the map up later.
    (void)m_store.database()
        .write([map = *number](Transaction &t) { return MapStore::abandon(t, map); })
        .result();
}

} // namespace nephele
