// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/hashmaps.h"

#include "model/blocks/mapbuilder.h"
#include "model/blocks/mapcopy.h"
#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"
#include "server/http/xmlwriter.h"
#include "server/object/objectputs.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

std::optional<BlockHash> hashFromHex(const QString &hex)
{
    if (hex.size() != 2 * blockHashBytes)
        return std::nullopt;
    for (const QChar c : hex) {
        if (!(c >= u'0' && c <= u'9') && !(c >= u'a' && c <= u'f') && !(c >= u'A' && c <= u'F'))
            return std::nullopt;
    }
    return QByteArray::fromHex(hex.toLatin1());
}

// The account has the very content already: nothing is built.
Result<std::optional<ObjectVersion>> storeSame(Transaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectPlace &place, const NewObject &wanted, const ContentMap &key)
{
    const auto same = MapStore::pinSame(t, key);
    if (!same)
        return same.error();
    if (!*same)
        return std::optional<ObjectVersion>();
    const auto stored = storeObject(t, works, actor, place, wanted, **same);
    if (!stored)
        return stored.error();
    return std::optional(*stored);
}

Result<ObjectVersion> settle(ObjectWorks &works, const ObjectActor &actor, const ObjectPlace &place,
    const NewObject &wanted, const ContentMap &built)
{
    return settleMap(works.database(), built,
        [&works, actor, place, wanted](Transaction &t, const ContentMap &live) -> Result<ObjectVersion> {
            // The account may have had it, with its MD5.
            const auto content = MapStore::find(t, live.number);
            if (!content)
                return content.error();
            return storeObject(t, works, actor, place, wanted, **content);
        });
}

} // namespace

Result<Hashmap> readHashmap(const QByteArray &json)
{
    const auto object = JsonReader::objectFromBody(json);
    if (!object)
        return object.error();
    JsonReader reader(*object, u"hashmap"_s);
    Hashmap hashmap;
    hashmap.bytes = reader.integer("bytes"_L1);
    const QJsonArray hashes = reader.array("hashes"_L1, 1 << 20);
    if (const auto wrong = reader.failure())
        return *wrong;
    hashmap.hashes.reserve(hashes.size());
    for (const QJsonValue &value : hashes) {
        const auto hash = hashFromHex(value.toString());
        if (!hash)
            return invalid(u"hashmap.hashes[%1]: must be %2 hexadecimal digits."_s.arg(hashmap.hashes.size())
                               .arg(2 * blockHashBytes));
        hashmap.hashes.append(*hash);
    }
    // Nothing may be written as the hash of nothing.
    if (hashmap.bytes == 0 && hashmap.hashes == QList<BlockHash> { holeHash() })
        hashmap.hashes.clear();
    return hashmap;
}

QByteArray writeHashmap(
    const ContentMap &content, const QList<BlockHash> &hashes, const QString &name, ReplyFormat format)
{
    if (format == ReplyFormat::Xml) {
        XmlWriter xml;
        xml.begin("object"_L1).attribute("name"_L1, name);
        xml.attribute("bytes"_L1, QString::number(content.sizeBytes));
        xml.attribute("block_size"_L1, QString::number(content.blockBytes));
        xml.attribute("block_hash"_L1, u"sha256"_s);
        for (const BlockHash &hash : hashes)
            xml.element("hash"_L1, QString::fromLatin1(hash.toHex()));
        return xml.bytes();
    }
    JsonWriter json(80 * hashes.size() + 128);
    json.beginObject().member("block_hash", "sha256").member("block_size", content.blockBytes);
    json.member("bytes", content.sizeBytes).key("hashes").beginArray();
    for (const BlockHash &hash : hashes)
        json.value(hash.toHex());
    json.endArray().endObject();
    return std::move(json).bytes();
}

QByteArray writeHashes(const QList<BlockHash> &hashes, ReplyFormat format)
{
    if (format == ReplyFormat::Xml) {
        XmlWriter xml;
        xml.begin("items"_L1);
        for (const BlockHash &hash : hashes)
            xml.element("item"_L1, QString::fromLatin1(hash.toHex()));
        return xml.bytes();
    }
    if (format == ReplyFormat::Text) {
        QByteArray lines;
        for (const BlockHash &hash : hashes)
            lines.append(hash.toHex()).append('\n');
        return lines;
    }
    JsonWriter json(80 * hashes.size() + 16);
    json.beginArray();
    for (const BlockHash &hash : hashes)
        json.value(hash.toHex());
    json.endArray();
    return std::move(json).bytes();
}

Result<HashmapOutcome> putHashmap(ObjectWorks &works, const ObjectActor &actor, const ObjectPlace &place,
    const NewObject &wanted, const Hashmap &hashmap)
{
    Database &database = works.database();
    const auto judged = database.read(
        [&](ReadTransaction &t) { return judgeUpload(t, works, actor, place, wanted, hashmap.bytes); });
    if (!judged)
        return judged.error();
    ContentMap key;
    key.account = place.account;
    key.root = merkleRoot(hashmap.hashes);
    key.sizeBytes = hashmap.bytes;
    key.blockBytes = works.blocks().options().blockBytes;
    HashmapOutcome outcome;
    outcome.root = key.root;
    // Who writes into another's account brings blocks of his own: he learns nothing of what is there, and
    // reads nothing by its hash.
    const bool isOwner = isAccountOwner(actor, place.account);
    const ProjectId own = ProjectId::stored(actor.caller.user.text());
    const ProjectId holder = isOwner ? place.account : isAccountOwner(actor, own) ? own : ProjectId();
    if (isOwner && hashmap.hashes.size() == key.blockCount()) {
        const auto same = database
                              .write([&works, actor, place, wanted, key](Transaction &t) {
                                  return storeSame(t, works, actor, place, wanted, key);
                              })
                              .result();
        if (!same)
            return same.error();
        if (*same) {
            outcome.stored = **same;
            return outcome;
        }
    }
    auto built = buildMap(works.blocks(), place.account, holder, hashmap.hashes, hashmap.bytes);
    if (!built)
        return built.error();
    outcome.missing = built->missing;
    if (!outcome.missing.isEmpty())
        return outcome;
    if (hashmap.bytes <= works.digestedAtOnceBytes()) {
        const auto md5 = md5OfMap(works.blocks(), built->map, &works.isStopping());
        if (!md5) {
            (void)database
                .write([map = built->map.number](Transaction &t) { return MapStore::abandon(t, map); })
                .result();
            return md5.error();
        }
        built->map.md5 = *md5;
    }
    const auto stored = settle(works, actor, place, wanted, built->map);
    if (!stored)
        return stored.error();
    outcome.stored = *stored;
    if (outcome.stored.etag.isEmpty())
        works.learnDigests();
    return outcome;
}

} // namespace nephele
