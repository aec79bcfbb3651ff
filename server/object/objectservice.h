// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/object/objectlisting.h"
#include "server/http/bodysink.h"
#include "server/object/objectcontent.h"

#include <QFuture>
#include <QObject>

#include <functional>
#include <memory>

namespace nephele {

struct ContainerView
{
    ObjectContainer container;
    bool isOwner = false; // may see access lists and keys
};

struct ObjectCopy
{
    ObjectPlace from;
    ObjectPlace to;
    Manifests manifests = Manifests::Followed;
    // What the request says of the new object, made of the source; pure, it runs inside a closure.
    std::function<Result<NewObject>(const ObjectVersion &source)> describe;
    std::optional<qint64> version = {}; // of the source; nullopt: the current one
};

struct CopiedObject
{
    ObjectVersion source;
    ObjectVersion stored;
};

enum class Links {
    Followed, // what they point to
    Shown // themselves
};

struct DeletionReport
{
    qint64 deleted = 0;
    qint64 notFound = 0;
    QList<std::pair<QString, Error>> errors; // name as it came, why not
};

// The rules of accounts, containers and objects. One per worker, no state between calls. Reads answer at once
// from the worker's connection; writes answer when they are on disk. What a caller may not touch is
// Unauthenticated or Forbidden whether it is there or not (objectaccess.h).
class ObjectService
{
public:
    explicit ObjectService(ObjectWorks &works);

    ObjectWorks &works() { return m_works; }
    qint64 nowMs() const;

    Result<ObjectAccount> account(const ObjectActor &actor, const ProjectId &account);
    Result<QList<ContainerLine>> containers(
        const ObjectActor &actor, const ProjectId &account, const NamePage &page);
    // Quotas are the reseller's to set: Forbidden for owners.
    QFuture<Result<>> changeAccount(
        const ObjectActor &actor, const ProjectId &account, const Properties &changes);

    Result<ContainerView> container(const ObjectActor &actor, const ProjectId &account, const QString &name,
        ObjectRight right = ObjectRight::List);
    Result<QList<ObjectLine>> objects(const ContainerView &view, const NamePage &page);
    // True when it is new; else as changeContainer().
    QFuture<Result<bool>> putContainer(
        const ObjectActor &actor, const ProjectId &account, const QString &name, const Properties &changes);
    QFuture<Result<>> changeContainer(
        const ObjectActor &actor, const ProjectId &account, const QString &name, const Properties &changes);
    // Conflict while it is not empty.
    QFuture<Result<>> removeContainer(
        const ObjectActor &actor, const ProjectId &account, const QString &name);

    // What its container says of pages of other origins; asks for no right, tells nothing else.
    Result<PropertyMap> corsOf(const ProjectId &account, const QString &container);

    // What the symbolic links among these lines of a listing say, by name.
    Result<QMap<QString, PropertyMap>> links(const ContainerView &view, const QList<ObjectLine> &lines);

    Result<ObjectView> object(const ObjectActor &actor, const ObjectPlace &place,
        ObjectRight right = ObjectRight::Read, std::optional<qint64> version = {});
    // With what stands at the end of symbolic links in their place.
    Result<ObjectView> linkedObject(
        const ObjectActor &actor, const ObjectPlace &place, Links links = Links::Followed);
    // The bytes, for Response::content. Conflict when a manifest's parts are gone.
    Result<std::shared_ptr<QIODevice>> content(const ObjectView &view, Manifests manifests);
    // The Merkle root of the object's own content, raw: what tells contents apart while the MD5 is not known.
    Result<QByteArray> contentRoot(const ObjectView &view);
    // The parts of a manifest; of a dynamic one as they are now. TooLarge beyond a listing's page.
    Result<QList<Segment>> segments(const ObjectView &view);

    // Opens the way for an object's bytes, judged on the head: NotFound without container, QuotaExceeded,
    // InsufficientStorage, PreconditionFailed. lengthBytes: nullopt when not announced. The sink is an
    // ObjectSink.
    Result<std::shared_ptr<BodySink>> openPut(const ObjectActor &actor, const ObjectPlace &place,
        const NewObject &wanted, std::optional<qint64> lengthBytes, const QByteArray &md5);
    // Whether openPut() would open it, for a body that is made into another one first.
    Result<> checkPut(const ObjectActor &actor, const ObjectPlace &place, const NewObject &wanted);
    // What a symbolic link is to be: Conflict when the target of a static one is not what it says.
    Result<NewObject> checkedLink(
        const ObjectActor &actor, const ObjectPlace &place, const NewObject &wanted);
    // Whether a list of deletions by this caller is worth to be read.
    Result<> checkDeletions(const ObjectActor &actor, const ProjectId &account);
    // Whether an archive may be unpacked there; `container` empty: into containers of the account.
    Result<> checkArchive(const ObjectActor &actor, const ProjectId &account, const QString &container);

    QFuture<Result<CopiedObject>> copyObject(const ObjectActor &actor, const ObjectCopy &copy);
    // The same object elsewhere, also in another account; out of the caller's own only. What was of that name
    // ends.
    QFuture<Result<CopiedObject>> moveObject(const ObjectActor &actor, const ObjectCopy &copy);
    // The object and all whose names begin with its name and the delimiter, which keep what is said of them.
    // One by one: the first failure ends it, and what was done until then stays done, so that the same call
    // goes on from there.
    enum class Transfer { Copy, Move };
    QFuture<Result<CopiedObject>> transferTree(
        const ObjectActor &actor, const ObjectCopy &copy, const QString &delimiter, Transfer transfer);
    // `describe` makes the next state of the one that is; the bytes stay. What it became.
    QFuture<Result<ObjectVersion>> changeObject(const ObjectActor &actor, const ObjectPlace &place,
        const std::function<Result<NewObject>(const ObjectVersion &)> &describe);
    QFuture<Result<>> removeObject(const ObjectActor &actor, const ObjectPlace &place);
    // All objects of a container whose names begin so, in slices; as transferTree() when one fails. How many.
    QFuture<Result<qint64>> removeBelow(
        const ObjectActor &actor, const ProjectId &account, const QString &container, const QString &prefix);
    // Erases the states of a name that began by then, the current one too. NotFound: there is none at all.
    QFuture<Result<>> purgeObject(const ObjectActor &actor, const ObjectPlace &place, qint64 untilMs);
    // The history of a whole container.
    QFuture<Result<>> purgeHistory(
        const ObjectActor &actor, const ProjectId &account, const QString &container, qint64 untilMs);
    // Names "container/object" or "container", in order. Goes on after a failure.
    QFuture<Result<DeletionReport>> removeMany(
        const ObjectActor &actor, const ProjectId &account, const QStringList &names);

private:
    ObjectWorks &m_works;
    QObject m_context; // of the worker's thread
};

} // namespace nephele
