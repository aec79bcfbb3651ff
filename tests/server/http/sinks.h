// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodysink.h"

#include <QIODevice>

#include <atomic>

namespace nephele::test {

// What happens to a RecordingSink, seen from the test's thread.
struct SinkRecord
{
    std::atomic<int> opened = 0;
    std::atomic<qint64> received = 0;
    std::atomic<quint32> sum = 0; // of the bytes
    std::atomic<int> aborted = 0;
    std::atomic<int> finished = 0;
    std::atomic<int> destroyed = 0;
    std::atomic<bool> isReady = true;
    std::atomic<qint64> failAfter = -1; // bytes
    std::atomic<bool> isSettling = true; // finish() leads to finished()
    std::atomic<bool> failsAtEnd = false;
};

class RecordingSink final : public BodySink
{
    Q_OBJECT

public:
    explicit RecordingSink(std::shared_ptr<SinkRecord> record) : m_record(std::move(record))
    {
        ++m_record->opened;
        // The test flips isReady in its own thread; here it is noticed.
        startTimer(20);
    }
    ~RecordingSink() override { ++m_record->destroyed; }

    Result<> write(QByteArrayView data) override
    {
        m_record->received += data.size();
        quint32 sum = m_record->sum;
        for (const char c : data)
            sum = sum * 31 + static_cast<unsigned char>(c);
        m_record->sum = sum;
        if (m_record->failAfter >= 0 && m_record->received > m_record->failAfter)
            return Error { ErrorCode::InsufficientStorage, QStringLiteral("The store is full."), {} };
        return {};
    }
    bool isReady() const override { return m_record->isReady; }
    void finish() override
    {
        ++m_record->finished;
        if (m_record->failsAtEnd)
            emit finished(Error { ErrorCode::Unprocessable, QStringLiteral("The checksum differs."), {} });
        else
            m_isFinishing = true;
    }
    void abort() override { ++m_record->aborted; }

protected:
    void timerEvent(QTimerEvent *) override
    {
        if (m_isFinishing && m_record->isSettling) {
            m_isFinishing = false;
            emit finished(std::nullopt);
        } else if (m_record->isReady) {
            emit readyForMore();
        }
    }

private:
    std::shared_ptr<SinkRecord> m_record;
    bool m_isFinishing = false;
};

inline quint32 sumOf(const QByteArray &data)
{
    quint32 sum = 0;
    for (const char c : data)
        sum = sum * 31 + static_cast<unsigned char>(c);
    return sum;
}

// The byte at any place of an endless content.
inline char patternAt(qint64 position)
{
    return char((position * 2654435761u) >> 13);
}
inline QByteArray pattern(qint64 offset, qint64 length)
{
    QByteArray data(length, Qt::Uninitialized);
    for (qint64 i = 0; i < length; ++i)
        data[i] = patternAt(offset + i);
    return data;
}

// Content of any size that takes no room.
class PatternDevice final : public QIODevice
{
    Q_OBJECT

public:
    struct Record
    {
        std::atomic<qint64> read = 0;
        std::atomic<int> destroyed = 0;
    };

    // Beyond `breaksAt` it cannot be read.
    PatternDevice(qint64 size, std::shared_ptr<Record> record, qint64 breaksAt = -1)
        : m_size(size), m_breaksAt(breaksAt), m_record(std::move(record))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    ~PatternDevice() override { ++m_record->destroyed; }
    qint64 size() const override { return m_size; }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        if (m_breaksAt >= 0 && pos() >= m_breaksAt)
            return -1;
        const qint64 length = std::min(most, m_size - pos());
        for (qint64 i = 0; i < length; ++i)
            data[i] = patternAt(pos() + i);
        m_record->read += length;
        return length;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    const qint64 m_size;
    const qint64 m_breaksAt;
    std::shared_ptr<Record> m_record;
};

} // namespace nephele::test
