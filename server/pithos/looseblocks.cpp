// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/looseblocks.h"

#include "model/base/whendone.h"
#include "model/blocks/blockkeeper.h"

#include <QtConcurrent>

namespace nephele {

LooseBlockSink::LooseBlockSink(
    BlockStore &store, const ProjectId &account, std::optional<qint64> mostBytes, const Error &tooMuch)
    : m_store(store), m_account(account), m_mostBytes(mostBytes), m_tooMuch(tooMuch)
{
}

Result<> LooseBlockSink::write(QByteArrayView data)
{
    if (m_failure)
        return *m_failure;
    m_bytes += data.size();
    if (m_mostBytes && m_bytes > *m_mostBytes)
        return m_tooMuch;
    const qint64 blockBytes = m_store.options().blockBytes;
    while (!data.isEmpty()) {
        const qsizetype taken = qMin(data.size(), blockBytes - m_current.size());
        m_current.append(data.first(taken));
        data = data.sliced(taken);
        if (m_current.size() == blockBytes)
            cut();
    }
    return {};
}

void LooseBlockSink::cut()
{
    const qsizetype position = m_hashes.size();
    m_hashes.append(BlockHash());
    ++m_inFlight;
    const auto kept = QtConcurrent::run(
        &m_store.pool(), [store = &m_store, account = m_account, block = std::exchange(m_current, {})] {
            const ReadingJob job(store->database());
            return keepBlock(*store, account, block);
        });
    whenDone(kept, this, [this, position](const Result<BlockHash> &done) { blockDone(position, done); });
}

void LooseBlockSink::blockDone(qsizetype position, const Result<BlockHash> &done)
{
    const bool wasFull = !isReady();
    --m_inFlight;
    if (done)
        m_hashes[position] = *done;
    else if (!m_failure)
        m_failure = done.error();
    if (m_isOver)
        return;
    if (m_isFinishing)
        completeIfDone();
    else if (wasFull)
        emit readyForMore();
}

void LooseBlockSink::finish()
{
    if (m_isOver)
        return;
    if (!m_current.isEmpty())
        cut();
    m_isFinishing = true;
    completeIfDone();
}

void LooseBlockSink::completeIfDone()
{
    if (m_inFlight > 0)
        return;
    m_isOver = true;
    emit finished(m_failure);
}

} // namespace nephele
