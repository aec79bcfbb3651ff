// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/truststore.h"

#include "model/identity/rolerow.h"
#include "model/identity/written.h"

namespace nephele {

namespace {

#define NEPHELE_TRUST_COLUMNS                                                                                \
    "s.id, s.trustor, s.trustee, s.project, s.roles, s.impersonation, s.remaining_uses, s.expires_at_ms"

Trust trustFromRow(const Row &row)
{
    Trust trust;
    trust.id = row.id<TrustId>(0);
    trust.trustor = row.id<UserId>(1);
    trust.trustee = row.id<UserId>(2);
    trust.project = row.id<ProjectId>(3);
    trust.roles = Roles::fromInt(int(row.integer(4)));
    trust.isImpersonation = row.flag(5);
    trust.remainingUses = row.optionalInteger(6);
    trust.expiresAtMs = row.optionalInteger(7);
    return trust;
}

} // namespace

Result<std::optional<Trust>> TrustStore::find(const ReadTransaction &t, const TrustId &id)
{
    auto trust = t.row("SELECT " NEPHELE_TRUST_COLUMNS " FROM trust s WHERE s.id = :id",
        { { ":id", id.text() } }, trustFromRow);
    if (!trust || !*trust || !(*trust)->roles.testFlag(Role::Other))
        return trust;
    const auto others = t.rows("SELECT " NEPHELE_ROLE_COLUMNS " "
                               "FROM trust_role tr JOIN role r ON r.id = tr.role "
                               "WHERE tr.trust = :trust ORDER BY r.name, r.id",
        { { ":trust", id.text() } }, [](const Row &row) { return roleFromRow(row); });
    if (!others)
        return others.error();
    (*trust)->others = *others;
    return trust;
}

Result<QList<Trust>> TrustStore::trusts(
    const ReadTransaction &t, const std::optional<UserId> &trustor, const std::optional<UserId> &trustee)
{
    if (trustor)
        return t.rows("SELECT " NEPHELE_TRUST_COLUMNS " FROM trust s "
                      "WHERE s.trustor = :trustor AND (:every = 1 OR s.trustee = :trustee) "
                      "ORDER BY s.id LIMIT 1000",
            { { ":trustor", trustor->text() }, { ":every", !trustee.has_value() },
                { ":trustee", trustee.value_or(UserId()).text() } },
            trustFromRow);
    return t.rows("SELECT " NEPHELE_TRUST_COLUMNS " FROM trust s "
                  "WHERE (:every = 1 OR s.trustee = :trustee) ORDER BY s.id LIMIT 1000",
        { { ":every", !trustee.has_value() }, { ":trustee", trustee.value_or(UserId()).text() } },
        trustFromRow);
}

Result<qint64> TrustStore::countOf(const ReadTransaction &t, const UserId &trustor)
{
    const auto count = t.row("SELECT COUNT(*) FROM trust WHERE trustor = :trustor",
        { { ":trustor", trustor.text() } }, [](const Row &row) { return row.integer(0); });
    return count ? Result<qint64>(count->value_or(0)) : Result<qint64>(count.error());
}

Result<> TrustStore::insert(Transaction &t, const Trust &trust)
{
    const auto inserted = t.execute(R"(
        INSERT INTO trust (id, trustor, trustee, project, roles, impersonation, remaining_uses, expires_at_ms,
            created_at_ms)
        VALUES (:id, :trustor, :trustee, :project, :roles, :impersonation, :uses, :expires, :at))",
        { { ":id", trust.id.text() }, { ":trustor", trust.trustor.text() },
            { ":trustee", trust.trustee.text() }, { ":project", trust.project.text() },
            { ":roles", int(trust.roles.toInt()) }, { ":impersonation", trust.isImpersonation },
            { ":uses", integerOrNull(trust.remainingUses) }, { ":expires", integerOrNull(trust.expiresAtMs) },
            { ":at", t.stampMs() } });
    if (!inserted)
        return inserted.error();
    for (const RoleRecord &role : trust.others) {
        const auto added = t.execute("INSERT INTO trust_role (trust, role) VALUES (:trust, :role)",
            { { ":trust", trust.id.text() }, { ":role", role.id.text() } });
        if (!added)
            return added.error();
    }
    return {};
}

Result<> TrustStore::use(Transaction &t, const Trust &trust)
{
    if (!trust.remainingUses)
        return {};
    return writtenOr(t.execute(R"(
        UPDATE trust SET remaining_uses = remaining_uses - 1
        WHERE id = :id AND remaining_uses > 0)",
                         { { ":id", trust.id.text() } }),
        forbidden(QStringLiteral("The trust has no uses left.")));
}

Result<> TrustStore::remove(Transaction &t, const TrustId &id)
{
    return written(t.execute("DELETE FROM trust WHERE id = :id", { { ":id", id.text() } }));
}

} // namespace nephele
