// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockstore.h"
#include "server/http/bodysink.h"

namespace nephele {

// A request body cut into blocks that no object has yet (Object Storage API guide, "Uploading blocks"). They
// are hashed and stored in the store's pool, at most mostInFlight at a time. Lives in the worker's thread.
class LooseBlockSink final : public BodySink
{
    Q_OBJECT

public:
    static constexpr int mostInFlight = 3;

    // `mostBytes`: how many may come at most; `tooMuch` is the error beyond it.
    LooseBlockSink(
        BlockStore &store, const ProjectId &account, std::optional<qint64> mostBytes, const Error &tooMuch);

    Result<> write(QByteArrayView data) override;
    bool isReady() const override { return m_inFlight < mostInFlight; }
    void finish() override;
    void abort() override { m_isOver = true; }

    // In the order they came, after finished() without a failure.
    const QList<BlockHash> &hashes() const { return m_hashes; }

private:
    void cut();
    void blockDone(qsizetype position, const Result<BlockHash> &done);
    void completeIfDone();

    BlockStore &m_store;
    const ProjectId m_account;
    const std::optional<qint64> m_mostBytes;
    const Error m_tooMuch;
    QByteArray m_current;
    qint64 m_bytes = 0;
    int m_inFlight = 0;
    QList<BlockHash> m_hashes;
    std::optional<Error> m_failure;
    bool m_isFinishing = false;
    bool m_isOver = false; // aborted, or finished() was emitted
};

} // namespace nephele
