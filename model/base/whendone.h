// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>

#include <memory>
#include <type_traits>
#include <utility>

namespace nephele {

// Calls use(Result<T>) in the context's thread, which must be this one, when the future is done: now if it is
// done already. A promise nobody kept becomes an Internal error. Nothing is called once the context is gone.
//
// In place of QFuture::then(context, ...), which in Qt 6.4 asserts when the context goes before the future is
// done, and looks at it from the thread that finishes the future. Use it wherever the context may die first:
// a connection whose client leaves, a service whose worker is stopped.
template <class T, class Use>
void whenDone(const QFuture<Result<T>> &future, QObject *context, Use use)
{
    auto finish = [use = std::move(use)](QFuture<Result<T>> done) mutable {
        use(done.resultCount() > 0 ? done.takeResult()
                                   : Result<T>(internalError(QStringLiteral("a promise was not kept"))));
    };
    if (future.isFinished()) {
        finish(future);
        return;
    }
    auto *watcher = new QFutureWatcher<Result<T>>(context);
    QObject::connect(
        watcher, &QFutureWatcherBase::finished, context, [watcher, finish = std::move(finish)]() mutable {
            watcher->deleteLater();
            finish(watcher->future());
        });
    watcher->setFuture(future);
}

// The value at the end of what a continuation returns: R itself, or of QFuture<R>.
template <class R>
struct Settled
{
    using Type = R;
    static constexpr bool isLater = false;
};
template <class R>
struct Settled<QFuture<R>>
{
    using Type = R;
    static constexpr bool isLater = true;
};

// The future of what `use` makes of the result: a Result<U>, or a QFuture<Result<U>> that is waited for. As
// whenDone(): in the context's thread, and never once the context is gone; the future then ends without a
// result.
template <class T, class Use>
auto thenIn(const QFuture<Result<T>> &future, QObject *context, Use use)
{
    using Next = Settled<std::invoke_result_t<Use &, Result<T>>>;
    using Value = typename Next::Type;
    auto promise = std::make_shared<QPromise<Value>>();
    promise->start();
    const auto keep = [promise](Value value) {
        promise->addResult(std::move(value));
        promise->finish();
    };
    whenDone(future, context, [context, keep, use = std::move(use)](Result<T> result) mutable {
        if constexpr (Next::isLater)
            whenDone(use(std::move(result)), context, keep);
        else
            keep(use(std::move(result)));
    });
    return promise->future();
}

} // namespace nephele
