// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/blocksink.h"

#include "model/base/whendone.h"

#include <QtConcurrentRun>

namespace nephele {

BlockSink::BlockSink(BlockStore &store, QThreadPool &pool, Options options)
    : m_options(std::move(options))
    , m_pool(pool)
    , m_relay(new Relay { {}, this })
    , m_writer(MapWriter::create(store, m_options.map, [relay = m_relay] {
        const QMutexLocker lock(&relay->mutex);
        if (relay->sink)
            QMetaObject::invokeMethod(relay->sink, &BlockSink::progressed, Qt::QueuedConnection);
    }))
{
}

BlockSink::~BlockSink()
{
    {
        const QMutexLocker lock(&m_relay->mutex);
        m_relay->sink = nullptr;
    }
    abort();
}

Result<> BlockSink::write(QByteArrayView data)
{
    if (const auto failed = m_writer->failure()) {
        abort();
        return *failed;
    }
    if (m_options.mostBytes && m_writer->sizeBytes() + data.size() > *m_options.mostBytes) {
        abort();
        return m_options.tooMuch;
    }
    m_writer->append(data);
    m_wasFull = m_wasFull || m_writer->isFull();
    return {};
}

void BlockSink::progressed()
{
    if (!m_wasFull || m_isOver || m_writer->isFull())
        return;
    m_wasFull = false;
    emit readyForMore();
}

void BlockSink::finish()
{
    if (m_isOver)
        return;
    m_isOver = true;
    // The image is settled even if nobody waits for the answer any more. Blocks are written in a pool of
    // their own, so waiting for them here holds up nobody they need.
    const auto settled =
        QtConcurrent::run(&m_pool, [written = m_writer->finish(), options = m_options]() mutable -> Result<> {
            written.waitForFinished();
            const auto map = written.resultCount() > 0
                ? written.takeResult()
                : Result<ContentMap>(internalError(QStringLiteral("an upload was not finished")));
            if (map)
                return options.settle(*map);
            options.giveUp();
            return map.error();
        });
    whenDone(settled, this,
        [this](const Result<> &done) { emit finished(done ? std::nullopt : std::optional(done.error())); });
}

void BlockSink::abort()
{
    if (m_isOver)
        return;
    m_isOver = true;
    m_writer->abort();
    m_options.giveUp();
}

} // namespace nephele
