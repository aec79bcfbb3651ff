// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectupdates.h"

#include "model/base/whendone.h"
#include "model/blocks/mapreader.h"
#include "model/object/objectstore.h"
#include "server/object/objectputs.h"
#include "server/object/objectsink.h"
#include "server/object/objectsplice.h"

#include <QBuffer>
#include <QtConcurrent>

namespace nephele {

namespace {

using Sink = std::shared_ptr<BodySink>;
using Stored = Result<ObjectVersion>;

constexpr int mostAttempts = 50;

Error notSatisfiable(const QString &why)
{
    return { ErrorCode::RangeNotSatisfiable, QStringLiteral("Content-Range: ") + why, {} };
}

// Where in a content of that size the bytes go.
Result<qint64> offsetIn(const ContentPlace &range, qint64 sizeBytes)
{
    if (range.total && *range.total != sizeBytes)
        return notSatisfiable(QStringLiteral("the object has %1 bytes.").arg(sizeBytes));
    const qint64 offset = range.first.value_or(sizeBytes);
    if (offset > sizeBytes)
        return notSatisfiable(QStringLiteral("it begins behind the end of the object."));
    if (range.total && range.last && *range.last >= *range.total)
        return notSatisfiable(QStringLiteral("it ends behind the end of the object."));
    return offset;
}

// What becomes of a content of that size.
struct Outcome
{
    qint64 offset = 0;
    qint64 sizeBytes = 0;
};

Result<Outcome> outcomeOf(const ObjectUpdate &update, qint64 sizeBytes, qint64 addedBytes)
{
    const auto offset = offsetIn(update.range, sizeBytes);
    if (!offset)
        return offset.error();
    if (update.range.total && *offset + addedBytes > *update.range.total)
        return notSatisfiable(QStringLiteral("it ends behind the end of the object."));
    const qint64 grown = qMax(sizeBytes, *offset + addedBytes);
    return Outcome { *offset, update.mostBytes ? qMin(grown, *update.mostBytes) : grown };
}

// The object as an update meets it.
struct Met
{
    ObjectContainer container;
    ObjectVersion version;
    ContentMap content;
};

Result<Met> meet(ReadTransaction &t, ObjectWorks &works, const ObjectActor &actor, const ObjectUpdate &update)
{
    const auto container = writableContainer(t, actor, update.place);
    if (!container)
        return container.error();
    const auto version = currentObject(t, *container, update.place.name, works.database().clock().nowMs());
    if (!version)
        return version.error();
    if (!*version)
        return notFound(QStringLiteral("There is no object %1.").arg(update.place.name.left(1024)));
    const auto wanted = update.describe(**version);
    if (!wanted)
        return wanted.error();
    if (!wanted->sharing.isEmpty() && !isAccountOwner(actor, update.place.account))
        return forbidden(QStringLiteral("Only its owner shares an object."));
    if (const auto met = checkObjectConditions(*wanted, *version); !met)
        return met.error();
    if (const auto writable = checkWritable(t, works, **version); !writable)
        return writable.error();
    if ((*version)->kind == ObjectKind::StaticManifest || (*version)->kind == ObjectKind::Symlink)
        return conflict(QStringLiteral("The object stands for others; it is written whole only."));
    const auto content = MapStore::find(t, (*version)->map);
    if (!content)
        return content.error();
    if (!*content)
        return internalError(QStringLiteral("map %1 is gone").arg((*version)->map));
    return Met { *container, **version, **content };
}

// nullopt: the object is another by now.
Result<std::optional<ObjectVersion>> settle(Transaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectUpdate &update, const SplicedContent &spliced, qint64 metVersion)
{
    const auto met = meet(t, works, actor, update);
    if (!met)
        return met.error();
    if (met->version.number != metVersion)
        return std::optional<ObjectVersion>();
    auto wanted = update.describe(met->version);
    if (!wanted)
        return wanted.error();
    const auto number = spliced.map.number == 0 ? placeSpliced(t, spliced) : MapStore::finish(t, spliced.map);
    if (!number)
        return number.error();
    ContentMap content = spliced.map;
    content.number = *number;
    wanted->etag.clear();
    wanted->shownBytes.reset();
    const auto stored = storeObject(t, works, actor, update.place, *wanted, content);
    if (!stored)
        return stored.error();
    return std::optional(*stored);
}

void abandon(ObjectWorks &works, qint64 map)
{
    // If this is lost too, the collector gives the map up later.
    (void)works.database().write([map](Transaction &t) { return MapStore::abandon(t, map); }).result();
}

// One try; nullopt: the object is another by now. Blocks.
Result<std::optional<ObjectVersion>> tryUpdate(
    ObjectWorks &works, const ObjectActor &actor, const ObjectUpdate &update, const SpliceBody &body)
{
    const auto met = works.database().read([&](ReadTransaction &t) { return meet(t, works, actor, update); });
    if (!met)
        return met.error();
    const auto outcome = outcomeOf(update, met->version.sizeBytes, body.length);
    if (!outcome)
        return outcome.error();
    const bool isDigested = outcome->sizeBytes <= works.digestedAtOnceBytes();
    auto spliced = spliceContent(works.blocks(), update.place.account,
        { met->content, outcome->offset, outcome->sizeBytes, body, isDigested });
    if (!spliced)
        return spliced.error();
    if (spliced->claims.size() > mostPlacedAtOnce) {
        if (const auto built = buildSpliced(works.blocks(), *spliced); !built)
            return built.error();
    }
    auto stored = works.database()
                      .write([&works, actor, update, spliced = *spliced, number = met->version.number](
                                 Transaction &t) { return settle(t, works, actor, update, spliced, number); })
                      .result();
    if (stored && *stored) {
        if (!isDigested)
            works.learnDigests();
        return stored;
    }
    if (spliced->map.number != 0)
        abandon(works, spliced->map.number);
    else if (stored || stored.error().code != ErrorCode::Unavailable)
        dropSpliced(works.blocks(), *spliced); // else a row may name them after all
    return stored;
}

// Blocks; in the pool.
Stored applyUpdate(
    ObjectWorks &works, const ObjectActor &actor, const ObjectUpdate &update, const SpliceBody &body)
{
    Error last = conflict(QStringLiteral("The object is changed all the time; try again."));
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        const auto stored = tryUpdate(works, actor, update, body);
        if (stored && *stored)
            return **stored;
        // What went away between the look and the closure is met anew.
        if (!stored && stored.error().code != ErrorCode::Unavailable)
            return stored.error();
        if (!stored)
            last = stored.error();
    }
    return last;
}

Error wrongLength(const ContentPlace &range, qint64 came)
{
    return invalid(QStringLiteral("Content-Length: the range has %1 bytes, the body %2.")
                       .arg(*range.last - *range.first + 1)
                       .arg(came));
}

bool fitsRange(const ContentPlace &range, qint64 length)
{
    return !range.first || !range.last || *range.last - *range.first + 1 == length;
}

// What stands in the block that the bytes go into, in front of them: so a body is cut where the object is.
struct Edge
{
    QByteArray bytes;
    BlockHash hash;
};

// Blocks.
Result<Edge> readEdge(ObjectWorks &works, const ContentMap &content, qint64 offset)
{
    const qint64 position = offset / content.blockBytes;
    const auto placed = works.database().read(
        [&](ReadTransaction &t) { return MapStore::blocks(t, content.number, position, 1); });
    if (!placed)
        return placed.error();
    if (placed->isEmpty())
        return Edge(); // it went meanwhile: the body is cut anew later
    auto bytes = works.blocks().readBlock(placed->constFirst());
    if (!bytes)
        return bytes.error();
    bytes->resize(offset % content.blockBytes, '\0');
    return Edge { *bytes, placed->constFirst().hash };
}

Stored applyReceived(ObjectWorks &works, const ObjectActor &actor, const ObjectUpdate &update,
    const Edge &edge, const ObjectSink::Received &received)
{
    const ReadingJob reading(works.database());
    SpliceBody body;
    if (received.map) {
        body.device = std::make_shared<MapReader>(works.blocks(), *received.map);
        body.map = received.map;
        body.skip = edge.bytes.size();
        body.edge = edge.hash;
        body.length = received.map->sizeBytes - body.skip;
    } else {
        const auto buffer = std::make_shared<QBuffer>();
        buffer->setData(received.bytes);
        buffer->open(QIODevice::ReadOnly);
        body.device = buffer;
        body.length = received.bytes.size();
    }
    const auto stored = fitsRange(update.range, body.length) ? applyUpdate(works, actor, update, body)
                                                             : Stored(wrongLength(update.range, body.length));
    if (received.map)
        abandon(works, received.map->number);
    return stored;
}

// What the head says of an update.
struct Judged
{
    Met met;
    qint64 offset = 0;
    std::optional<qint64> mostBytes; // of the body
};

Result<Judged> judge(ReadTransaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectUpdate &update, std::optional<qint64> lengthBytes)
{
    auto met = meet(t, works, actor, update);
    if (!met)
        return met.error();
    const auto outcome = outcomeOf(update, met->version.sizeBytes, lengthBytes.value_or(0));
    if (!outcome)
        return outcome.error();
    if (const auto fits = checkObjectQuotas(t, met->container, met->version, outcome->sizeBytes); !fits)
        return fits.error();
    const auto left = storableBytes(t, met->container.payer, actor.authorIn(update.place.account));
    if (!left)
        return left.error();
    Judged judged { *met, outcome->offset, {} };
    if (!*left)
        return judged;
    // As many as take the place of others, and as many as still fit.
    const qint64 grows = outcome->sizeBytes - met->version.sizeBytes;
    if (grows > qMax<qint64>(0, **left))
        return overStoredQuota();
    judged.mostBytes = qMax<qint64>(0, **left) + met->version.sizeBytes - outcome->offset;
    return judged;
}

Sink makeSink(ObjectWorks &works, QObject *context, const ObjectActor &actor, const ObjectUpdate &update,
    const Judged &judged, const Edge &edge)
{
    ObjectSink::Options options;
    options.account = update.place.account;
    options.context = context;
    options.mostBytes = judged.mostBytes;
    options.tooMuch = overStoredQuota();
    options.prefix = edge.bytes;
    options.receive = [&works, actor, update, edge](const ObjectSink::Received &received) {
        return QtConcurrent::run(&works.contentPool(), [&works, actor, update, edge, received] {
            return applyReceived(works, actor, update, edge, received);
        });
    };
    return std::make_shared<ObjectSink>(works.blocks(), std::move(options));
}

} // namespace

QFuture<Result<Sink>> openUpdate(ObjectWorks &works, QObject *context, const ObjectActor &actor,
    const ObjectUpdate &update, std::optional<qint64> lengthBytes)
{
    const auto now = [](Result<Sink> sink) { return QtFuture::makeReadyFuture(std::move(sink)); };
    if (lengthBytes && !fitsRange(update.range, *lengthBytes))
        return now(wrongLength(update.range, *lengthBytes));
    if (const auto space = works.blocks().checkSpace(lengthBytes.value_or(0)); !space)
        return now(space.error());
    const auto judged = works.database().read(
        [&](ReadTransaction &t) { return judge(t, works, actor, update, lengthBytes); });
    if (!judged)
        return now(judged.error());
    const BlockOptions &blocks = works.blocks().options();
    const bool isSmall = lengthBytes && *lengthBytes <= qMin(blocks.smallBytes, blocks.blockBytes);
    const bool isAligned = judged->offset % blocks.blockBytes == 0;
    if (isSmall || isAligned || judged->met.content.blockBytes != blocks.blockBytes)
        return now(makeSink(works, context, actor, update, *judged, {}));
    const auto edge = QtConcurrent::run(&works.contentPool(), [&works, judged = *judged] {
        const ReadingJob reading(works.database());
        return readEdge(works, judged.met.content, judged.offset);
    });
    return thenIn(edge, context,
        [&works, context, actor, update, judged = *judged](const Result<Edge> &read) -> Result<Sink> {
            if (!read)
                return read.error();
            return makeSink(works, context, actor, update, judged, *read);
        });
}

QFuture<Result<ObjectVersion>> updateFromObject(
    ObjectWorks &works, const ObjectActor &actor, const ObjectUpdate &update, const ObjectView &source)
{
    return QtConcurrent::run(&works.contentPool(), [&works, actor, update, source]() -> Stored {
        const ReadingJob reading(works.database());
        const auto device = openObject(works, source, Manifests::Followed);
        if (!device)
            return device.error();
        SpliceBody body { *device, (*device)->size(), {}, 0, {} };
        if (const auto *reader = qobject_cast<const MapReader *>(device->get()))
            body.map = reader->map();
        if (update.range.first && update.range.last) {
            body.length = *update.range.last - *update.range.first + 1;
            if (body.length > (*device)->size())
                return invalid(
                    QStringLiteral("Content-Range: the source has %1 bytes only.").arg((*device)->size()));
        }
        return applyUpdate(works, actor, update, body);
    });
}

} // namespace nephele
