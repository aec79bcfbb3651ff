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
    DomainId domain = Domain::defaultId();
    ProjectId parent = {}; // null: right below the domain
    Extras extras = {};
};

// What an administrator changes of a project; what is absent stays.
struct ProjectChange
{
    std::optional<QString> name;
    std::optional<QString> description;
    std::optional<bool> isEnabled;
    Extras extras; // replace those of the same name
};

// Which projects are listed; absent: all. In the order of their names.
struct ProjectFilter
{
    std::optional<QString> name;
    std::optional<QString> domain; // unchecked text
    std::optional<QString> parent; // a project's or a domain's id, unchecked
    std::optional<bool> isEnabled;
    QStringList tags; // has all of them
    QStringList tagsAny; // has one of them at least
    QStringList notTags; // lacks one of them at least
    QStringList notTagsAny; // has none of them
    std::optional<ProjectId> after; // the page behind this project
    int limit = 1000;
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
    static Result<Page<Project>> matching(const ReadTransaction &t, const ProjectFilter &filter);
    // The projects above one, the nearest first; those below it, by name.
    static Result<QList<Project>> above(const ReadTransaction &t, const ProjectId &project);
    static Result<QList<Project>> below(const ReadTransaction &t, const ProjectId &project, int limit = 1000);
    // Every project the user is a member of, by name, also disabled ones.
    static Result<QList<Membership>> memberships(const ReadTransaction &t, const UserId &user);
    static Result<Page<Member>> members(const ReadTransaction &t, const ProjectId &project, int limit = 1000);
    // None for somebody who is no member.
    static Result<Roles> rolesOf(const ReadTransaction &t, const ProjectId &project, const UserId &user);

    // Conflict when the name is taken.
    static Result<> insert(Transaction &t, const ProjectId &id, const NewProject &project);
    // Conflict when the new name is taken.
    static Result<> change(Transaction &t, const Project &project, const ProjectChange &wanted);
    // With memberships, tokens, credentials and quota lines; Accounts::removeProject() asks first.
    static Result<> remove(Transaction &t, const ProjectId &id);
    static Result<> setEnabled(Transaction &t, const ProjectId &id, bool isEnabled);

    // Makes him an accepted member with exactly these roles.
    static Result<> setMember(Transaction &t, const ProjectId &project, const UserId &user, Roles roles);
    // NotFound when he is none.
    static Result<> removeMember(Transaction &t, const ProjectId &project, const UserId &user);
};

} // namespace nephele
