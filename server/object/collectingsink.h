// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodysink.h"

#include <atomic>
#include <functional>
#include <memory>

namespace nephele {

// For a request whose body means nothing: takes a little of it and forgets it.
class DiscardingSink final : public BodySink
{
    Q_OBJECT

public:
    Result<> write(QByteArrayView data) override;
    void finish() override { emit finished({}); }
    void abort() override { }

private:
    qint64 m_bytes = 0;
};

// Collects a small body whole, for the handler, or to be made into another body that goes on into another
// sink: manifests, lists.
class CollectingSink final : public BodySink
{
    Q_OBJECT

public:
    // In all that share a budget; Unavailable beyond it.
    static constexpr qint64 mostCollectedBytes = 64 << 20;

    struct Next
    {
        std::shared_ptr<BodySink> sink;
        QByteArray body;
    };
    using Make = std::function<Result<Next>(const QByteArray &body)>;

    // `budget` outlives the sink. Without `make` the body stays.
    CollectingSink(std::atomic<qint64> &budget, qint64 mostBytes, Make make = {})
        : m_budget(budget), m_mostBytes(mostBytes), m_make(std::move(make))
    {
    }
    ~CollectingSink() override;

    Result<> write(QByteArrayView data) override;
    void finish() override;
    void abort() override;

    const QByteArray &body() const { return m_body; }
    const std::shared_ptr<BodySink> &inner() const { return m_inner; } // after finish()

private:
    void forget();

    std::atomic<qint64> &m_budget;
    const qint64 m_mostBytes;
    const Make m_make;
    qint64 m_counted = 0; // in the budget
    QByteArray m_body;
    std::shared_ptr<BodySink> m_inner;
};

} // namespace nephele
