// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/user.h"

#include <QStringList>

namespace nephele {

// A program that may ask users to let it act for them (RFC 6749 section 2).
struct OAuthClient
{
    QString name; // its client_id
    QString secretHash; // model/identity/secret.h
    bool isTrusted = false; // users are not asked
    QStringList redirects; // where codes may be sent; compared exactly
    qint64 createdAtMs = 0;
    bool operator==(const OAuthClient &) const = default;
};

// What a code was given for.
struct OAuthGrant
{
    QString client;
    QByteArray session; // SHA-256 of the session's cookie, raw: the grant ends with it
    UserId user;
    QString redirect; // as asked; empty when it was left out
    QString scope;
    qint64 expiresAtMs = 0; // of the code
    bool operator==(const OAuthGrant &) const = default;
};

struct UsableGrant
{
    OAuthGrant grant;
    bool isUsed = false;
};

// An access token that is good now.
struct OAuthAccess
{
    User user;
    QString scope;
    qint64 expiresAtMs = 0;
    CloudRoles cloudRoles;
};

// rows: clients with their redirects; codes by SHA-256, used ones too until their time is over; access tokens
// by SHA-256, which go with their code.
class OAuthStore
{
public:
    static Result<std::optional<OAuthClient>> findClient(const ReadTransaction &t, const QString &name);
    // Those that were registered, by name; at most 1000. The cloud's own, which have no secret, are not among
    // them.
    static Result<QList<OAuthClient>> clients(const ReadTransaction &t);
    // Conflict when there is one of that name.
    static Result<> insertClient(Transaction &t, const OAuthClient &client);
    // With its codes and their tokens. NotFound when none of the name was registered.
    static Result<> removeClient(Transaction &t, const QString &name);

    // Nothing when it is unknown or past its time.
    static Result<std::optional<UsableGrant>> findCode(
        const ReadTransaction &t, const QByteArray &hash, qint64 nowMs);
    static Result<> insertCode(Transaction &t, const QByteArray &hash, const OAuthGrant &grant);
    static Result<> markUsed(Transaction &t, const QByteArray &hash);
    // With what it gave.
    static Result<> removeCode(Transaction &t, const QByteArray &hash);

    static Result<std::optional<OAuthAccess>> findAccess(
        const ReadTransaction &t, const QByteArray &hash, qint64 nowMs);
    static Result<> insertAccess(
        Transaction &t, const QByteArray &hash, const QByteArray &codeHash, qint64 expiresAtMs);

    // Codes and tokens that are past their time.
    static Result<qint64> prune(Transaction &t, qint64 nowMs, int most = 500);
};

} // namespace nephele
