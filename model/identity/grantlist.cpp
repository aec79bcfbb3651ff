// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/grantstore.h"

#include "model/identity/conditions.h"
#include "model/identity/grantrow.h"

#include <QSet>

namespace nephele {

// The two lists of grants: as they were made, and as they work out.

namespace {

// The users of a membership have no role_grant; their list comes first.
Conditions membershipConditions(const GrantFilter &filter)
{
    Conditions conditions;
    conditions.add(NEPHELE_IS_MEMBER);
    if (filter.actor)
        conditions.add("m.user_id = :user", ":user", filter.actor->id);
    if (filter.target && filter.withSubtree)
        conditions.add("(m.project = :project OR m.project IN "
                       "(SELECT a.project FROM project_above a WHERE a.above = :project))",
            ":project", filter.target->id);
    else if (filter.target)
        conditions.add("m.project = :project", ":project", filter.target->id);
    conditions.bind(":most", filter.limit + 1);
    return conditions;
}

bool mayBeMemberships(const GrantFilter &filter)
{
    return !(filter.actor && filter.actor->isGroup) && !filter.isInherited.value_or(false)
        && !(filter.target && filter.target->kind != GrantTarget::Kind::Project);
}

Page<Grant> pageOf(QList<Grant> found, int limit)
{
    const bool isTruncated = found.size() > limit;
    return { found.mid(0, limit), isTruncated };
}

} // namespace

Result<Page<Grant>> GrantStore::grants(const ReadTransaction &t, const GrantFilter &filter)
{
    QList<Grant> found;
    if (mayBeMemberships(filter)) {
        Conditions conditions = membershipConditions(filter);
        if (filter.role)
            conditions.add("r.id = :role", ":role", *filter.role);
        auto members = t.rows("SELECT m.user_id, 0, m.project, 'project', 0, r.id "
                              "FROM membership m JOIN role r ON r.bit < 32 AND (m.roles & r.bit) <> 0"
                + conditions.where() + "ORDER BY m.project, m.user_id, r.id LIMIT :most",
            conditions.parameters(), grantFromRow);
        if (!members)
            return members.error();
        found = *std::move(members);
    }
    Conditions conditions;
    if (filter.actor)
        conditions.add("g.actor = :actor", ":actor", filter.actor->id);
    if (filter.role)
        conditions.add("g.role = :role", ":role", *filter.role);
    if (filter.isInherited)
        conditions.add("g.inherited = :inherited", ":inherited", *filter.isInherited);
    if (filter.target && filter.withSubtree)
        conditions.add("(g.target = :target OR g.target IN "
                       "(SELECT a.project FROM project_above a WHERE a.above = :target))",
            ":target", filter.target->id);
    else if (filter.target)
        conditions.add("g.target = :target", ":target", filter.target->id);
    conditions.bind(":most", filter.limit + 1);
    const auto others = t.rows("SELECT g.actor, g.is_group, g.target, g.target_kind, g.inherited, g.role "
                               "FROM role_grant g"
            + conditions.where() + "ORDER BY g.actor, g.target, g.inherited, g.role LIMIT :most",
        conditions.parameters(), grantFromRow);
    if (!others)
        return others.error();
    return pageOf(found + *others, filter.limit);
}

Result<Page<Grant>> GrantStore::effectiveGrants(const ReadTransaction &t, const GrantFilter &filter)
{
    QList<Grant> found;
    if (mayBeMemberships(filter)) {
        Conditions conditions = membershipConditions(filter);
        conditions.add("r.domain IS NULL");
        if (filter.role)
            conditions.add("r.id = :role", ":role", *filter.role);
        auto members = t.rows("SELECT DISTINCT m.user_id, 0, m.project, 'project', 0, r.id "
                              "FROM membership m JOIN role b ON b.bit < 32 AND (m.roles & b.bit) <> 0 "
                              "JOIN role_closure rc ON rc.prior = b.id JOIN role r ON r.id = rc.implied"
                + conditions.where() + "ORDER BY 3, 1, 6 LIMIT :most",
            conditions.parameters(), grantFromRow);
        if (!members)
            return members.error();
        found = *std::move(members);
    }
    Conditions conditions;
    conditions.add("r.domain IS NULL");
    conditions.add("(g.is_group = 0 OR gm.user_id IS NOT NULL)");
    conditions.add("(g.inherited = 0 OR b.project IS NOT NULL)");
    if (filter.actor) {
        conditions.add("(g.actor = :user OR g.actor IN "
                       "(SELECT o.group_id FROM group_member o WHERE o.user_id = :user))");
        conditions.add("COALESCE(gm.user_id, g.actor) = :user", ":user", filter.actor->id);
    }
    if (filter.role)
        conditions.add("r.id = :role", ":role", *filter.role);
    if (filter.target && filter.withSubtree)
        conditions.add("(COALESCE(b.project, g.target) = :target OR COALESCE(b.project, g.target) IN "
                       "(SELECT a.project FROM project_above a WHERE a.above = :target))",
            ":target", filter.target->id);
    else if (filter.target) {
        conditions.add("(g.target = :target OR g.target IN "
                       "(SELECT a.above FROM project_above a WHERE a.project = :target))");
        conditions.add("COALESCE(b.project, g.target) = :target", ":target", filter.target->id);
    }
    conditions.bind(":most", filter.limit + 1);
    const auto others =
        t.rows("SELECT DISTINCT COALESCE(gm.user_id, g.actor), 0, COALESCE(b.project, g.target), "
               "CASE WHEN g.inherited = 1 THEN 'project' ELSE g.target_kind END, 0, r.id FROM role_grant g "
               "LEFT JOIN group_member gm ON g.is_group = 1 AND gm.group_id = g.actor "
               "LEFT JOIN project_above b ON g.inherited = 1 AND b.above = g.target "
               "JOIN role_closure rc ON rc.prior = g.role JOIN role r ON r.id = rc.implied"
                + conditions.where() + "ORDER BY 1, 3, 6 LIMIT :most",
            conditions.parameters(), grantFromRow);
    if (!others)
        return others.error();
    QSet<QString> seen;
    for (const Grant &grant : found)
        seen.insert(grant.actor.id + grant.target.id + grant.role.text());
    for (const Grant &grant : *others) {
        if (!seen.contains(grant.actor.id + grant.target.id + grant.role.text()))
            found.append(grant);
    }
    return pageOf(found, filter.limit);
}

} // namespace nephele
