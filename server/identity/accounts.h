// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/projectstore.h"
#include "model/identity/userstore.h"

namespace nephele {

// The rules of users and projects that every door shares: the faces, first start and `nephele admin`. All
// inside the caller's closure. Whoever takes something away tells IdentityContext::noteRevocation() after the
// commit; in another process the token caches follow within their second.
class Accounts
{
public:
    // The sentence for a name that cannot be one; nothing when it can.
    static std::optional<Error> wrongName(const QString &what, const QString &name, int longest = 255);

    // With his system project in his domain, named like him where that name is free. Conflict when his name
    // or his display name is taken.
    static Result<User> createUser(Transaction &t, const NewUser &user, Roles rolesInSystemProject);
    // Conflict while his system project still uses something; names what.
    static Result<> removeUser(Transaction &t, const User &user);
    // Conflict when another user is shown by the name he would have.
    static Result<> refuseTakenName(
        const ReadTransaction &t, const QString &name, const Domain &domain, const UserId &except = {});
    // All his tokens end.
    static Result<> setUserEnabled(Transaction &t, const User &user, bool isEnabled);
    // All his tokens end; application credentials stay.
    static Result<> setPassword(
        Transaction &t, const User &user, const QString &hash, const PasswordKeeping &keeping = {});

    static Result<Project> createProject(Transaction &t, const NewProject &project);
    // Conflict for a system project, and while the project still uses something; Forbidden while others are
    // below it.
    static Result<> removeProject(Transaction &t, const Project &project);

    static Result<> setMember(Transaction &t, const Project &project, const User &user, Roles roles);
    // His tokens and credentials for it end, and it is nobody's default any more. Conflict for the one member
    // of a system project.
    static Result<> removeMember(Transaction &t, const Project &project, const User &user);
};

} // namespace nephele
