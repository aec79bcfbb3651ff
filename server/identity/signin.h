// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/token.h"
#include "model/identity/userstore.h"

#include <QFuture>
#include <QHostAddress>

namespace nephele {

// What a sign-in asks the token to reach.
struct ScopeWanted
{
    enum class Kind {
        Default, // the user's default project where he has a role in it, else nothing
        Nothing,
        Project,
        Domain, // for those who hold a role on it
        System, // for those who hold a role on the cloud itself
        Trust // what another user's trust gives
    };
    Kind kind = Kind::Default;
    NameRef project; // of Project
    NameRef domain = {}; // of Domain: an id or a name
    TrustId trust = {}; // of Trust
};

struct PasswordSignIn
{
    NameRef user;
    QString password;
    ScopeWanted scope;
    QHostAddress peer;
};

struct TokenSignIn
{
    QByteArray token;
    ScopeWanted scope;
};

// By the credential's id, or by its name and its user.
struct CredentialSignIn
{
    QString id;
    QString name;
    NameRef user;
    QString secret;
    QHostAddress peer;
};

// A token that was just made; the secret is told once.
struct IssuedToken
{
    QByteArray secret;
    TokenDetails details;
};

// What goes into a token row besides what making it decides.
struct TokenRequest
{
    UserId user;
    QStringList methods;
    QString parentAuditId;
    qint64 issuedAtMs = 0;
    qint64 expiresAtMs = 0;
    std::optional<ApplicationCredential> credential;
};

// A future that has failed already.
template <class T>
QFuture<Result<T>> readyFailure(Error error)
{
    return QtFuture::makeReadyFuture(Result<T>(std::move(error)));
}

Error unknownUser();

// The one sentence of every refused sign-in: it does not tell which part was wrong.
Error signInRefused();

// Make the token inside a closure, so that what it is judged by is what is committed. Unauthenticated when
// the user is disabled or has no role in the project asked for.
Result<IssuedToken> issueScopedToken(Transaction &t, const TokenRequest &request, const ScopeWanted &scope);
Result<IssuedToken> issueSynnefoToken(Transaction &t, const TokenRequest &request);

} // namespace nephele
