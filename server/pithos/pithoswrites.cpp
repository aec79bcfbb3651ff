// SPDX-License-Identifier: GPL-3.0-or-later
// The half of PithosService that writes.
#include "server/pithos/pithosservice.h"

#include "model/object/containerstore.h"
#include "server/object/objectnames.h"
#include "server/object/objectputs.h"
#include "server/pithos/looseblocks.h"

namespace nephele {

namespace {

Result<> applyPolicies(
    Transaction &t, const ObjectActor &actor, const ObjectContainer &container, const PolicyWish &policies)
{
    if (policies.quotaBytes) {
        Properties changes;
        changes.system.insert(systemNames().quotaBytes,
            *policies.quotaBytes == 0 ? QString() : QString::number(*policies.quotaBytes));
        if (const auto changed = ContainerStore::change(t, container.number, changes); !changed)
            return changed.error();
    }
    if (policies.versioning) {
        const auto set = ContainerStore::setVersioning(t, container.number, *policies.versioning);
        if (!set)
            return set.error();
    }
    if (!policies.payer)
        return {};
    return changePayer(t, actor, container, policies.payer->isNull() ? container.account : *policies.payer);
}

Result<> applyChanges(Transaction &t, const ObjectActor &actor, const ObjectContainer &container,
    const MetadataChange &change, const PolicyWish &policies)
{
    const auto changes = change(container.properties.user);
    if (!changes)
        return changes.error();
    if (const auto changed = ContainerStore::change(t, container.number, { *changes, {} }); !changed)
        return changed.error();
    return applyPolicies(t, actor, container, policies);
}

} // namespace

QFuture<Result<>> PithosService::changeAccount(const ObjectActor &actor, const ProjectId &account,
    const MetadataChange &change, const std::optional<GroupWish> &groups)
{
    return works().database().write([=](Transaction &t) -> Result<> {
        if (const auto allowed = checkObjectRight(t, actor, account, nullptr, ObjectRight::Own); !allowed)
            return allowed.error();
        if (const auto there = checkAccountIsThere(t, account); !there)
            return there.error();
        const auto known = ContainerStore::account(t, account);
        if (!known)
            return known.error();
        const auto changes = change(known->properties.user);
        if (!changes)
            return changes.error();
        if (const auto changed = ContainerStore::changeAccount(t, account, { *changes, {} }); !changed)
            return changed.error();
        if (!groups)
            return {};
        return groups->replacesAll ? AccountGroupStore::replace(t, account, groups->groups)
                                   : AccountGroupStore::change(t, account, groups->groups);
    });
}

QFuture<Result<bool>> PithosService::putContainer(const ObjectActor &actor, const ProjectId &account,
    const QString &name, const MetadataChange &change, const PolicyWish &policies)
{
    return works().database().write([=](Transaction &t) -> Result<bool> {
        if (const auto allowed = checkObjectRight(t, actor, account, nullptr, ObjectRight::Own); !allowed)
            return allowed.error();
        if (const auto there = checkAccountIsThere(t, account); !there)
            return there.error();
        const auto found = ContainerStore::find(t, account, name);
        if (!found)
            return found.error();
        if (*found) {
            const auto changed = applyChanges(t, actor, **found, change, policies);
            return changed ? Result<bool>(false) : Result<bool>(changed.error());
        }
        const auto made = ContainerStore::insert(t, account, name, Versioning::Auto);
        if (!made)
            return made.error();
        const auto changed = applyChanges(t, actor, *made, change, policies);
        return changed ? Result<bool>(true) : Result<bool>(changed.error());
    });
}

QFuture<Result<>> PithosService::changeContainer(const ObjectActor &actor, const ProjectId &account,
    const QString &name, const MetadataChange &change, const PolicyWish &policies)
{
    return works().database().write([=](Transaction &t) -> Result<> {
        const auto found = allowedContainer(t, actor, account, name, ObjectRight::Own);
        if (!found)
            return found.error();
        return applyChanges(t, actor, *found, change, policies);
    });
}

Result<std::shared_ptr<BodySink>> PithosService::openBlocks(const ObjectActor &actor,
    const ProjectId &account, const QString &container, std::optional<qint64> lengthBytes)
{
    if (const auto space = works().blocks().checkSpace(lengthBytes.value_or(0)); !space)
        return space.error();
    const auto most = works().database().read([&](ReadTransaction &t) -> Result<std::optional<qint64>> {
        const auto found = allowedContainer(t, actor, account, container, ObjectRight::Own);
        if (!found)
            return found.error();
        return storableBytes(t, found->payer, actor.authorIn(account));
    });
    if (!most)
        return most.error();
    const Error tooMuch { ErrorCode::QuotaExceeded,
        QStringLiteral("The blocks exceed the quota for stored bytes."), {} };
    if (*most && lengthBytes.value_or(0) > **most)
        return tooMuch;
    return std::shared_ptr<BodySink>(
        std::make_shared<LooseBlockSink>(works().blocks(), account, *most, tooMuch));
}

} // namespace nephele
