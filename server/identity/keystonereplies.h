// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/identity/futures.h"
#include "server/identity/keystonecommon.h"

#include <QUuid>

namespace nephele {

// How Keystone's registries answer, on top of keystonecommon.h.

template <class SomeId>
void writeIdOrNull(JsonWriter &json, const char *key, const std::optional<SomeId> &id)
{
    if (id)
        json.member(key, id->text());
    else
        json.nullMember(key);
}

// 200 with what body(value) writes, or the error.
template <class T, class Body>
Reply keystoneReply(const Result<T> &result, Body body)
{
    if (!result)
        return result.error();
    return Response::json(200, body(*result));
}

// The same later, with that status.
template <class T, class Body>
Reply keystoneReply(const QFuture<Result<T>> &future, QObject *context, int status, Body body)
{
    return replyWhenDone(future, context,
        [status, body = std::move(body)](const T &value) { return Response::json(status, body(value)); });
}

// 204 for a HEAD that asks whether something is there.
template <class T>
Reply keystoneThere(const Result<T> &result)
{
    if (!result)
        return result.error();
    return Response::empty(204);
}

// An id in Keystone's own form: 32 hexadecimal digits.
inline QString newKeystoneId()
{
    return QUuid::createUuid().toString(QUuid::Id128);
}

} // namespace nephele
