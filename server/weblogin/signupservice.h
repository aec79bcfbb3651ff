// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/weblogin/onetimelinkstore.h"
#include "model/weblogin/signupstore.h"
#include "server/weblogin/webloginservice.h"

namespace nephele {

// The rules of getting an account, and of getting back into one whose password is lost. Nothing in them tells
// who has an account here: an invitation names its account, a wish for one is taken in whatever its name, and
// whoever asks for a link hears the same, as fast. One per worker, no state between calls.
class SignUpService : public QObject
{
    Q_OBJECT

public:
    // Both outlive it.
    SignUpService(WebloginContext &context, WebloginService &weblogin, QObject *parent = nullptr);

    const WebloginSettings &settings() const { return m_context.settings(); }

    // NotFound when the key opens nothing (any more).
    Result<Invitation> invitation(const QString &key);
    Result<User> ownerOfLink(const QString &key);

    // Makes the invited account and signs in. NotFound as above, Invalid for the password.
    QFuture<Result<OpenedSession>> acceptInvitation(
        const QString &key, const QString &realName, const QString &password);

    // The sentence for a name that cannot be one, whoever has it; nothing when it can.
    static std::optional<Error> wrongName(const QString &name);

    // Notes the wish. Invalid for the password or a text; TooManyRequests after many from one address.
    QFuture<Result<>> askForAccount(SignUp wanted, const QString &password, const QHostAddress &peer);

    // Sets the password by a link, which ends with all others of its user; so do his tokens and sessions.
    QFuture<Result<>> setPassword(const QString &key, const QString &password);

    // Writes a link into the log, if there is such a user. Answers before that. TooManyRequests as above.
    Result<> askForLink(const QString &name, const QHostAddress &peer, const QByteArray &baseUrl);

private:
    PasswordKeeping keeping(const User &user) const;
    // Everything a stranger may ask for counts, per address, as if it had failed.
    Result<> countAsking(const QString &what, const QHostAddress &peer);

    WebloginContext &m_context;
    WebloginService &m_weblogin;
    Database &m_database;
};

} // namespace nephele
