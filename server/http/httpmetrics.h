// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <array>
#include <atomic>

namespace nephele {

// What the edge counts, for GET /metrics. Safe from every thread.
class HttpMetrics
{
public:
    void connectionOpened();
    void connectionClosed();
    void requestDone(int status, qint64 receivedBytes, qint64 sentBytes, qint64 durationMs);

    qint64 openConnections() const { return m_openConnections; }
    qint64 requests() const;

    // Text exposition format 0.0.4 of Prometheus.
    QByteArray prometheus() const;

private:
    static constexpr std::array<int, 7> bucketsMs { 1, 5, 20, 100, 500, 2000, 10000 };

    std::atomic<qint64> m_openConnections = 0;
    std::atomic<qint64> m_connections = 0;
    std::array<std::atomic<qint64>, 5> m_requestsByClass {}; // 1xx ... 5xx
    std::atomic<qint64> m_receivedBytes = 0;
    std::atomic<qint64> m_sentBytes = 0;
    std::array<std::atomic<qint64>, bucketsMs.size()> m_durations {}; // each request in its own bucket only
    std::atomic<qint64> m_durationSumMs = 0;
};

} // namespace nephele
