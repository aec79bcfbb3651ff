// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/accountgroupstore.h"

#include "model/identity/userstore.h"
#include "model/object/containerstore.h"

namespace nephele {

namespace {

Result<> checkMembers(ReadTransaction &t, const QString &group, const QStringList &members)
{
    if (members.size() > AccountGroupStore::mostMembers)
        return invalid(
            QStringLiteral("Group %1: more than %2 members.").arg(group).arg(AccountGroupStore::mostMembers));
    for (const QString &member : members) {
        const auto user = UserStore::find(t, UserId::stored(member));
        if (!user)
            return user.error();
        if (!*user)
            return invalid(QStringLiteral("Group %1: there is no user %2.").arg(group, member.left(64)));
    }
    return {};
}

Result<> setMembers(
    Transaction &t, const ProjectId &account, const QString &group, const QStringList &members)
{
    const auto cleared =
        t.execute("DELETE FROM account_group_member WHERE account = :account AND name = :name",
            { { ":account", account.text() }, { ":name", group } });
    if (!cleared)
        return cleared.error();
    for (const QString &member : members) {
        const auto added = t.execute(R"(
            INSERT INTO account_group_member (account, name, member)
            VALUES (:account, :name, :member)
            ON CONFLICT (account, name, member) DO NOTHING)",
            { { ":account", account.text() }, { ":name", group }, { ":member", member } });
        if (!added)
            return added.error();
    }
    return {};
}

} // namespace

Result<AccountGroups> AccountGroupStore::ofAccount(ReadTransaction &t, const ProjectId &account)
{
    AccountGroups groups;
    const auto read = t.eachRow(R"(
        SELECT name, member
        FROM account_group_member
        WHERE account = :account
        ORDER BY name, member)",
        { { ":account", account.text() } }, [&](const Row &row) { groups[row.text(0)].append(row.text(1)); });
    if (!read)
        return read.error();
    return groups;
}

Result<> AccountGroupStore::change(Transaction &t, const ProjectId &account, const AccountGroups &groups)
{
    if (const auto there = ContainerStore::ensureAccount(t, account); !there)
        return there.error();
    for (const auto &[name, members] : groups.asKeyValueRange()) {
        if (const auto good = checkMembers(t, name, members); !good)
            return good.error();
        if (const auto done = setMembers(t, account, name, members); !done)
            return done.error();
    }
    const auto all = ofAccount(t, account);
    if (!all)
        return all.error();
    if (all->size() > mostGroups)
        return invalid(QStringLiteral("An account has at most %1 groups.").arg(mostGroups));
    return {};
}

Result<> AccountGroupStore::replace(Transaction &t, const ProjectId &account, const AccountGroups &groups)
{
    const auto cleared = t.execute(
        "DELETE FROM account_group_member WHERE account = :account", { { ":account", account.text() } });
    if (!cleared)
        return cleared.error();
    return change(t, account, groups);
}

Result<bool> AccountGroupStore::isMember(
    ReadTransaction &t, const ProjectId &account, const QString &group, const UserId &user)
{
    const auto found = t.row(R"(
        SELECT 1
        FROM account_group_member
        WHERE account = :account AND name = :name AND member = :member)",
        { { ":account", account.text() }, { ":name", group }, { ":member", user.text() } },
        [](const Row &row) { return row.integer(0); });
    if (!found)
        return found.error();
    return found->has_value();
}

Result<QStringList> AccountGroupStore::groupsOf(ReadTransaction &t, const UserId &user)
{
    return t.rows(R"(
        SELECT account, name
        FROM account_group_member
        WHERE member = :member
        ORDER BY account, name)",
        { { ":member", user.text() } }, [](const Row &row) { return row.text(0) + u':' + row.text(1); });
}

} // namespace nephele
