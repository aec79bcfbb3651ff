// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/user.h"

namespace nephele {

// A browser that signed in. What is kept is the SHA-256 of its cookie.
struct WebSession
{
    QByteArray hash; // raw
    User user;
    qint64 expiresAtMs = 0;

    bool isGood(qint64 nowMs) const { return expiresAtMs > nowMs && user.isEnabled && user.domain.isEnabled; }
};

// rows: (SHA-256 of the cookie in hex, user, expiry), one per browser that is signed in. They end with their
// user's tokens (TokenStore::removeOfUser).
class WebSessionStore
{
public:
    // Whether it is good is the caller's to ask.
    static Result<std::optional<WebSession>> find(const ReadTransaction &t, const QByteArray &hash);
    static Result<> insert(Transaction &t, const QByteArray &hash, const UserId &user, qint64 expiresAtMs);
    // Nothing happens when there is none.
    static Result<> remove(Transaction &t, const QByteArray &hash);
    // Every session of the user but that one, which may be empty.
    static Result<> removeOthers(Transaction &t, const UserId &user, const QByteArray &keptHash);
    // Takes away at most `most` that are past their time; returns how many.
    static Result<qint64> prune(Transaction &t, qint64 nowMs, int most = 500);
};

} // namespace nephele
