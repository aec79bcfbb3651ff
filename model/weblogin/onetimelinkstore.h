// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/user.h"

namespace nephele {

using InvitationId = Id<struct InvitationTag>;

// Who handed a link out. A user has at most one of each.
enum class LinkOrigin { Admin, Log };

// rows: (SHA-256 of the key, user, origin, expiry): links by which a user who lost his password sets a new
// one.
class ResetLinkStore
{
public:
    // Whose it is; nothing when it is unknown or past its time.
    static Result<std::optional<User>> find(const ReadTransaction &t, const QByteArray &hash, qint64 nowMs);
    // Takes the place of the user's last one of that origin.
    static Result<> insert(
        Transaction &t, const QByteArray &hash, const UserId &user, LinkOrigin origin, qint64 expiresAtMs);
    // All links of the user: once his password is new none is needed.
    static Result<> removeOfUser(Transaction &t, const UserId &user);
    static Result<qint64> prune(Transaction &t, qint64 nowMs, int most = 500);
};

// Lets one person make the account of that name.
struct Invitation
{
    InvitationId id;
    QString name;
    QString email; // may be empty
    qint64 createdAtMs = 0;
    qint64 expiresAtMs = 0;
    bool operator==(const Invitation &) const = default;
};

// rows: (id, SHA-256 of the key, name, e-mail, expiry), one per invitation nobody used yet.
class InvitationStore
{
public:
    // Nothing when it is unknown, used or past its time.
    static Result<std::optional<Invitation>> find(
        const ReadTransaction &t, const QByteArray &hash, qint64 nowMs);
    // By time; at most 1000.
    static Result<QList<Invitation>> invitations(const ReadTransaction &t);
    static Result<> insert(Transaction &t, const Invitation &invitation, const QByteArray &hash);
    // NotFound when there is none.
    static Result<> remove(Transaction &t, const InvitationId &id);
    static Result<qint64> prune(Transaction &t, qint64 nowMs, int most = 500);
};

} // namespace nephele
