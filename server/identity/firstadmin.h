// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"
#include "model/identity/applicationcredential.h"
#include "model/identity/secret.h"

#include <optional>

namespace nephele {

// The administrator made at first start. Tells what admin-openrc needs.
struct FirstAdmin
{
    UserId user; // null when somebody deleted him since
    QString userName;
    QString projectName; // of his system project
    std::optional<QString> password; // only from the call that made him; nowhere in clear afterwards
    bool hasFirstPassword = false; // false: admin-openrc needs an application credential (renewAdminKey)
    std::optional<QByteArray> synnefoToken; // with the password
};

// Makes user "admin" with a random password, his system project and the role admin in it, unless that was
// done before. At start, before anything serves: it waits for the disk.
Result<FirstAdmin> ensureFirstAdmin(Database &database, const ScryptCost &cost);

// Lets the admin in without his password.
struct AdminKey
{
    CredentialId credential;
    QByteArray secret;
    QByteArray synnefoToken;
};

// Makes a new unrestricted application credential "admin-openrc" in his system project, in the place of an
// earlier one, and a Synnefo token. NotFound when there is no such user.
QFuture<Result<AdminKey>> renewAdminKey(Database &database, const UserId &admin);

} // namespace nephele
