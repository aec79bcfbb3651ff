// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/token.h"

namespace nephele {

// rows: (SHA-256 in hex, kind, user, project, credential, ... expiry), one per token that still opens
// something; a revoked token is a row that is gone.
class TokenStore
{
public:
    // Whether it is good is the caller's to ask (TokenDetails::isGood); only what is revoked is absent.
    static Result<std::optional<TokenDetails>> find(const ReadTransaction &t, const QByteArray &hash);

    // When the user's last Synnefo token ends; nothing when he has none.
    static Result<std::optional<qint64>> synnefoTokenEnd(const ReadTransaction &t, const UserId &user);

    static Result<> insert(Transaction &t, const Token &token);
    // Nothing happens when there is none.
    static Result<> remove(Transaction &t, const QByteArray &hash);
    static Result<> removeSynnefoTokens(Transaction &t, const UserId &user);
    // With his browsers' sessions.
    static Result<> removeOfUser(Transaction &t, const UserId &user);
    // Those for the project; Synnefo's look at the memberships anew each time.
    static Result<> removeOfMember(Transaction &t, const ProjectId &project, const UserId &user);

    static Result<> removeOfDomain(Transaction &t, const DomainId &domain, const UserId &user);
    static Result<> removeOfSystem(Transaction &t, const UserId &user);

    // Takes away at most `most` tokens that are past their time; returns how many.
    static Result<qint64> prune(Transaction &t, qint64 nowMs, int most = 500);
};

} // namespace nephele
