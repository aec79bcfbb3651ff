// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectwrites.h"

#include "model/object/containerstore.h"
#include "model/object/objectlisting.h"
#include "model/object/objectstore.h"
#include "model/object/publicstore.h"
#include "model/object/sharingstore.h"
#include "model/object/versionstore.h"
#include "model/quota/quotastore.h"
#include "server/object/objectnames.h"
#include "server/object/objectrequest.h"

namespace nephele {

namespace {

const QString diskspace = QStringLiteral("pithos.diskspace");

Result<ProjectId> payerOf(ReadTransaction &t, qint64 container)
{
    const auto payer = t.row(R"(
        SELECT CASE WHEN payer = '' THEN account ELSE payer END
        FROM container
        WHERE number = :number)",
        { { ":number", container } }, [](const Row &row) { return row.id<ProjectId>(0); });
    if (!payer)
        return payer.error();
    if (!*payer)
        return notFound(QStringLiteral("The container is gone."));
    return **payer;
}

Result<> charge(Transaction &t, const ProjectId &payer, const UserId &author, qint64 bytes)
{
    if (bytes == 0)
        return {};
    return QuotaStore::charge(t, payer, author, { { diskspace, bytes } });
}

Result<bool> isImage(ReadTransaction &t, const ObjectWorks &works, const ObjectVersion &version)
{
    return works.images().isImage ? works.images().isImage(t, version.object) : Result<bool>(false);
}

Error imageIsThere()
{
    return conflict(QStringLiteral("The object is an image; copy it first."));
}

// Where Swift's versioning keeps the states of a name: "<length in hex><name>/".
QString archivePrefix(const QString &name)
{
    return QStringLiteral("%1%2/").arg(name.toUtf8().size(), 3, 16, QLatin1Char('0')).arg(name);
}

QString archiveName(const QString &name, qint64 atMs)
{
    return archivePrefix(name) + QString::fromLatin1(swiftTimestamp(atMs));
}

enum class Archiving { None, Stack, History };

struct Archive
{
    Archiving kind = Archiving::None;
    std::optional<ObjectContainer> container; // nullopt: it is gone
};

Result<Archive> archiveOf(ReadTransaction &t, const ObjectContainer &container)
{
    const PropertyMap &system = container.properties.system;
    Archive archive;
    QString name = system.value(systemNames().versionsLocation);
    archive.kind = Archiving::Stack;
    if (name.isEmpty()) {
        name = system.value(systemNames().historyLocation);
        archive.kind = Archiving::History;
    }
    if (name.isEmpty())
        return Archive {};
    auto found = ContainerStore::findPlain(t, container.account, name);
    if (!found)
        return found.error();
    archive.container = *std::move(found);
    return archive;
}

// Who reads the name reads the object that follows.
Result<> handOver(Transaction &t, const ObjectId &from, const ObjectId &to)
{
    if (const auto handed = SharingStore::handOver(t, from, to); !handed)
        return handed.error();
    return PublicStore::handOver(t, from, to);
}

// Puts the current state away; false where nothing is kept. `successor`: the object that takes its place.
Result<bool> putAway(Transaction &t, const ObjectContainer &container, const ObjectVersion &version,
    const std::optional<ObjectId> &successor)
{
    const auto archive = archiveOf(t, container);
    if (!archive)
        return archive.error();
    if (archive->kind == Archiving::None)
        return false;
    if (!archive->container)
        return Error { ErrorCode::PreconditionFailed,
            QStringLiteral("The container that keeps older versions is missing."), {} };
    if (successor) {
        if (const auto inserted = ObjectStore::insert(t, *successor, container.account); !inserted)
            return inserted.error();
        if (const auto handed = handOver(t, version.object, *successor); !handed)
            return handed.error();
    }
    const auto moved = ObjectStore::move(
        t, version, archive->container->number, archiveName(version.name, version.validFromMs));
    if (!moved)
        return moved.error();
    const auto charged = moveCharge(t, { container.payer, version.author },
        { archive->container->payer, version.author }, version.sizeBytes);
    if (!charged)
        return charged.error();
    return true;
}

// X-Versions-Location: the newest state that was put away takes the place of the one that went.
Result<> bringBack(
    Transaction &t, const ObjectContainer &archive, const ObjectContainer &container, const QString &name)
{
    NamePage newest;
    newest.prefix = archivePrefix(name);
    newest.isReversed = true;
    newest.limit = 1;
    const auto lines = ObjectListing::objects(t, archive.number, newest, t.stampMs());
    if (!lines)
        return lines.error();
    if (lines->isEmpty())
        return {};
    const auto version = ObjectStore::find(t, archive.number, lines->constFirst().name);
    if (!version)
        return version.error();
    if (const auto moved = ObjectStore::move(t, **version, container.number, name); !moved)
        return moved.error();
    const UserId &author = (*version)->author;
    return moveCharge(t, { archive.payer, author }, { container.payer, author }, (*version)->sizeBytes);
}

// X-History-Location: an empty object says that the name was deleted then.
Result<> addDeletionMark(Transaction &t, ObjectWorks &works, const ObjectContainer &archive,
    const ObjectContainer &container, const ObjectVersion &former)
{
    const auto object = ObjectId::create();
    if (const auto inserted = ObjectStore::insert(t, object, container.account); !inserted)
        return inserted.error();
    ContentMap nothing;
    nothing.account = container.account;
    nothing.blockBytes = works.blocks().options().blockBytes;
    nothing.root = merkleRoot({});
    nothing.md5 = QStringLiteral("d41d8cd98f00b204e9800998ecf8427e");
    const auto map = MapStore::place(t, nothing, {});
    if (!map)
        return map.error();
    const ObjectVersion mark { object, archive.number, archiveName(former.name, t.stampMs()), **map, 0,
        QStringLiteral("application/x-deleted;swift_versions_deleted=1"), former.author, nothing.md5 };
    const auto added = ObjectStore::addVersion(t, mark);
    return added ? Result<>() : Result<>(added.error());
}

std::optional<qint64> numberIn(const PropertyMap &properties, const QString &name)
{
    bool isNumber = false;
    const qint64 value = properties.value(name).toLongLong(&isNumber);
    return isNumber ? std::optional(value) : std::nullopt;
}

} // namespace

Result<ObjectContainer> allowedContainer(ReadTransaction &t, const ObjectActor &actor,
    const ProjectId &account, const QString &name, ObjectRight right)
{
    const auto found = ContainerStore::find(t, account, name);
    if (!found)
        return found.error();
    if (const auto allowed = checkObjectRight(t, actor, account, *found ? &**found : nullptr, right);
        !allowed)
        return allowed.error();
    if (!*found)
        return notFound(QStringLiteral("There is no container %1.").arg(name.left(256)));
    return **found;
}

Result<ObjectContainer> writableContainer(
    ReadTransaction &t, const ObjectActor &actor, const ObjectPlace &place, ObjectRight right)
{
    const auto container = ContainerStore::find(t, place.account, place.container);
    if (!container)
        return container.error();
    if (const auto allowed =
            checkNameRight(t, actor, place.account, *container ? &**container : nullptr, place.name, right);
        !allowed)
        return allowed.error();
    if (!*container)
        return notFound(QStringLiteral("There is no container %1.").arg(place.container.left(256)));
    return **container;
}

Result<std::optional<ObjectVersion>> currentObject(
    ReadTransaction &t, const ObjectContainer &container, const QString &name, qint64 nowMs)
{
    auto found = ObjectStore::find(t, container.number, name);
    if (found && *found && (*found)->isGone(nowMs))
        return std::optional<ObjectVersion>();
    return found;
}

Result<> checkAccountIsThere(ReadTransaction &t, const ProjectId &account)
{
    const auto project = t.row("SELECT 1 FROM project WHERE id = :id", { { ":id", account.text() } },
        [](const Row &row) { return row.integer(0); });
    if (!project)
        return project.error();
    return *project ? Result<>() : Result<>(notFound(QStringLiteral("There is no such account.")));
}

Result<ObjectVersion> objectState(ReadTransaction &t, const ObjectContainer &container, const QString &name,
    std::optional<qint64> number, qint64 nowMs)
{
    const auto found = number ? VersionStore::find(t, container.number, name, *number)
                              : currentObject(t, container, name, nowMs);
    if (!found)
        return found.error();
    if (!*found && number)
        return notFound(QStringLiteral("There is no version %1 of %2.").arg(*number).arg(name.left(1024)));
    if (!*found)
        return notFound(QStringLiteral("There is no object %1.").arg(name.left(1024)));
    return **found;
}

Result<> checkObjectConditions(const NewObject &wanted, const std::optional<ObjectVersion> &current)
{
    const auto failed = [](const char *why) {
        return Error { ErrorCode::PreconditionFailed, QString::fromLatin1(why), {} };
    };
    if (wanted.onlyIfAbsent && current)
        return failed("The object is there already.");
    const QByteArray etag = current ? current->etag.toLatin1() : QByteArray();
    if (!wanted.ifMatch.isEmpty() && (!current || !namesEtag(wanted.ifMatch, etag)))
        return failed("The object is another than If-Match says.");
    if (!wanted.ifNoneMatch.isEmpty() && current && namesEtag(wanted.ifNoneMatch, etag))
        return failed("The object is one that If-None-Match excludes.");
    return {};
}

Result<> checkObjectQuotas(ReadTransaction &t, const ObjectContainer &container,
    const std::optional<ObjectVersion> &former, qint64 newBytes)
{
    const PropertyMap &system = container.properties.system;
    const qint64 addedBytes = newBytes - (former ? former->sizeBytes : 0);
    const auto exceeded = [](const char *message) {
        return Error { ErrorCode::QuotaExceeded, QString::fromLatin1(message), {} };
    };
    if (const auto most = numberIn(system, systemNames().quotaBytes);
        most && container.bytes + addedBytes > *most)
        return exceeded("Upload exceeds quota of the container.");
    if (const auto most = numberIn(system, systemNames().quotaCount);
        most && !former && container.objects + 1 > *most)
        return exceeded("Upload exceeds quota of the container.");
    const auto account = ContainerStore::account(t, container.account);
    if (!account)
        return account.error();
    if (const auto most = numberIn(account->properties.system, systemNames().quotaBytes);
        most && account->bytes + addedBytes > *most)
        return exceeded("Upload exceeds quota of the account.");
    return {};
}

Result<> checkWritable(ReadTransaction &t, const ObjectWorks &works, const ObjectVersion &version)
{
    const auto isTaken = isImage(t, works, version);
    if (!isTaken)
        return isTaken.error();
    return *isTaken ? Result<>(imageIsThere()) : Result<>();
}

Result<> moveCharge(Transaction &t, const ObjectPayer &from, const ObjectPayer &to, qint64 bytes)
{
    if (from == to)
        return {};
    if (const auto given = charge(t, from.project, from.author, -bytes); !given)
        return given.error();
    return charge(t, to.project, to.author, bytes);
}

Result<ObjectVersion> storeObject(Transaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectPlace &place, const NewObject &wanted, const ContentMap &content)
{
    const auto container = writableContainer(t, actor, place);
    if (!container)
        return container.error();
    auto former = ObjectStore::find(t, container->number, place.name);
    if (!former)
        return former.error();
    const bool isThere = *former && !(*former)->isGone(t.stampMs());
    if (const auto met = checkObjectConditions(wanted, isThere ? *former : std::nullopt); !met)
        return met.error();
    if (*former) {
        if (const auto writable = checkWritable(t, works, **former); !writable)
            return writable.error();
    }
    if (const auto fits = checkObjectQuotas(t, *container, *former, content.sizeBytes); !fits)
        return fits.error();
    // What its time ended for lets nobody in any more.
    if (*former && !isThere) {
        if (const auto dropped = ObjectStore::dropRights(t, (*former)->object); !dropped)
            return dropped.error();
    }
    ObjectId object = *former ? (*former)->object : ObjectId::create();
    bool isKept = false;
    if (isThere) {
        const auto successor = ObjectId::create();
        const auto kept = putAway(t, *container, **former, successor);
        if (!kept)
            return kept.error();
        isKept = *kept;
        if (isKept) {
            object = successor;
            former->reset();
        }
    }
    if (!*former && !isKept) {
        if (const auto inserted = ObjectStore::insert(t, object, place.account); !inserted)
            return inserted.error();
    }
    ObjectVersion version { object, container->number, place.name, content.number, content.sizeBytes,
        wanted.contentType, actor.authorIn(place.account), wanted.etag.isEmpty() ? content.md5 : wanted.etag,
        wanted.kind, wanted.shownBytes, wanted.deleteAtMs, wanted.properties };
    const auto number = ObjectStore::addVersion(t, version);
    if (!number)
        return number.error();
    version.number = *number;
    version.validFromMs = t.stampMs();
    if (const auto shared = applySharing(t, actor, *container, version, wanted.sharing); !shared)
        return shared.error();
    if (*former) {
        if (const auto given = charge(t, container->payer, (*former)->author, -(*former)->sizeBytes); !given)
            return given.error();
    }
    if (const auto charged = charge(t, container->payer, version.author, version.sizeBytes); !charged)
        return charged.error();
    return version;
}

Result<> removeObject(
    Transaction &t, ObjectWorks &works, const ObjectContainer &container, const ObjectVersion &version)
{
    const auto archive = archiveOf(t, container);
    if (!archive)
        return archive.error();
    if (archive->kind == Archiving::History) {
        const auto kept = putAway(t, container, version, std::nullopt);
        if (!kept)
            return kept.error();
        return addDeletionMark(t, works, *archive->container, container, version);
    }
    if (const auto gone = dropObject(t, works, version); !gone)
        return gone.error();
    if (archive->kind == Archiving::Stack && archive->container)
        return bringBack(t, *archive->container, container, version.name);
    return {};
}

Result<> dropObject(Transaction &t, ObjectWorks &works, const ObjectVersion &version)
{
    const auto isTaken = isImage(t, works, version);
    if (!isTaken)
        return isTaken.error();
    if (*isTaken)
        return works.images().remove(t, version.object);
    const auto payer = payerOf(t, version.container);
    if (!payer)
        return payer.error();
    if (const auto ended = ObjectStore::end(t, version); !ended)
        return ended.error();
    return charge(t, *payer, version.author, -version.sizeBytes);
}

} // namespace nephele
