// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/identityservice.h"

#include "model/base/whendone.h"
#include "model/identity/applicationcredentialstore.h"
#include "model/identity/tokenstore.h"
#include "server/identity/accounts.h"
#include "server/identity/tokenauthenticator.h"

namespace nephele {

namespace {

using Outcome = SignInThrottle::Outcome;

Error unknownToken()
{
    return notFound(QStringLiteral("There is no such token."));
}

// What to do with a check that came to an end: nothing was checked when the pool was full.
Outcome outcomeOf(const Result<bool> &fits)
{
    if (!fits)
        return Outcome::NotChecked;
    return *fits ? Outcome::Fitted : Outcome::Failed;
}

// Which record a guess counts for: the same one however the user was named.
QString throttleAccount(const NameRef &named, const std::optional<UserWithHash> &found)
{
    if (found)
        return found->user.id.text();
    return named.id.isEmpty() ? QStringLiteral("name:") + named.name.toLower() : named.id;
}

} // namespace

IdentityService::IdentityService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

TokenRequest IdentityService::requestFor(const UserId &user, const char *method, qint64 lifeMs) const
{
    TokenRequest request;
    request.user = user;
    request.methods = { QString::fromLatin1(method) };
    request.issuedAtMs = m_context.clock().nowMs();
    request.expiresAtMs = request.issuedAtMs + lifeMs;
    return request;
}

QFuture<Result<IssuedToken>> IdentityService::issueScoped(TokenRequest request, const ScopeWanted &scope)
{
    return m_database.write([=](Transaction &t) { return issueScopedToken(t, request, scope); });
}

// The common way of a password: found or not, it costs one check and ends in the same words.
QFuture<Result<IssuedToken>> IdentityService::checkPassword(const PasswordSignIn &wanted, Issue issue)
{
    const auto found = m_database.read([&](ReadTransaction &t) { return UserStore::find(t, wanted.user); });
    if (!found)
        return readyFailure<IssuedToken>(found.error());
    const auto key = SignInThrottle::keyFor(throttleAccount(wanted.user, *found), wanted.peer);
    if (const auto admitted = m_context.throttle().admit(key); !admitted)
        return readyFailure<IssuedToken>(admitted.error());
    const QString hash = *found ? (*found)->passwordHash : QString();
    return m_context.passwords()
        .check(wanted.password, hash)
        .then(this,
            [=, this, user = *found](const Result<bool> &fits) -> QFuture<Result<IssuedToken>> {
                m_context.throttle().settle(key, outcomeOf(fits));
                if (!fits)
                    return readyFailure<IssuedToken>(fits.error());
                if (!*fits || !user)
                    return readyFailure<IssuedToken>(signInRefused());
                return issue(user->user);
            })
        .unwrap();
}

QFuture<Result<IssuedToken>> IdentityService::signIn(const PasswordSignIn &wanted)
{
    return checkPassword(wanted, [this, scope = wanted.scope](const User &user) {
        return issueScoped(requestFor(user.id, "password", settings().tokenLifeMs), scope);
    });
}

QFuture<Result<IssuedToken>> IdentityService::signInToSynnefo(const PasswordSignIn &wanted)
{
    return checkPassword(wanted, [this](const User &user) {
        return m_database.write([request = requestFor(user.id, "password", settings().synnefoTokenLifeMs)](
                                    Transaction &t) { return issueSynnefoToken(t, request); });
    });
}

QFuture<Result<User>> IdentityService::proveUser(const PasswordSignIn &wanted)
{
    const auto proven = checkPassword(wanted, [](const User &user) {
        IssuedToken none;
        none.details.user = user;
        return QtFuture::makeReadyFuture(Result<IssuedToken>(none));
    });
    return thenIn(proven, this, [](const Result<IssuedToken> &checked) -> Result<User> {
        if (!checked)
            return checked.error();
        return checked->details.user;
    });
}

QFuture<Result<IssuedToken>> IdentityService::signIn(const CredentialSignIn &wanted)
{
    const auto found = m_database.read([&](ReadTransaction &t) -> Result<std::optional<CredentialWithHash>> {
        if (!wanted.id.isEmpty())
            return ApplicationCredentialStore::find(t, CredentialId::stored(wanted.id));
        const auto user = UserStore::find(t, wanted.user);
        if (!user)
            return user.error();
        if (!*user)
            return std::optional<CredentialWithHash>();
        return ApplicationCredentialStore::find(t, (*user)->user.id, wanted.name);
    });
    if (!found)
        return readyFailure<IssuedToken>(found.error());
    const QString account =
        *found ? (*found)->credential.id.text() : QStringLiteral("credential:") + wanted.id + wanted.name;
    const auto key = SignInThrottle::keyFor(account, wanted.peer);
    if (const auto admitted = m_context.throttle().admit(key); !admitted)
        return readyFailure<IssuedToken>(admitted.error());
    return m_context.passwords()
        .check(wanted.secret, *found ? (*found)->secretHash : QString())
        .then(this,
            [=, this, credential = *found](const Result<bool> &fits) -> QFuture<Result<IssuedToken>> {
                m_context.throttle().settle(key, outcomeOf(fits));
                if (!fits)
                    return readyFailure<IssuedToken>(fits.error());
                if (!*fits || !credential)
                    return readyFailure<IssuedToken>(signInRefused());
                auto request =
                    requestFor(credential->credential.user, "application_credential", settings().tokenLifeMs);
                request.credential = credential->credential;
                if (const auto end = credential->credential.expiresAtMs)
                    request.expiresAtMs = std::min(request.expiresAtMs, *end);
                return issueScoped(request, {});
            })
        .unwrap();
}

QFuture<Result<IssuedToken>> IdentityService::signIn(const TokenSignIn &wanted)
{
    const auto parent = goodToken(wanted.token);
    if (!parent)
        return readyFailure<IssuedToken>(signInRefused());
    if (parent->isRestricted())
        return readyFailure<IssuedToken>(
            forbidden(QStringLiteral("A restricted application credential makes no tokens.")));
    auto request = requestFor(parent->user.id, "token", settings().tokenLifeMs);
    request.expiresAtMs = std::min(request.expiresAtMs, parent->token.expiresAtMs);
    request.parentAuditId = parent->token.auditId;
    for (const QString &method : parent->token.methods) {
        if (!request.methods.contains(method))
            request.methods.append(method);
    }
    if (!parent->credential)
        return issueScoped(request, wanted.scope);
    // What came from a credential stays within it, whatever project is asked for.
    request.credential = parent->credential;
    return m_database.write([=](Transaction &t) -> Result<IssuedToken> {
        if (wanted.scope.kind == ScopeWanted::Kind::Nothing)
            return signInRefused();
        if (wanted.scope.kind == ScopeWanted::Kind::Project) {
            const auto project = ProjectStore::find(t, wanted.scope.project);
            if (!project)
                return project.error();
            if (!*project || (*project)->id != request.credential->project)
                return signInRefused();
        }
        return issueScopedToken(t, request, {});
    });
}

Result<TokenDetails> IdentityService::goodToken(const QByteArray &token)
{
    const auto details =
        m_database.read([&](ReadTransaction &t) { return TokenStore::find(t, sha256(token)); });
    if (!details)
        return details.error();
    if (!*details || !(*details)->isGood(m_context.clock().nowMs()))
        return signInRefused();
    return **details;
}

Result<IdentityService::Bearer> IdentityService::bearerOf(const QByteArray &token, Face face)
{
    const auto details = goodToken(token);
    if (!details)
        return details.error();
    const auto caller = m_database.read(
        [&](ReadTransaction &t) { return callerFromToken(t, *details, face, m_context.clock().nowMs()); });
    if (!caller)
        return caller.error();
    return Bearer { *details, *caller };
}

Result<TokenDetails> IdentityService::inspectToken(const Caller &caller, const QByteArray &token)
{
    auto details = goodToken(token);
    if (!details)
        return details.error().code == ErrorCode::Unauthenticated ? unknownToken() : details.error();
    if (!caller.isAdmin && details->user.id != caller.user)
        return unknownToken();
    return details;
}

QFuture<Result<>> IdentityService::revokeToken(const Caller &caller, const QByteArray &token)
{
    const auto details = inspectToken(caller, token);
    if (!details)
        return readyFailure<void>(details.error());
    // A program with a restricted credential may end its own token, not its user's other ones.
    if (caller.isRestricted && details->token.hash != caller.tokenHash)
        return readyFailure<void>(
            forbidden(QStringLiteral("A restricted application credential ends no tokens.")));
    return m_database
        .write([hash = details->token.hash](Transaction &t) { return TokenStore::remove(t, hash); })
        .then(this, [this](const Result<> &removed) {
            m_context.noteRevocation();
            return removed;
        });
}

QFuture<Result<>> IdentityService::changePassword(const Caller &caller, const QString &userId,
    const QString &original, const QString &wanted, const QHostAddress &peer)
{
    if (const auto may = mayEditAccount(caller, userId); !may)
        return readyFailure<void>(may.error());
    const auto found =
        m_database.read([&](ReadTransaction &t) { return UserStore::find(t, NameRef::byId(userId)); });
    if (!found)
        return readyFailure<void>(found.error());
    if (!*found)
        return readyFailure<void>(unknownUser());
    const auto key = SignInThrottle::keyFor(userId, peer);
    if (const auto admitted = m_context.throttle().admit(key); !admitted)
        return readyFailure<void>(admitted.error());
    return m_context.passwords()
        .check(original, (*found)->passwordHash)
        .then(this,
            [=, this, user = (*found)->user](const Result<bool> &fits) -> QFuture<Result<>> {
                m_context.throttle().settle(key, outcomeOf(fits));
                if (!fits)
                    return readyFailure<void>(fits.error());
                if (!*fits)
                    return readyFailure<void>(signInRefused());
                return storePassword(user, wanted);
            })
        .unwrap();
}

QFuture<Result<>> IdentityService::storePassword(const User &user, const QString &password)
{
    return m_context.passwords()
        .hash(password)
        .then(this,
            [=, this](const Result<QString> &hash) -> QFuture<Result<>> {
                if (!hash)
                    return readyFailure<void>(hash.error());
                return m_database.write(
                    [user, hash = *hash](Transaction &t) { return Accounts::setPassword(t, user, hash); });
            })
        .unwrap()
        .then(this, [this, user](const Result<> &stored) {
            m_context.noteRevocation();
            if (stored && user.hasFirstPassword)
                emit m_context.firstPasswordChanged();
            return stored;
        });
}

Result<> IdentityService::mayEditAccount(const Caller &caller, const QString &userId) const
{
    if (caller.user.text() != userId)
        return caller.isAdmin ? forbidden(QStringLiteral("Only the user himself can do this."))
                              : unknownUser();
    if (caller.isRestricted)
        return forbidden(QStringLiteral("A restricted application credential changes no account."));
    return {};
}

} // namespace nephele
