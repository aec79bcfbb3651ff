// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/whendone.h"
#include "server/http/response.h"
#include "server/identity/identitycontext.h"

#include <QPromise>

#include <memory>

namespace nephele {

// What to do with a result that comes later, on top of whenDone(): nothing is called once the owner is gone.

// next(Result<T>) gives the future that follows.
template <class T, class Next, class Later = std::invoke_result_t<Next, const Result<T> &>>
Later afterwards(const QFuture<Result<T>> &first, QObject *owner, Next next)
{
    using Last = decltype(std::declval<Later>().result());
    auto promise = std::make_shared<QPromise<Last>>();
    promise->start();
    whenDone(first, owner, [owner, promise, next = std::move(next)](Result<T> result) mutable {
        whenDone(next(result), owner, [promise](Last last) {
            promise->addResult(std::move(last));
            promise->finish();
        });
    });
    return promise->future();
}

// next(T) gives the future that follows; a failure ends the chain.
template <class T, class Next, class Later = std::invoke_result_t<Next, const T &>>
Later andThen(const QFuture<Result<T>> &first, QObject *owner, Next next)
{
    using Last = decltype(std::declval<Later>().result());
    return afterwards(first, owner, [next = std::move(next)](const Result<T> &result) mutable -> Later {
        return result ? next(*result) : QtFuture::makeReadyFuture(Last(result.error()));
    });
}

// A write that may take a right away: the token caches are emptied behind the commit.
template <class Closure, class T = typename std::invoke_result_t<Closure, Transaction &>::Value>
QFuture<Result<T>> revokingWrite(IdentityContext &context, QObject *owner, Closure closure)
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    whenDone(context.database().write(std::move(closure)), owner, [promise, &context](Result<T> result) {
        context.noteRevocation();
        promise->addResult(std::move(result));
        promise->finish();
    });
    return promise->future();
}

// answer(T) or, for a result without a value, answer() makes the response.
template <class T, class Answer>
Reply replyWhenDone(const QFuture<Result<T>> &future, QObject *owner, Answer answer)
{
    auto promise = std::make_shared<QPromise<Result<Response>>>();
    promise->start();
    whenDone(future, owner, [promise, answer = std::move(answer)](Result<T> result) mutable {
        if (!result)
            promise->addResult(Result<Response>(result.error()));
        else if constexpr (std::is_void_v<T>)
            promise->addResult(Result<Response>(answer()));
        else
            promise->addResult(Result<Response>(answer(*result)));
        promise->finish();
    });
    return promise->future();
}

// 204 without a body.
inline Reply emptyWhenDone(const QFuture<Result<>> &future, QObject *owner)
{
    return replyWhenDone(future, owner, [] { return Response::empty(204); });
}

} // namespace nephele
