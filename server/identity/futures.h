// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/whendone.h"
#include "server/http/response.h"
#include "server/identity/identitycontext.h"

namespace nephele {

// What identity does with results that come later, on top of thenIn(): nothing is called once the owner is
// gone.

// next(T) gives the future that follows; a failure ends the chain.
template <class T, class Next, class Later = std::invoke_result_t<Next, const T &>>
Later andThen(const QFuture<Result<T>> &first, QObject *owner, Next next)
{
    using Last = typename Settled<Later>::Type;
    return thenIn(first, owner, [next = std::move(next)](const Result<T> &result) mutable -> Later {
        return result ? next(*result) : QtFuture::makeReadyFuture(Last(result.error()));
    });
}

// A write that may take a right away: the token caches are emptied behind the commit.
template <class Closure, class T = typename std::invoke_result_t<Closure, Transaction &>::Value>
QFuture<Result<T>> revokingWrite(IdentityContext &context, QObject *owner, Closure closure)
{
    return thenIn(context.database().write(std::move(closure)), owner, [&context](Result<T> result) {
        context.noteRevocation();
        return result;
    });
}

// answer(T) or, for a result without a value, answer() makes the response.
template <class T, class Answer>
Reply replyWhenDone(const QFuture<Result<T>> &future, QObject *owner, Answer answer)
{
    return thenIn(future, owner, [answer = std::move(answer)](Result<T> result) mutable -> Result<Response> {
        if (!result)
            return result.error();
        if constexpr (std::is_void_v<T>)
            return answer();
        else
            return answer(*result);
    });
}

// 204 without a body.
inline Reply emptyWhenDone(const QFuture<Result<>> &future, QObject *owner)
{
    return replyWhenDone(future, owner, [] { return Response::empty(204); });
}

} // namespace nephele
