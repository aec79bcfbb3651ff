// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/remotereader.h"

#include "app/client/fault.h"
#include "model/base/clock.h"
#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace nephele {

namespace {

constexpr int longestList = 4'000'000; // hashes: 16 TiB in blocks of 4 MiB

Error malformed(const Error &why)
{
    return notUnderstood(QStringLiteral("objects"), why);
}

Result<BlockHash> hashFromHex(const QString &hex)
{
    const QByteArray raw = QByteArray::fromHex(hex.toLatin1());
    if (raw.size() != blockHashBytes || hex.size() != 2 * blockHashBytes)
        return malformed(invalid(QStringLiteral("'%1' is no hash").arg(hex.left(80))));
    return raw;
}

bool isFolderType(const QString &contentType)
{
    const QString type = contentType.section(QLatin1Char(';'), 0, 0).trimmed();
    return type == QLatin1StringView("application/directory")
        || type == QLatin1StringView("application/folder");
}

Result<QJsonArray> arrayFrom(const QByteArray &body)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(body, &problem);
    if (!document.isArray())
        return malformed(invalid(QStringLiteral("not a list: %1").arg(problem.errorString())));
    return document.array();
}

Result<QList<BlockHash>> hashesFrom(const QJsonArray &values)
{
    QList<BlockHash> hashes;
    hashes.reserve(values.size());
    for (const QJsonValue &value : values) {
        const auto hash = hashFromHex(value.toString());
        if (!hash)
            return hash.error();
        hashes.append(*hash);
    }
    return hashes;
}

} // namespace

Result<RemotePage> remotePageFrom(const QByteArray &body)
{
    const auto values = arrayFrom(body);
    if (!values)
        return values.error();
    RemotePage page;
    page.count = values->size();
    for (const QJsonValue &value : *values) {
        if (value.toObject().contains(QStringLiteral("subdir")))
            continue;
        JsonReader item(value.toObject(), QStringLiteral("objects"));
        RemoteEntry entry;
        const QString name = item.json().value(QStringLiteral("name")).toString();
        const QString type = item.optionalText(QLatin1StringView("content_type"), 1024).value_or(QString());
        entry.state.kind = isFolderType(type) ? SyncState::Kind::Folder : SyncState::Kind::File;
        entry.sizeBytes = item.integer(QLatin1StringView("bytes"));
        entry.version = item.integer(QLatin1StringView("x_object_version"));
        entry.uuid = item.text(QLatin1StringView("x_object_uuid"), 64);
        const auto modified = item.optionalText(QLatin1StringView("last_modified"), 64);
        entry.modifiedMs = instantFromIso(modified.value_or(QString())).value_or(0);
        const QString hex = item.text(QLatin1StringView("x_object_hash"), 64);
        if (const auto wrong = item.failure())
            return malformed(*wrong);
        const auto hash = hashFromHex(hex);
        if (!hash)
            return hash.error();
        if (entry.state.isFile())
            entry.state.hash = *hash;
        page.entries.append({ name, entry });
        page.lastName = name;
    }
    return page;
}

Result<RemoteHead> remoteHeadFrom(const RestReply &reply)
{
    RemoteHead head;
    head.version = reply.header("X-Object-Version").toLongLong();
    head.etag = reply.header("ETag");
    head.uuid = QString::fromLatin1(reply.header("X-Object-UUID"));
    head.isManifest = !reply.header("X-Object-Manifest").isEmpty();
    const auto hash = hashFromHex(QString::fromLatin1(reply.header("X-Object-Hash")));
    if (!hash || head.version <= 0)
        return malformed(hash ? invalid(QStringLiteral("X-Object-Version is missing")) : hash.error());
    head.hash = *hash;
    for (const auto &[name, value] : reply.headers) {
        const QByteArray lower = name.toLower();
        const bool isMeta = lower.startsWith("x-object-meta-") && lower != "x-object-meta-executable";
        if (isMeta || lower == "content-encoding")
            head.kept.append({ name, value });
    }
    return head;
}

Result<RemoteHashmap> remoteHashmapFrom(const RestReply &reply)
{
    RemoteHashmap map;
    const auto head = remoteHeadFrom(reply);
    if (!head)
        return head.error();
    map.head = *head;
    const auto object = JsonReader::objectFromBody(reply.body);
    if (!object)
        return malformed(object.error());
    JsonReader reader(*object, {});
    map.sizeBytes = reader.integer(QLatin1StringView("bytes"));
    map.blockBytes = reader.integer(QLatin1StringView("block_size"), 1, 1 << 30);
    const QJsonArray values = reader.array(QLatin1StringView("hashes"), longestList);
    if (const auto wrong = reader.failure())
        return malformed(*wrong);
    const auto hashes = hashesFrom(values);
    if (!hashes)
        return hashes.error();
    map.hashes = *hashes;
    const qint64 wanted = (map.sizeBytes + map.blockBytes - 1) / map.blockBytes;
    // An empty object may be listed with the one hash of nothing.
    if (map.sizeBytes == 0)
        map.hashes.clear();
    map.fits = map.hashes.size() == wanted && merkleRoot(map.hashes) == map.head.hash;
    return map;
}

Result<QList<BlockHash>> blockHashesFrom(const QByteArray &body)
{
    const auto values = arrayFrom(body);
    return values ? hashesFrom(*values) : values.error();
}

QByteArray hashmapBody(qint64 sizeBytes, const QList<BlockHash> &hashes)
{
    JsonWriter json(hashes.size() * 68 + 64);
    json.beginObject().member("bytes", sizeBytes).key("hashes").beginArray();
    for (const BlockHash &hash : hashes)
        json.value(hash.toHex());
    json.endArray().endObject();
    return json.bytes();
}

} // namespace nephele
