// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectcontent.h"

#include "model/blocks/mapreader.h"
#include "model/object/containerstore.h"
#include "model/object/objectlisting.h"
#include "server/http/byteranges.h"
#include "server/object/objectnames.h"

#include <QUrl>

namespace nephele {

namespace {

constexpr int deepest = 10; // manifests within manifests
constexpr int mostParts = 10'000;

Result<std::shared_ptr<QIODevice>> openMap(ObjectWorks &works, qint64 map)
{
    auto reader = MapReader::open(works.blocks(), map);
    if (!reader)
        return reader.error();
    return std::shared_ptr<QIODevice>(*std::move(reader));
}

Result<std::shared_ptr<QIODevice>> openAt(
    ObjectWorks &works, const ObjectView &view, Manifests manifests, int depth);

Result<std::shared_ptr<QIODevice>> openPart(
    ObjectWorks &works, const ObjectActor &actor, const ProjectId &account, const Segment &segment, int depth)
{
    if (depth > deepest)
        return conflict(QStringLiteral("Manifests point to one another too deeply."));
    const ObjectPlace place { account, segment.container, segment.name };
    const auto part = works.database().read([&](ReadTransaction &t) -> Result<ObjectView> {
        const auto found = findObject(t, works, actor, place, ObjectRight::Read);
        // A static manifest's ETag is that of a link's target; a dynamic one's part is what was listed.
        return found && found->version.etag != segment.etag ? followLinks(t, works, *found) : found;
    });
    if (!part)
        return part.error();
    if (part->version.etag != segment.etag || part->version.listedBytes() != segment.objectBytes)
        return conflict(QStringLiteral("A part of the object was changed: %1.").arg(segment.name));
    return openAt(works, *part, Manifests::Followed, depth + 1);
}

Result<QByteArray> readManifest(ObjectWorks &works, const ObjectVersion &version)
{
    const auto device = openMap(works, version.map);
    if (!device)
        return device.error();
    const QByteArray bytes = (*device)->read(version.sizeBytes);
    if (bytes.size() != version.sizeBytes)
        return internalError(QStringLiteral("a manifest cannot be read: %1").arg((*device)->errorString()));
    return bytes;
}

Result<QList<Segment>> partsBelow(ObjectWorks &works, const ObjectView &view)
{
    const QString manifest = view.version.properties.system.value(systemNames().manifest);
    const QString plain = QUrl::fromPercentEncoding(manifest.toUtf8());
    const QString containerName = plain.section(u'/', 0, 0);
    return works.database().read([&](ReadTransaction &t) -> Result<QList<Segment>> {
        const auto container = ContainerStore::find(t, view.place.account, containerName);
        if (!container)
            return container.error();
        QList<Segment> parts;
        if (!*container)
            return parts;
        NamePage page;
        page.prefix = plain.mid(containerName.size() + 1);
        page.limit = mostParts + 1;
        const auto lines =
            ObjectListing::objects(t, (*container)->number, page, works.database().clock().nowMs());
        if (!lines)
            return lines.error();
        if (lines->size() > mostParts)
            return Error { ErrorCode::TooLarge,
                QStringLiteral("The object is made of more than %1 parts.").arg(mostParts), {} };
        QStringList names;
        for (const ObjectLine &line : *lines) {
            parts.append(Segment { containerName, line.name, line.etag, line.bytes, 0, line.bytes });
            names.append(line.name);
        }
        if (const auto allowed = checkNamesReadable(t, view.actor, view.place.account, &**container, names);
            !allowed)
            return allowed.error();
        return parts;
    });
}

// All parts, asked for before a byte is sent.
Result<> checkParts(ObjectWorks &works, const ObjectView &view, const QList<Segment> &parts)
{
    QMap<QString, QStringList> names; // by container
    for (const Segment &part : parts) {
        if (!part.isInline())
            names[part.container].append(part.name);
    }
    return works.database().read([&](ReadTransaction &t) -> Result<> {
        for (const auto &[name, below] : names.asKeyValueRange()) {
            const auto container = ContainerStore::find(t, view.place.account, name);
            if (!container)
                return container.error();
            if (const auto allowed = checkNamesReadable(
                    t, view.actor, view.place.account, *container ? &**container : nullptr, below);
                !allowed)
                return allowed.error();
        }
        return {};
    });
}

Result<std::shared_ptr<QIODevice>> openAt(
    ObjectWorks &works, const ObjectView &view, Manifests manifests, int depth)
{
    if (manifests == Manifests::Raw || view.version.kind == ObjectKind::Plain
        || view.version.kind == ObjectKind::Symlink)
        return openMap(works, view.version.map);
    const auto parts = segmentsOf(works, view);
    if (!parts)
        return parts.error();
    if (const auto allowed = checkParts(works, view, *parts); !allowed)
        return allowed.error();
    // Not the service, which may be gone before the last byte is sent.
    return std::shared_ptr<QIODevice>(std::make_shared<SegmentsDevice>(*parts,
        [works = &works, actor = view.actor, account = view.place.account, depth](
            const Segment &part) { return openPart(*works, actor, account, part, depth); }));
}

// The part of the object that a segment of a manifest takes.
Result<Segment> takePart(const SentSegment &sent, const ObjectVersion &version)
{
    Segment part { sent.container, sent.name, version.etag, version.listedBytes(), 0, version.listedBytes() };
    part.contentType = version.contentType;
    part.modifiedAtMs = version.validFromMs;
    part.isManifest = version.kind == ObjectKind::StaticManifest;
    if (sent.etag && *sent.etag != version.etag)
        return invalid(QStringLiteral("Etag Mismatch"));
    if (sent.sizeBytes && *sent.sizeBytes != part.objectBytes)
        return invalid(QStringLiteral("Size Mismatch"));
    if (sent.range.isEmpty()) {
        if (part.length == 0)
            return invalid(QStringLiteral("Too Small; each segment must be at least 1 byte."));
        return part;
    }
    const RangeChoice choice =
        chooseRanges("bytes=" + sent.range, part.objectBytes, 1, RangesPastEnd::Refused);
    if (choice.answer != RangeChoice::Answer::Parts)
        return invalid(QStringLiteral("Unsatisfiable Range"));
    part.offset = choice.parts.constFirst().offset;
    part.length = choice.parts.constFirst().length;
    return part;
}

struct CheckedParts
{
    QList<Segment> parts;
    QStringList problems; // "/c/o, why"
};

Result<CheckedParts> checkParts(ReadTransaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ProjectId &account, const QList<SentSegment> &sent)
{
    CheckedParts checked;
    for (const SentSegment &segment : sent) {
        if (!segment.data.isEmpty()) {
            checked.parts.append(inlineSegment(segment.data));
            continue;
        }
        const auto problem = [&](const QString &why) {
            checked.problems.append(QStringLiteral("/%1/%2, %3").arg(segment.container, segment.name, why));
        };
        auto part =
            findObject(t, works, actor, { account, segment.container, segment.name }, ObjectRight::Read);
        if (part)
            part = followLinks(t, works, *part);
        if (!part && part.error().code == ErrorCode::Internal)
            return part.error();
        if (!part) {
            const bool isAbsent = part.error().code == ErrorCode::NotFound;
            problem(isAbsent ? QStringLiteral("404 Not Found") : QStringLiteral("403 Forbidden"));
            continue;
        }
        const auto taken = takePart(segment, part->version);
        if (!taken) {
            problem(taken.error().message);
            continue;
        }
        checked.parts.append(*taken);
    }
    return checked;
}

} // namespace

Result<std::shared_ptr<QIODevice>> openObject(ObjectWorks &works, const ObjectView &view, Manifests manifests)
{
    return openAt(works, view, manifests, 0);
}

Result<QList<Segment>> segmentsOf(ObjectWorks &works, const ObjectView &view)
{
    switch (view.version.kind) {
    case ObjectKind::StaticManifest: {
        const auto bytes = readManifest(works, view.version);
        if (!bytes)
            return bytes.error();
        return keptSegments(*bytes);
    }
    case ObjectKind::DynamicManifest:
        return partsBelow(works, view);
    case ObjectKind::Plain:
    case ObjectKind::Symlink:
        break;
    }
    return QList<Segment>();
}

Result<QByteArray> makeManifest(ObjectWorks &works, const ObjectActor &actor, const ProjectId &account,
    const QByteArray &sent, NewObject &wanted)
{
    const auto segments = sentSegments(sent);
    if (!segments)
        return segments.error();
    const auto checked = works.database().read(
        [&](ReadTransaction &t) { return checkParts(t, works, actor, account, *segments); });
    if (!checked)
        return checked.error();
    if (!checked->problems.isEmpty())
        return invalid(QStringLiteral("Errors:\n") + checked->problems.join(u'\n'));
    qint64 bytes = 0;
    for (const Segment &part : checked->parts)
        bytes += part.length;
    wanted.kind = ObjectKind::StaticManifest;
    wanted.shownBytes = bytes;
    wanted.etag = etagOfSegments(checked->parts);
    return keptManifest(checked->parts);
}

} // namespace nephele
