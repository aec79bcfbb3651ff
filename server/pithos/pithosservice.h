// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/object/accountgroupstore.h"
#include "model/object/containersearch.h"
#include "model/object/objectsearch.h"
#include "model/object/sharingstore.h"
#include "server/object/objectservice.h"

namespace nephele {

// An account as Pithos tells it.
struct PithosAccount
{
    ObjectAccount account; // with counters of the time asked for
    bool isWhole = false; // else the caller is told what is shared with him, and dates
    AccountGroups groups;
    QList<std::pair<ProjectId, qint64>> quotas; // bytes each project has room for in all, by project
};

struct PithosContainer
{
    ObjectContainer container; // with counters of the time asked for
    bool isWhole = false;
    QStringList metaNames; // of the metadata its objects have
};

struct PithosObject
{
    ObjectView view;
    ContentMap content;
    std::optional<SharingView> sharing; // of the newest state only
    qint64 modifiedAtMs = 0; // when the newest state began
};

// What is listed: names behind `after`, at most `limit`, of those that the flags leave.
struct PithosPage
{
    QString after;
    int limit = 0;
    bool isShared = false;
    bool isPublic = false; // together: either
    std::optional<qint64> untilMs;
};

struct PithosLine
{
    FoundObject found;
    Sharing sharing; // its own
    std::optional<SharedRight> allowedTo;
    QString publicId;
};

// An account that shares something with the caller.
struct SharingAccount
{
    ProjectId id;
    qint64 updatedAtMs = 0;
};

// What becomes of a container's policies; nullopt: it stays.
struct PolicyWish
{
    std::optional<qint64> quotaBytes; // 0: no limit
    std::optional<Versioning> versioning;
    std::optional<ProjectId> payer; // null: the account itself
};

// The changes a request makes of what is said of a thing now; runs inside a closure.
using MetadataChange = std::function<Result<PropertyMap>(const PropertyMap &before)>;

// What Pithos' face asks beyond ObjectService, by the same rules: whole accounts for their owners, what is
// shared for others, times past for owners only. As ObjectService, one per worker.
class PithosService
{
public:
    explicit PithosService(ObjectService &objects) : m_objects(objects) { }

    ObjectService &objects() { return m_objects; }
    ObjectWorks &works() { return m_objects.works(); }

    Result<QList<SharingAccount>> accountsFor(const ObjectActor &actor, const QString &after, int limit);

    Result<PithosAccount> account(
        const ObjectActor &actor, const ProjectId &account, std::optional<qint64> untilMs);
    Result<QList<FoundContainer>> containers(
        const ObjectActor &actor, const PithosAccount &account, const PithosPage &page);
    // `groups`: nullopt leaves them; MetadataChange's rule decides whether those not named go.
    struct GroupWish
    {
        AccountGroups groups;
        bool replacesAll = false;
    };
    QFuture<Result<>> changeAccount(const ObjectActor &actor, const ProjectId &account,
        const MetadataChange &change, const std::optional<GroupWish> &groups);

    // NotFound also where it was made after `untilMs`.
    Result<PithosContainer> container(const ObjectActor &actor, const ProjectId &account, const QString &name,
        std::optional<qint64> untilMs);
    // Needs no service: long lists are made in the pool.
    static Result<QList<PithosLine>> listObjects(ObjectWorks &works, const ObjectActor &actor,
        const PithosContainer &container, const NamePage &names, const MetaQuery &meta,
        const PithosPage &page);
    // True when it is new.
    QFuture<Result<bool>> putContainer(const ObjectActor &actor, const ProjectId &account,
        const QString &name, const MetadataChange &change, const PolicyWish &policies);
    QFuture<Result<>> changeContainer(const ObjectActor &actor, const ProjectId &account, const QString &name,
        const MetadataChange &change, const PolicyWish &policies);
    // Opens the way for blocks of no object yet: the owner's, within what his quota has room for.
    Result<std::shared_ptr<BodySink>> openBlocks(const ObjectActor &actor, const ProjectId &account,
        const QString &container, std::optional<qint64> lengthBytes);

    Result<PithosObject> object(
        const ObjectActor &actor, const ObjectPlace &place, std::optional<qint64> version);
    // All states of a name, the oldest first; to who may read it now, or the owner. At most a listing's page.
    Result<QList<ObjectVersion>> versions(const ObjectActor &actor, const ObjectPlace &place);

private:
    ObjectService &m_objects;
};

} // namespace nephele
