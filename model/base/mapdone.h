// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/whendone.h"

#include <QPromise>

#include <memory>
#include <type_traits>

namespace nephele {

// The future of map(Result<T>), which is a Result<U>, run in the context's thread (this one) when the given
// future is done. In place of QFuture::then(context, ...), for the reason whenDone() tells: once the context
// is gone nothing is called, and the future ends without a result.
template <class T, class Map, class Out = std::invoke_result_t<Map, const Result<T> &>>
QFuture<Out> mapDone(const QFuture<Result<T>> &future, QObject *context, Map map)
{
    auto promise = std::make_shared<QPromise<Out>>();
    promise->start();
    auto mapped = promise->future();
    whenDone(future, context, [promise, map = std::move(map)](const Result<T> &result) mutable {
        promise->addResult(map(result));
        promise->finish();
    });
    return mapped;
}

} // namespace nephele
