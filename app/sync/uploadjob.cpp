// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/uploadjob.h"

#include "model/base/whendone.h"

namespace nephele {

namespace {

constexpr qint64 smallBytes = 64 << 10; // sent whole: one request instead of three
constexpr int mostRounds = 7;
constexpr int blocksAtOnce = 2; // in memory, of one file

// The bytes of a file that is still the one that was seen.
Result<QByteArray> readSeen(
    const SyncFolder &folder, const QString &name, const FileIdentity &seen, qint64 offset, qint64 bytes)
{
    const auto file = folder.openToRead(name);
    if (!file)
        return file.error().code == ErrorCode::NotFound ? changedInFolder(name) : file.error();
    const auto content = file->read(offset, bytes);
    if (!content)
        return content.error().within(name);
    const auto identity = file->identity();
    if (!identity || *identity != seen || content->size() != bytes)
        return identity ? changedInFolder(name) : identity.error();
    return *content;
}

} // namespace

UploadJob::UploadJob(const SyncTools &tools, const QString &name, const LocalEntry &local,
    const RemoteEntry &remote, QObject *parent)
    : QObject(parent), m_tools(tools), m_name(name), m_local(local), m_remote(remote)
{
    m_object.name = name;
    m_object.sizeBytes = local.identity.sizeBytes;
    m_object.isExecutable = local.state.isExecutable;
}

QFuture<Result<>> UploadJob::start()
{
    m_promise.start();
    const bool isSmall = m_object.sizeBytes <= qMin(smallBytes, m_tools.blockBytes);
    const auto proceed = [this, isSmall] { isSmall ? sendSmall() : loadHash(); };
    if (m_remote.state.isMissing()) {
        proceed();
        return m_promise.future();
    }
    whenDone(m_tools.container.head(m_name), this, [this, proceed](const Result<RemoteHead> &head) {
        if (!head)
            return end(head.error().code == ErrorCode::NotFound ? changedOnServer(m_name) : head.error());
        if (head->version != m_remote.version)
            return end(changedOnServer(m_name));
        m_object.condition.etag = head->etag;
        m_object.kept = head->kept;
        proceed();
    });
    return m_promise.future();
}

void UploadJob::sendSmall()
{
    const auto read = [&folder = m_tools.folder, name = m_name, identity = m_local.identity] {
        return readSeen(folder, name, identity, 0, identity.sizeBytes);
    };
    whenDone(m_tools.inPool(read), this, [this](const Result<QByteArray> &content) {
        if (!content)
            return end(content.error());
        // At most a block, so its hash is the file's.
        if (hashOfTrimmed(trimmedBlock(*content)) != m_local.state.hash)
            return end(changedInFolder(m_name));
        whenDone(m_tools.container.putContent(m_object, *content), this, [this](const Result<> &put) {
            if (put)
                emit advanced(m_object.sizeBytes);
            end(put);
        });
    });
}

void UploadJob::loadHash()
{
    const auto load = [tools = m_tools, name = m_name, identity = m_local.identity]() -> Result<FileHash> {
        const auto kept = tools.store.hashOf(name, identity);
        if (!kept)
            return kept.error();
        return *kept ? Result<FileHash>(**kept)
                     : hashFile(tools.folder, name, identity, tools.blockBytes, tools.isStopped);
    };
    whenDone(m_tools.inPool(load), this, [this](const Result<FileHash> &hash) {
        if (!hash)
            return end(hash.error());
        if (hash->root != m_local.state.hash)
            return end(changedInFolder(m_name));
        m_hash = *hash;
        for (qsizetype i = m_hash.count() - 1; i >= 0; --i)
            m_positionOf.insert(m_hash.block(i), i);
        offer();
    });
}

void UploadJob::offer()
{
    if (++m_round > mostRounds)
        return end(unavailable(QStringLiteral("The cloud keeps asking for blocks it was sent.")));
    QList<BlockHash> hashes;
    hashes.reserve(m_hash.count());
    for (qsizetype i = 0; i < m_hash.count(); ++i)
        hashes.append(m_hash.block(i));
    whenDone(m_tools.container.putHashmap(m_object, hashes), this,
        [this](const Result<QList<BlockHash>> &missing) {
            if (!missing)
                return end(missing.error());
            qint64 missingBytes = 0;
            for (const BlockHash &hash : *missing) {
                if (!m_positionOf.contains(hash))
                    return end(
                        unavailable(QStringLiteral("The cloud asks for a block that was never offered.")));
                missingBytes += blockSize(m_positionOf.value(hash));
            }
            // Told once: what is there already counts as done.
            if (m_round == 1)
                emit advanced(qMax<qint64>(0, m_object.sizeBytes - missingBytes));
            if (missing->isEmpty())
                return end({});
            m_missing = *missing;
            sendMissing();
        });
}

void UploadJob::sendMissing()
{
    while (m_sending < blocksAtOnce && !m_missing.isEmpty() && !m_isEnded) {
        ++m_sending;
        sendBlock(m_missing.takeFirst());
    }
    if (m_sending == 0 && !m_isEnded)
        offer();
}

qint64 UploadJob::blockSize(qsizetype position) const
{
    return qMin(m_tools.blockBytes, m_object.sizeBytes - position * m_tools.blockBytes);
}

QFuture<Result<QByteArray>> UploadJob::readBlock(const BlockHash &hash) const
{
    const qsizetype position = m_positionOf.value(hash);
    return m_tools.inPool(
        [tools = m_tools, name = m_name, identity = m_local.identity, hash,
            offset = position * m_tools.blockBytes, bytes = blockSize(position)]() -> Result<QByteArray> {
            auto content = readSeen(tools.folder, name, identity, offset, bytes);
            if (!content)
                return content.error();
            content->truncate(trimmedBlock(*content).size());
            if (hashOfTrimmed(*content) != hash)
                return changedInFolder(name);
            // A body must hold something; one NUL is trimmed to nothing again.
            return content->isEmpty() ? QByteArray(1, '\0') : *content;
        });
}

void UploadJob::sendBlock(const BlockHash &hash)
{
    whenDone(readBlock(hash), this, [this, hash](const Result<QByteArray> &block) {
        if (!block || m_isEnded)
            return block ? void() : end(block.error());
        whenDone(m_tools.container.postBlock(*block, hash), this, [this, hash](const Result<> &posted) {
            if (!posted)
                return end(posted.error());
            --m_sending;
            emit advanced(blockSize(m_positionOf.value(hash)));
            sendMissing();
        });
    });
}

void UploadJob::end(const Result<> &result)
{
    if (m_isEnded)
        return;
    m_isEnded = true;
    m_promise.addResult(result);
    m_promise.finish();
    deleteLater();
}

} // namespace nephele
