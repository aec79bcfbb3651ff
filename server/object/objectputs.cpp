// SPDX-License-Identifier: GPL-3.0-or-later
// The half of ObjectService that brings bytes in: uploads and copies.
#include "server/object/objectservice.h"

#include "model/base/whendone.h"
#include "model/blocks/mapbuilder.h"
#include "model/blocks/mapcopy.h"
#include "model/object/containerstore.h"
#include "model/object/versionstore.h"
#include "model/quota/quotastore.h"
#include "server/object/objectnames.h"
#include "server/object/objectputs.h"
#include "server/object/objectsink.h"

#include <QtConcurrent>

#include <limits>

namespace nephele {

namespace {

// Up to here the charge at the end is soon enough: nothing large came for nothing.
constexpr qint64 judgedAtTheEnd = 64 << 10;
constexpr int mostListsLookedAt = 100;
const QString diskspace = QStringLiteral("pithos.diskspace");

// Same account, nothing to follow: one count changes, whatever the size.
Result<CopiedObject> copyByReference(
    Transaction &t, ObjectWorks &works, const ObjectActor &actor, const ObjectCopy &copy)
{
    const auto container = writableContainer(t, actor, copy.from, ObjectRight::Read);
    if (!container)
        return container.error();
    const auto source = objectState(t, *container, copy.from.name, copy.version, t.stampMs());
    if (!source)
        return source.error();
    const auto content = MapStore::find(t, source->map);
    if (!content)
        return content.error();
    if (const auto pinned = MapStore::pin(t, source->map); !pinned)
        return pinned.error();
    const auto wanted = copy.describe(*source);
    if (!wanted)
        return wanted.error();
    const auto stored = storeObject(t, works, actor, copy.to, *wanted, **content);
    if (!stored)
        return stored.error();
    return CopiedObject { *source, *stored };
}

// The source's content for the other account, still building.
Result<ContentMap> contentFor(ObjectWorks &works, const ObjectView &source, const ObjectCopy &copy)
{
    const bool isFollowed = source.version.kind != ObjectKind::Plain && copy.manifests == Manifests::Followed;
    if (!isFollowed) {
        const auto content =
            works.database().read([&](ReadTransaction &t) { return MapStore::find(t, source.version.map); });
        if (!content)
            return content.error();
        if (!*content)
            return notFound(QStringLiteral("There is no object %1.").arg(source.place.name.left(1024)));
        return copyMap(works.blocks(), **content, copy.to.account);
    }
    const auto device = openObject(works, source, copy.manifests);
    if (!device)
        return device.error();
    return storePieces(works.blocks(), { copy.to.account, false }, piecesOf(**device));
}

Result<CopiedObject> copyWholly(
    ObjectWorks &works, const ObjectView &source, const ObjectActor &actor, const ObjectCopy &copy)
{
    const auto built = contentFor(works, source, copy);
    if (!built)
        return built.error();
    return settleMap(works.database(), *built,
        [&works, actor, copy, version = source.version](
            Transaction &t, const ContentMap &content) -> Result<CopiedObject> {
            const auto wanted = copy.describe(version);
            if (!wanted)
                return wanted.error();
            const auto done = storeObject(t, works, actor, copy.to, *wanted, content);
            if (!done)
                return done.error();
            return CopiedObject { version, *done };
        });
}

bool isByReference(const ObjectVersion &source, const ObjectCopy &copy)
{
    const bool isWhole = source.kind == ObjectKind::Plain || source.kind == ObjectKind::Symlink
        || copy.manifests == Manifests::Raw;
    return isWhole && copy.from.account == copy.to.account;
}

} // namespace

Result<CopiedObject> copyObjectNow(ObjectWorks &works, const ObjectActor &actor, const ObjectCopy &copy)
{
    const auto source = works.database().read([&](ReadTransaction &t) -> Result<ObjectView> {
        if (const auto target = writableContainer(t, actor, copy.to); !target)
            return target.error();
        const auto container = writableContainer(t, actor, copy.from, ObjectRight::Read);
        if (!container)
            return container.error();
        const auto version =
            objectState(t, *container, copy.from.name, copy.version, works.database().clock().nowMs());
        if (!version)
            return version.error();
        return ObjectView { actor, copy.from, *version, container->properties.system };
    });
    if (!source)
        return source.error();
    if (!isByReference(source->version, copy))
        return copyWholly(works, *source, actor, copy);
    return works.database()
        .write([&works, actor, copy](Transaction &t) { return copyByReference(t, works, actor, copy); })
        .result();
}

Error overStoredQuota()
{
    return { ErrorCode::QuotaExceeded, QStringLiteral("The upload exceeds the quota for stored bytes."), {} };
}

Result<std::optional<qint64>> storableBytes(ReadTransaction &t, const ProjectId &payer, const UserId &author)
{
    const auto lines = QuotaStore::lines(t, author, { payer });
    if (!lines)
        return lines.error();
    std::optional<qint64> left;
    for (const QuotaLine &line : *lines) {
        if (line.resource != diskspace)
            continue;
        if (line.limit >= 0)
            left = line.limit - line.usage;
        if (line.projectLimit >= 0)
            left = qMin(
                left.value_or(std::numeric_limits<qint64>::max()), line.projectLimit - line.projectUsage);
    }
    return left;
}

Result<std::optional<qint64>> judgeUpload(ReadTransaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectPlace &place, const NewObject &wanted, std::optional<qint64> lengthBytes)
{
    const auto container = writableContainer(t, actor, place);
    if (!container)
        return container.error();
    const auto former = currentObject(t, *container, place.name, works.database().clock().nowMs());
    if (!former)
        return former.error();
    if (const auto met = checkObjectConditions(wanted, *former); !met)
        return met.error();
    if (const auto fits = checkObjectQuotas(t, *container, *former, lengthBytes.value_or(0)); !fits)
        return fits.error();
    if (lengthBytes && *lengthBytes <= judgedAtTheEnd)
        return std::optional<qint64>();
    const auto left = storableBytes(t, container->payer, actor.authorIn(place.account));
    if (!left || !*left)
        return left;
    const qint64 most = qMax<qint64>(0, **left + (*former ? (*former)->sizeBytes : 0));
    if (lengthBytes.value_or(0) > most)
        return overStoredQuota();
    return std::optional(most);
}

Result<std::shared_ptr<BodySink>> ObjectService::openPut(const ObjectActor &actor, const ObjectPlace &place,
    const NewObject &wanted, std::optional<qint64> lengthBytes, const QByteArray &md5)
{
    if (lengthBytes.value_or(0) > judgedAtTheEnd) {
        if (const auto space = m_works.blocks().checkSpace(*lengthBytes); !space)
            return space.error();
    }
    const auto most = m_works.database().read(
        [&](ReadTransaction &t) { return judgeUpload(t, m_works, actor, place, wanted, lengthBytes); });
    if (!most)
        return most.error();
    ObjectSink::Options options;
    options.account = place.account;
    options.context = &m_context;
    options.mostBytes = *most;
    options.tooMuch = overStoredQuota();
    options.md5 = md5;
    options.settle = [works = &m_works, actor, place, wanted](Transaction &t, const ContentMap &content) {
        return storeObject(t, *works, actor, place, wanted, content);
    };
    return std::shared_ptr<BodySink>(std::make_shared<ObjectSink>(m_works.blocks(), std::move(options)));
}

Result<> ObjectService::checkPut(const ObjectActor &actor, const ObjectPlace &place, const NewObject &wanted)
{
    return m_works.database().read([&](ReadTransaction &t) -> Result<> {
        const auto most = judgeUpload(t, m_works, actor, place, wanted, qint64(0));
        return most ? Result<>() : Result<>(most.error());
    });
}

Result<> ObjectService::checkDeletions(const ObjectActor &actor, const ProjectId &account)
{
    return m_works.database().read([&](ReadTransaction &t) -> Result<> {
        const auto own = checkObjectRight(t, actor, account, nullptr, ObjectRight::Own);
        if (own || actor.caller.isAnonymous())
            return own;
        // Somebody else's words may be in the access list of a container.
        const auto lists = ContainerStore::writableByOthers(t, account, mostListsLookedAt);
        if (!lists)
            return lists.error();
        for (const ObjectContainer &container : *lists) {
            if (checkObjectRight(t, actor, account, &container, ObjectRight::Write))
                return {};
        }
        return own;
    });
}

Result<NewObject> ObjectService::checkedLink(
    const ObjectActor &actor, const ObjectPlace &place, const NewObject &wanted)
{
    ObjectVersion link;
    link.kind = ObjectKind::Symlink;
    link.properties = wanted.properties;
    const LinkTarget target = linkTarget(place.account, link);
    if (target.place == place)
        return invalid(QStringLiteral("Symlink cannot target itself."));
    if (target.etag.isEmpty())
        return wanted;
    return m_works.database().read([&](ReadTransaction &t) -> Result<NewObject> {
        auto found = findObject(t, m_works, actor, target.place, ObjectRight::Read);
        if (found)
            found = followLinks(t, m_works, *found);
        if (!found && found.error().code == ErrorCode::NotFound)
            return conflict(QStringLiteral("X-Symlink-Target does not exist."));
        if (!found)
            return found.error();
        if (found->version.etag != target.etag)
            return conflict(QStringLiteral("Object Etag does not match X-Symlink-Target-Etag."));
        NewObject checked = wanted;
        checked.properties.system.insert(
            systemNames().symlinkBytes, QString::number(found->version.listedBytes()));
        return checked;
    });
}

Result<> ObjectService::checkArchive(
    const ObjectActor &actor, const ProjectId &account, const QString &container)
{
    return m_works.database().read([&](ReadTransaction &t) -> Result<> {
        if (container.isEmpty())
            return checkObjectRight(t, actor, account, nullptr, ObjectRight::Own);
        const auto found = ContainerStore::find(t, account, container);
        if (!found)
            return found.error();
        return checkObjectRight(t, actor, account, *found ? &**found : nullptr, ObjectRight::Write);
    });
}

QFuture<Result<CopiedObject>> ObjectService::copyObject(const ObjectActor &actor, const ObjectCopy &copy)
{
    const auto source = object(actor, copy.from, ObjectRight::Read, copy.version);
    if (!source)
        return QtFuture::makeReadyFuture(Result<CopiedObject>(source.error()));
    const auto target =
        m_works.database().read([&](ReadTransaction &t) { return writableContainer(t, actor, copy.to); });
    if (!target)
        return QtFuture::makeReadyFuture(Result<CopiedObject>(target.error()));
    if (isByReference(source->version, copy))
        return m_works.database().write([works = &m_works, actor, copy](Transaction &t) {
            return copyByReference(t, *works, actor, copy);
        });
    return QtConcurrent::run(&m_works.pool(), [works = &m_works, view = *source, actor, copy] {
        const ReadingJob job(works->database());
        return copyWholly(*works, view, actor, copy);
    });
}

} // namespace nephele
