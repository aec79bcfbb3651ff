// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identitycontext.h"

#include <QFuture>
#include <QObject>

namespace nephele {

// A user as Astakos' administrator sees him.
struct AccountRecord
{
    User user;
    CloudRoles cloudRoles;
    std::optional<qint64> tokenEndMs; // of his Synnefo token; nullopt: he has none
};

// What an administrator says of an account; on a change what is absent stays.
struct AccountWish
{
    std::optional<QString> userName; // his e-mail address, which he signs in with
    std::optional<QString> realName;
    std::optional<QString> password;
    Extras extras; // "affiliation", "metadata"
};

// A new account, or a new token of one; the secrets are told once.
struct AccountKeys
{
    AccountRecord account;
    QString password; // as wished, or made up; empty where none was set
    QByteArray token;
};

// Astakos' calls that manage users, for holders of the cloud role admin-api. Who is no administrator himself
// can touch neither administrators nor holders of cloud roles (Forbidden): he would become one. One per
// worker, no state between calls; reads answer at once. Ids are unchecked: what is not there is NotFound.
class AccountAdmin : public QObject
{
    Q_OBJECT

public:
    explicit AccountAdmin(IdentityContext &context, QObject *parent = nullptr);

    // By name, at most 1000, those behind `after`.
    Result<QList<AccountRecord>> accounts(const std::optional<UserId> &after);
    Result<AccountRecord> account(const QString &id);
    // Conflict for a taken name, Invalid for a password against the rules.
    QFuture<Result<AccountKeys>> create(const Caller &caller, const AccountWish &wanted);
    QFuture<Result<AccountRecord>> change(const Caller &caller, const QString &id, const AccountWish &wanted);
    // `reason` is JSON text, kept as it comes.
    QFuture<Result<AccountRecord>> setActive(
        const Caller &caller, const QString &id, bool isActive, const QString &reason);
    // Ends his Synnefo tokens. Conflict for a disabled user.
    QFuture<Result<AccountKeys>> renewToken(const Caller &caller, const QString &id);
    // Conflict unless he is a member of that project, which is enabled.
    QFuture<Result<AccountRecord>> setDefaultProject(
        const Caller &caller, const QString &id, const QString &projectId);

private:
    IdentityContext &m_context;
    Database &m_database;
};

} // namespace nephele
