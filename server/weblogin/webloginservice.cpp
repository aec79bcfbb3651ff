// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/webloginservice.h"

#include "model/base/whendone.h"
#include "model/identity/tokenstore.h"

namespace nephele {

namespace {

constexpr int shortestPassword = 8;
constexpr int longestPassword = 1024;

// Good when it is looked at, and still there when something is written by it.
Result<WebSession> goodSession(const ReadTransaction &t, const QByteArray &hash, qint64 nowMs)
{
    const auto found = WebSessionStore::find(t, hash);
    if (!found)
        return found.error();
    if (!*found || !(*found)->isGood(nowMs))
        return signInRefused();
    return **found;
}

} // namespace

std::optional<Error> wrongPassword(
    const QString &password, const QString &userName, const PasswordRules &rules)
{
    if (password.size() < shortestPassword)
        return invalid(QStringLiteral("Use at least %1 characters.").arg(shortestPassword));
    if (password.size() > longestPassword)
        return invalid(QStringLiteral("Use at most %1 characters.").arg(longestPassword));
    if (password.compare(userName, Qt::CaseInsensitive) == 0)
        return invalid(QStringLiteral("Use something else than the user name."));
    return rules.wrongPassword(password);
}

WebloginService::WebloginService(WebloginContext &context, IdentityService &identity, QObject *parent)
    : QObject(parent), m_context(context), m_identity(identity), m_database(context.database())
{
}

Result<std::optional<WebSession>> WebloginService::session(const QByteArray &cookie)
{
    if (cookie.isEmpty())
        return std::optional<WebSession>();
    auto found =
        m_database.read([&](ReadTransaction &t) { return WebSessionStore::find(t, sha256(cookie)); });
    if (found && *found && !(*found)->isGood(m_context.nowMs()))
        return std::optional<WebSession>();
    return found;
}

Result<OpenedSession> WebloginService::openSession(Transaction &t, const UserId &user) const
{
    const QByteArray cookie = newToken();
    const qint64 nowMs = m_context.nowMs();
    const auto inserted = WebSessionStore::insert(t, sha256(cookie), user, nowMs + settings().sessionLifeMs);
    if (!inserted)
        return inserted.error();
    // A disabled user's session goes with the closure.
    const auto session = goodSession(t, sha256(cookie), nowMs);
    if (!session)
        return session.error();
    return OpenedSession { cookie, session->user };
}

QFuture<Result<OpenedSession>> WebloginService::signIn(
    const PasswordSignIn &wanted, const QByteArray &formerCookie)
{
    return thenIn(m_identity.proveUser(wanted), this,
        [this, formerCookie](const Result<User> &user) -> QFuture<Result<OpenedSession>> {
            if (!user)
                return readyFailure<OpenedSession>(user.error());
            return m_database.write(
                [this, id = user->id, formerCookie](Transaction &t) -> Result<OpenedSession> {
                    if (const auto ended = WebSessionStore::remove(t, sha256(formerCookie)); !ended)
                        return ended.error();
                    return openSession(t, id);
                });
        });
}

QFuture<Result<>> WebloginService::signOut(const QByteArray &cookie)
{
    return m_database.write(
        [hash = sha256(cookie)](Transaction &t) { return WebSessionStore::remove(t, hash); });
}

TokenRequest WebloginService::tokenRequest(const UserId &user) const
{
    TokenRequest request;
    request.user = user;
    request.methods = { QStringLiteral("password") };
    request.issuedAtMs = m_context.nowMs();
    request.expiresAtMs = request.issuedAtMs + m_identity.settings().synnefoTokenLifeMs;
    return request;
}

QFuture<Result<IssuedToken>> WebloginService::issueToken(const WebSession &session)
{
    return m_database.write(
        [hash = session.hash, nowMs = m_context.nowMs(), request = tokenRequest(session.user.id)](
            Transaction &t) -> Result<IssuedToken> {
            if (const auto good = goodSession(t, hash, nowMs); !good)
                return good.error();
            return issueSynnefoToken(t, request);
        });
}

QFuture<Result<RenewedToken>> WebloginService::renewToken(const WebSession &session)
{
    const auto renewed =
        m_database.write([this, session, nowMs = m_context.nowMs(), request = tokenRequest(session.user.id)](
                             Transaction &t) -> Result<RenewedToken> {
            if (const auto good = goodSession(t, session.hash, nowMs); !good)
                return good.error();
            if (const auto ended = TokenStore::removeSynnefoTokens(t, session.user.id); !ended)
                return ended.error();
            if (const auto ended = WebSessionStore::removeOthers(t, session.user.id, {}); !ended)
                return ended.error();
            const auto token = issueSynnefoToken(t, request);
            if (!token)
                return token.error();
            const auto opened = openSession(t, session.user.id);
            if (!opened)
                return opened.error();
            return RenewedToken { *token, opened->cookie };
        });
    return thenIn(renewed, this, [this](Result<RenewedToken> result) {
        m_context.identity().noteRevocation();
        return result;
    });
}

QFuture<Result<OpenedSession>> WebloginService::changePassword(
    const WebSession &session, const QString &original, const QString &wanted, const QHostAddress &peer)
{
    if (const auto wrong = wrongPassword(wanted, session.user.name, passwordRules()))
        return readyFailure<OpenedSession>(*wrong);
    Caller caller; // himself: the session proves it
    caller.user = session.user.id;
    caller.userName = session.user.name;
    const auto changed = m_identity.changePassword(caller, session.user.id.text(), original, wanted, peer);
    return thenIn(changed, this,
        [this, user = session.user.id](const Result<> &done) -> QFuture<Result<OpenedSession>> {
            if (!done)
                return readyFailure<OpenedSession>(done.error());
            return m_database.write([this, user](Transaction &t) { return openSession(t, user); });
        });
}

Result<QList<Membership>> WebloginService::projectsOf(const WebSession &session)
{
    return m_database.read([&](ReadTransaction &t) { return ProjectStore::memberships(t, session.user.id); });
}

} // namespace nephele
