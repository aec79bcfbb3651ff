// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectsharing.h"

#include "model/object/containerstore.h"
#include "model/object/publicstore.h"
#include "model/object/sharingstore.h"
#include "model/quota/quotastore.h"

namespace nephele {

namespace {

const QString diskspace = QStringLiteral("pithos.diskspace");

// What is current in a container, by who wrote it.
Result<QList<std::pair<UserId, qint64>>> bytesByAuthor(ReadTransaction &t, qint64 container)
{
    return t.rows(R"(
        SELECT author, CAST(SUM(size_bytes) AS BIGINT)
        FROM version
        WHERE container = :container AND valid_to_ms IS NULL
        GROUP BY author
        ORDER BY author)",
        { { ":container", container } },
        [](const Row &row) { return std::pair(row.id<UserId>(0), row.integer(1)); });
}

} // namespace

Result<> applySharing(Transaction &t, const ObjectActor &actor, const ObjectContainer &container,
    const ObjectVersion &current, const SharingWish &wish)
{
    if (wish.isEmpty())
        return {};
    if (!isAccountOwner(actor, container.account))
        return forbidden(QStringLiteral("Only its owner shares an object."));
    if (wish.sharing) {
        if (const auto done = SharingStore::set(t, container, current, *wish.sharing); !done)
            return done.error();
    }
    if (!wish.isPublic)
        return {};
    if (!*wish.isPublic)
        return PublicStore::drop(t, current.object);
    const auto published = PublicStore::publish(t, container, current, wish.publicId);
    return published ? Result<>() : Result<>(published.error());
}

Result<SharingView> sharingView(ReadTransaction &t, const ObjectActor &actor,
    const ObjectContainer &container, const ObjectVersion &current)
{
    SharingView view;
    auto shared = SharingStore::ofName(t, container.number, current.name);
    if (!shared)
        return shared.error();
    view.shared = *std::move(shared);
    if (isAccountOwner(actor, container.account)) {
        const auto id = PublicStore::idOf(t, current.object);
        if (!id)
            return id.error();
        view.publicId = id->value_or(QString());
        return view;
    }
    const auto mayWrite =
        checkNameRight(t, actor, container.account, &container, current.name, ObjectRight::Write);
    view.allowedTo = mayWrite ? SharedRight::Write : SharedRight::Read;
    return view;
}

Result<> changePayer(
    Transaction &t, const ObjectActor &actor, const ObjectContainer &container, const ProjectId &payer)
{
    if (payer == container.payer)
        return {};
    constexpr Roles making = Roles(Role::Member) | Role::Manager | Role::Admin;
    if (payer != container.account && !actor.caller.isAdmin && !(actor.caller.rolesIn(payer) & making))
        return forbidden(QStringLiteral("You are not a member of project %1.").arg(payer.text()));
    const auto project = t.row("SELECT 1 FROM project WHERE id = :id", { { ":id", payer.text() } },
        [](const Row &row) { return row.integer(0); });
    if (!project)
        return project.error();
    if (!*project)
        return invalid(QStringLiteral("There is no project %1.").arg(payer.text()));
    const auto authors = bytesByAuthor(t, container.number);
    if (!authors)
        return authors.error();
    const auto changed = ContainerStore::setPayer(t, container.number, payer);
    if (!changed)
        return changed.error();
    for (const auto &[author, bytes] : *authors) {
        if (bytes == 0)
            continue;
        const auto given = QuotaStore::charge(t, container.payer, author, { { diskspace, -bytes } });
        if (!given)
            return given.error();
        const auto charged = QuotaStore::charge(t, payer, author, { { diskspace, bytes } });
        if (!charged)
            return charged.error();
    }
    return {};
}

} // namespace nephele
