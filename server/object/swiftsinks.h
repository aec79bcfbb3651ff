// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodysink.h"

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

// Collects a small body whole; what is made of it goes on as a body into another sink. For manifests.
class CollectingSink final : public BodySink
{
    Q_OBJECT

public:
    struct Next
    {
        std::shared_ptr<BodySink> sink;
        QByteArray body;
    };
    using Make = std::function<Result<Next>(const QByteArray &body)>;

    CollectingSink(qint64 mostBytes, Make make) : m_mostBytes(mostBytes), m_make(std::move(make)) { }

    Result<> write(QByteArrayView data) override;
    void finish() override;
    void abort() override;

    const std::shared_ptr<BodySink> &inner() const { return m_inner; } // after finish()

private:
    const qint64 m_mostBytes;
    const Make m_make;
    QByteArray m_body;
    std::shared_ptr<BodySink> m_inner;
};

} // namespace nephele
