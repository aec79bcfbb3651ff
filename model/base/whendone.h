// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

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

} // namespace nephele
