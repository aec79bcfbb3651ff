// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFuture>
#include <QPointer>
#include <QPromise>

#include <memory>
#include <type_traits>

namespace nephele {

// Goes on with the answer of a call, unless the context has died meanwhile: then nothing is called and the
// future returned is cancelled. For futures that are finished in the context's own thread, as all of
// CloudClient's are. QFuture::then(context, ...) would do, but Qt 6.4 asserts there that the context lives.
template <class T, class Function>
auto onAnswer(QFuture<T> answer, QObject *context, Function function)
    -> QFuture<std::invoke_result_t<Function, const T &>>
{
    using Next = std::invoke_result_t<Function, const T &>;
    const auto promise = std::make_shared<QPromise<Next>>();
    promise->start();
    answer.then([promise, guard = QPointer<QObject>(context), function = std::move(function)](
                    const QFuture<T> &finished) mutable {
        if (!guard || finished.isCanceled() || finished.resultCount() == 0)
            promise->future().cancel();
        else if constexpr (std::is_void_v<Next>)
            function(finished.result());
        else
            promise->addResult(function(finished.result()));
        promise->finish();
    });
    return promise->future();
}

} // namespace nephele
