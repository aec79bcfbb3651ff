// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/token.h"
#include "server/http/route.h"
#include "server/identity/identitycontext.h"

#include <QCache>

namespace nephele {

// Who a token's bearer is in a face (DESIGN: "a token never gains by changing face"):
//   token      Synnefo face                            OpenStack face
//   Synnefo    all projects he is a member of          his default project of this moment
//   project    that one project                        that one project
//   credential that one project, the credential's roles in both
//   unscoped   none: identity calls only               none
//   domain     none; an administrator with admin in it  the same
//   system     none; an administrator with admin in it  the same
// Unauthenticated when the token is not good, or leaves its bearer no project where it should.
Result<Caller> callerFromToken(
    const ReadTransaction &t, const TokenDetails &details, Face face, qint64 nowMs);
// The same for who is known without a token, as a Synnefo token of his would be in its own face.
Result<Caller> callerOfUser(const ReadTransaction &t, const User &user, qint64 expiresAtMs);

// Tells who sent a token. One per worker, used in its thread only; remembers good tokens for a second, unless
// something was revoked meanwhile in this process.
class TokenAuthenticator final : public Authenticator
{
public:
    explicit TokenAuthenticator(IdentityContext &context);

    Result<Caller> authenticate(const QByteArray &token, Face face) override;

private:
    struct Remembered
    {
        Caller caller;
        qint64 goodUntilMs = 0;
    };

    IdentityContext &m_context;
    QCache<QByteArray, Remembered> m_remembered; // by hash and face
    quint64 m_revocations = 0; // of the moment m_remembered was last emptied
};

} // namespace nephele
