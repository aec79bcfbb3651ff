// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/projectstore.h"
#include "model/weblogin/websessionstore.h"
#include "server/identity/identityservice.h"
#include "server/weblogin/weblogincontext.h"

namespace nephele {

// A browser that just signed in; the cookie is told once.
struct OpenedSession
{
    QByteArray cookie;
    User user;
};

// A new Synnefo token for a browser's user, and what the browser is known by from now on.
struct RenewedToken
{
    IssuedToken token;
    QByteArray cookie;
};

// The rules of sessions: signing in and out by a browser, and what a session may do to its account. One per
// worker, no state between calls; works in the worker's thread.
class WebloginService : public QObject
{
    Q_OBJECT

public:
    // Both outlive it.
    WebloginService(WebloginContext &context, IdentityService &identity, QObject *parent = nullptr);

    const WebloginSettings &settings() const { return m_context.settings(); }
    const PasswordRules &passwordRules() const { return m_identity.settings().passwords; }

    // The session of that cookie; nothing when there is none that is good.
    Result<std::optional<WebSession>> session(const QByteArray &cookie);

    // Unauthenticated in the same words whatever is wrong, TooManyRequests after repeated failures. The
    // session the browser had before ends.
    QFuture<Result<OpenedSession>> signIn(const PasswordSignIn &wanted, const QByteArray &formerCookie);
    QFuture<Result<>> signOut(const QByteArray &cookie);

    // One more Synnefo token. Unauthenticated when the session ended meanwhile.
    QFuture<Result<IssuedToken>> issueToken(const WebSession &session);
    // A Synnefo token in place of all he has; his other sessions end.
    QFuture<Result<RenewedToken>> renewToken(const WebSession &session);

    // All tokens and sessions of the user end; this browser gets a new one. Unauthenticated when `original`
    // is wrong, Invalid when the new one breaks a rule.
    QFuture<Result<OpenedSession>> changePassword(
        const WebSession &session, const QString &original, const QString &wanted, const QHostAddress &peer);

    // What its user is a member of, by name.
    Result<QList<Membership>> projectsOf(const WebSession &session);

    // Opens a session inside somebody's closure.
    Result<OpenedSession> openSession(Transaction &t, const UserId &user) const;

private:
    TokenRequest tokenRequest(const UserId &user) const;

    WebloginContext &m_context;
    IdentityService &m_identity;
    Database &m_database;
};

// The sentence for a password that cannot be one, by our least and the administrator's rules; nothing when it
// can.
std::optional<Error> wrongPassword(
    const QString &password, const QString &userName, const PasswordRules &rules);

} // namespace nephele
