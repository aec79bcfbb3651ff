// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/roleservice.h"

#include "model/identity/domainstore.h"
#include "server/identity/accounts.h"
#include "server/identity/futures.h"
#include "server/identity/peopleservice.h"
#include "server/identity/signin.h"

namespace nephele {

namespace {

Error fixedRole()
{
    return forbidden(QStringLiteral("A built-in role and what it implies cannot be changed."));
}

Result<RoleInference> bothRoles(const ReadTransaction &t, const QString &priorId, const QString &impliedId)
{
    const auto prior = existingRole(t, priorId);
    if (!prior)
        return prior.error();
    const auto implied = existingRole(t, impliedId);
    if (!implied)
        return implied.error();
    return RoleInference { *prior, *implied };
}

// Looked at when the rule stands: what a built-in role gives must be what it gave before.
Result<> checkBuiltIns(const ReadTransaction &t)
{
    for (const RoleInfo &info : allRoles()) {
        const auto given = RoleStore::impliedBy(t, RoleId::stored(info.id));
        if (!given)
            return given.error();
        Roles bits;
        for (const RoleRecord &role : *given)
            bits |= role.bit;
        if ((bits & ~Roles(Role::Other)) != withImplied(info.role))
            return fixedRole();
    }
    return {};
}

Result<RoleInference> addInside(Transaction &t, const QString &priorId, const QString &impliedId)
{
    const auto rule = bothRoles(t, priorId, impliedId);
    if (!rule)
        return rule.error();
    if (rule->implied.bit == Role::Admin)
        return forbidden(QStringLiteral("No role implies admin: it is granted by name only."));
    if (rule->prior.domain.isNull() && !rule->implied.domain.isNull())
        return forbidden(QStringLiteral("A role of the whole cloud implies none of a domain."));
    const auto rules = RoleStore::inferences(t);
    if (!rules)
        return rules.error();
    if (rules->size() >= RoleStore::mostRules)
        return forbidden(QStringLiteral("There are too many rules of implied roles."));
    if (const auto added = RoleStore::addInference(t, rule->prior.id, rule->implied.id); !added)
        return added.error();
    if (const auto kept = checkBuiltIns(t); !kept)
        return kept.error();
    return *rule;
}

} // namespace

Result<RoleRecord> existingRole(const ReadTransaction &t, const QString &id)
{
    const auto role = RoleStore::find(t, id);
    if (!role)
        return role.error();
    return *role ? Result<RoleRecord>(**role)
                 : Result<RoleRecord>(notFound(QStringLiteral("There is no such role.")));
}

RoleService::RoleService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

Result<RoleRecord> RoleService::role(const QString &id)
{
    return m_database.read([&](ReadTransaction &t) { return existingRole(t, id); });
}

Result<Page<RoleRecord>> RoleService::roles(const RoleFilter &filter)
{
    return m_database.read([&](ReadTransaction &t) { return RoleStore::roles(t, filter); });
}

QFuture<Result<RoleRecord>> RoleService::create(
    const Caller &caller, const RoleRecord &wanted, const std::optional<QString> &domainId)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<RoleRecord>(may.error());
    if (const auto wrong = Accounts::wrongName(QStringLiteral("The role's name"), wanted.name))
        return readyFailure<RoleRecord>(*wrong);
    return m_database.write([=](Transaction &t) -> Result<RoleRecord> {
        RoleRecord role = wanted;
        role.id = RoleId::create();
        if (domainId) {
            const auto domain = domainWanted(t, caller, domainId);
            if (!domain)
                return domain.error();
            role.domain = domain->id;
        }
        const auto inserted = RoleStore::insert(t, role);
        return inserted ? Result<RoleRecord>(role) : Result<RoleRecord>(inserted.error());
    });
}

QFuture<Result<RoleRecord>> RoleService::change(
    const Caller &caller, const QString &id, const RoleChange &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<RoleRecord>(may.error());
    if (const auto wrong =
            wanted.name ? Accounts::wrongName(QStringLiteral("The role's name"), *wanted.name) : std::nullopt)
        return readyFailure<RoleRecord>(*wrong);
    return m_database.write([=](Transaction &t) -> Result<RoleRecord> {
        const auto role = existingRole(t, id);
        if (!role)
            return role.error();
        if (role->isBuiltIn())
            return fixedRole();
        if (const auto changed = RoleStore::change(t, *role, wanted); !changed)
            return changed.error();
        return existingRole(t, id);
    });
}

QFuture<Result<>> RoleService::remove(const Caller &caller, const QString &id)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<void>(may.error());
    return revokingWrite(m_context, this, [=](Transaction &t) -> Result<> {
        const auto role = existingRole(t, id);
        if (!role)
            return role.error();
        return role->isBuiltIn() ? Result<>(fixedRole()) : RoleStore::remove(t, role->id);
    });
}

Result<QList<RoleInference>> RoleService::inferences(const std::optional<QString> &priorId)
{
    return m_database.read([&](ReadTransaction &t) -> Result<QList<RoleInference>> {
        if (!priorId)
            return RoleStore::inferences(t);
        const auto prior = existingRole(t, *priorId);
        return prior ? RoleStore::inferences(t, prior->id) : Result<QList<RoleInference>>(prior.error());
    });
}

Result<RoleInference> RoleService::inference(const QString &priorId, const QString &impliedId)
{
    return m_database.read([&](ReadTransaction &t) -> Result<RoleInference> {
        const auto rule = bothRoles(t, priorId, impliedId);
        if (!rule)
            return rule.error();
        const auto stands = RoleStore::hasInference(t, rule->prior.id, rule->implied.id);
        if (!stands)
            return stands.error();
        return *stands ? rule
                       : Result<RoleInference>(notFound(QStringLiteral("The role does not imply that one.")));
    });
}

QFuture<Result<RoleInference>> RoleService::addInference(
    const Caller &caller, const QString &priorId, const QString &impliedId)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<RoleInference>(may.error());
    return m_database.write([=](Transaction &t) { return addInside(t, priorId, impliedId); });
}

QFuture<Result<>> RoleService::removeInference(
    const Caller &caller, const QString &priorId, const QString &impliedId)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<void>(may.error());
    return revokingWrite(m_context, this, [=](Transaction &t) -> Result<> {
        const auto rule = bothRoles(t, priorId, impliedId);
        if (!rule)
            return rule.error();
        if (rule->prior.isBuiltIn() && rule->implied.isBuiltIn())
            return fixedRole();
        return RoleStore::removeInference(t, rule->prior.id, rule->implied.id);
    });
}

} // namespace nephele
