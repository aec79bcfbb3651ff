// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/httpmetrics.h"

#include <algorithm>

namespace nephele {

namespace {

void declare(QByteArray &out, const char *name, const char *kind, const char *help)
{
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
}

void sample(QByteArray &out, const QByteArray &name, qint64 value)
{
    out.append(name).append(' ').append(QByteArray::number(value)).append('\n');
}

} // namespace

void HttpMetrics::connectionOpened()
{
    ++m_connections;
    ++m_openConnections;
}

void HttpMetrics::connectionClosed()
{
    --m_openConnections;
}

void HttpMetrics::requestDone(int status, qint64 receivedBytes, qint64 sentBytes, qint64 durationMs)
{
    ++m_requestsByClass[size_t(std::clamp(status / 100, 1, 5) - 1)];
    m_receivedBytes += receivedBytes;
    m_sentBytes += sentBytes;
    m_durationSumMs += durationMs;
    for (size_t i = 0; i < bucketsMs.size(); ++i) {
        if (durationMs <= bucketsMs[i]) {
            ++m_durations[i];
            break;
        }
    }
}

qint64 HttpMetrics::requests() const
{
    qint64 sum = 0;
    for (const auto &count : m_requestsByClass)
        sum += count;
    return sum;
}

QByteArray HttpMetrics::prometheus() const
{
    QByteArray out;
    declare(out, "nephele_http_requests_total", "counter", "Requests answered, by class of status.");
    for (size_t i = 0; i < m_requestsByClass.size(); ++i)
        sample(out, "nephele_http_requests_total{status=\"" + QByteArray::number(int(i) + 1) + "xx\"}",
            m_requestsByClass[i]);
    declare(out, "nephele_http_connections_total", "counter", "Connections accepted.");
    sample(out, "nephele_http_connections_total", m_connections);
    declare(out, "nephele_http_connections", "gauge", "Connections open now.");
    sample(out, "nephele_http_connections", m_openConnections);
    declare(out, "nephele_http_received_bytes_total", "counter", "Bytes of request bodies.");
    sample(out, "nephele_http_received_bytes_total", m_receivedBytes);
    declare(out, "nephele_http_sent_bytes_total", "counter", "Bytes of replies with their heads.");
    sample(out, "nephele_http_sent_bytes_total", m_sentBytes);
    declare(out, "nephele_http_request_milliseconds", "histogram",
        "From a request's head to its reply handed to the system.");
    qint64 below = 0;
    for (size_t i = 0; i < bucketsMs.size(); ++i) {
        below += m_durations[i];
        sample(out,
            "nephele_http_request_milliseconds_bucket{le=\"" + QByteArray::number(bucketsMs[i]) + "\"}",
            below);
    }
    const qint64 all = std::max(below, requests());
    sample(out, "nephele_http_request_milliseconds_bucket{le=\"+Inf\"}", all);
    sample(out, "nephele_http_request_milliseconds_sum", m_durationSumMs);
    sample(out, "nephele_http_request_milliseconds_count", all);
    return out;
}

} // namespace nephele
