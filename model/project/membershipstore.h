// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/userstore.h"
#include "model/project/projectrecord.h"

namespace nephele {

// Which memberships a list shows, by project and user.
struct MembershipListing
{
    std::optional<UserId> viewer; // his own, and those of projects he owns; nullopt: everybody's
    std::optional<ProjectId> project;
    std::optional<MembershipNumber> after; // the page behind this one
    int limit = 1000;
};

// rows: (project, user, roles, state), the same as of ProjectStore, with a number and a date per state. Who
// is made a member elsewhere has no number until ensureNumber(), and is accepted since the row was made.
class MembershipStore
{
public:
    static Result<std::optional<ProjectMembership>> find(
        const ReadTransaction &t, const ProjectId &project, const UserId &user);
    // One whose row was taken away elsewhere is removed.
    static Result<std::optional<ProjectMembership>> find(const ReadTransaction &t, MembershipNumber number);
    static Result<Page<ProjectMembership>> memberships(
        const ReadTransaction &t, const MembershipListing &listing);
    // Who is inside, counted up to `most`.
    static Result<qint64> countInside(const ReadTransaction &t, const ProjectId &project, qint64 most);

    static Result<MembershipNumber> ensureNumber(
        Transaction &t, const ProjectId &project, const UserId &user);
    // Moves a membership, with its date; begins one, without roles, where there is none. Members come by
    // ProjectStore::setMember() and go by Accounts::removeMember(): this is for what lies beside and for the
    // date.
    static Result<> setState(
        Transaction &t, const ProjectId &project, const UserId &user, MembershipState state);
    // Of a membership in whatever state, which stays.
    static Result<> setRoles(Transaction &t, const ProjectId &project, const UserId &user, Roles roles);
};

} // namespace nephele
