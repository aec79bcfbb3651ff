// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/collectingsink.h"

namespace nephele {

namespace {

constexpr qint64 mostDiscarded = 64 << 10;

Error tooLarge(qint64 most)
{
    return { ErrorCode::TooLarge,
        QStringLiteral("The body is larger than the %1 bytes allowed here.").arg(most), {} };
}

} // namespace

Result<> DiscardingSink::write(QByteArrayView data)
{
    m_bytes += data.size();
    return m_bytes > mostDiscarded ? Result<>(tooLarge(mostDiscarded)) : Result<>();
}

CollectingSink::~CollectingSink()
{
    forget();
}

void CollectingSink::forget()
{
    m_body = {};
    m_budget -= std::exchange(m_counted, 0);
}

Result<> CollectingSink::write(QByteArrayView data)
{
    if (m_body.size() + data.size() > m_mostBytes)
        return tooLarge(m_mostBytes);
    m_counted += data.size();
    if (m_budget.fetch_add(data.size()) + data.size() > mostCollectedBytes)
        return unavailable(QStringLiteral("Too much is being received at once. Try again."));
    m_body.append(data);
    return {};
}

void CollectingSink::finish()
{
    if (!m_make) {
        emit finished({});
        return;
    }
    auto next = m_make(m_body);
    forget();
    if (!next) {
        emit finished(next.error());
        return;
    }
    m_inner = next->sink;
    connect(m_inner.get(), &BodySink::finished, this, &BodySink::finished);
    // At most a manifest, which the sink takes in one go.
    if (const auto taken = m_inner->write(next->body); !taken) {
        emit finished(taken.error());
        return;
    }
    m_inner->finish();
}

void CollectingSink::abort()
{
    forget();
    if (m_inner)
        m_inner->abort();
}

} // namespace nephele
