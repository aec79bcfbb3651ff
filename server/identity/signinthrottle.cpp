// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/signinthrottle.h"

#include <algorithm>
#include <vector>

namespace nephele {

SignInThrottle::Key SignInThrottle::keyFor(const QString &account, const QHostAddress &peer)
{
    bool isIpv4 = false; // also when it came as ::ffff:a.b.c.d
    const quint32 ipv4 = peer.toIPv4Address(&isIpv4);
    if (isIpv4)
        return { account, QHostAddress(ipv4).toString() };
    Q_IPV6ADDR network = peer.toIPv6Address();
    std::fill(network.c + 8, network.c + 16, quint8(0));
    return { account, QHostAddress(network).toString() };
}

qint64 SignInThrottle::waitMs(const Record &record, qint64 nowMs) const
{
    const int over = record.failures + record.underWay - m_rules.freeFailures;
    if (record.failures == 0 || over < 0)
        return 0;
    const qint64 delayMs = std::min(m_rules.longestDelayMs, m_rules.firstDelayMs << std::min(over, 20));
    return std::max<qint64>(0, record.lastFailureMs + delayMs - nowMs);
}

Result<> SignInThrottle::admit(const Key &key)
{
    const qint64 nowMs = m_clock.nowMs();
    const QMutexLocker lock(&m_mutex);
    Record &record = m_records[key];
    if (record.failures > 0 && nowMs - record.lastFailureMs > m_rules.forgetAfterMs)
        record.failures = 0;
    if (const qint64 wait = waitMs(record, nowMs); wait > 0) {
        const int seconds = int((wait + 999) / 1000);
        Error error { ErrorCode::TooManyRequests,
            QStringLiteral("Too many failed sign-ins. Try again in %1 s.").arg(seconds), {} };
        error.retryAfterSeconds = seconds;
        return error;
    }
    ++record.underWay;
    if (m_records.size() > m_rules.mostKeys)
        makeRoom();
    return {};
}

void SignInThrottle::settle(const Key &key, Outcome outcome)
{
    const QMutexLocker lock(&m_mutex);
    Record &record = m_records[key];
    record.underWay = std::max(0, record.underWay - 1);
    if (outcome == Outcome::Failed) {
        ++record.failures;
        record.lastFailureMs = m_clock.nowMs();
    } else if (outcome == Outcome::Fitted) {
        record.failures = 0;
    }
    if (record.failures == 0 && record.underWay == 0)
        m_records.remove(key);
}

// Records with a check under way stay: theirs is still to be settled.
void SignInThrottle::makeRoom()
{
    std::vector<qint64> times;
    for (const Record &record : std::as_const(m_records))
        times.push_back(record.lastFailureMs);
    const auto middle = times.begin() + qsizetype(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    m_records.removeIf([limit = *middle](const auto &entry) {
        return entry.value().underWay == 0 && entry.value().lastFailureMs <= limit;
    });
}

} // namespace nephele
