// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/pithosheaders.h"

#include "model/base/clock.h"
#include "server/object/objectnames.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

QByteArray levelName(PithosLevel level)
{
    switch (level) {
    case PithosLevel::Account:
        return "x-account-";
    case PithosLevel::Container:
        return "x-container-";
    case PithosLevel::Object:
        break;
    }
    return "x-object-";
}

// The part of a field's name behind the prefix, in the form it is kept in; nullopt: another field.
std::optional<QString> keyBehind(const QByteArray &name, const QByteArray &prefix)
{
    // Gateways make a hyphen of an underscore, so they are the same.
    const QString key = QString::fromUtf8(name).toLower().replace(u'_', u'-');
    if (!key.startsWith(QLatin1StringView(prefix)))
        return std::nullopt;
    return key.mid(prefix.size());
}

// What Pithos counts as an object's metadata and keeps outside of X-Object-Meta.
const QStringList &knownProperties()
{
    static const QStringList names { u"content-encoding"_s, u"content-disposition"_s,
        systemNames().manifest };
    return names;
}

Result<> checkStored(const PropertyMap &properties)
{
    if (properties.size() > PithosLimits::metaStored)
        return invalid(u"At most %1 metadata items are stored."_s.arg(PithosLimits::metaStored));
    return {};
}

void mergeInto(PropertyMap &properties, const PropertyMap &sent)
{
    for (const auto &[name, value] : sent.asKeyValueRange()) {
        if (value.isEmpty())
            properties.remove(name);
        else
            properties.insert(name, value);
    }
}

Result<> checkManifest(const QString &manifest)
{
    const qsizetype slash = manifest.indexOf(u'/');
    if (slash <= 0 || slash == manifest.size() - 1)
        return invalid(u"X-Object-Manifest: must be container/prefix."_s);
    return {};
}

ObjectKind kindBy(const Properties &properties, ObjectKind otherwise)
{
    if (properties.system.contains(systemNames().manifest))
        return ObjectKind::DynamicManifest;
    return otherwise == ObjectKind::DynamicManifest ? ObjectKind::Plain : otherwise;
}

} // namespace

Result<PropertyMap> pithosMetadata(const PithosRequest &request, PithosLevel level)
{
    const QByteArray prefix = levelName(level) + "meta-";
    PropertyMap found;
    for (const auto &[name, value] : request.request.headers.fields()) {
        const auto key = keyBehind(name, prefix);
        if (!key)
            continue;
        if (key->isEmpty() || key->toUtf8().size() > PithosLimits::metaName)
            return invalid(u"Header name: metadata names have 1 to %1 bytes."_s.arg(PithosLimits::metaName));
        if (value.size() > PithosLimits::metaValue)
            return invalid(u"%1: metadata values have at most %2 bytes."_s.arg(QString::fromUtf8(name))
                               .arg(PithosLimits::metaValue));
        found.insert(*key, QString::fromUtf8(value).trimmed());
    }
    if (found.size() > PithosLimits::metaSent)
        return invalid(u"At most %1 metadata headers are taken."_s.arg(PithosLimits::metaSent));
    return found;
}

PropertyMap pithosFields(const PithosRequest &request, const QByteArray &prefix)
{
    PropertyMap found;
    for (const auto &[name, value] : request.request.headers.fields()) {
        if (const auto key = keyBehind(name, prefix))
            found.insert(*key, QString::fromUtf8(value).trimmed());
    }
    return found;
}

Result<Properties> pithosObjectProperties(const PithosRequest &request)
{
    auto metadata = pithosMetadata(request, PithosLevel::Object);
    if (!metadata)
        return metadata.error();
    Properties sent { *std::move(metadata), {} };
    for (const QString &name : knownProperties()) {
        const QByteArray field = name.toLatin1();
        if (!request.hasField(field))
            continue;
        // A manifest names a path, so it is longer than other values.
        const bool isManifest = name == systemNames().manifest;
        const qsizetype most =
            isManifest ? PithosLimits::containerName + 1 + PithosLimits::objectName : PithosLimits::metaValue;
        if (request.field(field).size() > most)
            return invalid(u"%1: has at most %2 bytes."_s.arg(name).arg(most));
        QString value = request.text(field).trimmed();
        if (isManifest && value.startsWith(u'/'))
            value.remove(0, 1);
        if (isManifest && !value.isEmpty()) {
            if (const auto good = checkManifest(value); !good)
                return good.error();
            // Kept as Swift's face has it: encoded.
            value = QString::fromLatin1(value.toUtf8().toPercentEncoding("/"));
        }
        sent.system.insert(name, value);
    }
    return sent;
}

Result<Properties> nextPithosProperties(const Properties &before, const Properties &sent, PithosUpdate update)
{
    Properties next = before;
    if (update == PithosUpdate::Replaces) {
        next.user.clear();
        for (const QString &name : knownProperties())
            next.system.remove(name);
    }
    mergeInto(next.user, sent.user);
    mergeInto(next.system, sent.system);
    if (const auto good = checkStored(next.user); !good)
        return good.error();
    return next;
}

Result<PropertyMap> pithosMetadataChanges(
    const PropertyMap &before, const PropertyMap &sent, PithosUpdate update)
{
    PropertyMap changes = sent;
    PropertyMap after = before;
    if (update == PithosUpdate::Replaces) {
        after.clear();
        for (const QString &name : before.keys()) {
            if (!sent.contains(name))
                changes.insert(name, QString());
        }
    }
    mergeInto(after, sent);
    if (const auto good = checkStored(after); !good)
        return good.error();
    return changes;
}

PithosUpdate pithosUpdate(const PithosRequest &request)
{
    return request.has("update"_L1) ? PithosUpdate::Merges : PithosUpdate::Replaces;
}

Result<NewObject> newPithosObject(const PithosRequest &request, const QString &contentType)
{
    const auto sent = pithosObjectProperties(request);
    if (!sent)
        return sent.error();
    auto properties = nextPithosProperties({}, *sent, PithosUpdate::Replaces);
    if (!properties)
        return properties.error();
    NewObject wanted;
    wanted.contentType = contentType;
    wanted.kind = kindBy(*properties, ObjectKind::Plain);
    wanted.properties = *std::move(properties);
    wanted.ifMatch = request.field("If-Match").trimmed();
    wanted.ifNoneMatch = request.field("If-None-Match").trimmed();
    return wanted;
}

Result<NewObject> changedPithosObject(
    const ObjectVersion &before, const Properties &sent, PithosUpdate update)
{
    auto properties = nextPithosProperties(before.properties, sent, update);
    if (!properties)
        return properties.error();
    NewObject next;
    next.contentType = before.contentType;
    next.kind = kindBy(*properties, before.kind);
    next.shownBytes = before.shownBytes;
    next.etag = before.etag;
    next.deleteAtMs = before.deleteAtMs;
    next.properties = *std::move(properties);
    return next;
}

QByteArray pithosQuoted(const QString &value)
{
    return value.toUtf8().toPercentEncoding("/=,:@; \"");
}

QByteArray pithosFieldName(QByteArrayView prefix, const QString &name)
{
    QString whole = QLatin1StringView(prefix) + name;
    bool isFirst = true;
    for (QChar &c : whole) {
        if (isFirst)
            c = c.toUpper();
        isFirst = c == u'-';
    }
    return pithosQuoted(whole);
}

QByteArray pithosTimestamp(qint64 ms)
{
    return QByteArray::number(ms / 1000) + '.' + QByteArray::number(ms % 1000).rightJustified(3, '0');
}

QByteArray pithosDate(qint64 ms)
{
    return httpDate((ms + 999) / 1000 * 1000);
}

QByteArray pithosEtag(const ObjectVersion &version, const QByteArray &root)
{
    return version.etag.isEmpty() ? root.toHex() : version.etag.toLatin1();
}

void writePithosObject(Headers &headers, const ObjectVersion &version, const QByteArray &root,
    const QByteArray &etag, qint64 modifiedAtMs)
{
    headers.set("Content-Type", pithosQuoted(version.contentType));
    headers.append("ETag", etag);
    headers.append("Last-Modified", pithosDate(modifiedAtMs));
    headers.append("X-Object-Hash", root.toHex());
    headers.append("X-Object-UUID", version.object.utf8());
    headers.append("X-Object-Version", QByteArray::number(version.number));
    headers.append("X-Object-Version-Timestamp", pithosDate(version.validFromMs));
    headers.append("X-Object-Modified-By", version.author.utf8());
    for (const auto &[name, value] : version.properties.user.asKeyValueRange())
        headers.append(pithosFieldName("X-Object-Meta-", name), pithosQuoted(value));
    for (const auto &[name, value] : version.properties.system.asKeyValueRange()) {
        const bool isManifest = name == systemNames().manifest; // encoded already
        headers.append(pithosFieldName({}, name), isManifest ? value.toLatin1() : pithosQuoted(value));
    }
    writeSandbox(headers);
}

void writePithosStored(Headers &headers, const ObjectVersion &version)
{
    headers.append("X-Object-Version", QByteArray::number(version.number));
}

void writeSandbox(Headers &headers)
{
    headers.append("Content-Security-Policy", "sandbox allow-scripts allow-forms allow-downloads");
    headers.append("X-Content-Type-Options", "nosniff");
}

void writeDisposition(Headers &headers, const PithosRequest &request, const QString &name)
{
    const QString wanted = request.request.query("disposition-type"_L1).value_or(QString());
    const bool isAsked = wanted == "inline"_L1 || wanted == "attachment"_L1;
    if (!isAsked && headers.contains("Content-Disposition"))
        return;
    const QByteArray file =
        name.section(u'/', -1, -1, QString::SectionSkipEmpty).toUtf8().toPercentEncoding(" ");
    headers.set("Content-Disposition",
        (isAsked ? wanted.toLatin1() : QByteArray("inline")) + "; filename=\"" + file + '"');
}

} // namespace nephele
