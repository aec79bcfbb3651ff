// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/passwordpool.h"

#include <QtConcurrent>

namespace nephele {

PasswordPool::PasswordPool(const ScryptCost &cost, int mostWaiting)
    : m_cost(cost), m_mostWaiting(mostWaiting), m_decoy(decoyHash(cost))
{
    m_pool.setObjectName(QStringLiteral("passwords"));
    m_pool.setMaxThreadCount(QThread::idealThreadCount());
}

PasswordPool::~PasswordPool()
{
    m_pool.clear();
    m_pool.waitForDone();
}

template <class T>
QFuture<Result<T>> PasswordPool::run(std::function<Result<T>()> work)
{
    if (m_waiting.fetch_add(1) >= m_mostWaiting) {
        --m_waiting;
        Error error = unavailable(QStringLiteral("Too many sign-ins are waiting."));
        error.retryAfterSeconds = 1;
        return QtFuture::makeReadyFuture(Result<T>(error));
    }
    return QtConcurrent::run(&m_pool, [this, work = std::move(work)] {
        const Result<T> result = work();
        --m_waiting;
        return result;
    });
}

QFuture<Result<bool>> PasswordPool::check(const QString &secret, const QString &hash)
{
    const QString against = hash.isEmpty() ? m_decoy : hash;
    // The hash of a long random secret costs microseconds.
    if (!isSlowHash(against))
        return QtFuture::makeReadyFuture(Result<bool>(fitsHash(secret, against)));
    return run<bool>([=]() -> Result<bool> { return fitsHash(secret, against); });
}

QFuture<Result<QString>> PasswordPool::hash(const QString &password)
{
    return run<QString>([password, cost = m_cost] { return scryptHash(password, cost); });
}

} // namespace nephele
