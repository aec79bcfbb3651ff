// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/object.h"

#include <QMap>
#include <QStringList>

namespace nephele {

// Names of groups in lower case, with the ids of their members.
using AccountGroups = QMap<QString, QStringList>;

// rows: account_group_member(account, name, member). Groups of people that an account names in the rights on
// its objects; nothing to do with the groups of Keystone. One without members is none.
class AccountGroupStore
{
public:
    static constexpr int mostGroups = 32;
    static constexpr int mostMembers = 32;

    static Result<AccountGroups> ofAccount(ReadTransaction &t, const ProjectId &account);
    // Sets those that are named, also to nobody; the others stay. Invalid where one would have too many
    // members, the account too many groups, or a member is no user of the cloud.
    static Result<> change(Transaction &t, const ProjectId &account, const AccountGroups &groups);
    // These and no others.
    static Result<> replace(Transaction &t, const ProjectId &account, const AccountGroups &groups);

    static Result<bool> isMember(
        ReadTransaction &t, const ProjectId &account, const QString &group, const UserId &user);
    // "<account>:<group>" of every group that the user is in.
    static Result<QStringList> groupsOf(ReadTransaction &t, const UserId &user);
};

} // namespace nephele
