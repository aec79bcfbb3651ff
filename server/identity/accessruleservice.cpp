// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/accessruleservice.h"

#include "server/identity/signin.h"

namespace nephele {

namespace {

Result<> maySee(const Caller &caller, const UserId &user)
{
    return caller.isAdmin || caller.user == user ? Result<>() : Result<>(unknownUser());
}

} // namespace

AccessRuleService::AccessRuleService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_database(context.database())
{
}

Result<AccessRules> AccessRuleService::rules(const Caller &caller, const UserId &user)
{
    if (const auto may = maySee(caller, user); !may)
        return may.error();
    return m_database.read([&](ReadTransaction &t) { return AccessRuleStore::rulesOfUser(t, user); });
}

Result<AccessRule> AccessRuleService::rule(const Caller &caller, const UserId &user, const AccessRuleId &id)
{
    if (const auto may = maySee(caller, user); !may)
        return may.error();
    const auto found =
        m_database.read([&](ReadTransaction &t) { return AccessRuleStore::find(t, user, id); });
    if (!found)
        return found.error();
    if (!*found)
        return notFound(QStringLiteral("There is no such access rule."));
    return **found;
}

QFuture<Result<>> AccessRuleService::remove(const Caller &caller, const UserId &user, const AccessRuleId &id)
{
    if (const auto may = maySee(caller, user); !may)
        return readyFailure<void>(may.error());
    if (caller.isRestricted)
        return readyFailure<void>(forbidden(QStringLiteral("A restricted token changes no account.")));
    return m_database.write([=](Transaction &t) { return AccessRuleStore::remove(t, user, id); });
}

} // namespace nephele
