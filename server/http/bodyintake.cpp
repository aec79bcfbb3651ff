// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/bodyintake.h"

namespace nephele {

BodyIntake::BodyIntake(qint64 mostBytes, std::atomic<qint64> &budget, qint64 mostInAll)
    : m_most(mostBytes), m_budget(&budget), m_mostInAll(mostInAll)
{
}

BodyIntake::BodyIntake(qint64 mostBytes, std::shared_ptr<BodySink> sink)
    : m_most(mostBytes), m_sink(std::move(sink))
{
}

BodyIntake BodyIntake::discarding(qint64 mostBytes)
{
    BodyIntake intake;
    intake.m_most = mostBytes;
    return intake;
}

BodyIntake::~BodyIntake()
{
    abort();
}

BodyIntake::BodyIntake(BodyIntake &&other) noexcept
{
    *this = std::move(other);
}

BodyIntake &BodyIntake::operator=(BodyIntake &&other) noexcept
{
    if (this == &other)
        return *this;
    abort();
    m_most = other.m_most;
    m_received = other.m_received;
    m_buffer = std::exchange(other.m_buffer, {});
    m_budget = std::exchange(other.m_budget, nullptr);
    m_mostInAll = other.m_mostInAll;
    m_counted = std::exchange(other.m_counted, 0);
    m_sink = std::exchange(other.m_sink, nullptr);
    m_isOver = other.m_isOver;
    return *this;
}

Result<> BodyIntake::take(QByteArrayView data)
{
    m_received += data.size();
    if (m_received > m_most)
        return Error { ErrorCode::TooLarge,
            QStringLiteral("The body is larger than the %1 bytes allowed here.").arg(m_most), {} };
    if (m_sink)
        return m_sink->write(data);
    return m_budget ? takeIntoMemory(data) : Result<>();
}

Result<> BodyIntake::takeIntoMemory(QByteArrayView data)
{
    m_counted += data.size();
    if (m_budget->fetch_add(data.size()) + data.size() > m_mostInAll)
        return unavailable(QStringLiteral("Too much is being received at once. Try again."));
    m_buffer.append(data);
    return {};
}

void BodyIntake::abort()
{
    if (m_sink && !m_isOver)
        m_sink->abort();
    m_isOver = true;
    m_buffer = {};
    if (m_budget)
        *m_budget -= std::exchange(m_counted, 0);
}

void BodyIntake::finish()
{
    if (m_sink && !m_isOver) {
        m_isOver = true;
        m_sink->finish();
    }
}

} // namespace nephele
