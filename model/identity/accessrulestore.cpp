// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/accessrulestore.h"

#include "model/identity/written.h"

#include <QUuid>

namespace nephele {

namespace {

AccessRule ruleFromRow(const Row &row)
{
    return { row.id<AccessRuleId>(0), row.text(1), row.text(2), row.text(3) };
}

Result<AccessRule> keptRule(Transaction &t, const UserId &user, const AccessRule &wanted)
{
    if (!wanted.id.isNull()) {
        const auto known = AccessRuleStore::find(t, user, wanted.id);
        if (!known)
            return known.error();
        if (!*known)
            return invalid(QStringLiteral("application_credential.access_rules: there is no rule '%1'.")
                               .arg(wanted.id.text()));
        return **known;
    }
    AccessRule rule = wanted;
    rule.id = AccessRuleId::stored(QUuid::createUuid().toString(QUuid::Id128));
    const auto inserted = t.execute(R"(
        INSERT INTO access_rule (id, user_id, service, method, path)
        VALUES (:id, :user, :service, :method, :path)
        ON CONFLICT (user_id, service, method, path) DO NOTHING)",
        { { ":id", rule.id.text() }, { ":user", user.text() }, { ":service", rule.service },
            { ":method", rule.method }, { ":path", rule.path } });
    if (!inserted)
        return inserted.error();
    const auto kept = t.row(R"(
        SELECT id, service, method, path FROM access_rule
        WHERE user_id = :user AND service = :service AND method = :method AND path = :path)",
        { { ":user", user.text() }, { ":service", rule.service }, { ":method", rule.method },
            { ":path", rule.path } },
        ruleFromRow);
    if (!kept)
        return kept.error();
    return kept->value_or(rule);
}

} // namespace

Result<AccessRules> AccessRuleStore::rulesOfUser(const ReadTransaction &t, const UserId &user)
{
    return t.rows(R"(
        SELECT id, service, method, path FROM access_rule WHERE user_id = :user
        ORDER BY id LIMIT 1000)",
        { { ":user", user.text() } }, ruleFromRow);
}

Result<std::optional<AccessRule>> AccessRuleStore::find(
    const ReadTransaction &t, const UserId &user, const AccessRuleId &id)
{
    return t.row("SELECT id, service, method, path FROM access_rule WHERE id = :id AND user_id = :user",
        { { ":id", id.text() }, { ":user", user.text() } }, ruleFromRow);
}

Result<AccessRules> AccessRuleStore::rulesOf(const ReadTransaction &t, const CredentialId &credential)
{
    return t.rows(R"(
        SELECT r.id, r.service, r.method, r.path
        FROM credential_access_rule c JOIN access_rule r ON r.id = c.rule
        WHERE c.credential = :credential
        ORDER BY r.id LIMIT 1000)",
        { { ":credential", credential.text() } }, ruleFromRow);
}

Result<QHash<CredentialId, AccessRules>> AccessRuleStore::rulesByCredential(
    const ReadTransaction &t, const UserId &user)
{
    QHash<CredentialId, AccessRules> rules;
    const auto read = t.eachRow(R"(
        SELECT r.id, r.service, r.method, r.path, c.credential
        FROM access_rule r JOIN credential_access_rule c ON c.rule = r.id
        WHERE r.user_id = :user
        ORDER BY c.credential, r.id)",
        { { ":user", user.text() } },
        [&](const Row &row) { rules[row.id<CredentialId>(4)].append(ruleFromRow(row)); });
    if (!read)
        return read.error();
    return rules;
}

Result<AccessRules> AccessRuleStore::attach(
    Transaction &t, const UserId &user, const CredentialId &credential, const AccessRules &rules)
{
    AccessRules kept;
    for (const AccessRule &wanted : rules) {
        const auto rule = keptRule(t, user, wanted);
        if (!rule)
            return rule.error();
        const auto attached = t.execute(R"(
            INSERT INTO credential_access_rule (credential, rule) VALUES (:credential, :rule)
            ON CONFLICT DO NOTHING)",
            { { ":credential", credential.text() }, { ":rule", rule->id.text() } });
        if (!attached)
            return attached.error();
        if (!kept.contains(*rule))
            kept.append(*rule);
    }
    const auto all = rulesOfUser(t, user);
    if (!all)
        return all.error();
    if (all->size() > mostPerUser)
        return forbidden(QStringLiteral("A user has at most %1 access rules.").arg(mostPerUser));
    return kept;
}

Result<> AccessRuleStore::remove(Transaction &t, const UserId &user, const AccessRuleId &id)
{
    const auto used = t.row("SELECT 1 FROM credential_access_rule WHERE rule = :id LIMIT 1",
        { { ":id", id.text() } }, [](const Row &row) { return row.flag(0); });
    if (!used)
        return used.error();
    const auto known = find(t, user, id);
    if (!known)
        return known.error();
    if (!*known)
        return notFound(QStringLiteral("There is no such access rule."));
    if (*used)
        return forbidden(QStringLiteral("An application credential still has this access rule."));
    return written(t.execute("DELETE FROM access_rule WHERE id = :id", { { ":id", id.text() } }));
}

} // namespace nephele
