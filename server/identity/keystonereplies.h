// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/whendone.h"
#include "server/http/jsonwriter.h"
#include "server/http/route.h"

#include <QUuid>

namespace nephele {

// What every resource of the Identity API v3 has in common on the wire.

// The address of something below /identity/v3 as the caller reaches it; path begins with a slash.
inline QByteArray keystoneUrl(const Request &request, const QByteArray &path)
{
    return request.baseUrl + "/identity/v3" + path;
}

// {"<key>": {...}}; write(json) writes the object with its braces.
template <class Write>
QByteArray keystoneObject(const char *key, Write write)
{
    JsonWriter json;
    json.beginObject();
    write(json.key(key));
    json.endObject();
    return std::move(json).bytes();
}

// {"<key>": [...], "links": {"next": null, "self": ..., "previous": null}}; write(json, item) for each.
template <class List, class Write>
QByteArray keystoneList(const char *key, const List &items, const QByteArray &self, Write write)
{
    JsonWriter json(256 * (items.size() + 1));
    json.beginObject().key(key).beginArray();
    for (const auto &item : items)
        write(json, item);
    json.endArray();
    json.key("links").beginObject();
    json.nullMember("next").member("self", self).nullMember("previous");
    json.endObject().endObject();
    return std::move(json).bytes();
}

inline void writeKeystoneSelf(JsonWriter &json, const QByteArray &url)
{
    json.key("links").beginObject().member("self", url).endObject();
}

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
    return thenIn(
        future, context, [status, body = std::move(body)](const Result<T> &result) -> Result<Response> {
            if (!result)
                return result.error();
            return Response::json(status, body(*result));
        });
}

// 204 later.
inline Reply keystoneDone(const QFuture<Result<>> &future, QObject *context)
{
    return thenIn(future, context, [](const Result<> &result) -> Result<Response> {
        if (!result)
            return result.error();
        return Response::empty(204);
    });
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
