// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/applicationcredential.h"
#include "model/identity/userstore.h"

namespace nephele {

// A credential with what proves its holder; never leaves identity.
struct CredentialWithHash
{
    ApplicationCredential credential;
    QString secretHash; // model/identity/secret.h
};

// rows: (id, user, project, name, secret hash, roles ...); they go away with their user or project.
class ApplicationCredentialStore
{
public:
    static Result<std::optional<CredentialWithHash>> find(const ReadTransaction &t, const CredentialId &id);
    static Result<std::optional<CredentialWithHash>> find(
        const ReadTransaction &t, const UserId &user, const QString &name);

    // By name; at most 1000. `name` picks one.
    static Result<QList<ApplicationCredential>> credentialsOf(
        const ReadTransaction &t, const UserId &user, const std::optional<QString> &name = {});

    // Fills `others`.
    static Result<> nameRoles(const ReadTransaction &t, ApplicationCredential &credential);

    // Conflict when the user has one of that name.
    static Result<> insert(
        Transaction &t, const ApplicationCredential &credential, const QString &secretHash);
    // With its tokens.
    static Result<> remove(Transaction &t, const CredentialId &id);
    static Result<> removeOfMember(Transaction &t, const ProjectId &project, const UserId &user);
};

} // namespace nephele
