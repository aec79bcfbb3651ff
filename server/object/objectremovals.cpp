// SPDX-License-Identifier: GPL-3.0-or-later
// The part of ObjectService that removes many objects and their history, slice by slice.
#include "server/object/objectservice.h"

#include "model/object/containerstore.h"
#include "model/object/versionstore.h"

#include <QtConcurrent>

namespace nephele {

namespace {

constexpr int mostAtOnce = 100;

Error isEnding()
{
    return unavailable(QStringLiteral("The program ends; repeat the call."));
}

// One closure after the other until one has nothing more to do: it tells how much it did of what was left.
template <class Slice>
Result<qint64> inSlices(ObjectWorks &works, Slice slice)
{
    for (qint64 all = 0;;) {
        if (works.isStopping())
            return isEnding();
        const Result<qint64> done = works.database().write(slice).result();
        if (!done)
            return done.error();
        all += *done;
        if (*done < mostAtOnce)
            return all;
    }
}

Result<qint64> removeSlice(
    Transaction &t, ObjectWorks &works, const ObjectActor &actor, const ObjectPlace &below)
{
    const auto container = allowedContainer(t, actor, below.account, below.container, ObjectRight::Own);
    if (!container)
        return container.error();
    NamePage page;
    page.prefix = below.name;
    page.limit = mostAtOnce;
    const auto lines = ObjectListing::objects(t, container->number, page, t.stampMs());
    if (!lines)
        return lines.error();
    for (const ObjectLine &line : *lines) {
        const auto current = currentObject(t, *container, line.name, t.stampMs());
        if (!current)
            return current.error();
        if (!*current)
            continue;
        if (const auto gone = removeObject(t, works, *container, **current); !gone)
            return gone.error().within(line.name);
    }
    return lines->size();
}

// The current state becomes history and goes with it.
Result<qint64> purgeSlice(
    Transaction &t, ObjectWorks &works, const ObjectActor &actor, const ObjectPlace &place, qint64 untilMs)
{
    const auto container = allowedContainer(t, actor, place.account, place.container, ObjectRight::Own);
    if (!container)
        return container.error();
    const auto current = currentObject(t, *container, place.name, t.stampMs());
    if (!current)
        return current.error();
    if (*current && (*current)->validFromMs <= untilMs) {
        if (const auto gone = dropObject(t, works, **current); !gone)
            return gone.error();
    }
    return VersionStore::dropName(t, container->number, place.name, untilMs, mostAtOnce);
}

} // namespace

QFuture<Result<qint64>> ObjectService::removeBelow(
    const ObjectActor &actor, const ProjectId &account, const QString &container, const QString &prefix)
{
    const auto owned = m_works.database().read(
        [&](ReadTransaction &t) { return allowedContainer(t, actor, account, container, ObjectRight::Own); });
    if (!owned)
        return QtFuture::makeReadyFuture(Result<qint64>(owned.error()));
    const ObjectPlace below { account, container, prefix };
    return QtConcurrent::run(&m_works.pool(), [works = &m_works, actor, below] {
        return inSlices(*works, [=](Transaction &t) { return removeSlice(t, *works, actor, below); });
    });
}

QFuture<Result<>> ObjectService::purgeObject(
    const ObjectActor &actor, const ObjectPlace &place, qint64 untilMs)
{
    const auto known = m_works.database().read([&](ReadTransaction &t) -> Result<> {
        const auto container = allowedContainer(t, actor, place.account, place.container, ObjectRight::Own);
        if (!container)
            return container.error();
        const auto versions = VersionStore::ofName(t, container->number, place.name, 1);
        if (!versions)
            return versions.error();
        if (versions->isEmpty())
            return notFound(QStringLiteral("There is no object %1.").arg(place.name.left(1024)));
        return {};
    });
    if (!known)
        return QtFuture::makeReadyFuture(known);
    return QtConcurrent::run(&m_works.pool(), [works = &m_works, actor, place, untilMs]() -> Result<> {
        const auto done =
            inSlices(*works, [=](Transaction &t) { return purgeSlice(t, *works, actor, place, untilMs); });
        return done ? Result<>() : Result<>(done.error());
    });
}

QFuture<Result<>> ObjectService::purgeHistory(
    const ObjectActor &actor, const ProjectId &account, const QString &container, qint64 untilMs)
{
    const auto owned = m_works.database().read(
        [&](ReadTransaction &t) { return allowedContainer(t, actor, account, container, ObjectRight::Own); });
    if (!owned)
        return QtFuture::makeReadyFuture(Result<>(owned.error()));
    return QtConcurrent::run(
        &m_works.pool(), [works = &m_works, number = owned->number, untilMs]() -> Result<> {
            const auto done = inSlices(*works,
                [=](Transaction &t) { return VersionStore::dropAll(t, number, untilMs, mostAtOnce); });
            return done ? Result<>() : Result<>(done.error());
        });
}

} // namespace nephele
