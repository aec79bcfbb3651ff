// SPDX-License-Identifier: GPL-3.0-or-later
// What PithosService reads; what it writes is in pithoswrites.cpp.
#include "server/pithos/pithosservice.h"

#include "model/object/containerstore.h"
#include "model/object/objectmetastore.h"
#include "model/object/publicstore.h"
#include "model/object/versionstore.h"
#include "model/quota/quotastore.h"

#include <limits>

namespace nephele {

namespace {

constexpr int mostListed = 10'000;
constexpr int mostMetaNames = 100; // in one header field

Error pastIsTheOwners()
{
    return forbidden(QStringLiteral("Only the owner is shown earlier states."));
}

Error publicIsTheOwners()
{
    return forbidden(QStringLiteral("Only the owner is shown what is public."));
}

const ObjectContainer *pointerTo(const std::optional<ObjectContainer> &container)
{
    return container ? &*container : nullptr;
}

// The room each project has for stored bytes, of those that have some: all the caller's in his own account.
Result<QList<std::pair<ProjectId, qint64>>> quotasOf(
    ReadTransaction &t, const ObjectActor &actor, const ProjectId &account)
{
    const bool isOwn = account.text() == actor.caller.user.text();
    QList<ProjectId> projects = isOwn ? actor.caller.scope.keys() : QList<ProjectId> { account };
    if (!projects.contains(account))
        projects.append(account);
    std::sort(projects.begin(), projects.end());
    const auto lines = QuotaStore::lines(t, actor.authorIn(account), projects);
    if (!lines)
        return lines.error();
    QList<std::pair<ProjectId, qint64>> quotas;
    for (const QuotaLine &line : *lines) {
        if (line.resource != QLatin1StringView("pithos.diskspace"))
            continue;
        qint64 limit = std::numeric_limits<qint64>::max();
        for (const qint64 one : { line.limit, line.projectLimit }) {
            if (one >= 0)
                limit = qMin(limit, one);
        }
        if (limit > 0)
            quotas.emplaceBack(line.project, limit);
    }
    return quotas;
}

QStringList merged(QStringList names, const QStringList &more, int limit)
{
    names.append(more);
    std::sort(names.begin(), names.end(),
        [](const QString &a, const QString &b) { return a.toUtf8() < b.toUtf8(); });
    names.removeDuplicates();
    return names.mid(0, limit);
}

// The names of containers that the flags of a page leave.
Result<QStringList> chosenContainers(ReadTransaction &t, const ProjectId &account, const PithosPage &page)
{
    QStringList names;
    if (page.isShared) {
        const auto shared = SharingStore::sharedContainers(t, account, page.after, page.limit);
        if (!shared)
            return shared.error();
        names = *shared;
    }
    if (page.isPublic) {
        const auto open = PublicStore::containers(t, account, page.after, page.limit);
        if (!open)
            return open.error();
        names = merged(names, *open, page.limit);
    }
    return names;
}

// The nearer of two stretches: what lies in the other comes when this one is over.
std::optional<NameSpan> nearer(const std::optional<NameSpan> &a, const std::optional<NameSpan> &b)
{
    if (!a || !b)
        return a ? a : b;
    return a->from.toUtf8() <= b->from.toUtf8() ? a : b;
}

using NextSpan = std::function<Result<std::optional<NameSpan>>(const QString &from)>;

NextSpan spansOf(
    ReadTransaction &t, const UserId &user, const PithosContainer &container, const PithosPage &page)
{
    const ObjectContainer &inside = container.container;
    if (!container.isWhole)
        return [&t, user, &inside](
                   const QString &from) { return SharingStore::readableSpan(t, user, inside, from); };
    if (!page.isShared && !page.isPublic)
        return {};
    return [&t, &inside, page](const QString &from) -> Result<std::optional<NameSpan>> {
        Result<std::optional<NameSpan>> shared { std::nullopt };
        Result<std::optional<NameSpan>> open { std::nullopt };
        if (page.isShared)
            shared = SharingStore::sharedSpan(t, inside, from);
        if (page.isPublic)
            open = PublicStore::span(t, inside, from);
        if (!shared || !open)
            return shared ? open : shared;
        return nearer(*shared, *open);
    };
}

// Who may do what, and the public links, of the lines of a page.
Result<> addRights(
    ReadTransaction &t, const ObjectActor &actor, const PithosContainer &container, QList<PithosLine> &lines)
{
    QStringList names;
    for (const PithosLine &line : lines) {
        if (!line.found.isFolder)
            names.append(line.found.name);
    }
    const auto shared = SharingStore::ofNames(t, container.container.number, names);
    if (!shared)
        return shared.error();
    const bool isOwner = isAccountOwner(actor, container.container.account);
    const auto open = isOwner ? PublicStore::idsOf(t, container.container, names)
                              : Result<QMap<QString, QString>>(QMap<QString, QString>());
    if (!open)
        return open.error();
    for (PithosLine &line : lines) {
        line.publicId = open->value(line.found.name);
        const auto found = shared->constFind(line.found.name);
        if (found == shared->cend() || line.found.isFolder)
            continue;
        line.sharing = *found;
        if (isOwner)
            continue;
        const auto right = SharingStore::rightOf(t, *found, sharingUser(actor));
        if (!right)
            return right.error();
        if (*right != SharedRight::None)
            line.allowedTo = *right;
    }
    return {};
}

} // namespace

Result<QList<SharingAccount>> PithosService::accountsFor(
    const ObjectActor &actor, const QString &after, int limit)
{
    return works().database().read([&](ReadTransaction &t) -> Result<QList<SharingAccount>> {
        const auto ids = SharingStore::accountsFor(t, sharingUser(actor), after, limit);
        if (!ids)
            return ids.error();
        QList<SharingAccount> accounts;
        for (const ProjectId &id : *ids) {
            const auto account = ContainerStore::account(t, id);
            if (!account)
                return account.error();
            accounts.append({ id, account->updatedAtMs });
        }
        return accounts;
    });
}

Result<PithosAccount> PithosService::account(
    const ObjectActor &actor, const ProjectId &account, std::optional<qint64> untilMs)
{
    return works().database().read([&](ReadTransaction &t) -> Result<PithosAccount> {
        const auto visibility = visibilityOfAccount(t, actor, account);
        if (!visibility)
            return visibility.error();
        PithosAccount found;
        found.isWhole = *visibility == Visibility::All;
        if (untilMs && !found.isWhole)
            return pastIsTheOwners();
        if (const auto there = checkAccountIsThere(t, account); !there)
            return there.error();
        auto known = ContainerStore::account(t, account);
        if (known && untilMs)
            known = ContainerSearch::accountAt(t, *known, *untilMs);
        if (!known)
            return known.error();
        found.account = *std::move(known);
        if (!found.isWhole)
            return found;
        auto groups = AccountGroupStore::ofAccount(t, account);
        if (!groups)
            return groups.error();
        found.groups = *std::move(groups);
        auto quotas = quotasOf(t, actor, account);
        if (!quotas)
            return quotas.error();
        found.quotas = *std::move(quotas);
        return found;
    });
}

Result<QList<FoundContainer>> PithosService::containers(
    const ObjectActor &actor, const PithosAccount &account, const PithosPage &page)
{
    const ProjectId &id = account.account.id;
    if (page.isPublic && !account.isWhole)
        return publicIsTheOwners();
    return works().database().read([&](ReadTransaction &t) -> Result<QList<FoundContainer>> {
        if (account.isWhole && !page.isShared && !page.isPublic)
            return ContainerSearch::page(t, id, page.after, page.limit, page.untilMs);
        const auto names = account.isWhole
            ? chosenContainers(t, id, page)
            : SharingStore::containersFor(t, sharingUser(actor), id, page.after, page.limit);
        if (!names)
            return names.error();
        return ContainerSearch::named(t, id, *names);
    });
}

Result<PithosContainer> PithosService::container(
    const ObjectActor &actor, const ProjectId &account, const QString &name, std::optional<qint64> untilMs)
{
    return works().database().read([&](ReadTransaction &t) -> Result<PithosContainer> {
        const auto found = ContainerStore::find(t, account, name);
        if (!found)
            return found.error();
        const auto visibility = visibilityOfContainer(t, actor, account, pointerTo(*found));
        if (!visibility)
            return visibility.error();
        PithosContainer told;
        told.isWhole = *visibility == Visibility::All;
        if (untilMs && !told.isWhole)
            return pastIsTheOwners();
        if (!*found || (untilMs && (*found)->createdAtMs > *untilMs))
            return notFound(QStringLiteral("There is no container %1.").arg(name.left(256)));
        told.container = **found;
        if (untilMs) {
            const auto then = VersionStore::countsAt(t, told.container, *untilMs);
            if (!then)
                return then.error();
            told.container.objects = then->objects;
            told.container.bytes = then->bytes;
        }
        const auto names = ObjectMetaStore::namesIn(t, told.container.number, mostMetaNames);
        if (!names)
            return names.error();
        told.metaNames = *names;
        return told;
    });
}

Result<QList<PithosLine>> PithosService::listObjects(ObjectWorks &works, const ObjectActor &actor,
    const PithosContainer &container, const NamePage &names, const MetaQuery &meta, const PithosPage &page)
{
    if (page.isPublic && !container.isWhole)
        return publicIsTheOwners();
    return works.database().read([&](ReadTransaction &t) -> Result<QList<PithosLine>> {
        ObjectSearch search { names, meta, page.untilMs, spansOf(t, sharingUser(actor), container, page) };
        const auto found =
            ObjectSearch::run(t, container.container.number, search, works.database().clock().nowMs());
        if (!found)
            return found.error();
        QList<PithosLine> lines;
        lines.reserve(found->size());
        for (const FoundObject &one : *found)
            lines.append({ one, {}, {}, {} });
        if (page.untilMs)
            return lines;
        if (const auto added = addRights(t, actor, container, lines); !added)
            return added.error();
        return lines;
    });
}

Result<PithosObject> PithosService::object(
    const ObjectActor &actor, const ObjectPlace &place, std::optional<qint64> version)
{
    return works().database().read([&](ReadTransaction &t) -> Result<PithosObject> {
        const auto container = writableContainer(t, actor, place, ObjectRight::Read);
        if (!container)
            return container.error();
        const qint64 nowMs = m_objects.nowMs();
        const auto current = currentObject(t, *container, place.name, nowMs);
        if (!current)
            return current.error();
        const auto state = objectState(t, *container, place.name, version, nowMs);
        if (!state)
            return state.error();
        const auto content = MapStore::find(t, state->map);
        if (!content)
            return content.error();
        if (!*content)
            return internalError(QStringLiteral("version %1 has no content").arg(state->number));
        PithosObject found { { actor, place, *state, container->properties.system }, **content, {},
            *current ? (*current)->validFromMs : state->validToMs.value_or(state->validFromMs) };
        if (!*current || (*current)->number != state->number)
            return found;
        auto sharing = sharingView(t, actor, *container, *state);
        if (!sharing)
            return sharing.error();
        found.sharing = *std::move(sharing);
        return found;
    });
}

Result<QList<ObjectVersion>> PithosService::versions(const ObjectActor &actor, const ObjectPlace &place)
{
    return works().database().read([&](ReadTransaction &t) -> Result<QList<ObjectVersion>> {
        const auto container = writableContainer(t, actor, place, ObjectRight::Read);
        if (!container)
            return container.error();
        auto versions = VersionStore::ofName(t, container->number, place.name, mostListed);
        if (!versions)
            return versions;
        if (versions->isEmpty())
            return notFound(QStringLiteral("There is no object %1.").arg(place.name.left(1024)));
        return versions;
    });
}

} // namespace nephele
