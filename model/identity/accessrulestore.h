// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/accessrule.h"
#include "model/identity/applicationcredential.h"

namespace nephele {

// rows: (id, user, service, method, path), shared by the user's credentials; (credential, rule). At most
// mostPerUser a user, so that lists and checks stay short.
class AccessRuleStore
{
public:
    static constexpr qsizetype mostPerUser = 200;

    // By id.
    static Result<AccessRules> rulesOfUser(const ReadTransaction &t, const UserId &user);
    static Result<std::optional<AccessRule>> find(
        const ReadTransaction &t, const UserId &user, const AccessRuleId &id);
    // Empty for a credential that is good for everything.
    static Result<AccessRules> rulesOf(const ReadTransaction &t, const CredentialId &credential);

    // Of all his credentials that have any.
    static Result<QHash<CredentialId, AccessRules>> rulesByCredential(
        const ReadTransaction &t, const UserId &user);

    // Gives a credential these rules and makes those the user does not have; only service, method and path of
    // them count, unless there is an id, which must be one of the user's (Invalid otherwise). Returns them as
    // they are kept.
    static Result<AccessRules> attach(
        Transaction &t, const UserId &user, const CredentialId &credential, const AccessRules &rules);
    // NotFound when the user has none of that id, Forbidden while a credential has it.
    static Result<> remove(Transaction &t, const UserId &user, const AccessRuleId &id);
};

} // namespace nephele
