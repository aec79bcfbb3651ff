// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/tokenstore.h"

#include "model/identity/columns.h"
#include "model/identity/grantstore.h"
#include "model/identity/role.h"
#include "model/identity/truststore.h"
#include "model/identity/userstore.h"
#include "model/identity/written.h"
#include "model/weblogin/websessionstore.h"

#include <array>

namespace nephele {

namespace {

constexpr int tokenColumns = 11;

struct KindWord
{
    TokenKind kind;
    QLatin1StringView word;
};

constexpr std::array<KindWord, 6> kindWords { {
    { TokenKind::Synnefo, QLatin1StringView("synnefo") },
    { TokenKind::Unscoped, QLatin1StringView("unscoped") },
    { TokenKind::Project, QLatin1StringView("project") },
    { TokenKind::Credential, QLatin1StringView("credential") },
    { TokenKind::Domain, QLatin1StringView("domain") },
    { TokenKind::System, QLatin1StringView("system") },
} };

QString wordOf(TokenKind kind)
{
    for (const KindWord &known : kindWords) {
        if (known.kind == kind)
            return known.word;
    }
    Q_UNREACHABLE();
}

// The schema lets no other word in.
TokenKind kindFrom(const QString &word)
{
    for (const KindWord &known : kindWords) {
        if (known.word == word)
            return known.kind;
    }
    return TokenKind::Unscoped;
}

QString hashText(const QByteArray &hash)
{
    return QString::fromLatin1(hash.toHex());
}

Token tokenFromRow(const Row &row)
{
    Token token;
    token.hash = QByteArray::fromHex(row.text(0).toLatin1());
    token.kind = kindFrom(row.text(1));
    token.user = row.id<UserId>(2);
    if (!row.isNull(3))
        token.project = row.id<ProjectId>(3);
    if (!row.isNull(4))
        token.domain = row.id<DomainId>(4);
    if (!row.isNull(5))
        token.credential = row.id<CredentialId>(5);
    token.methods = row.text(6).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    token.auditId = row.text(7);
    token.parentAuditId = row.text(8);
    token.issuedAtMs = row.integer(9);
    token.expiresAtMs = row.integer(10);
    return token;
}

TokenDetails detailsFromRow(const Row &row)
{
    TokenDetails details;
    int at = 0;
    details.token = tokenFromRow(row);
    at += tokenColumns;
    details.user = userFromRow(row, at);
    at += userColumns;
    if (details.token.project)
        details.project = projectFromRow(row, at);
    at += projectColumns;
    if (details.token.credential)
        details.credential = credentialFromRow(row, at);
    at += credentialColumns;
    if (details.token.domain)
        details.domain = Domain { row.id<DomainId>(at), row.text(at + 1), row.flag(at + 2) };
    at += 3;
    details.roles = withImplied(rolesFromBits(row.integer(at)) | rolesFromBits(row.integer(at + 1))
        | rolesFromBits(row.integer(at + 2)));
    if (!row.isNull(at + 3))
        details.token.trust = row.id<TrustId>(at + 3);
    if (details.credential)
        details.roles &= withImplied(details.credential->roles);
    return details;
}

// A token made with a trust has the roles the trustor has at the moment, and is worth nothing once either of
// the two may not act.
Result<> cutToTrust(const ReadTransaction &t, TokenDetails &details)
{
    const auto trust = TrustStore::find(t, *details.token.trust);
    if (!trust)
        return trust.error();
    details.trust = *trust;
    details.roles = {};
    for (const UserId &party : { (*trust)->trustor, (*trust)->trustee }) {
        const auto user = UserStore::find(t, party);
        if (!user)
            return user.error();
        if (!*user || !(*user)->isEnabled || !(*user)->domain.isEnabled)
            return {};
    }
    const auto held =
        GrantStore::effectiveRoles(t, (*trust)->trustor, GrantTarget::project((*trust)->project.text()));
    if (!held)
        return held.error();
    Roles bits;
    for (const RoleRecord &role : *held)
        bits |= role.bit;
    details.roles = withImplied(bits) & withImplied((*trust)->roles);
    return {};
}

// The bits of the roles that grants give the token's user in what the token is for. Every
// role is one bit, so the sum of the different ones is all of them.
#define NEPHELE_GRANTED_BITS(grants, whose)                                                                  \
    "(SELECT SUM(DISTINCT r.bit) FROM " grants " "                                                           \
    "JOIN role_closure rc ON rc.prior = g.role JOIN role r ON r.id = rc.implied AND r.domain IS NULL "       \
    "WHERE " whose " AND k.kind IN ('project', 'credential', 'domain', 'system') "                           \
    "AND ((g.inherited = 0 AND g.target = COALESCE(k.project, k.domain, 'system')) "                         \
    "OR (g.inherited = 1 AND g.target IN (SELECT a.above FROM project_above a WHERE a.project = "            \
    "k.project))))"

#define NEPHELE_OWN_BITS NEPHELE_GRANTED_BITS("role_grant g", "g.actor = k.user_id")
#define NEPHELE_GROUPS_BITS                                                                                  \
    NEPHELE_GRANTED_BITS(                                                                                    \
        "group_member gm JOIN role_grant g ON g.actor = gm.group_id", "gm.user_id = k.user_id")

} // namespace

Result<std::optional<TokenDetails>> TokenStore::find(const ReadTransaction &t, const QByteArray &hash)
{
    auto details =
        t.row("SELECT k.hash, k.kind, k.user_id, k.project, k.domain, k.credential, k.methods, k.audit_id,"
              " k.parent_audit_id, k.issued_at_ms, k.expires_at_ms, " NEPHELE_USER_COLUMNS
              ", " NEPHELE_PROJECT_COLUMNS ", " NEPHELE_CREDENTIAL_COLUMNS
              ", td.id, td.name, td.enabled, m.roles, " NEPHELE_OWN_BITS ", " NEPHELE_GROUPS_BITS ", k.trust "
              "FROM token k "
              "JOIN identity_user u ON u.id = k.user_id "
              "JOIN domain ud ON ud.id = u.domain "
              "LEFT JOIN project p ON p.id = k.project "
              "LEFT JOIN domain pd ON pd.id = p.domain "
              "LEFT JOIN domain td ON td.id = k.domain "
              "LEFT JOIN application_credential c ON c.id = k.credential "
              "LEFT JOIN membership m ON m.project = k.project AND m.user_id = k.user_id"
              " AND m.state IN ('accepted', 'leave_requested') "
              "WHERE k.hash = :hash",
            { { ":hash", hashText(hash) } }, detailsFromRow);
    if (details && *details && (*details)->token.trust) {
        if (const auto cut = cutToTrust(t, **details); !cut)
            return cut.error();
    }
    return details;
}

Result<> TokenStore::insert(Transaction &t, const Token &token)
{
    const auto inserted = t.execute(R"(
        INSERT INTO token (hash, kind, user_id, project, domain, credential, methods, audit_id,
            parent_audit_id, issued_at_ms, expires_at_ms, trust)
        VALUES (:hash, :kind, :user, :project, :domain, :credential, :methods, :audit, :parent, :issued, :expires,
            :trust))",
        { { ":hash", hashText(token.hash) }, { ":kind", wordOf(token.kind) }, { ":user", token.user.text() },
            { ":project", idOrNull(token.project) }, { ":domain", idOrNull(token.domain) },
            { ":credential", idOrNull(token.credential) },
            { ":methods", token.methods.join(QLatin1Char(' ')) }, { ":audit", token.auditId },
            { ":parent", token.parentAuditId }, { ":issued", token.issuedAtMs },
            { ":expires", token.expiresAtMs }, { ":trust", idOrNull(token.trust) } });
    return inserted ? Result<>() : Result<>(inserted.error());
}

Result<> TokenStore::remove(Transaction &t, const QByteArray &hash)
{
    const auto removed = t.execute("DELETE FROM token WHERE hash = :hash", { { ":hash", hashText(hash) } });
    return removed ? Result<>() : Result<>(removed.error());
}

Result<std::optional<qint64>> TokenStore::synnefoTokenEnd(const ReadTransaction &t, const UserId &user)
{
    return t.row(R"(
        SELECT expires_at_ms FROM token WHERE user_id = :user AND kind = 'synnefo'
        ORDER BY expires_at_ms DESC LIMIT 1)",
        { { ":user", user.text() } }, [](const Row &row) { return row.integer(0); });
}

Result<> TokenStore::removeSynnefoTokens(Transaction &t, const UserId &user)
{
    const auto removed = t.execute(
        "DELETE FROM token WHERE user_id = :user AND kind = 'synnefo'", { { ":user", user.text() } });
    return removed ? Result<>() : Result<>(removed.error());
}

Result<> TokenStore::removeOfUser(Transaction &t, const UserId &user)
{
    const auto removed = t.execute("DELETE FROM token WHERE user_id = :user", { { ":user", user.text() } });
    return removed ? WebSessionStore::removeOthers(t, user, {}) : Result<>(removed.error());
}

Result<> TokenStore::removeOfMember(Transaction &t, const ProjectId &project, const UserId &user)
{
    const auto removed = t.execute("DELETE FROM token WHERE project = :project AND user_id = :user",
        { { ":project", project.text() }, { ":user", user.text() } });
    return removed ? Result<>() : Result<>(removed.error());
}

Result<> TokenStore::removeOfDomain(Transaction &t, const DomainId &domain, const UserId &user)
{
    const auto removed = t.execute("DELETE FROM token WHERE user_id = :user AND domain = :domain",
        { { ":user", user.text() }, { ":domain", domain.text() } });
    return removed ? Result<>() : Result<>(removed.error());
}

Result<> TokenStore::removeOfSystem(Transaction &t, const UserId &user)
{
    const auto removed = t.execute(
        "DELETE FROM token WHERE user_id = :user AND kind = 'system'", { { ":user", user.text() } });
    return removed ? Result<>() : Result<>(removed.error());
}

Result<qint64> TokenStore::prune(Transaction &t, qint64 nowMs, int most)
{
    return t.execute(R"(
        DELETE FROM token WHERE hash IN (
            SELECT hash FROM token WHERE expires_at_ms <= :now
            ORDER BY expires_at_ms LIMIT :most))",
        { { ":now", nowMs }, { ":most", most } });
}

} // namespace nephele
