// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectservice.h"

#include "model/base/whendone.h"
#include "model/object/containerstore.h"
#include "model/object/objectstore.h"
#include "server/object/objectnames.h"

#include <QtConcurrent>

namespace nephele {

namespace {

constexpr int mostExpiredAtOnce = 100;

bool hasQuota(const Properties &changes)
{
    return changes.system.contains(systemNames().quotaBytes);
}

// False: there is more to clear away.
Result<bool> removeContainerSlice(Transaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ProjectId &account, const QString &name)
{
    const auto container = allowedContainer(t, actor, account, name, ObjectRight::Own);
    if (!container)
        return container.error();
    const auto due = ObjectStore::expiredIn(t, container->number, t.stampMs(), mostExpiredAtOnce);
    if (!due)
        return due.error();
    for (const ObjectVersion &version : *due) {
        if (const auto gone = dropObject(t, works, version); !gone)
            return gone.error();
    }
    if (due->size() == mostExpiredAtOnce)
        return false;
    return ContainerStore::remove(t, *container);
}

QFuture<Result<>> removeContainerSlices(ObjectWorks &works, QObject *context, const ObjectActor &actor,
    const ProjectId &account, const QString &name)
{
    const auto slice = works.database().write([&works, actor, account, name](Transaction &t) {
        return removeContainerSlice(t, works, actor, account, name);
    });
    return thenIn(slice, context, [&works, context, actor, account, name](const Result<bool> &done) {
        if (!done)
            return QtFuture::makeReadyFuture(Result<>(done.error()));
        if (*done)
            return QtFuture::makeReadyFuture(Result<>());
        return removeContainerSlices(works, context, actor, account, name);
    });
}

Result<> changeExisting(Transaction &t, const ObjectActor &actor, const ProjectId &account,
    const QString &name, const Properties &changes)
{
    const auto container = allowedContainer(t, actor, account, name, ObjectRight::Own);
    if (!container)
        return container.error();
    return ContainerStore::change(t, container->number, changes);
}

Result<> removeOne(Transaction &t, ObjectWorks &works, const ObjectActor &actor, const ObjectPlace &place)
{
    const auto container = writableContainer(t, actor, place, ObjectRight::Remove);
    if (!container)
        return container.error();
    const auto version = currentObject(t, *container, place.name, t.stampMs());
    if (!version)
        return version.error();
    if (!*version)
        return notFound(QStringLiteral("There is no object %1.").arg(place.name.left(1024)));
    return removeObject(t, works, *container, **version);
}

// The names of one slice of a long list, each for itself.
Result<DeletionReport> removeSlice(Transaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ProjectId &account, const QStringList &names)
{
    DeletionReport report;
    for (const QString &name : names) {
        const qsizetype slash = name.indexOf(u'/');
        const QString container = name.left(slash);
        Result<> gone;
        if (slash < 0 || slash == name.size() - 1) {
            const auto done = removeContainerSlice(t, works, actor, account, container);
            if (!done)
                gone = done.error();
            else if (!*done)
                gone = Error { ErrorCode::Conflict, QStringLiteral("The container is not empty yet."), {} };
        } else {
            gone = removeOne(t, works, actor, { account, container, name.mid(slash + 1) });
        }
        if (gone)
            ++report.deleted;
        else if (gone.error().code == ErrorCode::NotFound)
            ++report.notFound;
        else if (gone.error().code == ErrorCode::Internal || gone.error().code == ErrorCode::Unavailable)
            return gone.error(); // the closure may not go on after a statement that failed
        else
            report.errors.emplaceBack(name, gone.error());
    }
    return report;
}

} // namespace

ObjectService::ObjectService(ObjectWorks &works) : m_works(works) { }

qint64 ObjectService::nowMs() const
{
    return m_works.database().clock().nowMs();
}

Result<ObjectAccount> ObjectService::account(const ObjectActor &actor, const ProjectId &account)
{
    return m_works.database().read([&](ReadTransaction &t) -> Result<ObjectAccount> {
        if (const auto allowed = checkObjectRight(t, actor, account, nullptr, ObjectRight::Look); !allowed)
            return allowed.error();
        if (const auto there = checkAccountIsThere(t, account); !there)
            return there.error();
        return ContainerStore::account(t, account);
    });
}

Result<QList<ContainerLine>> ObjectService::containers(
    const ObjectActor &actor, const ProjectId &account, const NamePage &page)
{
    return m_works.database().read([&](ReadTransaction &t) -> Result<QList<ContainerLine>> {
        if (const auto allowed = checkObjectRight(t, actor, account, nullptr, ObjectRight::Look); !allowed)
            return allowed.error();
        return ObjectListing::containers(t, account, page);
    });
}

QFuture<Result<>> ObjectService::changeAccount(
    const ObjectActor &actor, const ProjectId &account, const Properties &changes)
{
    return m_works.database().write([actor, account, changes](Transaction &t) -> Result<> {
        if (const auto allowed = checkObjectRight(t, actor, account, nullptr, ObjectRight::Own); !allowed)
            return allowed.error();
        if (const auto there = checkAccountIsThere(t, account); !there)
            return there.error();
        if (hasQuota(changes) && !isReseller(actor))
            return forbidden(QStringLiteral("Only a reseller administrator sets the quota of an account."));
        return ContainerStore::changeAccount(t, account, changes);
    });
}

Result<ContainerView> ObjectService::container(
    const ObjectActor &actor, const ProjectId &account, const QString &name, ObjectRight right)
{
    return m_works.database().read([&](ReadTransaction &t) -> Result<ContainerView> {
        const auto found = allowedContainer(t, actor, account, name, right);
        if (!found)
            return found.error();
        return ContainerView { *found, isAccountOwner(actor, account) };
    });
}

Result<QList<ObjectLine>> ObjectService::objects(const ContainerView &view, const NamePage &page)
{
    return m_works.database().read(
        [&](ReadTransaction &t) { return ObjectListing::objects(t, view.container.number, page, nowMs()); });
}

QFuture<Result<bool>> ObjectService::putContainer(
    const ObjectActor &actor, const ProjectId &account, const QString &name, const Properties &changes)
{
    return m_works.database().write([=](Transaction &t) -> Result<bool> {
        if (const auto allowed = checkObjectRight(t, actor, account, nullptr, ObjectRight::Own); !allowed)
            return allowed.error();
        if (const auto there = checkAccountIsThere(t, account); !there)
            return there.error();
        const auto found = ContainerStore::findPlain(t, account, name);
        if (!found)
            return found.error();
        if (*found) {
            if (const auto changed = ContainerStore::change(t, (*found)->number, changes); !changed)
                return changed.error();
            return false;
        }
        const auto made = ContainerStore::insert(t, account, name, Versioning::None);
        if (!made)
            return made.error();
        if (const auto changed = ContainerStore::change(t, made->number, changes); !changed)
            return changed.error();
        return true;
    });
}

QFuture<Result<>> ObjectService::changeContainer(
    const ObjectActor &actor, const ProjectId &account, const QString &name, const Properties &changes)
{
    return m_works.database().write(
        [=](Transaction &t) { return changeExisting(t, actor, account, name, changes); });
}

QFuture<Result<>> ObjectService::removeContainer(
    const ObjectActor &actor, const ProjectId &account, const QString &name)
{
    return removeContainerSlices(m_works, &m_context, actor, account, name);
}

Result<PropertyMap> ObjectService::corsOf(const ProjectId &account, const QString &container)
{
    return m_works.database().read([&](ReadTransaction &t) -> Result<PropertyMap> {
        const auto found = ContainerStore::find(t, account, container);
        if (!found)
            return found.error();
        PropertyMap told;
        if (!*found)
            return told;
        for (const QString &name :
            { systemNames().allowOrigin, systemNames().maxAge, systemNames().exposeHeaders })
            told.insert(name, (*found)->properties.system.value(name));
        return told;
    });
}

// Lines that follow one another without a folder between them have no other names between them either.
Result<QMap<QString, PropertyMap>> ObjectService::links(
    const ContainerView &view, const QList<ObjectLine> &lines)
{
    static const QString emptyMd5 = QStringLiteral("d41d8cd98f00b204e9800998ecf8427e");
    QList<std::pair<QString, QString>> runs; // first and last that may be a link
    bool isBroken = true;
    for (const ObjectLine &line : lines) {
        if (line.isFolder)
            isBroken = true;
        if (line.isFolder || line.bytes > 0 || line.etag != emptyMd5)
            continue;
        if (isBroken)
            runs.emplaceBack(line.name, line.name);
        runs.last().second = line.name;
        isBroken = false;
    }
    QMap<QString, PropertyMap> all;
    if (runs.isEmpty())
        return all;
    return m_works.database().read([&](ReadTransaction &t) -> Result<QMap<QString, PropertyMap>> {
        for (const auto &run : runs) {
            const auto found = ObjectStore::linksAmong(t, view.container.number, run);
            if (!found)
                return found.error();
            all.insert(*found);
        }
        return all;
    });
}

Result<ObjectView> ObjectService::object(
    const ObjectActor &actor, const ObjectPlace &place, ObjectRight right, std::optional<qint64> number)
{
    return m_works.database().read(
        [&](ReadTransaction &t) { return findObject(t, m_works, actor, place, right, number); });
}

Result<ObjectView> ObjectService::linkedObject(
    const ObjectActor &actor, const ObjectPlace &place, Links links)
{
    return m_works.database().read([&](ReadTransaction &t) {
        const auto found = findObject(t, m_works, actor, place, ObjectRight::Read);
        return found && links == Links::Followed ? followLinks(t, m_works, *found) : found;
    });
}

Result<std::shared_ptr<QIODevice>> ObjectService::content(const ObjectView &view, Manifests manifests)
{
    return openObject(m_works, view, manifests);
}

Result<QByteArray> ObjectService::contentRoot(const ObjectView &view)
{
    return m_works.database().read([&](ReadTransaction &t) -> Result<QByteArray> {
        const auto content = MapStore::find(t, view.version.map);
        if (!content)
            return content.error();
        if (!*content)
            return notFound(QStringLiteral("There is no object %1.").arg(view.place.name.left(1024)));
        return (*content)->root;
    });
}

Result<QList<Segment>> ObjectService::segments(const ObjectView &view)
{
    return segmentsOf(m_works, view);
}

QFuture<Result<ObjectVersion>> ObjectService::changeObject(const ObjectActor &actor, const ObjectPlace &place,
    const std::function<Result<NewObject>(const ObjectVersion &)> &describe)
{
    return m_works.database().write([actor, place, describe](Transaction &t) -> Result<ObjectVersion> {
        const auto container = writableContainer(t, actor, place);
        if (!container)
            return container.error();
        const auto current = currentObject(t, *container, place.name, t.stampMs());
        if (!current)
            return current.error();
        if (!*current)
            return notFound(QStringLiteral("There is no object %1.").arg(place.name.left(1024)));
        const auto wanted = describe(**current);
        if (!wanted)
            return wanted.error();
        if (const auto met = checkObjectConditions(*wanted, *current); !met)
            return met.error();
        ObjectVersion next = **current;
        next.contentType = wanted->contentType;
        next.properties = wanted->properties;
        next.kind = wanted->kind;
        next.deleteAtMs = wanted->deleteAtMs;
        if (!wanted->isNewStateNeeded && next == **current) {
            if (const auto shared = applySharing(t, actor, *container, next, wanted->sharing); !shared)
                return shared.error();
            return next;
        }
        next.author = actor.authorIn(place.account);
        next.validFromMs = t.stampMs();
        if (const auto pinned = MapStore::pin(t, next.map); !pinned)
            return pinned.error();
        const auto number = ObjectStore::addVersion(t, next);
        if (!number)
            return number.error();
        next.number = *number;
        if (const auto shared = applySharing(t, actor, *container, next, wanted->sharing); !shared)
            return shared.error();
        const auto charged = moveCharge(
            t, { container->payer, (*current)->author }, { container->payer, next.author }, next.sizeBytes);
        if (!charged)
            return charged.error();
        return next;
    });
}

QFuture<Result<>> ObjectService::removeObject(const ObjectActor &actor, const ObjectPlace &place)
{
    return m_works.database().write(
        [works = &m_works, actor, place](Transaction &t) { return removeOne(t, *works, actor, place); });
}

QFuture<Result<DeletionReport>> ObjectService::removeMany(
    const ObjectActor &actor, const ProjectId &account, const QStringList &names)
{
    return QtConcurrent::run(&m_works.pool(), [works = &m_works, actor, account, names]() {
        constexpr qsizetype sliceSize = 50;
        DeletionReport all;
        for (qsizetype first = 0; first < names.size(); first += sliceSize) {
            const QStringList slice = names.mid(first, sliceSize);
            const auto done = works->database()
                                  .write([works, actor, account, slice](Transaction &t) {
                                      return removeSlice(t, *works, actor, account, slice);
                                  })
                                  .result();
            if (!done)
                return Result<DeletionReport>(done.error());
            all.deleted += done->deleted;
            all.notFound += done->notFound;
            all.errors += done->errors;
        }
        return Result<DeletionReport>(all);
    });
}

} // namespace nephele
