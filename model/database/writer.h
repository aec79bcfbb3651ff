// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/clock.h"
#include "model/database/transaction.h"

#include <QMutex>
#include <QPromise>
#include <QThread>
#include <QWaitCondition>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace nephele {

// One closure on its way to the disk.
class WriteJob
{
public:
    virtual ~WriteJob() = default;
    // Runs the closure and keeps its result; false asks for the rollback of this closure alone. May be called
    // again.
    virtual bool run(Transaction &t) = 0;
    // The outcome is settled: nothing means "what the closure returned is on disk".
    virtual void finish(const std::optional<Error> &failure) = 0;
};

template <class T>
class TypedWriteJob final : public WriteJob
{
public:
    using Closure = std::function<Result<T>(Transaction &)>;

    explicit TypedWriteJob(Closure closure) : m_closure(std::move(closure)) { m_promise.start(); }
    QFuture<Result<T>> future() const { return m_promise.future(); }

    bool run(Transaction &t) override
    {
        m_result.emplace(m_closure(t));
        return m_result->ok();
    }
    void finish(const std::optional<Error> &failure) override
    {
        // A closure's own error stands even when the batch around it failed.
        if (failure && (!m_result || m_result->ok()))
            m_promise.addResult(Result<T>(*failure));
        else
            m_promise.addResult(std::move(*m_result));
        m_promise.finish();
    }

private:
    Closure m_closure;
    QPromise<Result<T>> m_promise;
    std::optional<Result<T>> m_result;
};

// The queue of closures and the threads that carry them out. Safe from every thread; owned by Database.
class Writer
{
public:
    using Published = std::function<void()>; // called in a writer's thread after a commit with changes

    Writer(const Clock &clock, Published published, int queueLimit);
    virtual ~Writer() = default;

    static Result<std::unique_ptr<Writer>> open(
        const DatabaseAddress &address, const Clock &clock, Published published, int queueLimit);

    // Refused jobs are finished with Unavailable before this returns.
    void enqueue(std::unique_ptr<WriteJob> job);

protected:
    // All waiting jobs, at most `most`; empty when stopping. Blocks while there are none.
    std::vector<std::unique_ptr<WriteJob>> take(size_t most);
    void stop();
    qint64 nextStampMs();
    void publish() { m_published(); }

private:
    const Clock &m_clock;
    const Published m_published;
    const int m_queueLimit;
    QMutex m_mutex; // guards the queue and m_stopping
    QWaitCondition m_filled;
    std::deque<std::unique_ptr<WriteJob>> m_queue;
    bool m_stopping = false;
    std::atomic<qint64> m_lastStampMs = 0;
};

} // namespace nephele
