// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/signin.h"

#include "model/identity/grantstore.h"
#include "model/identity/projectstore.h"
#include "model/identity/secret.h"
#include "model/identity/tokenstore.h"
#include "model/identity/truststore.h"

namespace nephele {

namespace {

Result<IssuedToken> issue(Transaction &t, const TokenRequest &request, Token token)
{
    const QByteArray secret = newToken();
    token.hash = sha256(secret);
    token.user = request.user;
    token.methods = request.methods;
    token.auditId = newAuditId();
    token.parentAuditId = request.parentAuditId;
    token.issuedAtMs = request.issuedAtMs;
    token.expiresAtMs = request.expiresAtMs;
    if (const auto inserted = TokenStore::insert(t, token); !inserted)
        return inserted.error();
    auto details = TokenStore::find(t, token.hash);
    if (!details)
        return details.error();
    if (!*details || !(*details)->isGood(request.issuedAtMs))
        return signInRefused(); // and the row goes with the closure
    if (const auto named = GrantStore::nameRoles(t, **details); !named)
        return named.error();
    return IssuedToken { secret, **details };
}

// The user's default project if it lets him in.
Result<std::optional<ProjectId>> usableDefault(const ReadTransaction &t, const UserId &id)
{
    const auto user = UserStore::find(t, id);
    if (!user)
        return user.error();
    if (!*user)
        return signInRefused();
    if (!(*user)->hasChosenDefault)
        return std::optional<ProjectId>();
    const auto project = ProjectStore::find(t, NameRef::byId((*user)->defaultProject.text()));
    if (!project)
        return project.error();
    const auto roles =
        GrantStore::effectiveRoles(t, id, GrantTarget::project((*user)->defaultProject.text()));
    if (!roles)
        return roles.error();
    const bool usable =
        *project && (*project)->isEnabled && (*project)->domain.isEnabled && !roles->isEmpty();
    return usable ? std::optional((*user)->defaultProject) : std::nullopt;
}

Result<std::optional<ProjectId>> projectOf(
    const ReadTransaction &t, const UserId &user, const ScopeWanted &scope)
{
    if (scope.kind == ScopeWanted::Kind::Nothing)
        return std::optional<ProjectId>();
    if (scope.kind == ScopeWanted::Kind::Default)
        return usableDefault(t, user);
    const auto project = ProjectStore::find(t, scope.project);
    if (!project)
        return project.error();
    if (!*project)
        return signInRefused();
    return std::optional((*project)->id);
}

// An unknown trust, somebody else's and one that is over are one answer.
Result<IssuedToken> issueTrustToken(Transaction &t, TokenRequest request, const TrustId &id)
{
    const auto found = TrustStore::find(t, id);
    if (!found)
        return found.error();
    if (!*found || (*found)->trustee != request.user)
        return signInRefused();
    const Trust &trust = **found;
    const qint64 endMs = trust.expiresAtMs.value_or(request.expiresAtMs);
    if (endMs <= request.issuedAtMs)
        return signInRefused();
    if (const auto used = TrustStore::use(t, trust); !used)
        return used.error().code == ErrorCode::Forbidden ? signInRefused() : used.error();
    request.expiresAtMs = std::min(request.expiresAtMs, endMs);
    request.user = trust.isImpersonation ? trust.trustor : trust.trustee;
    Token token;
    token.kind = TokenKind::Project;
    token.project = trust.project;
    token.trust = trust.id;
    return issue(t, request, token);
}

Result<DomainId> domainOf(const ReadTransaction &t, const NameRef &wanted)
{
    const auto domain =
        wanted.id.isEmpty() ? DomainStore::findByName(t, wanted.name) : DomainStore::find(t, wanted.id);
    if (!domain)
        return domain.error();
    return *domain ? Result<DomainId>((*domain)->domain.id) : Result<DomainId>(signInRefused());
}

} // namespace

Error unknownUser()
{
    return notFound(QStringLiteral("There is no such user."));
}

Error signInRefused()
{
    return { ErrorCode::Unauthenticated,
        QStringLiteral("The sign-in was refused: user, secret or scope is wrong."), {} };
}

Result<IssuedToken> issueScopedToken(Transaction &t, const TokenRequest &request, const ScopeWanted &scope)
{
    Token token;
    if (request.credential) {
        token.kind = TokenKind::Credential;
        token.credential = request.credential->id;
        token.project = request.credential->project;
        return issue(t, request, token);
    }
    if (scope.kind == ScopeWanted::Kind::Trust)
        return issueTrustToken(t, request, scope.trust);
    if (scope.kind == ScopeWanted::Kind::System) {
        token.kind = TokenKind::System;
        return issue(t, request, token);
    }
    if (scope.kind == ScopeWanted::Kind::Domain) {
        const auto domain = domainOf(t, scope.domain);
        if (!domain)
            return domain.error();
        token.kind = TokenKind::Domain;
        token.domain = *domain;
        return issue(t, request, token);
    }
    const auto project = projectOf(t, request.user, scope);
    if (!project)
        return project.error();
    token.kind = *project ? TokenKind::Project : TokenKind::Unscoped;
    token.project = *project;
    return issue(t, request, token);
}

Result<IssuedToken> issueSynnefoToken(Transaction &t, const TokenRequest &request)
{
    Token token;
    token.kind = TokenKind::Synnefo;
    return issue(t, request, token);
}

} // namespace nephele
