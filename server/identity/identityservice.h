// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/projectstore.h"
#include "server/identity/identitycontext.h"
#include "server/identity/signin.h"

#include <QObject>

namespace nephele {

struct NewCredential
{
    QString name;
    QString description;
    QString secret; // empty: one is made up
    std::optional<Roles> roles; // nullopt: all the caller has
    std::optional<qint64> expiresAtMs;
    bool isUnrestricted = false;
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

    // Each answers Unauthenticated in the same words whatever is wrong, and TooManyRequests after repeated
    // failures for this account from this address.
    QFuture<Result<IssuedToken>> signIn(const PasswordSignIn &wanted);
    QFuture<Result<IssuedToken>> signIn(const CredentialSignIn &wanted);
    // Also Forbidden for a restricted credential's token.
    QFuture<Result<IssuedToken>> signIn(const TokenSignIn &wanted);
    // A Synnefo token for a login name and password.
    QFuture<Result<IssuedToken>> signInToSynnefo(const PasswordSignIn &wanted);

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

    // One's own password; all one's tokens end. Unauthenticated when `original` is wrong.
    QFuture<Result<>> changePassword(const Caller &caller, const QString &userId, const QString &original,
        const QString &wanted, const QHostAddress &peer);

    // Oneself, or anyone for an administrator; Forbidden lists for others.
    Result<User> user(const Caller &caller, const QString &id);
    Result<Page<User>> users(const Caller &caller, const std::optional<QString> &name);
    // One's projects, or any for an administrator.
    Result<Project> project(const Caller &caller, const QString &id);
    Result<Page<Project>> projects(const Caller &caller, const std::optional<QString> &name);
    Result<QList<Membership>> projectsOf(const Caller &caller, const QString &userId);

    // One's own; making and removing them needs a project and no restricted credential.
    QFuture<Result<CreatedCredential>> createCredential(
        const Caller &caller, const QString &userId, const NewCredential &wanted);
    Result<QList<ApplicationCredential>> credentials(
        const Caller &caller, const QString &userId, const std::optional<QString> &name);
    Result<ApplicationCredential> credential(const Caller &caller, const QString &userId, const QString &id);
    QFuture<Result<>> removeCredential(const Caller &caller, const QString &userId, const QString &id);

    Result<NameCatalogs> nameCatalogs(const QStringList &ids, const QStringList &names);

private:
    using Issue = std::function<QFuture<Result<IssuedToken>>(const User &)>;
    QFuture<Result<IssuedToken>> checkPassword(const PasswordSignIn &wanted, Issue issue);
    TokenRequest requestFor(const UserId &user, const char *method, qint64 lifeMs) const;
    QFuture<Result<IssuedToken>> issueScoped(TokenRequest request, const ScopeWanted &scope);
    QFuture<Result<>> storePassword(const User &user, const QString &password);
    Result<> mayEditAccount(const Caller &caller, const QString &userId) const;

    IdentityContext &m_context;
    Database &m_database;
};

} // namespace nephele
