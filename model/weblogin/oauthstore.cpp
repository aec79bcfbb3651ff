// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/weblogin/oauthstore.h"

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

OAuthClient clientFromRow(const Row &row)
{
    return { row.text(0), row.text(1), row.flag(2), {}, row.integer(3) };
}

Result<OAuthClient> withRedirects(const ReadTransaction &t, OAuthClient client)
{
    const auto redirects =
        t.rows("SELECT uri FROM oauth_redirect WHERE client = :client ORDER BY uri LIMIT 100",
            { { ":client", client.name } }, [](const Row &row) { return row.text(0); });
    if (!redirects)
        return redirects.error();
    client.redirects = *redirects;
    return client;
}

} // namespace

Result<std::optional<OAuthClient>> OAuthStore::findClient(const ReadTransaction &t, const QString &name)
{
    const auto found =
        t.row("SELECT name, secret_hash, trusted, created_at_ms FROM oauth_client WHERE name = :name",
            { { ":name", name } }, clientFromRow);
    if (!found || !*found)
        return found;
    const auto whole = withRedirects(t, **found);
    if (!whole)
        return whole.error();
    return std::optional(*whole);
}

Result<QList<OAuthClient>> OAuthStore::clients(const ReadTransaction &t)
{
    const auto found = t.rows(R"(
        SELECT name, secret_hash, trusted, created_at_ms FROM oauth_client
        WHERE secret_hash <> ''
        ORDER BY name LIMIT 1000)",
        {}, clientFromRow);
    if (!found)
        return found.error();
    QList<OAuthClient> clients;
    for (const OAuthClient &client : *found) {
        const auto whole = withRedirects(t, client);
        if (!whole)
            return whole.error();
        clients.append(*whole);
    }
    return clients;
}

Result<> OAuthStore::insertClient(Transaction &t, const OAuthClient &client)
{
    const auto inserted = t.execute(R"(
        INSERT INTO oauth_client (name, secret_hash, trusted, created_at_ms)
        VALUES (:name, :hash, :trusted, :at))",
        { { ":name", client.name }, { ":hash", client.secretHash }, { ":trusted", client.isTrusted },
            { ":at", t.stampMs() } });
    if (!inserted && inserted.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a client named '%1' already.").arg(client.name));
    if (!inserted)
        return inserted.error();
    for (const QString &uri : client.redirects) {
        const auto added = t.execute("INSERT INTO oauth_redirect (client, uri) VALUES (:client, :uri)",
            { { ":client", client.name }, { ":uri", uri } });
        if (!added)
            return added.error();
    }
    return {};
}

Result<> OAuthStore::removeClient(Transaction &t, const QString &name)
{
    const auto removed =
        t.execute("DELETE FROM oauth_client WHERE name = :name AND secret_hash <> ''", { { ":name", name } });
    if (!removed)
        return removed.error();
    if (*removed == 0)
        return notFound(QStringLiteral("There is no client named '%1'.").arg(name));
    return {};
}

Result<std::optional<UsableGrant>> OAuthStore::findCode(
    const ReadTransaction &t, const QByteArray &hash, qint64 nowMs)
{
    return t.row(R"(
        SELECT client, session, user_id, redirect_uri, scope, expires_at_ms, used FROM oauth_code
        WHERE hash = :hash AND expires_at_ms > :now)",
        { { ":hash", hexOf(hash) }, { ":now", nowMs } }, [](const Row &row) {
            const OAuthGrant grant { row.text(0), QByteArray::fromHex(row.text(1).toLatin1()),
                row.id<UserId>(2), row.text(3), row.text(4), row.integer(5) };
            return UsableGrant { grant, row.flag(6) };
        });
}

Result<> OAuthStore::insertCode(Transaction &t, const QByteArray &hash, const OAuthGrant &grant)
{
    return done(t.execute(R"(
        INSERT INTO oauth_code (hash, client, session, user_id, redirect_uri, scope, used, expires_at_ms)
        VALUES (:hash, :client, :session, :user, :redirect, :scope, 0, :expires))",
        { { ":hash", hexOf(hash) }, { ":client", grant.client }, { ":session", hexOf(grant.session) },
            { ":user", grant.user.text() }, { ":redirect", grant.redirect }, { ":scope", grant.scope },
            { ":expires", grant.expiresAtMs } }));
}

Result<> OAuthStore::markUsed(Transaction &t, const QByteArray &hash)
{
    return done(t.execute("UPDATE oauth_code SET used = 1 WHERE hash = :hash", { { ":hash", hexOf(hash) } }));
}

Result<> OAuthStore::removeCode(Transaction &t, const QByteArray &hash)
{
    return done(t.execute("DELETE FROM oauth_code WHERE hash = :hash", { { ":hash", hexOf(hash) } }));
}

Result<std::optional<OAuthAccess>> OAuthStore::findAccess(
    const ReadTransaction &t, const QByteArray &hash, qint64 nowMs)
{
    return t.row("SELECT " NEPHELE_USER_COLUMNS ", c.scope, a.expires_at_ms, r.roles "
                 "FROM oauth_access a "
                 "JOIN oauth_code c ON c.hash = a.code "
                 "JOIN identity_user u ON u.id = c.user_id "
                 "JOIN domain ud ON ud.id = u.domain "
                 "LEFT JOIN cloud_role r ON r.user_id = u.id "
                 "WHERE a.hash = :hash AND a.expires_at_ms > :now AND u.enabled = 1 AND ud.enabled = 1",
        { { ":hash", hexOf(hash) }, { ":now", nowMs } }, [](const Row &row) {
            return OAuthAccess { userFromRow(row), row.text(userColumns), row.integer(userColumns + 1),
                CloudRoles::fromInt(int(row.integer(userColumns + 2))) };
        });
}

Result<> OAuthStore::insertAccess(
    Transaction &t, const QByteArray &hash, const QByteArray &codeHash, qint64 expiresAtMs)
{
    return done(t.execute(R"(
        INSERT INTO oauth_access (hash, code, expires_at_ms)
        VALUES (:hash, :code, :expires))",
        { { ":hash", hexOf(hash) }, { ":code", hexOf(codeHash) }, { ":expires", expiresAtMs } }));
}

Result<qint64> OAuthStore::prune(Transaction &t, qint64 nowMs, int most)
{
    const auto tokens = t.execute(R"(
        DELETE FROM oauth_access WHERE hash IN (
            SELECT hash FROM oauth_access WHERE expires_at_ms <= :now
            ORDER BY expires_at_ms LIMIT :most))",
        { { ":now", nowMs }, { ":most", most } });
    if (!tokens)
        return tokens.error();
    // A token may outlive its code by some seconds: the code stays as long.
    const auto codes = t.execute(R"(
        DELETE FROM oauth_code WHERE hash IN (
            SELECT c.hash FROM oauth_code c
            WHERE c.expires_at_ms <= :now
                AND NOT EXISTS (SELECT 1 FROM oauth_access a WHERE a.code = c.hash)
            ORDER BY c.expires_at_ms LIMIT :most))",
        { { ":now", nowMs }, { ":most", most } });
    if (!codes)
        return codes.error();
    return *tokens + *codes;
}

} // namespace nephele
