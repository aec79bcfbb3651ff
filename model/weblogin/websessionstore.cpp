// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/weblogin/websessionstore.h"

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

} // namespace

Result<std::optional<WebSession>> WebSessionStore::find(const ReadTransaction &t, const QByteArray &hash)
{
    return t.row("SELECT " NEPHELE_USER_COLUMNS ", s.expires_at_ms "
                 "FROM web_session s "
                 "JOIN identity_user u ON u.id = s.user_id "
                 "JOIN domain ud ON ud.id = u.domain "
                 "WHERE s.hash = :hash",
        { { ":hash", hexOf(hash) } }, [&hash](const Row &row) {
            return WebSession { hash, userFromRow(row), row.integer(userColumns) };
        });
}

Result<> WebSessionStore::insert(
    Transaction &t, const QByteArray &hash, const UserId &user, qint64 expiresAtMs)
{
    return done(t.execute(R"(
        INSERT INTO web_session (hash, user_id, created_at_ms, expires_at_ms)
        VALUES (:hash, :user, :at, :expires))",
        { { ":hash", hexOf(hash) }, { ":user", user.text() }, { ":at", t.stampMs() },
            { ":expires", expiresAtMs } }));
}

Result<> WebSessionStore::remove(Transaction &t, const QByteArray &hash)
{
    return done(t.execute("DELETE FROM web_session WHERE hash = :hash", { { ":hash", hexOf(hash) } }));
}

Result<> WebSessionStore::removeOthers(Transaction &t, const UserId &user, const QByteArray &keptHash)
{
    return done(t.execute("DELETE FROM web_session WHERE user_id = :user AND hash <> :kept",
        { { ":user", user.text() }, { ":kept", hexOf(keptHash) } }));
}

Result<qint64> WebSessionStore::prune(Transaction &t, qint64 nowMs, int most)
{
    return t.execute(R"(
        DELETE FROM web_session WHERE hash IN (
            SELECT hash FROM web_session WHERE expires_at_ms <= :now
            ORDER BY expires_at_ms LIMIT :most))",
        { { ":now", nowMs }, { ":most", most } });
}

} // namespace nephele
