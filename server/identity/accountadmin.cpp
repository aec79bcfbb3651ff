// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/accountadmin.h"

#include "model/identity/cloudrolestore.h"
#include "model/identity/grantstore.h"
#include "model/identity/tokenstore.h"
#include "server/identity/accounts.h"
#include "server/identity/futures.h"
#include "server/identity/peopleservice.h"
#include "server/identity/signin.h"

namespace nephele {

namespace {

Result<AccountRecord> recordOf(const ReadTransaction &t, const User &user)
{
    const auto cloudRoles = CloudRoleStore::rolesOf(t, user.id);
    if (!cloudRoles)
        return cloudRoles.error();
    const auto end = TokenStore::synnefoTokenEnd(t, user.id);
    if (!end)
        return end.error();
    return AccountRecord { user, *cloudRoles, *end };
}

Result<AccountRecord> existingAccount(const ReadTransaction &t, const QString &id)
{
    const auto user = UserStore::find(t, UserId::stored(id));
    if (!user)
        return user.error();
    return *user ? recordOf(t, **user) : Result<AccountRecord>(unknownUser());
}

// The account, if the caller may touch it.
Result<AccountRecord> changeableAccount(const ReadTransaction &t, const Caller &caller, const QString &id)
{
    if (const auto may = mayChangePeople(caller); !may)
        return may.error();
    const auto account = existingAccount(t, id);
    if (!account || caller.isAdmin)
        return account;
    const auto isAdmin = GrantStore::holdsAdmin(t, account->user.id);
    if (!isAdmin)
        return isAdmin.error();
    if (*isAdmin || account->cloudRoles)
        return forbidden(
            QStringLiteral("Only an administrator changes an account with rights on the cloud."));
    return account;
}

Result<QByteArray> newSynnefoToken(Transaction &t, const UserId &user, qint64 nowMs, qint64 lifeMs)
{
    TokenRequest request;
    request.user = user;
    request.methods = { QStringLiteral("password") };
    request.issuedAtMs = nowMs;
    request.expiresAtMs = nowMs + lifeMs;
    const auto token = issueSynnefoToken(t, request);
    if (!token)
        return token.error().code == ErrorCode::Unauthenticated
            ? conflict(QStringLiteral("The user is disabled."))
            : token.error();
    return token->secret;
}

Result<AccountRecord> changeInside(Transaction &t, const AccountRecord &account, const AccountWish &wanted,
    const std::optional<QString> &hash, const PasswordKeeping &keeping)
{
    UserChange change;
    change.name = wanted.userName;
    change.email = wanted.userName;
    change.realName = wanted.realName;
    change.extras = wanted.extras;
    if (change.name) {
        if (const auto wrong = Accounts::wrongName(QStringLiteral("The user's name"), *change.name))
            return *wrong;
        const auto free = Accounts::refuseTakenName(t, *change.name, account.user.domain, account.user.id);
        if (!free)
            return free.error();
    }
    if (const auto changed = UserStore::change(t, account.user, change); !changed)
        return changed.error();
    if (hash) {
        if (const auto set = Accounts::setPassword(t, account.user, *hash, keeping); !set)
            return set.error();
    }
    return existingAccount(t, account.user.id.text());
}

} // namespace

AccountAdmin::AccountAdmin(IdentityContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

Result<QList<AccountRecord>> AccountAdmin::accounts(const std::optional<UserId> &after)
{
    return m_database.read([&](ReadTransaction &t) -> Result<QList<AccountRecord>> {
        UserFilter filter;
        filter.after = after;
        const auto users = UserStore::matching(t, filter);
        if (!users)
            return users.error();
        QList<AccountRecord> all;
        for (const User &user : users->items) {
            const auto account = recordOf(t, user);
            if (!account)
                return account.error();
            all.append(*account);
        }
        return all;
    });
}

Result<AccountRecord> AccountAdmin::account(const QString &id)
{
    return m_database.read([&](ReadTransaction &t) { return existingAccount(t, id); });
}

QFuture<Result<AccountKeys>> AccountAdmin::create(const Caller &caller, const AccountWish &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<AccountKeys>(may.error());
    const QString password = wanted.password.value_or(newPassword());
    if (const auto wrong =
            wanted.password ? m_context.settings().passwords.wrongPassword(password) : std::nullopt)
        return readyFailure<AccountKeys>(*wrong);
    const auto keeping = m_context.settings().passwords.keeping(
        {}, PasswordRules::ChosenBy::Administrator, m_context.clock().nowMs());
    return andThen(m_context.passwords().hash(password), this, [=, this](const QString &hash) {
        NewUser user;
        user.name = wanted.userName.value_or(QString());
        user.email = user.name;
        user.realName = wanted.realName.value_or(QString());
        user.passwordHash = hash;
        user.passwordExpiresAtMs = keeping.expiresAtMs;
        user.mustChangePassword = keeping.mustChange;
        user.extras = wanted.extras;
        return m_database.write(
            [=, nowMs = m_context.clock().nowMs(), lifeMs = m_context.settings().synnefoTokenLifeMs](
                Transaction &t) -> Result<AccountKeys> {
                const auto made = Accounts::createUser(t, user, Role::Member);
                if (!made)
                    return made.error();
                const auto token = newSynnefoToken(t, made->id, nowMs, lifeMs);
                if (!token)
                    return token.error();
                const auto account = recordOf(t, *made);
                if (!account)
                    return account.error();
                return AccountKeys { *account, password, *token };
            });
    });
}

QFuture<Result<AccountRecord>> AccountAdmin::change(
    const Caller &caller, const QString &id, const AccountWish &wanted)
{
    const auto known = m_database.read([&](ReadTransaction &t) { return changeableAccount(t, caller, id); });
    if (!known)
        return readyFailure<AccountRecord>(known.error());
    const PasswordRules &rules = m_context.settings().passwords;
    if (const auto wrong = wanted.password ? rules.wrongPassword(*wanted.password) : std::nullopt)
        return readyFailure<AccountRecord>(*wrong);
    const auto keeping =
        rules.keeping(known->user, PasswordRules::ChosenBy::Administrator, m_context.clock().nowMs());
    const auto hashed = wanted.password ? m_context.passwords().hash(*wanted.password)
                                        : QtFuture::makeReadyFuture(Result<QString>(QString()));
    return andThen(QFuture<Result<QString>>(hashed), this, [=, this](const QString &hash) {
        return revokingWrite(m_context, this, [=](Transaction &t) -> Result<AccountRecord> {
            const auto account = changeableAccount(t, caller, id);
            if (!account)
                return account.error();
            return changeInside(
                t, *account, wanted, wanted.password ? std::optional(hash) : std::nullopt, keeping);
        });
    });
}

QFuture<Result<AccountRecord>> AccountAdmin::setActive(
    const Caller &caller, const QString &id, bool isActive, const QString &reason)
{
    return revokingWrite(m_context, this, [=](Transaction &t) -> Result<AccountRecord> {
        const auto account = changeableAccount(t, caller, id);
        if (!account)
            return account.error();
        UserChange change;
        change.extras.insert(QStringLiteral("deactivated_reason"), QByteArray("\"\""));
        if (!isActive)
            change.extras.insert(QStringLiteral("deactivated_reason"), reason.toUtf8());
        if (const auto changed = UserStore::change(t, account->user, change); !changed)
            return changed.error();
        if (const auto set = Accounts::setUserEnabled(t, account->user, isActive); !set)
            return set.error();
        return existingAccount(t, id);
    });
}

QFuture<Result<AccountKeys>> AccountAdmin::renewToken(const Caller &caller, const QString &id)
{
    return revokingWrite(m_context, this,
        [=, nowMs = m_context.clock().nowMs(), lifeMs = m_context.settings().synnefoTokenLifeMs](
            Transaction &t) -> Result<AccountKeys> {
            const auto account = changeableAccount(t, caller, id);
            if (!account)
                return account.error();
            if (const auto ended = TokenStore::removeSynnefoTokens(t, account->user.id); !ended)
                return ended.error();
            const auto token = newSynnefoToken(t, account->user.id, nowMs, lifeMs);
            if (!token)
                return token.error();
            return AccountKeys { *account, {}, *token };
        });
}

QFuture<Result<AccountRecord>> AccountAdmin::setDefaultProject(
    const Caller &caller, const QString &id, const QString &projectId)
{
    return m_database.write([=](Transaction &t) -> Result<AccountRecord> {
        const auto account = changeableAccount(t, caller, id);
        if (!account)
            return account.error();
        const auto project = ProjectStore::find(t, NameRef::byId(projectId));
        if (!project)
            return project.error();
        if (!*project)
            return notFound(QStringLiteral("There is no such project."));
        const auto roles = ProjectStore::rolesOf(t, (*project)->id, account->user.id);
        if (!roles)
            return roles.error();
        if (!*roles || !(*project)->isEnabled)
            return conflict(QStringLiteral("The user is no member of this project."));
        if (const auto set = UserStore::setDefaultProject(t, account->user.id, (*project)->id); !set)
            return set.error();
        return existingAccount(t, id);
    });
}

} // namespace nephele
