// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/grantstore.h"

#include "model/identity/applicationcredentialstore.h"
#include "model/identity/columns.h"
#include "model/identity/grantrow.h"
#include "model/identity/rolerow.h"

namespace nephele {

namespace {

// of role_grant g: it holds for one project; for a domain or the system, whose ids nothing is above of.
#define NEPHELE_HOLDS_FOR(place, below)                                                                      \
    "((g.inherited = 0 AND g.target = " place ") "                                                           \
    "OR (g.inherited = 1 AND g.target IN (SELECT a.above FROM project_above a WHERE a.project = " below      \
    ")))"

// of role_grant g: it comes to a role of the whole cloud.
#define NEPHELE_COMES_TO_SOMETHING                                                                           \
    "EXISTS (SELECT 1 FROM role_closure rc JOIN role r ON r.id = rc.implied "                                \
    "WHERE rc.prior = g.role AND r.domain IS NULL)"

QString wordOf(GrantTarget::Kind kind)
{
    switch (kind) {
    case GrantTarget::Kind::Project:
        return QStringLiteral("project");
    case GrantTarget::Kind::Domain:
        return QStringLiteral("domain");
    case GrantTarget::Kind::System:
        break;
    }
    return QStringLiteral("system");
}

Parameters parametersOf(const Grant &grant)
{
    return { { ":actor", grant.actor.id }, { ":target", grant.target.id },
        { ":inherited", grant.isInherited }, { ":role", grant.role.text() } };
}

} // namespace

Result<> GrantStore::add(Transaction &t, const Grant &grant)
{
    Parameters parameters = parametersOf(grant);
    parameters.append({ ":isGroup", grant.actor.isGroup });
    parameters.append({ ":kind", wordOf(grant.target.kind) });
    const auto added = t.execute(R"(
        INSERT INTO role_grant (actor, is_group, target, target_kind, inherited, role)
        VALUES (:actor, :isGroup, :target, :kind, :inherited, :role)
        ON CONFLICT (actor, target, inherited, role) DO NOTHING)",
        parameters);
    return added ? Result<>() : Result<>(added.error());
}

Result<bool> GrantStore::has(const ReadTransaction &t, const Grant &grant)
{
    const auto found = t.row(R"(
        SELECT role FROM role_grant
        WHERE actor = :actor AND target = :target AND inherited = :inherited AND role = :role)",
        parametersOf(grant), [](const Row &row) { return row.text(0); });
    return found ? Result<bool>(found->has_value()) : Result<bool>(found.error());
}

Result<> GrantStore::remove(Transaction &t, const Grant &grant)
{
    const auto removed = t.execute(R"(
        DELETE FROM role_grant
        WHERE actor = :actor AND target = :target AND inherited = :inherited AND role = :role)",
        parametersOf(grant));
    if (!removed)
        return removed.error();
    if (*removed == 0)
        return notFound(QStringLiteral("There is no such grant."));
    return {};
}

Result<QList<RoleRecord>> GrantStore::roles(
    const ReadTransaction &t, const GrantActor &actor, const GrantTarget &target, bool isInherited)
{
    return t.rows("SELECT " NEPHELE_ROLE_COLUMNS " FROM role r WHERE r.id IN ("
                  "SELECT g.role FROM role_grant g "
                  "WHERE g.actor = :actor AND g.target = :target AND g.inherited = :inherited "
                  "UNION SELECT b.id FROM membership m JOIN role b ON b.bit < 32 AND (m.roles & b.bit) <> 0 "
                  "WHERE m.project = :project AND m.user_id = :user AND " NEPHELE_IS_MEMBER " "
                  "AND :direct = 1) "
                  "ORDER BY r.name, r.id",
        { { ":actor", actor.id }, { ":target", target.id }, { ":inherited", isInherited },
            { ":project", target.id }, { ":user", actor.id }, { ":direct", int(!isInherited) } },
        [](const Row &row) { return roleFromRow(row); });
}

Result<QList<RoleRecord>> GrantStore::effectiveRoles(
    const ReadTransaction &t, const UserId &user, const GrantTarget &target)
{
    return t.rows(
        "SELECT " NEPHELE_ROLE_COLUMNS " FROM role r WHERE r.domain IS NULL AND r.id IN ("
        "SELECT rc.implied FROM role_closure rc WHERE rc.prior IN ("
        "SELECT g.role FROM role_grant g "
        "WHERE g.actor = :user AND " NEPHELE_HOLDS_FOR(":target1",
            ":below1") " "
                       "UNION SELECT g.role FROM group_member gm JOIN role_grant g ON g.actor = gm.group_id "
                       "WHERE gm.user_id = :member AND " NEPHELE_HOLDS_FOR(
                           ":target2", ":below2") " "
                                                  "UNION SELECT b.id FROM membership m JOIN role b ON b.bit "
                                                  "< 32 AND (m.roles & b.bit) <> 0 "
                                                  "WHERE m.project = :project AND m.user_id = :self "
                                                  "AND " NEPHELE_IS_MEMBER ")) "
                                                  "ORDER BY r.bit, r.name, r.id",
        { { ":user", user.text() }, { ":target1", target.id }, { ":below1", target.id },
            { ":member", user.text() }, { ":target2", target.id }, { ":below2", target.id },
            { ":project", target.id }, { ":self", user.text() } },
        [](const Row &row) { return roleFromRow(row); });
}

Result<bool> GrantStore::holdsAdmin(const ReadTransaction &t, const UserId &user)
{
    const auto found = t.row(R"(
        SELECT 1 FROM membership m WHERE m.user_id = :member AND (m.roles & 8) <> 0
        UNION SELECT 1 FROM role_grant g
        JOIN role_closure rc ON rc.prior = g.role JOIN role r ON r.id = rc.implied AND r.bit = 8
        WHERE g.actor = :user
        UNION SELECT 1 FROM group_member gm JOIN role_grant g ON g.actor = gm.group_id
        JOIN role_closure rc ON rc.prior = g.role JOIN role r ON r.id = rc.implied AND r.bit = 8
        WHERE gm.user_id = :grouped)",
        { { ":member", user.text() }, { ":user", user.text() }, { ":grouped", user.text() } },
        [](const Row &row) { return row.flag(0); });
    return found ? Result<bool>(found->has_value()) : Result<bool>(found.error());
}

Result<> GrantStore::nameRoles(const ReadTransaction &t, TokenDetails &details)
{
    GrantTarget target = GrantTarget::system();
    if (details.token.project)
        target = GrantTarget::project(details.token.project->text());
    else if (details.token.domain)
        target = GrantTarget::domain(details.token.domain->text());
    else if (details.token.kind != TokenKind::System)
        return {};
    const UserId holder = details.trust ? details.trust->trustor : details.user.id;
    auto roles = effectiveRoles(t, holder, target);
    if (!roles)
        return roles.error();
    if (details.credential) {
        if (const auto named = ApplicationCredentialStore::nameRoles(t, *details.credential); !named)
            return named.error();
        roles->removeIf([&](const RoleRecord &role) {
            return role.isBuiltIn() ? !details.roles.testFlag(role.bit)
                                    : !details.credential->others.contains(role);
        });
    }
    if (details.trust) {
        roles->removeIf([&](const RoleRecord &role) {
            return role.isBuiltIn() ? !details.roles.testFlag(role.bit)
                                    : !details.trust->others.contains(role);
        });
    }
    details.heldRoles = *std::move(roles);
    return {};
}

Result<QList<Project>> GrantStore::projectsOf(const ReadTransaction &t, const UserId &user)
{
    return t.rows("SELECT " NEPHELE_PROJECT_COLUMNS " FROM project p JOIN domain pd ON pd.id = p.domain "
                  "WHERE p.id IN ("
                  "SELECT m.project FROM membership m "
                  "WHERE m.user_id = :member AND m.roles <> 0 AND " NEPHELE_IS_MEMBER " "
                  "UNION SELECT g.target FROM role_grant g "
                  "WHERE g.actor = :direct AND g.inherited = 0 AND " NEPHELE_COMES_TO_SOMETHING " "
                  "UNION SELECT g.target FROM group_member gm JOIN role_grant g ON g.actor = gm.group_id "
                  "WHERE gm.user_id = :grouped AND g.inherited = 0 AND " NEPHELE_COMES_TO_SOMETHING " "
                  "UNION SELECT a.project FROM role_grant g JOIN project_above a ON a.above = g.target "
                  "WHERE g.actor = :inheriting AND g.inherited = 1 AND " NEPHELE_COMES_TO_SOMETHING " "
                  "UNION SELECT a.project FROM group_member gm JOIN role_grant g ON g.actor = gm.group_id "
                  "JOIN project_above a ON a.above = g.target "
                  "WHERE gm.user_id = :both AND g.inherited = 1 AND " NEPHELE_COMES_TO_SOMETHING ") "
                  "ORDER BY p.name, p.id LIMIT 1000",
        { { ":member", user.text() }, { ":direct", user.text() }, { ":grouped", user.text() },
            { ":inheriting", user.text() }, { ":both", user.text() } },
        [](const Row &row) { return projectFromRow(row); });
}

Result<QList<DomainRecord>> GrantStore::domainsOf(const ReadTransaction &t, const UserId &user)
{
    const auto ids = t.rows("SELECT d.id FROM domain d WHERE d.id IN ("
                            "SELECT g.target FROM role_grant g "
                            "WHERE g.actor = :user AND g.inherited = 0 AND " NEPHELE_COMES_TO_SOMETHING " "
                            "UNION SELECT g.target FROM group_member gm "
                            "JOIN role_grant g ON g.actor = gm.group_id "
                            "WHERE gm.user_id = :member AND g.inherited = 0 "
                            "AND " NEPHELE_COMES_TO_SOMETHING ") "
                            "ORDER BY d.name LIMIT 1000",
        { { ":user", user.text() }, { ":member", user.text() } }, [](const Row &row) { return row.text(0); });
    if (!ids)
        return ids.error();
    QList<DomainRecord> domains;
    for (const QString &id : *ids) {
        const auto domain = DomainStore::find(t, id);
        if (!domain)
            return domain.error();
        if (*domain)
            domains.append(**domain);
    }
    return domains;
}

} // namespace nephele
