// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/tokenauthenticator.h"

#include "model/identity/accessrulestore.h"
#include "model/identity/cloudrolestore.h"
#include "model/identity/projectstore.h"
#include "model/identity/role.h"
#include "model/identity/secret.h"
#include "model/identity/tokenstore.h"

namespace nephele {

namespace {

constexpr int mostRemembered = 2000;
constexpr qint64 rememberedForMs = 1000;
constexpr qsizetype longestToken = 255;

Error notAuthenticated()
{
    return { ErrorCode::Unauthenticated, QStringLiteral("The token is missing, unknown or expired."), {} };
}

bool carriesAdmin(const QHash<ProjectId, Roles> &scope)
{
    return std::any_of(scope.cbegin(), scope.cend(), [](Roles roles) { return roles.testFlag(Role::Admin); });
}

// A Synnefo token is as good as its user's memberships are now.
Result<Caller> withMemberships(const ReadTransaction &t, Caller caller, const User &user)
{
    const auto memberships = ProjectStore::memberships(t, user.id);
    if (!memberships)
        return memberships.error();
    for (const Membership &membership : *memberships) {
        if (membership.project.isEnabled && membership.roles)
            caller.scope.insert(membership.project.id, withImplied(membership.roles));
    }
    caller.project = user.defaultProject;
    if (caller.face == Face::OpenStack) {
        if (!caller.scope.contains(user.defaultProject))
            return notAuthenticated();
        caller.scope = { { user.defaultProject, caller.scope.value(user.defaultProject) } };
    } else if (!caller.scope.contains(user.defaultProject)) {
        // The default was suspended. What is new goes to his own project rather than nowhere.
        if (!caller.scope.contains(user.systemProject()))
            return notAuthenticated();
        caller.project = user.systemProject();
    }
    caller.isAdmin = carriesAdmin(caller.scope);
    const auto cloudRoles = CloudRoleStore::rolesOf(t, user.id);
    if (!cloudRoles)
        return cloudRoles.error();
    caller.cloudRoles = *cloudRoles;
    return caller;
}

// The token of an outside service, or of nobody.
Result<Caller> componentCaller(const ReadTransaction &t, const QByteArray &hash, Face face, qint64 nowMs)
{
    const auto component = ComponentStore::find(t, hash);
    if (!component)
        return component.error();
    if (!*component)
        return notAuthenticated();
    Caller caller;
    caller.component = **component;
    caller.face = face;
    caller.tokenHash = hash;
    caller.expiresAtMs = nowMs + rememberedForMs;
    return caller;
}

qint64 endOf(const TokenDetails &details)
{
    const qint64 end = details.token.expiresAtMs;
    return details.credential ? std::min(end, details.credential->expiresAtMs.value_or(end)) : end;
}

} // namespace

Result<Caller> callerFromToken(const ReadTransaction &t, const TokenDetails &details, Face face, qint64 nowMs)
{
    if (!details.isGood(nowMs))
        return notAuthenticated();
    Caller caller;
    caller.user = details.user.id;
    caller.userName = details.user.displayName();
    caller.face = face;
    caller.tokenHash = details.token.hash;
    caller.isRestricted = details.isRestricted();
    caller.expiresAtMs = endOf(details);
    if (details.credential) {
        const auto rules = AccessRuleStore::rulesOf(t, details.credential->id);
        if (!rules)
            return rules.error();
        caller.accessRules = *rules;
    }
    if (details.token.kind == TokenKind::Synnefo)
        return withMemberships(t, std::move(caller), details.user);
    // A role that means nothing here opens the identity calls, as an unscoped token does.
    if (details.token.project && (details.roles & ~Roles(Role::Other))) {
        caller.project = details.token.project;
        caller.scope = { { *details.token.project, details.roles } };
    }
    caller.domain = details.token.domain;
    caller.isForSystem = details.token.kind == TokenKind::System;
    caller.isAdmin = details.roles.testFlag(Role::Admin);
    return caller;
}

Result<Caller> callerOfUser(const ReadTransaction &t, const User &user, qint64 expiresAtMs)
{
    Caller caller;
    caller.user = user.id;
    caller.userName = user.displayName();
    caller.face = Face::Synnefo;
    caller.expiresAtMs = expiresAtMs;
    return withMemberships(t, std::move(caller), user);
}

TokenAuthenticator::TokenAuthenticator(IdentityContext &context)
    : m_context(context), m_remembered(mostRemembered)
{
}

Result<Caller> TokenAuthenticator::authenticate(const QByteArray &token, Face face)
{
    if (token.isEmpty() || token.size() > longestToken)
        return notAuthenticated();
    const QByteArray hash = sha256(token);
    const QByteArray key = hash + (face == Face::Synnefo ? 'S' : 'O');
    const qint64 nowMs = m_context.clock().nowMs();
    // Read before the database is: a revocation that commits in between empties the cache the next time.
    if (const quint64 revocations = m_context.revocations(); revocations != m_revocations) {
        m_remembered.clear();
        m_revocations = revocations;
    }
    if (const Remembered *known = m_remembered.object(key); known && nowMs < known->goodUntilMs)
        return known->caller;
    auto caller = m_context.database().read([&](ReadTransaction &t) -> Result<Caller> {
        const auto details = TokenStore::find(t, hash);
        if (!details)
            return details.error();
        if (!*details)
            return componentCaller(t, hash, face, nowMs);
        return callerFromToken(t, **details, face, nowMs);
    });
    if (caller) {
        const qint64 goodUntilMs = std::min(nowMs + rememberedForMs, caller->expiresAtMs);
        m_remembered.insert(key, new Remembered { *caller, goodUntilMs });
    }
    return caller;
}

} // namespace nephele
