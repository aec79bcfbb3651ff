// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/domainstore.h"
#include "model/identity/grant.h"
#include "model/identity/token.h"

namespace nephele {

// rows: (actor, target, inherited, role), one per grant but those that are bits of memberships. What is read
// here knows of both; what is written is left to Accounts where it is a membership.
//
// Effective roles are those of the user himself and of his groups, granted on the target or inherited from
// above it, each with what it implies; roles of a domain are left out. TokenStore::find() sums them as bits
// in its one statement; here they have names.
class GrantStore
{
public:
    // Only rows of their own.
    static Result<> add(Transaction &t, const Grant &grant);
    static Result<bool> has(const ReadTransaction &t, const Grant &grant);
    // NotFound when there is none.
    static Result<> remove(Transaction &t, const Grant &grant);

    // The roles directly granted to one actor on one target, by name.
    static Result<QList<RoleRecord>> roles(
        const ReadTransaction &t, const GrantActor &actor, const GrantTarget &target, bool isInherited);
    static Result<QList<RoleRecord>> effectiveRoles(
        const ReadTransaction &t, const UserId &user, const GrantTarget &target);
    // Whether admin is among his effective roles on anything.
    static Result<bool> holdsAdmin(const ReadTransaction &t, const UserId &user);
    // Fills heldRoles of a token for something.
    static Result<> nameRoles(const ReadTransaction &t, TokenDetails &details);

    // What the user could have a token for, by name: at most 1000.
    static Result<QList<Project>> projectsOf(const ReadTransaction &t, const UserId &user);
    static Result<QList<DomainRecord>> domainsOf(const ReadTransaction &t, const UserId &user);

    static Result<Page<Grant>> grants(const ReadTransaction &t, const GrantFilter &filter);
    // Grants as they work out: of users only, on what they hold for, with the implied roles.
    static Result<Page<Grant>> effectiveGrants(const ReadTransaction &t, const GrantFilter &filter);
};

} // namespace nephele
