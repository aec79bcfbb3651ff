// SPDX-License-Identifier: GPL-3.0-or-later
// The part of ObjectService that moves objects, and copies or moves whole trees of them.
#include "server/object/objectservice.h"

#include "model/blocks/mapbuilder.h"
#include "model/blocks/mapcopy.h"
#include "model/object/containerstore.h"
#include "model/object/objectstore.h"
#include "server/object/objectputs.h"

#include <QtConcurrent>

namespace nephele {

namespace {

constexpr int namesAtOnce = 50;
constexpr qsizetype mostNameBytes = 1024;

struct Departure
{
    ObjectContainer container;
    ObjectVersion source;
    NewObject wanted;
};

// What leaves, and what is wished of it where it arrives.
Result<Departure> departure(
    ReadTransaction &t, const ObjectActor &actor, const ObjectCopy &copy, qint64 nowMs)
{
    if (!isAccountOwner(actor, copy.from.account))
        return forbidden(QStringLiteral("Objects are moved out of one's own account only."));
    const auto from = writableContainer(t, actor, copy.from, ObjectRight::Remove);
    if (!from)
        return from.error();
    const auto source = objectState(t, *from, copy.from.name, std::nullopt, nowMs);
    if (!source)
        return source.error();
    const auto wanted = copy.describe(*source);
    if (!wanted)
        return wanted.error();
    return Departure { *from, *source, *wanted };
}

// Makes room for an object that comes under that name.
Result<> clearTarget(Transaction &t, ObjectWorks &works, const ObjectContainer &to, const ObjectPlace &place,
    const Departure &leaving)
{
    const auto former = ObjectStore::find(t, to.number, place.name);
    if (!former)
        return former.error();
    const bool isThere = *former && !(*former)->isGone(t.stampMs());
    if (const auto met = checkObjectConditions(leaving.wanted, isThere ? *former : std::nullopt); !met)
        return met.error();
    if (*former && (*former)->object == leaving.source.object)
        return {};
    if (to.number != leaving.container.number) {
        if (const auto fits = checkObjectQuotas(t, to, *former, leaving.source.sizeBytes); !fits)
            return fits.error();
    }
    if (!*former)
        return {};
    if (const auto writable = checkWritable(t, works, **former); !writable)
        return writable.error();
    return dropObject(t, works, **former);
}

// `map`: the content where it arrives, pinned for it.
Result<CopiedObject> arrive(Transaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectCopy &copy, const Departure &leaving, qint64 map)
{
    const auto to = writableContainer(t, actor, copy.to);
    if (!to)
        return to.error();
    if (const auto cleared = clearTarget(t, works, *to, copy.to, leaving); !cleared)
        return cleared.error();
    ObjectVersion moved = leaving.source;
    moved.container = to->number;
    moved.name = copy.to.name;
    moved.map = map;
    moved.author = actor.authorIn(copy.to.account);
    moved.contentType = leaving.wanted.contentType;
    moved.properties = leaving.wanted.properties;
    moved.kind = leaving.wanted.kind;
    moved.deleteAtMs = leaving.wanted.deleteAtMs;
    moved.validFromMs = t.stampMs();
    const auto number = ObjectStore::addVersion(t, moved);
    if (!number)
        return number.error();
    moved.number = *number;
    if (const auto shared = applySharing(t, actor, *to, moved, leaving.wanted.sharing); !shared)
        return shared.error();
    const auto charged = moveCharge(
        t, { leaving.container.payer, leaving.source.author }, { to->payer, moved.author }, moved.sizeBytes);
    if (!charged)
        return charged.error();
    return CopiedObject { leaving.source, moved };
}

// Within an account: no content is touched.
Result<CopiedObject> moveWithin(
    Transaction &t, ObjectWorks &works, const ObjectActor &actor, const ObjectCopy &copy)
{
    const auto leaving = departure(t, actor, copy, t.stampMs());
    if (!leaving)
        return leaving.error();
    if (const auto pinned = MapStore::pin(t, leaving->source.map); !pinned)
        return pinned.error();
    return arrive(t, works, actor, copy, *leaving, leaving->source.map);
}

Result<CopiedObject> settleAcross(Transaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectCopy &copy, qint64 map, qint64 sourceMap)
{
    const auto leaving = departure(t, actor, copy, t.stampMs());
    if (!leaving)
        return leaving.error();
    if (leaving->source.map != sourceMap)
        return unavailable(QStringLiteral("The object was changed while it was moved; try again."));
    if (const auto writable = checkWritable(t, works, leaving->source); !writable)
        return writable.error();
    auto moved = arrive(t, works, actor, copy, *leaving, map);
    if (!moved)
        return moved;
    if (const auto given = ObjectStore::giveTo(t, moved->stored.object, copy.to.account); !given)
        return given.error();
    return moved;
}

// Into another account, which refers to the same blocks from now on. Blocks.
Result<CopiedObject> moveAcross(ObjectWorks &works, const ObjectActor &actor, const ObjectCopy &copy)
{
    Database &database = works.database();
    const auto content = database.read([&](ReadTransaction &t) -> Result<ContentMap> {
        const auto leaving = departure(t, actor, copy, database.clock().nowMs());
        if (!leaving)
            return leaving.error();
        // Nothing is copied for who may not put it there.
        if (const auto to = writableContainer(t, actor, copy.to); !to)
            return to.error();
        const auto found = MapStore::find(t, leaving->source.map);
        if (!found)
            return found.error();
        return **found;
    });
    if (!content)
        return content.error();
    const auto built = copyMap(works.blocks(), *content, copy.to.account);
    if (!built)
        return built.error();
    return settleMap(database, *built,
        [&works, actor, copy, source = content->number](Transaction &t, const ContentMap &live) {
            return settleAcross(t, works, actor, copy, live.number, source);
        });
}

Result<NewObject> describeSame(const ObjectVersion &source)
{
    NewObject same;
    same.contentType = source.contentType;
    same.properties = source.properties;
    same.kind = source.kind;
    same.shownBytes = source.shownBytes;
    same.etag = source.etag;
    same.deleteAtMs = source.deleteAtMs;
    return same;
}

// The next names below a prefix that a caller may read.
Result<QStringList> namesBelow(ObjectWorks &works, const ObjectActor &actor, const ObjectPlace &source,
    const QString &prefix, const std::optional<QString> &after)
{
    return works.database().read([&](ReadTransaction &t) -> Result<QStringList> {
        const auto container = ContainerStore::find(t, source.account, source.container);
        if (!container)
            return container.error();
        if (!*container)
            return notFound(QStringLiteral("There is no container %1.").arg(source.container.left(256)));
        NamePage page;
        page.prefix = prefix;
        page.after = after;
        page.limit = namesAtOnce;
        const auto lines =
            ObjectListing::objects(t, (*container)->number, page, works.database().clock().nowMs());
        if (!lines)
            return lines.error();
        QStringList names;
        for (const ObjectLine &line : *lines)
            names.append(line.name);
        if (const auto allowed = checkNamesReadable(t, actor, source.account, &**container, names); !allowed)
            return allowed.error();
        return names;
    });
}

Result<CopiedObject> moveNow(ObjectWorks &works, const ObjectActor &actor, const ObjectCopy &copy)
{
    if (copy.from.account != copy.to.account)
        return moveAcross(works, actor, copy);
    return works.database()
        .write([&works, actor, copy](Transaction &t) { return moveWithin(t, works, actor, copy); })
        .result();
}

using Step = Result<CopiedObject> (*)(ObjectWorks &, const ObjectActor &, const ObjectCopy &);

// Blocks.
Result<CopiedObject> transferAll(
    ObjectWorks &works, const ObjectActor &actor, const ObjectCopy &copy, const QString &delimiter, Step step)
{
    const QString prefix = copy.from.name + delimiter;
    std::optional<QString> after;
    for (;;) {
        const auto names = namesBelow(works, actor, copy.from, prefix, after);
        if (!names)
            return names.error();
        for (const QString &name : *names) {
            if (works.isStopping())
                return unavailable(QStringLiteral("The program ends; repeat the call."));
            ObjectCopy one = copy;
            one.from.name = name;
            one.to.name = copy.to.name + delimiter + name.mid(prefix.size());
            one.version.reset();
            one.describe = describeSame;
            if (one.to.name.toUtf8().size() > mostNameBytes)
                return invalid(QStringLiteral("Destination: a name below it would be too long."));
            if (const auto done = step(works, actor, one); !done)
                return done.error().within(name);
        }
        if (names->size() < namesAtOnce)
            break;
        after = names->constLast();
    }
    // The one that was named comes last: while it is there, the call can be repeated.
    return step(works, actor, copy);
}

} // namespace

QFuture<Result<CopiedObject>> ObjectService::moveObject(const ObjectActor &actor, const ObjectCopy &copy)
{
    if (copy.from.account == copy.to.account)
        return m_works.database().write(
            [works = &m_works, actor, copy](Transaction &t) { return moveWithin(t, *works, actor, copy); });
    return QtConcurrent::run(&m_works.contentPool(), [works = &m_works, actor, copy] {
        const ReadingJob job(works->database());
        return moveAcross(*works, actor, copy);
    });
}

QFuture<Result<CopiedObject>> ObjectService::transferTree(
    const ObjectActor &actor, const ObjectCopy &copy, const QString &delimiter, Transfer transfer)
{
    const auto failed = [](const Error &why) { return QtFuture::makeReadyFuture(Result<CopiedObject>(why)); };
    const QString fromPrefix = copy.from.name + delimiter;
    const QString toPrefix = copy.to.name + delimiter;
    if (copy.from.account == copy.to.account && copy.from.container == copy.to.container
        && (toPrefix.startsWith(fromPrefix) || fromPrefix.startsWith(toPrefix)))
        return failed(invalid(QStringLiteral("Destination: one of the two trees lies in the other.")));
    // What would refuse the one that is named refuses all before any is touched.
    const auto source = object(
        actor, copy.from, transfer == Transfer::Move ? ObjectRight::Remove : ObjectRight::Read, copy.version);
    if (!source)
        return failed(source.error());
    if (const auto wanted = copy.describe(source->version); !wanted)
        return failed(wanted.error());
    const auto target =
        m_works.database().read([&](ReadTransaction &t) { return writableContainer(t, actor, copy.to); });
    if (!target)
        return failed(target.error());
    const Step step = transfer == Transfer::Move ? &moveNow : &copyObjectNow;
    return QtConcurrent::run(&m_works.pool(), [works = &m_works, actor, copy, delimiter, step] {
        const ReadingJob job(works->database());
        return transferAll(*works, actor, copy, delimiter, step);
    });
}

} // namespace nephele
