// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/userstore.h"

namespace nephele {

using GroupId = Id<struct UserGroupTag>;

// Users who are given roles together.
struct UserGroup
{
    GroupId id;
    Domain domain;
    QString name; // unique in the domain
    QString description;
    Extras extras;
    bool operator==(const UserGroup &) const = default;
};

struct GroupChange
{
    std::optional<QString> name;
    std::optional<QString> description;
    Extras extras; // replace those of the same name
};

struct GroupFilter
{
    std::optional<QString> name;
    std::optional<QString> domain; // unchecked text
    std::optional<GroupId> after; // the page behind this group
    int limit = 1000;
};

// rows: (id, domain, name, description, extras), one per group; (group, user), one per member.
class GroupStore
{
public:
    static Result<std::optional<UserGroup>> find(const ReadTransaction &t, const QString &id);
    static Result<Page<UserGroup>> groups(const ReadTransaction &t, const GroupFilter &filter);
    // By name.
    static Result<QList<UserGroup>> groupsOf(const ReadTransaction &t, const UserId &user);
    // By name, those behind `after`.
    static Result<Page<User>> members(const ReadTransaction &t, const GroupId &group,
        const std::optional<UserId> &after = {}, int limit = 1000);
    static Result<bool> isMember(const ReadTransaction &t, const GroupId &group, const UserId &user);

    // Conflict when the domain has a group of that name.
    static Result<> insert(Transaction &t, const UserGroup &group);
    static Result<> change(Transaction &t, const UserGroup &group, const GroupChange &wanted);
    // With its grants.
    static Result<> remove(Transaction &t, const GroupId &group);
    // Nothing happens when he is a member.
    static Result<> addMember(Transaction &t, const GroupId &group, const UserId &user);
    // NotFound when he is none.
    static Result<> removeMember(Transaction &t, const GroupId &group, const UserId &user);
};

} // namespace nephele
