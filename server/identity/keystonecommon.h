// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/extras.h"
#include "model/identity/userstore.h"
#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"
#include "server/http/request.h"

#include <optional>

namespace nephele {

// What the resources of the Identity API v3 have in common.

constexpr int longestKeystoneName = 255;
constexpr int longestKeystoneText = 4096;

// The addresses in a reply: links and catalog.
struct KeystoneLinks
{
    QByteArray baseUrl;

    QByteArray v3(const QByteArray &path) const { return baseUrl + "/identity/v3" + path; }
};

inline KeystoneLinks keystoneLinks(const Request &request)
{
    return { request.baseUrl };
}

// "links": {"self": url}
void writeSelfLink(JsonWriter &json, const QByteArray &url);
// "links": {"next": null, "self": url, "previous": null}
void writeListLinks(JsonWriter &json, const QByteArray &url);

// The members a client made up, beyond `known`: they are kept and given back as they came. Invalid when they
// are too many or too long.
Extras extrasFromJson(JsonReader &json, const QStringList &known);
void writeExtras(JsonWriter &json, const Extras &extras);

// A filter of the query: "enabled" alone, or with true, 1 ...; absent: nullopt.
std::optional<bool> flagFromQuery(const Request &request, QLatin1StringView name);
// From ?limit, at most 1000, which is also the default. Invalid when it is no number above zero.
Result<int> limitFromQuery(const Request &request);

// {"<key>": <what write(json) writes>}
template <class Write>
QByteArray itemBody(const char *key, Write write)
{
    JsonWriter json;
    json.beginObject();
    write(json.key(key));
    json.endObject();
    return std::move(json).bytes();
}

// {"<key>": [<write(json, item)> ...], "links": {...}}; "truncated" when there is more.
template <class List, class Write>
QByteArray listBody(const char *key, const List &items, bool isTruncated, const QByteArray &self, Write write)
{
    JsonWriter json(512 * (items.size() + 1));
    json.beginObject().key(key).beginArray();
    for (const auto &item : items)
        write(json, item);
    json.endArray();
    writeListLinks(json, self);
    if (isTruncated)
        json.member("truncated", true);
    json.endObject();
    return std::move(json).bytes();
}

// The same of a list that is whole.
template <class List, class Write>
QByteArray listBody(const char *key, const List &items, const QByteArray &self, Write write)
{
    return listBody(key, items, false, self, std::move(write));
}

} // namespace nephele
