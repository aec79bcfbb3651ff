// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/identity/secret.h"

#include <QFuture>
#include <QThreadPool>

#include <atomic>

namespace nephele {

// Checks and makes password hashes away from the workers' loops, at most one per core at a time (each takes
// 32 MiB). One per process, safe from every thread.
class PasswordPool
{
public:
    explicit PasswordPool(const ScryptCost &cost, int mostWaiting = 256);
    ~PasswordPool();

    // Whether the secret fits. An empty hash (no such user, no password) fits nothing and takes as long.
    // Unavailable when too many are waiting.
    QFuture<Result<bool>> check(const QString &secret, const QString &hash);

    QFuture<Result<QString>> hash(const QString &password);

private:
    template <class T>
    QFuture<Result<T>> run(std::function<Result<T>()> work);

    const ScryptCost m_cost;
    const int m_mostWaiting;
    const QString m_decoy;
    std::atomic<int> m_waiting = 0;
    QThreadPool m_pool;
};

} // namespace nephele
