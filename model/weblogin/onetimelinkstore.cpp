// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/weblogin/onetimelinkstore.h"

#include "model/identity/columns.h"

namespace nephele {

namespace {

Result<> done(const Result<qint64> &changed)
{
    return changed ? Result<>() : Result<>(changed.error());
}

QString hexOf(const QByteArray &hash)
{
    return QString::fromLatin1(hash.toHex());
}

QString wordOf(LinkOrigin origin)
{
    return origin == LinkOrigin::Admin ? QStringLiteral("admin") : QStringLiteral("log");
}

// of invitation
Invitation invitationFromRow(const Row &row)
{
    return { row.id<InvitationId>(0), row.text(1), row.text(2), row.integer(3), row.integer(4) };
}

} // namespace

Result<std::optional<User>> ResetLinkStore::find(
    const ReadTransaction &t, const QByteArray &hash, qint64 nowMs)
{
    return t.row("SELECT " NEPHELE_USER_COLUMNS " "
                 "FROM reset_link l "
                 "JOIN identity_user u ON u.id = l.user_id "
                 "JOIN domain ud ON ud.id = u.domain "
                 "WHERE l.hash = :hash AND l.expires_at_ms > :now",
        { { ":hash", hexOf(hash) }, { ":now", nowMs } }, [](const Row &row) { return userFromRow(row); });
}

Result<> ResetLinkStore::insert(
    Transaction &t, const QByteArray &hash, const UserId &user, LinkOrigin origin, qint64 expiresAtMs)
{
    return done(t.execute(R"(
        INSERT INTO reset_link (hash, user_id, origin, expires_at_ms)
        VALUES (:hash, :user, :origin, :expires)
        ON CONFLICT (user_id, origin) DO UPDATE
            SET hash = excluded.hash, expires_at_ms = excluded.expires_at_ms)",
        { { ":hash", hexOf(hash) }, { ":user", user.text() }, { ":origin", wordOf(origin) },
            { ":expires", expiresAtMs } }));
}

Result<> ResetLinkStore::removeOfUser(Transaction &t, const UserId &user)
{
    return done(t.execute("DELETE FROM reset_link WHERE user_id = :user", { { ":user", user.text() } }));
}

Result<qint64> ResetLinkStore::prune(Transaction &t, qint64 nowMs, int most)
{
    return t.execute(R"(
        DELETE FROM reset_link WHERE hash IN (
            SELECT hash FROM reset_link WHERE expires_at_ms <= :now
            ORDER BY expires_at_ms LIMIT :most))",
        { { ":now", nowMs }, { ":most", most } });
}

Result<std::optional<Invitation>> InvitationStore::find(
    const ReadTransaction &t, const QByteArray &hash, qint64 nowMs)
{
    return t.row(R"(
        SELECT id, name, email, created_at_ms, expires_at_ms FROM invitation
        WHERE hash = :hash AND expires_at_ms > :now)",
        { { ":hash", hexOf(hash) }, { ":now", nowMs } }, invitationFromRow);
}

Result<QList<Invitation>> InvitationStore::invitations(const ReadTransaction &t)
{
    return t.rows(R"(
        SELECT id, name, email, created_at_ms, expires_at_ms FROM invitation
        ORDER BY created_at_ms, id LIMIT 1000)",
        {}, invitationFromRow);
}

Result<> InvitationStore::insert(Transaction &t, const Invitation &invitation, const QByteArray &hash)
{
    return done(t.execute(R"(
        INSERT INTO invitation (id, hash, name, email, created_at_ms, expires_at_ms)
        VALUES (:id, :hash, :name, :email, :at, :expires))",
        { { ":id", invitation.id.text() }, { ":hash", hexOf(hash) }, { ":name", invitation.name },
            { ":email", invitation.email }, { ":at", t.stampMs() },
            { ":expires", invitation.expiresAtMs } }));
}

Result<> InvitationStore::remove(Transaction &t, const InvitationId &id)
{
    const auto removed = t.execute("DELETE FROM invitation WHERE id = :id", { { ":id", id.text() } });
    if (!removed)
        return removed.error();
    if (*removed == 0)
        return notFound(QStringLiteral("There is no such invitation."));
    return {};
}

Result<qint64> InvitationStore::prune(Transaction &t, qint64 nowMs, int most)
{
    return t.execute(R"(
        DELETE FROM invitation WHERE id IN (
            SELECT id FROM invitation WHERE expires_at_ms <= :now
            ORDER BY expires_at_ms LIMIT :most))",
        { { ":now", nowMs }, { ":most", most } });
}

} // namespace nephele
