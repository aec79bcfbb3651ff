// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/mapwriter.h"
#include "server/http/bodysink.h"

#include <functional>
#include <memory>
#include <optional>

namespace nephele {

// A request body on its way into the block store; at most MapWriter::mostInFlight blocks of it are in memory
// besides the one being filled. Lives in the worker's thread.
class BlockSink final : public BodySink
{
    Q_OBJECT

public:
    struct Options
    {
        MapWriter::Options map;
        std::optional<qint64> mostBytes; // beyond it: `tooMuch`
        Error tooMuch;
        // Takes over the finished, still building map; runs in `pool` and may block. Its result is the
        // sink's.
        std::function<Result<>(const ContentMap &)> settle;
        // The body did not come whole or could not be kept. Called at most once, never together with settle;
        // must not block.
        std::function<void()> giveUp;
    };

    BlockSink(BlockStore &store, QThreadPool &pool, Options options);
    ~BlockSink() override; // as abort()

    Result<> write(QByteArrayView data) override;
    bool isReady() const override { return !m_writer->isFull(); }
    void finish() override;
    void abort() override;

private:
    // How the pool reaches the sink while it lives.
    struct Relay
    {
        QMutex mutex; // guards sink
        BlockSink *sink;
    };

    void progressed();

    const Options m_options;
    QThreadPool &m_pool;
    const std::shared_ptr<Relay> m_relay;
    const std::shared_ptr<MapWriter> m_writer;
    bool m_isOver = false; // finish() or abort() was called, or the upload failed
    bool m_wasFull = false;
};

} // namespace nephele
