// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>

#include <atomic>

namespace nephele {

// The time of day in UTC milliseconds. Anything that compares times takes a Clock, so that a test can
// move it. Safe from every thread.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual qint64 nowMs() const = 0;

    static const Clock &system();
};

class FakeClock final : public Clock
{
public:
    explicit FakeClock(qint64 startMs) : m_nowMs(startMs) { }
    qint64 nowMs() const override { return m_nowMs; }
    void advanceMs(qint64 ms) { m_nowMs += ms; }

private:
    std::atomic<qint64> m_nowMs;
};

// Times as the wires write them, all in UTC.
QByteArray isoSeconds(qint64 ms); // 2026-11-22T10:00:00Z (Nova, Glance)
QByteArray isoMicroseconds(qint64 ms); // 2026-11-22T10:00:00.000000Z (Keystone)
QByteArray isoOffset(qint64 ms); // 2026-11-22T10:00:00.000000+00:00 (Synnefo)
QByteArray httpDate(qint64 ms); // Sun, 22 Nov 2026 10:00:00 GMT (RFC 9110 section 5.6.7)

// Reads the three forms of RFC 9110 section 5.6.7: the preferred one, RFC 850's and asctime()'s.
std::optional<qint64> instantFromHttpDate(const QByteArray &text);

// Reads any ISO 8601 instant; one without a zone is taken as UTC.
std::optional<qint64> instantFromIso(const QString &text);

} // namespace nephele
