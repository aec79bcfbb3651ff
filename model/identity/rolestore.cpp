// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/rolestore.h"

#include "model/identity/conditions.h"
#include "model/identity/rolerow.h"

#include <QSet>

namespace nephele {

namespace {

using Rule = std::pair<QString, QString>;

Result<> orRoleNameTaken(const Result<qint64> &done, const QString &name)
{
    if (!done && done.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a role named '%1' already.").arg(name));
    return done ? Result<>() : Result<>(done.error());
}

// Everything that can be reached from `from` along the rules; rules may run in circles.
QSet<QString> reachable(const QMultiHash<QString, QString> &rules, const QString &from)
{
    QSet<QString> seen { from };
    QStringList ahead { from };
    while (!ahead.isEmpty()) {
        const QString role = ahead.takeLast();
        for (const QString &implied : rules.values(role)) {
            if (!seen.contains(implied)) {
                seen.insert(implied);
                ahead.append(implied);
            }
        }
    }
    return seen;
}

// Writes what follows from the rules anew for the roles that reach `from`: only theirs can have changed.
Result<> renewClosure(Transaction &t, const RoleId &from)
{
    QMultiHash<QString, QString> rules;
    const auto read =
        t.rows("SELECT prior, implied FROM role_inference ORDER BY prior, implied", {}, [](const Row &row) {
            return Rule { row.text(0), row.text(1) };
        });
    if (!read)
        return read.error();
    for (const auto &[prior, implied] : *read)
        rules.insert(prior, implied);
    const auto priors = t.rows("SELECT prior FROM role_closure WHERE implied = :role ORDER BY prior",
        { { ":role", from.text() } }, [](const Row &row) { return row.text(0); });
    if (!priors)
        return priors.error();
    for (const QString &prior : *priors) {
        if (const auto cleared =
                t.execute("DELETE FROM role_closure WHERE prior = :prior", { { ":prior", prior } });
            !cleared)
            return cleared.error();
        for (const QString &implied : reachable(rules, prior)) {
            const auto added =
                t.execute("INSERT INTO role_closure (prior, implied) VALUES (:prior, :implied)",
                    { { ":prior", prior }, { ":implied", implied } });
            if (!added)
                return added.error();
        }
    }
    return {};
}

} // namespace

Result<std::optional<RoleRecord>> RoleStore::find(const ReadTransaction &t, const QString &id)
{
    return t.row("SELECT " NEPHELE_ROLE_COLUMNS " FROM role r WHERE r.id = :id", { { ":id", id } },
        [](const Row &row) { return roleFromRow(row); });
}

Result<std::optional<RoleRecord>> RoleStore::findByName(const ReadTransaction &t, const QString &name)
{
    return t.row("SELECT " NEPHELE_ROLE_COLUMNS " FROM role r WHERE r.name = :name AND r.domain IS NULL",
        { { ":name", name } }, [](const Row &row) { return roleFromRow(row); });
}

Result<Page<RoleRecord>> RoleStore::roles(const ReadTransaction &t, const RoleFilter &filter)
{
    Conditions conditions;
    if (filter.domain.isEmpty())
        conditions.add("r.domain IS NULL");
    else
        conditions.add("r.domain = :domain", ":domain", filter.domain);
    if (filter.name)
        conditions.add("r.name = :name", ":name", *filter.name);
    if (filter.after)
        conditions.add(
            "r.name > (SELECT a.name FROM role a WHERE a.id = :after)", ":after", filter.after->text());
    conditions.bind(":most", filter.limit + 1);
    const auto found = t.rows("SELECT " NEPHELE_ROLE_COLUMNS " FROM role r" + conditions.where()
            + "ORDER BY r.name, r.id LIMIT :most",
        conditions.parameters(), [](const Row &row) { return roleFromRow(row); });
    if (!found)
        return found.error();
    const bool isTruncated = found->size() > filter.limit;
    return Page<RoleRecord> { found->mid(0, filter.limit), isTruncated };
}

Result<> RoleStore::insert(Transaction &t, const RoleRecord &role)
{
    const auto inserted = t.execute(R"(
        INSERT INTO role (id, name, domain, description, extras, bit)
        VALUES (:id, :name, :domain, :description, :extras, :bit))",
        { { ":id", role.id.text() }, { ":name", role.name },
            { ":domain", role.domain.isNull() ? QVariant() : QVariant(role.domain.text()) },
            { ":description", role.description }, { ":extras", textOfExtras(role.extras) },
            { ":bit", int(role.bit) } });
    if (const auto free = orRoleNameTaken(inserted, role.name); !free)
        return free.error();
    const auto reached = t.execute("INSERT INTO role_closure (prior, implied) VALUES (:prior, :implied)",
        { { ":prior", role.id.text() }, { ":implied", role.id.text() } });
    return reached ? Result<>() : Result<>(reached.error());
}

Result<> RoleStore::change(Transaction &t, const RoleRecord &role, const RoleChange &wanted)
{
    const QString name = wanted.name.value_or(role.name);
    return orRoleNameTaken(
        t.execute("UPDATE role SET name = :name, description = :description, extras = :extras WHERE id = :id",
            { { ":name", name }, { ":description", wanted.description.value_or(role.description) },
                { ":extras", textOfExtras(mergedExtras(role.extras, wanted.extras)) },
                { ":id", role.id.text() } }),
        name);
}

Result<> RoleStore::remove(Transaction &t, const RoleId &role)
{
    // The rules go first: what reached on through this role no longer does.
    for (const char *statement : { "DELETE FROM role_inference WHERE prior = :id",
             "DELETE FROM role_inference WHERE implied = :id" }) {
        if (const auto done = t.execute(statement, { { ":id", role.text() } }); !done)
            return done.error();
    }
    if (const auto renewed = renewClosure(t, role); !renewed)
        return renewed.error();
    const auto removed = t.execute("DELETE FROM role WHERE id = :id", { { ":id", role.text() } });
    return removed ? Result<>() : Result<>(removed.error());
}

Result<QList<RoleInference>> RoleStore::inferences(
    const ReadTransaction &t, const std::optional<RoleId> &prior)
{
    Conditions conditions;
    if (prior)
        conditions.add("i.prior = :prior", ":prior", prior->text());
    conditions.bind(":most", mostRules);
    return t.rows("SELECT " NEPHELE_ROLE_COLUMNS ", " NEPHELE_IMPLIED_ROLE_COLUMNS " "
                  "FROM role_inference i JOIN role r ON r.id = i.prior JOIN role s ON s.id = i.implied"
            + conditions.where() + "ORDER BY r.name, r.id, s.name, s.id LIMIT :most",
        conditions.parameters(), [](const Row &row) {
            return RoleInference { roleFromRow(row), roleFromRow(row, roleColumns) };
        });
}

Result<bool> RoleStore::hasInference(const ReadTransaction &t, const RoleId &prior, const RoleId &implied)
{
    const auto found = t.row("SELECT prior FROM role_inference WHERE prior = :prior AND implied = :implied",
        { { ":prior", prior.text() }, { ":implied", implied.text() } },
        [](const Row &row) { return row.text(0); });
    return found ? Result<bool>(found->has_value()) : Result<bool>(found.error());
}

Result<> RoleStore::addInference(Transaction &t, const RoleId &prior, const RoleId &implied)
{
    const auto added = t.execute("INSERT INTO role_inference (prior, implied) VALUES (:prior, :implied) "
                                 "ON CONFLICT (prior, implied) DO NOTHING",
        { { ":prior", prior.text() }, { ":implied", implied.text() } });
    return added ? renewClosure(t, prior) : Result<>(added.error());
}

Result<> RoleStore::removeInference(Transaction &t, const RoleId &prior, const RoleId &implied)
{
    const auto removed = t.execute("DELETE FROM role_inference WHERE prior = :prior AND implied = :implied",
        { { ":prior", prior.text() }, { ":implied", implied.text() } });
    if (!removed)
        return removed.error();
    if (*removed == 0)
        return notFound(QStringLiteral("The role does not imply that one."));
    return renewClosure(t, prior);
}

Result<QList<RoleRecord>> RoleStore::impliedBy(const ReadTransaction &t, const RoleId &role)
{
    return t.rows("SELECT " NEPHELE_ROLE_COLUMNS " FROM role_closure c JOIN role r ON r.id = c.implied "
                  "WHERE c.prior = :role ORDER BY r.name, r.id",
        { { ":role", role.text() } }, [](const Row &row) { return roleFromRow(row); });
}

} // namespace nephele
