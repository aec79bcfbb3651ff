// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/token.h"

// The columns of identity's rows and how they are read, for its stores. The select lists are macros because a
// statement is one literal: the connection keeps prepared statements by their text.

// of identity_user u JOIN domain ud
#define NEPHELE_USER_COLUMNS                                                                                 \
    "u.id, u.domain, ud.name, ud.enabled, u.name, u.email, u.real_name, u.enabled,"                          \
    " u.has_first_password, u.default_project, u.default_chosen, u.extras, u.options, u.password_set_at_ms," \
    " u.password_expires_at_ms, u.must_change_password, u.created_at_ms"
// of project p JOIN domain pd
#define NEPHELE_PROJECT_COLUMNS                                                                              \
    "p.id, p.domain, pd.name, pd.enabled, p.name, p.description, p.enabled, p.is_system, p.parent, "         \
    "p.extras,"                                                                                              \
    " p.created_at_ms"
// of application_credential c
#define NEPHELE_CREDENTIAL_COLUMNS                                                                           \
    "c.id, c.user_id, c.project, c.name, c.description, c.roles, c.unrestricted, c.expires_at_ms,"           \
    " c.expires_text, c.created_at_ms"

namespace nephele {

constexpr int userColumns = 17;
constexpr int projectColumns = 11;
constexpr int credentialColumns = 10;

inline Roles rolesFromBits(qint64 bits)
{
    return Roles::fromInt(int(bits));
}

inline User userFromRow(const Row &row, int at = 0)
{
    User user;
    user.id = row.id<UserId>(at);
    user.domain = { row.id<DomainId>(at + 1), row.text(at + 2), row.flag(at + 3) };
    user.name = row.text(at + 4);
    user.email = row.text(at + 5);
    user.realName = row.text(at + 6);
    user.isEnabled = row.flag(at + 7);
    user.hasFirstPassword = row.flag(at + 8);
    user.defaultProject = row.id<ProjectId>(at + 9);
    user.hasChosenDefault = row.flag(at + 10);
    user.extras = extrasFromText(row.text(at + 11));
    user.options = extrasFromText(row.text(at + 12));
    user.passwordSetAtMs = row.integer(at + 13);
    user.passwordExpiresAtMs = row.optionalInteger(at + 14);
    user.mustChangePassword = row.flag(at + 15);
    user.createdAtMs = row.integer(at + 16);
    return user;
}

inline Project projectFromRow(const Row &row, int at = 0)
{
    Project project;
    project.id = row.id<ProjectId>(at);
    project.domain = { row.id<DomainId>(at + 1), row.text(at + 2), row.flag(at + 3) };
    project.name = row.text(at + 4);
    project.description = row.text(at + 5);
    project.isEnabled = row.flag(at + 6);
    project.isSystem = row.flag(at + 7);
    project.parent = row.id<ProjectId>(at + 8);
    project.extras = extrasFromText(row.text(at + 9));
    project.createdAtMs = row.integer(at + 10);
    return project;
}

inline ApplicationCredential credentialFromRow(const Row &row, int at = 0)
{
    ApplicationCredential credential;
    credential.id = row.id<CredentialId>(at);
    credential.user = row.id<UserId>(at + 1);
    credential.project = row.id<ProjectId>(at + 2);
    credential.name = row.text(at + 3);
    credential.description = row.text(at + 4);
    credential.roles = rolesFromBits(row.integer(at + 5));
    credential.isUnrestricted = row.flag(at + 6);
    credential.expiresAtMs = row.optionalInteger(at + 7);
    credential.expiresText = row.text(at + 8);
    credential.createdAtMs = row.integer(at + 9);
    return credential;
}

} // namespace nephele
