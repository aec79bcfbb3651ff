// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/domainstore.h"

#include "model/identity/conditions.h"

namespace nephele {

namespace {

#define NEPHELE_DOMAIN_COLUMNS "d.id, d.name, d.enabled, d.description, d.extras"

DomainRecord domainFromRow(const Row &row)
{
    return { { row.id<DomainId>(0), row.text(1), row.flag(2) }, row.text(3), extrasFromText(row.text(4)) };
}

Result<> orNameTaken(const Result<qint64> &done, const QString &name)
{
    if (!done && done.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a domain named '%1' already.").arg(name));
    return done ? Result<>() : Result<>(done.error());
}

} // namespace

Result<std::optional<DomainRecord>> DomainStore::find(const ReadTransaction &t, const QString &id)
{
    return t.row(
        "SELECT " NEPHELE_DOMAIN_COLUMNS " FROM domain d WHERE d.id = :id", { { ":id", id } }, domainFromRow);
}

Result<std::optional<DomainRecord>> DomainStore::findByName(const ReadTransaction &t, const QString &name)
{
    return t.row("SELECT " NEPHELE_DOMAIN_COLUMNS " FROM domain d WHERE d.name = :name",
        { { ":name", name } }, domainFromRow);
}

Result<Page<DomainRecord>> DomainStore::domains(const ReadTransaction &t, const DomainFilter &filter)
{
    Conditions conditions;
    if (filter.name)
        conditions.add("d.name = :name", ":name", *filter.name);
    if (filter.isEnabled)
        conditions.add("d.enabled = :enabled", ":enabled", *filter.isEnabled);
    if (filter.after)
        conditions.add("d.name > (SELECT a.name FROM domain a WHERE a.id = :after)", ":after", *filter.after);
    conditions.bind(":most", filter.limit + 1);
    const auto found = t.rows("SELECT " NEPHELE_DOMAIN_COLUMNS " FROM domain d" + conditions.where()
            + " ORDER BY d.name LIMIT :most",
        conditions.parameters(), domainFromRow);
    if (!found)
        return found.error();
    const bool isTruncated = found->size() > filter.limit;
    return Page<DomainRecord> { found->mid(0, filter.limit), isTruncated };
}

Result<> DomainStore::insert(Transaction &t, const DomainId &id, const NewDomain &domain)
{
    return orNameTaken(
        t.execute(R"(
        INSERT INTO domain (id, name, description, enabled, extras)
        VALUES (:id, :name, :description, :enabled, :extras))",
            { { ":id", id.text() }, { ":name", domain.name }, { ":description", domain.description },
                { ":enabled", domain.isEnabled }, { ":extras", textOfExtras(domain.extras) } }),
        domain.name);
}

Result<> DomainStore::change(Transaction &t, const DomainRecord &domain, const DomainChange &wanted)
{
    const QString name = wanted.name.value_or(domain.domain.name);
    return orNameTaken(
        t.execute(R"(
        UPDATE domain SET name = :name, description = :description, enabled = :enabled, extras = :extras
        WHERE id = :id)",
            { { ":name", name }, { ":description", wanted.description.value_or(domain.description) },
                { ":enabled", wanted.isEnabled.value_or(domain.domain.isEnabled) },
                { ":extras", textOfExtras(mergedExtras(domain.extras, wanted.extras)) },
                { ":id", domain.domain.id.text() } }),
        name);
}

Result<> DomainStore::remove(Transaction &t, const DomainId &id)
{
    for (const char *statement : { "DELETE FROM role_grant WHERE target = :id",
             "DELETE FROM role_grant WHERE actor IN (SELECT g.id FROM user_group g WHERE g.domain = :id)",
             "DELETE FROM user_group WHERE domain = :id", "DELETE FROM role WHERE domain = :id",
             "DELETE FROM domain WHERE id = :id" }) {
        if (const auto done = t.execute(statement, { { ":id", id.text() } }); !done)
            return done.error();
    }
    return {};
}

Result<std::optional<QString>> DomainStore::clashingDisplayName(
    const ReadTransaction &t, const DomainId &id, const QString &name)
{
    return t.row(R"(
        SELECT v.name FROM identity_user u
        JOIN identity_user v ON v.domain = 'default' AND v.name_key = u.name_key || :suffix
        WHERE u.domain = :domain
        LIMIT 1)",
        { { ":suffix", QLatin1Char('@') + name.toLower() }, { ":domain", id.text() } },
        [](const Row &row) { return row.text(0); });
}

} // namespace nephele
