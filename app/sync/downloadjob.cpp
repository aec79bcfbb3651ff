// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/downloadjob.h"

#include "app/sync/syncname.h"
#include "model/base/clock.h"
#include "model/base/whendone.h"

#include <sys/stat.h>

namespace nephele {

namespace {

constexpr int blocksAtOnce = 2; // in memory, of one file
constexpr qint64 surelyPastMs = 1000; // a file this old cannot change again without its time changing

Result<> stopped()
{
    return Error { ErrorCode::Timeout, QStringLiteral("stopped"), {} };
}

// As of an object of Swift's that is put together from segments: its hash is that of the list of them.
Error notWhatIsListed()
{
    return { ErrorCode::Unprocessable,
        QStringLiteral(
            "the cloud sends other bytes than its hash says (is it put together from other objects?)"),
        {} };
}

// Copies blocks that lie about in the folder to where they belong.
class BlockFinder
{
public:
    BlockFinder(const SyncTools &tools, const RemoteHashmap &map, const OpenedFile &target)
        : m_tools(tools), m_map(map), m_target(target)
    {
    }

    // False: it has to be fetched.
    Result<bool> place(
        qsizetype position, bool hasLeftover, const QString &name, const std::optional<FileHash> &old)
    {
        const BlockHash &hash = m_map.hashes.at(position);
        const qint64 offset = position * m_map.blockBytes;
        const qint64 bytes = qMin(m_map.blockBytes, m_map.sizeBytes - offset);
        if (hasLeftover) {
            const auto there = m_target.read(offset, bytes);
            if (there && there->size() == bytes && hashOfTrimmed(trimmedBlock(*there)) == hash)
                return true;
        }
        if (isHole(hash)) {
            const auto zeroed = hasLeftover ? m_target.write(offset, QByteArray(bytes, '\0')) : Result<>();
            return zeroed ? Result<bool>(true) : zeroed.error();
        }
        QList<BlockPlace> places;
        if (old && old->block(position) == hash)
            places.append({ name, position });
        if (const auto others = m_tools.store.placesOf(hash))
            places += *others;
        for (const BlockPlace &place : places) {
            if (const QByteArray found = blockAt(place, hash); !found.isNull()) {
                const auto written = writeBlock(offset, bytes, found);
                return written ? Result<bool>(true) : written.error();
            }
        }
        return false;
    }

    Result<> writeBlock(qint64 offset, qint64 bytes, const QByteArray &trimmed) const
    {
        QByteArray whole = trimmed;
        whole.append(bytes - trimmed.size(), '\0');
        return m_target.write(offset, whole);
    }

private:
    // Trimmed; null when it is not what was remembered.
    QByteArray blockAt(const BlockPlace &place, const BlockHash &hash) const
    {
        const auto file = m_tools.folder.openToRead(place.name);
        if (!file)
            return {};
        auto content = file->read(place.position * m_map.blockBytes, m_map.blockBytes);
        if (!content)
            return {};
        const QByteArrayView trimmed = trimmedBlock(*content);
        return hashOfTrimmed(trimmed) == hash ? trimmed.toByteArray() : QByteArray();
    }

    const SyncTools &m_tools;
    const RemoteHashmap &m_map;
    const OpenedFile &m_target;
};

} // namespace

DownloadJob::DownloadJob(const SyncTools &tools, const QString &name, const RemoteEntry &remote,
    const std::optional<FileIdentity> &seen, QObject *parent)
    : QObject(parent)
    , m_tools(tools)
    , m_name(name)
    , m_remote(remote)
    , m_seen(seen)
    , m_temporary(temporaryName(name, remote.state.hash))
{
}

QFuture<Result<FileIdentity>> DownloadJob::start()
{
    m_promise.start();
    whenDone(
        m_tools.container.hashmap(m_name, m_remote.version), this, [this](const Result<RemoteHashmap> &map) {
            if (!map)
                return end(map.error().code == ErrorCode::NotFound ? changedOnServer(m_name) : map.error());
            if (map->head.isManifest)
                return end(Error {
                    ErrorCode::Unsupported, QStringLiteral("is put together from other objects"), {} });
            if (map->head.hash != m_remote.state.hash)
                return end(changedOnServer(m_name));
            if (!map->fits || map->blockBytes != m_tools.blockBytes || map->sizeBytes != m_remote.sizeBytes)
                return end(notWhatIsListed());
            m_map = std::make_shared<const RemoteHashmap>(*map);
            prepare();
        });
    return m_promise.future();
}

void DownloadJob::prepare()
{
    whenDone(m_tools.inPool([this] { return prepared(); }), this, [this](const Result<Prepared> &done) {
        if (!done)
            return end(done.error());
        m_file = done->file;
        m_missing = done->missing;
        qint64 missingBytes = 0;
        for (const Positions &positions : std::as_const(m_missing)) {
            for (const qsizetype position : positions)
                missingBytes += blockSize(position);
        }
        emit advanced(m_map->sizeBytes - missingBytes);
        fetch();
    });
}

Result<DownloadJob::Prepared> DownloadJob::prepared() const
{
    auto opened = m_tools.folder.openTemporary(m_temporary);
    if (!opened)
        return opened.error();
    Prepared prepared { std::make_shared<OpenedFile>(std::move(*opened)), {} };
    const auto identity = prepared.file->identity();
    if (!identity)
        return identity.error();
    if (const auto sized = prepared.file->setSize(m_map->sizeBytes); !sized)
        return sized.error();
    std::optional<FileHash> old;
    if (m_seen) {
        if (const auto kept = m_tools.store.hashOf(m_name, *m_seen))
            old = *kept;
    }
    BlockFinder finder(m_tools, *m_map, *prepared.file);
    for (qsizetype i = 0; i < m_map->hashes.size(); ++i) {
        if (m_tools.isStopped)
            return stopped().error();
        const auto placed = finder.place(i, identity->sizeBytes > 0, m_name, old);
        if (!placed)
            return placed.error();
        if (!*placed)
            prepared.missing[m_map->hashes.at(i)].append(i);
    }
    return prepared;
}

qint64 DownloadJob::blockSize(qsizetype position) const
{
    return qMin(m_map->blockBytes, m_map->sizeBytes - position * m_map->blockBytes);
}

void DownloadJob::fetch()
{
    while (m_fetching < blocksAtOnce && !m_missing.isEmpty() && !m_isEnded) {
        const auto first = m_missing.begin();
        const BlockHash hash = first.key();
        const Positions positions = first.value();
        m_missing.erase(first);
        ++m_fetching;
        fetchBlock(hash, positions);
    }
    if (m_fetching == 0 && !m_isEnded)
        finish();
}

void DownloadJob::fetchBlock(const BlockHash &hash, const Positions &positions)
{
    const qsizetype at = positions.constFirst();
    // Holds what it needs: when another block fails, this object may go first.
    const auto put = [tools = m_tools, map = m_map, file = m_file, hash, positions](
                         const QByteArray &block) -> Result<> {
        const QByteArrayView trimmed = trimmedBlock(block);
        if (hashOfTrimmed(trimmed) != hash)
            return notWhatIsListed();
        const BlockFinder finder(tools, *map, *file);
        for (const qsizetype position : positions) {
            const qint64 offset = position * map->blockBytes;
            const auto written = finder.writeBlock(
                offset, qMin(map->blockBytes, map->sizeBytes - offset), trimmed.toByteArray());
            if (!written)
                return written.error();
        }
        return {};
    };
    whenDone(m_tools.container.range(m_name, m_remote.version, at * m_map->blockBytes, blockSize(at)), this,
        [this, put, positions](const Result<QByteArray> &block) {
            if (m_isEnded)
                return;
            if (!block)
                return end(
                    block.error().code == ErrorCode::NotFound ? changedOnServer(m_name) : block.error());
            whenDone(m_tools.inPool([put, block = *block] { return put(block); }), this,
                [this, positions](const Result<> &written) {
                    if (!written)
                        return end(written.error());
                    --m_fetching;
                    for (const qsizetype position : positions)
                        emit advanced(blockSize(position));
                    fetch();
                });
        });
}

void DownloadJob::finish()
{
    whenDone(m_tools.inPool([this] { return finished(); }), this,
        [this](const Result<FileIdentity> &identity) { end(identity); });
}

Result<FileIdentity> DownloadJob::finished() const
{
    auto mode = m_file->mode();
    if (m_seen) {
        const auto old = m_tools.folder.openToRead(m_name);
        mode = old ? old->mode() : mode;
    }
    if (!mode)
        return mode.error();
    const qint64 nowMs = Clock::system().nowMs();
    const qint64 modifiedMs = m_remote.modifiedMs > 0 ? m_remote.modifiedMs : nowMs;
    const auto whole =
        m_file->finish(modeWith(*mode, m_remote.state.isExecutable), qMin(modifiedMs, nowMs - surelyPastMs));
    if (!whole)
        return whole.error();
    const auto identity = m_tools.folder.replace(m_name, m_temporary, m_seen);
    if (!identity)
        return identity.error();
    (void)m_tools.store.keepScan(m_name, *identity, FileHash::ofBlocks(m_map->hashes));
    return *identity;
}

void DownloadJob::end(const Result<FileIdentity> &result)
{
    if (m_isEnded)
        return;
    m_isEnded = true;
    m_promise.addResult(result);
    m_promise.finish();
    deleteLater();
}

} // namespace nephele
