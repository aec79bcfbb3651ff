// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/project.h"
#include "model/identity/userstore.h"

namespace nephele {

struct NewProject
{
    QString name;
    QString description;
    bool isSystem = false;
    bool isEnabled = true;
};

// A user as a member of one project.
struct Member
{
    User user;
    Roles roles;
};

// rows: (id, domain, name ...), one per project; (project, user, roles, state), one per membership. A member
// is who is 'accepted' or has asked to leave and was not let go yet.
class ProjectStore
{
public:
    static Result<std::optional<Project>> find(const ReadTransaction &t, const NameRef &ref);

    // By name; at most `limit`. `name` picks one.
    static Result<Page<Project>> projects(
        const ReadTransaction &t, const std::optional<QString> &name = {}, int limit = 1000);
    // Every project the user is a member of, by name, also disabled ones.
    static Result<QList<Membership>> memberships(const ReadTransaction &t, const UserId &user);
    static Result<Page<Member>> members(const ReadTransaction &t, const ProjectId &project, int limit = 1000);
    // None for somebody who is no member.
    static Result<Roles> rolesOf(const ReadTransaction &t, const ProjectId &project, const UserId &user);

    // Conflict when the name is taken.
    static Result<> insert(Transaction &t, const ProjectId &id, const NewProject &project);
    // With memberships, tokens, credentials and quota lines; Accounts::removeProject() asks first.
    static Result<> remove(Transaction &t, const ProjectId &id);
    static Result<> setEnabled(Transaction &t, const ProjectId &id, bool isEnabled);

    // Makes him an accepted member with exactly these roles.
    static Result<> setMember(Transaction &t, const ProjectId &project, const UserId &user, Roles roles);
    // NotFound when he is none.
    static Result<> removeMember(Transaction &t, const ProjectId &project, const UserId &user);
};

} // namespace nephele
