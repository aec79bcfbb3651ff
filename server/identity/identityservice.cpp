// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/identityservice.h"

#include "model/base/whendone.h"
#include "model/identity/applicationcredentialstore.h"
#include "model/identity/grantstore.h"
#include "model/identity/tokenstore.h"
#include "server/identity/accounts.h"
#include "server/identity/futures.h"
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
    : QObject(parent), m_context(context), m_database(context.database()), m_catalog(context)
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
    return thenIn(m_context.passwords().check(wanted.password, hashToCheck(*found)), this,
        [=, this, user = *found](const Result<bool> &fits) -> QFuture<Result<IssuedToken>> {
            m_context.throttle().settle(key, outcomeOf(fits));
            if (!fits)
                return readyFailure<IssuedToken>(fits.error());
            return andThen(
                settlePassword(user, *fits), this, [issue](const User &known) { return issue(known); });
        });
}

// Of somebody who is locked out nothing is checked, and it takes as long.
QString IdentityService::hashToCheck(const std::optional<UserWithHash> &user) const
{
    const bool isOpen = user && !settings().passwords.isLocked(*user, m_context.clock().nowMs());
    return isOpen ? user->passwordHash : QString();
}

// Counts what locks an account, and tells a password that is past its time.
QFuture<Result<User>> IdentityService::settlePassword(const std::optional<UserWithHash> &user, bool fits)
{
    if (!user)
        return readyFailure<User>(signInRefused());
    const PasswordRules &rules = settings().passwords;
    const qint64 nowMs = m_context.clock().nowMs();
    const UserId id = user->user.id;
    if (!fits && rules.lockAfterFailures > 0 && !rules.isLocked(*user, nowMs))
        return thenIn(m_database.write([=, since = nowMs - rules.lockMs](Transaction &t) {
            return UserStore::noteFailure(t, id, nowMs, since);
        }),
            this, [](const Result<> &) { return readyFailure<User>(signInRefused()); });
    if (!fits)
        return readyFailure<User>(signInRefused());
    if (const auto stale = rules.staleSignIn(user->user, nowMs))
        return readyFailure<User>(*stale);
    if (user->failedSignIns == 0)
        return QtFuture::makeReadyFuture(Result<User>(user->user));
    return m_database.write([user = user->user](Transaction &t) -> Result<User> {
        const auto forgotten = UserStore::forgetFailures(t, user.id);
        return forgotten ? Result<User>(user) : Result<User>(forgotten.error());
    });
}

QFuture<Result<IssuedToken>> IdentityService::signIn(const PasswordSignIn &wanted)
{
    return checkPassword(wanted, [this, scope = wanted.scope](const User &user) {
        return issueScoped(requestFor(user.id, "password", settings().tokenLifeMs), scope);
    });
}

QFuture<Result<IssuedToken>> IdentityService::signInToSynnefo(const PasswordSignIn &wanted)
{
    PasswordSignIn shown = wanted;
    shown.user.isDisplayName = wanted.user.id.isEmpty();
    return checkPassword(shown, [this](const User &user) {
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
    const auto checked =
        m_context.passwords().check(wanted.secret, *found ? (*found)->secretHash : QString());
    return thenIn(checked, this,
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
        });
}

QFuture<Result<IssuedToken>> IdentityService::signIn(const TokenSignIn &wanted)
{
    // Keystone's clients tell this from a refusal: a token that ended is 404, and they sign in anew.
    const auto parent = goodToken(wanted.token);
    if (!parent)
        return readyFailure<IssuedToken>(
            parent.error().code == ErrorCode::Unauthenticated ? unknownToken() : parent.error());
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
        const auto kind = wanted.scope.kind;
        if (kind != ScopeWanted::Kind::Default && kind != ScopeWanted::Kind::Project)
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
    const auto details = m_database.read([&](ReadTransaction &t) -> Result<std::optional<TokenDetails>> {
        auto found = TokenStore::find(t, sha256(token));
        if (!found || !*found)
            return found;
        const auto named = GrantStore::nameRoles(t, **found);
        return named ? found : Result<std::optional<TokenDetails>>(named.error());
    });
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
    return revokingWrite(m_context, this,
        [hash = details->token.hash](Transaction &t) { return TokenStore::remove(t, hash); });
}

QFuture<Result<>> IdentityService::changePassword(const Caller &caller, const QString &userId,
    const QString &original, const QString &wanted, const QHostAddress &peer)
{
    // The password itself is the right to change it, whoever's token came along: it may be past its time and
    // open nothing else.
    if (caller.isRestricted)
        return readyFailure<void>(
            forbidden(QStringLiteral("A restricted application credential changes no account.")));
    const auto found =
        m_database.read([&](ReadTransaction &t) { return UserStore::find(t, NameRef::byId(userId)); });
    if (!found)
        return readyFailure<void>(found.error());
    const auto key = SignInThrottle::keyFor(userId, peer);
    if (const auto admitted = m_context.throttle().admit(key); !admitted)
        return readyFailure<void>(admitted.error());
    return thenIn(m_context.passwords().check(original, hashToCheck(*found)), this,
        [=, this, user = *found](const Result<bool> &fits) -> QFuture<Result<>> {
            m_context.throttle().settle(key, outcomeOf(fits));
            if (!fits)
                return readyFailure<void>(fits.error());
            if (*fits && user && user->user.isEnabled)
                return replacePassword(*user, original, wanted);
            return thenIn(settlePassword(user, false), this,
                [](const Result<User> &) { return readyFailure<void>(signInRefused()); });
        });
}

// The user's own choice, after he has shown the present one.
QFuture<Result<>> IdentityService::replacePassword(
    const UserWithHash &user, const QString &original, const QString &wanted)
{
    const PasswordRules &rules = settings().passwords;
    if (user.user.hasOption("lock_password"))
        return readyFailure<void>(forbidden(QStringLiteral("The password is locked by an administrator.")));
    if (const auto wrong = rules.wrongPassword(wanted))
        return readyFailure<void>(*wrong);
    if (const auto early = rules.tooEarly(user.user, m_context.clock().nowMs()))
        return readyFailure<void>(*early);
    if (rules.formerRefused > 0 && wanted == original)
        return readyFailure<void>(PasswordRules::usedBefore());
    const auto former = m_database.read([&](ReadTransaction &t) {
        return UserStore::formerPasswords(t, user.user.id, std::max(0, rules.formerRefused - 1));
    });
    if (!former)
        return readyFailure<void>(former.error());
    return andThen(fitsNone(wanted, *former), this, [=, this](bool fitsNone) {
        return fitsNone ? storePassword(user.user, wanted) : readyFailure<void>(PasswordRules::usedBefore());
    });
}

// One after another: each costs as much as a sign-in.
QFuture<Result<bool>> IdentityService::fitsNone(const QString &password, const QStringList &hashes)
{
    if (hashes.isEmpty())
        return QtFuture::makeReadyFuture(Result<bool>(true));
    return andThen(m_context.passwords().check(password, hashes.first()), this, [=, this](bool fits) {
        return fits ? QtFuture::makeReadyFuture(Result<bool>(false)) : fitsNone(password, hashes.mid(1));
    });
}

QFuture<Result<>> IdentityService::storePassword(const User &user, const QString &password)
{
    const auto keeping =
        settings().passwords.keeping(user, PasswordRules::ChosenBy::User, m_context.clock().nowMs());
    return andThen(m_context.passwords().hash(password), this, [=, this](const QString &hash) {
        const auto stored = revokingWrite(
            m_context, this, [=](Transaction &t) { return Accounts::setPassword(t, user, hash, keeping); });
        return thenIn(stored, this, [this, user](const Result<> &done) {
            if (done && user.hasFirstPassword)
                emit m_context.firstPasswordChanged();
            return QtFuture::makeReadyFuture(done);
        });
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
