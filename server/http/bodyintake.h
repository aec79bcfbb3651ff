// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodysink.h"

#include <atomic>
#include <memory>
#include <optional>

namespace nephele {

// Where the body of one request goes: into memory, into a sink, or nowhere. Counts, and says no in time.
class BodyIntake
{
public:
    // Nothing is expected.
    BodyIntake() = default;
    // Into memory; `budget` is shared by the whole process and bounded by `mostInAll`.
    BodyIntake(qint64 mostBytes, std::atomic<qint64> &budget, qint64 mostInAll);
    BodyIntake(qint64 mostBytes, std::shared_ptr<BodySink> sink);
    // Read and thrown away, to keep the connection after a refusal.
    static BodyIntake discarding(qint64 mostBytes);
    ~BodyIntake();
    BodyIntake(BodyIntake &&other) noexcept;
    BodyIntake &operator=(BodyIntake &&other) noexcept;

    // TooLarge beyond the limit, Unavailable when memory is spoken for, or the sink's own error.
    Result<> take(QByteArrayView data);

    qint64 receivedBytes() const { return m_received; }
    qint64 mostBytes() const { return m_most; }
    bool isReady() const { return !m_sink || m_sink->isReady(); }
    const std::shared_ptr<BodySink> &sink() const { return m_sink; }
    QByteArray takeBuffer() { return std::exchange(m_buffer, {}); }

    // What came is let go, the sink is told; nothing more happens when it finished or was aborted before.
    void abort();
    void finish();

private:
    Result<> takeIntoMemory(QByteArrayView data);

    qint64 m_most = 0;
    qint64 m_received = 0;
    QByteArray m_buffer;
    std::atomic<qint64> *m_budget = nullptr; // what is counted there is given back at the end
    qint64 m_mostInAll = 0;
    qint64 m_counted = 0;
    std::shared_ptr<BodySink> m_sink;
    bool m_isOver = false; // the sink was finished or aborted
};

} // namespace nephele
