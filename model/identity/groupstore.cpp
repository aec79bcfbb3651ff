// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/groupstore.h"

#include "model/identity/columns.h"
#include "model/identity/conditions.h"

namespace nephele {

namespace {

#define NEPHELE_GROUP_COLUMNS "g.id, g.domain, gd.name, gd.enabled, g.name, g.description, g.extras"

UserGroup groupFromRow(const Row &row)
{
    return { row.id<GroupId>(0), { row.id<DomainId>(1), row.text(2), row.flag(3) }, row.text(4), row.text(5),
        extrasFromText(row.text(6)) };
}

Result<> orGroupNameTaken(const Result<qint64> &done, const QString &name)
{
    if (!done && done.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a group named '%1' already.").arg(name));
    return done ? Result<>() : Result<>(done.error());
}

} // namespace

Result<std::optional<UserGroup>> GroupStore::find(const ReadTransaction &t, const QString &id)
{
    return t.row("SELECT " NEPHELE_GROUP_COLUMNS " "
                 "FROM user_group g JOIN domain gd ON gd.id = g.domain WHERE g.id = :id",
        { { ":id", id } }, groupFromRow);
}

Result<Page<UserGroup>> GroupStore::groups(const ReadTransaction &t, const GroupFilter &filter)
{
    Conditions conditions;
    if (filter.name)
        conditions.add("g.name = :name", ":name", *filter.name);
    if (filter.domain)
        conditions.add("g.domain = :domain", ":domain", *filter.domain);
    if (filter.after)
        conditions.add("(g.name, g.id) > (SELECT a.name, a.id FROM user_group a WHERE a.id = :after)",
            ":after", filter.after->text());
    conditions.bind(":most", filter.limit + 1);
    const auto found =
        t.rows("SELECT " NEPHELE_GROUP_COLUMNS " FROM user_group g JOIN domain gd ON gd.id = g.domain"
                + conditions.where() + "ORDER BY g.name, g.id LIMIT :most",
            conditions.parameters(), groupFromRow);
    if (!found)
        return found.error();
    const bool isTruncated = found->size() > filter.limit;
    return Page<UserGroup> { found->mid(0, filter.limit), isTruncated };
}

Result<QList<UserGroup>> GroupStore::groupsOf(const ReadTransaction &t, const UserId &user)
{
    return t.rows("SELECT " NEPHELE_GROUP_COLUMNS " "
                  "FROM group_member m JOIN user_group g ON g.id = m.group_id "
                  "JOIN domain gd ON gd.id = g.domain "
                  "WHERE m.user_id = :user "
                  "ORDER BY g.name, g.id LIMIT 1000",
        { { ":user", user.text() } }, groupFromRow);
}

Result<Page<User>> GroupStore::members(
    const ReadTransaction &t, const GroupId &group, const std::optional<UserId> &after, int limit)
{
    Conditions conditions;
    conditions.add("m.group_id = :group", ":group", group.text());
    if (after)
        conditions.add(
            "(u.name_key, u.id) > (SELECT a.name_key, a.id FROM identity_user a WHERE a.id = :after)",
            ":after", after->text());
    conditions.bind(":most", limit + 1);
    const auto found = t.rows("SELECT " NEPHELE_USER_COLUMNS " FROM group_member m "
                              "JOIN identity_user u ON u.id = m.user_id JOIN domain ud ON ud.id = u.domain"
            + conditions.where() + "ORDER BY u.name_key, u.id LIMIT :most",
        conditions.parameters(), [](const Row &row) { return userFromRow(row); });
    if (!found)
        return found.error();
    const bool isTruncated = found->size() > limit;
    return Page<User> { found->mid(0, limit), isTruncated };
}

Result<bool> GroupStore::isMember(const ReadTransaction &t, const GroupId &group, const UserId &user)
{
    const auto found = t.row("SELECT user_id FROM group_member WHERE group_id = :group AND user_id = :user",
        { { ":group", group.text() }, { ":user", user.text() } }, [](const Row &row) { return row.text(0); });
    return found ? Result<bool>(found->has_value()) : Result<bool>(found.error());
}

Result<> GroupStore::insert(Transaction &t, const UserGroup &group)
{
    return orGroupNameTaken(t.execute(R"(
        INSERT INTO user_group (id, domain, name, description, extras, created_at_ms)
        VALUES (:id, :domain, :name, :description, :extras, :at))",
                                { { ":id", group.id.text() }, { ":domain", group.domain.id.text() },
                                    { ":name", group.name }, { ":description", group.description },
                                    { ":extras", textOfExtras(group.extras) }, { ":at", t.stampMs() } }),
        group.name);
}

Result<> GroupStore::change(Transaction &t, const UserGroup &group, const GroupChange &wanted)
{
    const QString name = wanted.name.value_or(group.name);
    return orGroupNameTaken(
        t.execute(R"(
        UPDATE user_group SET name = :name, description = :description, extras = :extras
        WHERE id = :id)",
            { { ":name", name }, { ":description", wanted.description.value_or(group.description) },
                { ":extras", textOfExtras(mergedExtras(group.extras, wanted.extras)) },
                { ":id", group.id.text() } }),
        name);
}

Result<> GroupStore::remove(Transaction &t, const GroupId &group)
{
    for (const char *statement :
        { "DELETE FROM role_grant WHERE actor = :id", "DELETE FROM user_group WHERE id = :id" }) {
        if (const auto done = t.execute(statement, { { ":id", group.text() } }); !done)
            return done.error();
    }
    return {};
}

Result<> GroupStore::addMember(Transaction &t, const GroupId &group, const UserId &user)
{
    const auto added = t.execute("INSERT INTO group_member (group_id, user_id) VALUES (:group, :user) "
                                 "ON CONFLICT (group_id, user_id) DO NOTHING",
        { { ":group", group.text() }, { ":user", user.text() } });
    return added ? Result<>() : Result<>(added.error());
}

Result<> GroupStore::removeMember(Transaction &t, const GroupId &group, const UserId &user)
{
    const auto removed = t.execute("DELETE FROM group_member WHERE group_id = :group AND user_id = :user",
        { { ":group", group.text() }, { ":user", user.text() } });
    if (!removed)
        return removed.error();
    if (*removed == 0)
        return notFound(QStringLiteral("The user is not in this group."));
    return {};
}

} // namespace nephele
