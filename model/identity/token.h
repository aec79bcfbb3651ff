// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/applicationcredential.h"
#include "model/identity/trust.h"
#include "model/identity/user.h"

#include <QStringList>

namespace nephele {

enum class TokenKind {
    Synnefo, // all of its user's projects
    Unscoped, // identity calls only
    Project, // one project
    Credential, // one project, within an application credential
    Domain, // what an administrator does in one domain
    System // what he does to the cloud itself
};

// What is kept of a token: its SHA-256, never itself.
struct Token
{
    QByteArray hash; // SHA-256, raw
    TokenKind kind = TokenKind::Unscoped;
    UserId user;
    std::optional<ProjectId> project; // of Project and Credential
    std::optional<DomainId> domain; // of Domain
    std::optional<CredentialId> credential; // of Credential
    std::optional<TrustId> trust; // of Project, where it was made with one
    QStringList methods; // "password", "token" ...: how its user proved himself
    QString auditId; // names the token where the token itself must not stand
    QString parentAuditId; // of the token it was made from; else empty
    qint64 issuedAtMs = 0;
    qint64 expiresAtMs = 0;
    bool operator==(const Token &) const = default;
};

// A token with everything that decides what it is worth now.
struct TokenDetails
{
    Token token;
    User user;
    std::optional<Project> project; // the token's one project
    std::optional<Domain> domain; // the token's one domain
    Roles roles; // in that project, domain or the system, now, with those of groups, the inherited and the
                 // implied ones; cut to what a credential allows
    QList<RoleRecord> heldRoles; // the same by name, where somebody asked (GrantStore::nameRoles)
    std::optional<ApplicationCredential> credential;
    std::optional<Trust> trust; // the roles are the trustor's then, cut to what the trust allows

    bool isRestricted() const { return trust || (credential && !credential->isUnrestricted); }

    // False when it is past its time, its user or project is disabled, or the user has no role there any
    // more.
    bool isGood(qint64 nowMs) const
    {
        if (token.expiresAtMs <= nowMs || !user.isEnabled || !user.domain.isEnabled)
            return false;
        if (credential && credential->expiresAtMs && *credential->expiresAtMs <= nowMs)
            return false;
        if (token.kind == TokenKind::System)
            return bool(roles);
        if (token.domain)
            return domain && domain->isEnabled && roles;
        return !token.project || (project && project->isEnabled && project->domain.isEnabled && roles);
    }
};

} // namespace nephele
