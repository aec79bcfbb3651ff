// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/projectstore.h"
#include "server/identity/catalogcache.h"
#include "server/identity/identitycontext.h"
#include "server/identity/signin.h"

#include <QObject>

namespace nephele {

// A role as a client names it: by id, or by name.
struct RoleRef
{
    QString id;
    QString name;

    bool names(const RoleRecord &role) const
    {
        return id.isEmpty() ? role.name == name : role.id.text() == id;
    }
};

struct NewCredential
{
    QString name;
    QString description;
    QString secret; // empty: one is made up
    std::optional<QList<RoleRef>> roles; // nullopt: all the caller has
    std::optional<qint64> expiresAtMs;
    QString expiresText; // the same as the client wrote it; may be empty
    bool isUnrestricted = false;
    AccessRules accessRules; // with an id: one the user has already
};

struct CreatedCredential
{
    ApplicationCredential credential;
    QString secret; // told once
};

struct NameCatalogs
{
    QHash<QString, QString> namesById;
    QHash<QString, QString> idsByName; // by name in lower case
};

// The rules of signing in and of who may see which account. One per worker, no state between calls; reads
// answer at once from the worker's connection, the rest later in the worker's thread. What the caller may not
// see is NotFound.
class IdentityService : public QObject
{
    Q_OBJECT

public:
    explicit IdentityService(IdentityContext &context, QObject *parent = nullptr);

    const IdentitySettings &settings() const { return m_context.settings(); }
    CatalogCache &catalog() { return m_catalog; }

    // Each answers Unauthenticated in the same words whatever is wrong, and TooManyRequests after repeated
    // failures for this account from this address.
    QFuture<Result<IssuedToken>> signIn(const PasswordSignIn &wanted);
    QFuture<Result<IssuedToken>> signIn(const CredentialSignIn &wanted);
    // Also Forbidden for a restricted credential's token; NotFound for a token that is none.
    QFuture<Result<IssuedToken>> signIn(const TokenSignIn &wanted);
    // A Synnefo token for a login name and password.
    QFuture<Result<IssuedToken>> signInToSynnefo(const PasswordSignIn &wanted);

    // Whose name and password these are; no token is made, and whether he may act is still to be asked.
    QFuture<Result<User>> proveUser(const PasswordSignIn &wanted);

    // A token that is good now, whoever holds it. Unauthenticated otherwise.
    Result<TokenDetails> goodToken(const QByteArray &token);
    // The same with who its bearer is.
    struct Bearer
    {
        TokenDetails details;
        Caller caller;
    };
    Result<Bearer> bearerOf(const QByteArray &token, Face face);

    // One's own token, or anyone's for an administrator.
    Result<TokenDetails> inspectToken(const Caller &caller, const QByteArray &token);
    QFuture<Result<>> revokeToken(const Caller &caller, const QByteArray &token);

    // By whoever knows the present one, also without a token; all the user's tokens end. Unauthenticated in
    // the same words when `original` is wrong or there is no such user, Invalid when the new one breaks a
    // rule (passwordrules.h).
    QFuture<Result<>> changePassword(const Caller &caller, const QString &userId, const QString &original,
        const QString &wanted, const QHostAddress &peer);

    // One's own; making and removing them needs a project and no restricted credential.
    QFuture<Result<CreatedCredential>> createCredential(
        const Caller &caller, const QString &userId, const NewCredential &wanted);
    Result<QList<ApplicationCredential>> credentials(
        const Caller &caller, const QString &userId, const std::optional<QString> &name);
    Result<ApplicationCredential> credential(const Caller &caller, const QString &userId, const QString &id);
    QFuture<Result<>> removeCredential(const Caller &caller, const QString &userId, const QString &id);

    Result<NameCatalogs> nameCatalogs(const QStringList &ids, const QStringList &names);

    // Id and name of present users in the order of ids, those behind `after`.
    Result<QList<std::pair<QString, QString>>> namesAfter(const QString &after, int most);

private:
    using Issue = std::function<QFuture<Result<IssuedToken>>(const User &)>;
    QFuture<Result<IssuedToken>> checkPassword(const PasswordSignIn &wanted, Issue issue);
    TokenRequest requestFor(const UserId &user, const char *method, qint64 lifeMs) const;
    QFuture<Result<IssuedToken>> issueScoped(TokenRequest request, const ScopeWanted &scope);
    QString hashToCheck(const std::optional<UserWithHash> &user) const;
    QFuture<Result<User>> settlePassword(const std::optional<UserWithHash> &user, bool fits);
    QFuture<Result<>> replacePassword(
        const UserWithHash &user, const QString &original, const QString &wanted);
    QFuture<Result<bool>> fitsNone(const QString &password, const QStringList &hashes);
    QFuture<Result<>> storePassword(const User &user, const QString &password);
    // What of the caller's roles in his project a credential takes over; Invalid for others.
    Result<QList<RoleRecord>> rolesToPassOn(const Caller &caller, const NewCredential &wanted);
    Result<> mayEditAccount(const Caller &caller, const QString &userId) const;

    IdentityContext &m_context;
    Database &m_database;
    CatalogCache m_catalog;
};

} // namespace nephele
