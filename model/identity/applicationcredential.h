// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/accessrule.h"
#include "model/identity/project.h"
#include "model/identity/role.h"

#include <optional>

namespace nephele {

using CredentialId = Id<struct CredentialTag>;

// Lets a program act for a user in one project without his password. A restricted one (the normal case) makes
// no tokens or credentials and changes no account.
struct ApplicationCredential
{
    CredentialId id;
    UserId user;
    ProjectId project;
    QString name; // unique among the user's
    QString description;
    Roles roles; // at most these, and only while the user has them
    bool isUnrestricted = false;
    std::optional<qint64> expiresAtMs;
    qint64 createdAtMs = 0;
    QString expiresText = {}; // the end as its maker wrote it; may be empty
    QList<RoleRecord> others = {}; // which ones Role::Other stands for; not told by every reader
    AccessRules accessRules = {}; // its tokens do only this; empty: everything. Read apart (AccessRuleStore)
    bool operator==(const ApplicationCredential &) const = default;
};

} // namespace nephele
