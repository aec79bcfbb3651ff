// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/applicationcredentialstore.h"

#include "model/identity/columns.h"
#include "model/identity/rolerow.h"

namespace nephele {

namespace {

CredentialWithHash withHash(const Row &row)
{
    return { credentialFromRow(row), row.text(credentialColumns) };
}

} // namespace

Result<std::optional<CredentialWithHash>> ApplicationCredentialStore::find(
    const ReadTransaction &t, const CredentialId &id)
{
    return t.row("SELECT " NEPHELE_CREDENTIAL_COLUMNS ", c.secret_hash "
                 "FROM application_credential c WHERE c.id = :id",
        { { ":id", id.text() } }, withHash);
}

Result<std::optional<CredentialWithHash>> ApplicationCredentialStore::find(
    const ReadTransaction &t, const UserId &user, const QString &name)
{
    return t.row("SELECT " NEPHELE_CREDENTIAL_COLUMNS ", c.secret_hash "
                 "FROM application_credential c WHERE c.user_id = :user AND c.name = :name",
        { { ":user", user.text() }, { ":name", name } }, withHash);
}

Result<QList<ApplicationCredential>> ApplicationCredentialStore::credentialsOf(
    const ReadTransaction &t, const UserId &user, const std::optional<QString> &name)
{
    return t.rows("SELECT " NEPHELE_CREDENTIAL_COLUMNS " "
                  "FROM application_credential c "
                  "WHERE c.user_id = :user AND (:every = 1 OR c.name = :name) "
                  "ORDER BY c.name LIMIT 1000",
        { { ":user", user.text() }, { ":every", !name.has_value() }, { ":name", name.value_or(QString()) } },
        [](const Row &row) { return credentialFromRow(row); });
}

Result<> ApplicationCredentialStore::insert(
    Transaction &t, const ApplicationCredential &credential, const QString &secretHash)
{
    const auto inserted = t.execute(R"(
        INSERT INTO application_credential (id, user_id, project, name, description, secret_hash, roles,
            unrestricted, expires_at_ms, expires_text, created_at_ms)
        VALUES (:id, :user, :project, :name, :description, :hash, :roles, :unrestricted, :expires, :expiresText, :at))",
        { { ":id", credential.id.text() }, { ":user", credential.user.text() },
            { ":project", credential.project.text() }, { ":name", credential.name },
            { ":description", credential.description }, { ":hash", secretHash },
            { ":roles", int(credential.roles.toInt()) }, { ":unrestricted", credential.isUnrestricted },
            { ":expires", credential.expiresAtMs ? QVariant(*credential.expiresAtMs) : QVariant() },
            { ":expiresText", credential.expiresText }, { ":at", t.stampMs() } });
    if (!inserted && inserted.error().code == ErrorCode::Conflict)
        return conflict(
            QStringLiteral("There is an application credential named '%1' already.").arg(credential.name));
    if (!inserted)
        return inserted.error();
    for (const RoleRecord &role : credential.others) {
        const auto added = t.execute(
            "INSERT INTO application_credential_role (credential, role) VALUES (:credential, :role)",
            { { ":credential", credential.id.text() }, { ":role", role.id.text() } });
        if (!added)
            return added.error();
    }
    return {};
}

Result<> ApplicationCredentialStore::nameRoles(const ReadTransaction &t, ApplicationCredential &credential)
{
    if (!credential.roles.testFlag(Role::Other))
        return {};
    const auto roles = t.rows("SELECT " NEPHELE_ROLE_COLUMNS " "
                              "FROM application_credential_role cr JOIN role r ON r.id = cr.role "
                              "WHERE cr.credential = :credential ORDER BY r.name, r.id",
        { { ":credential", credential.id.text() } }, [](const Row &row) { return roleFromRow(row); });
    if (!roles)
        return roles.error();
    credential.others = *roles;
    return {};
}

Result<> ApplicationCredentialStore::remove(Transaction &t, const CredentialId &id)
{
    const auto removed =
        t.execute("DELETE FROM application_credential WHERE id = :id", { { ":id", id.text() } });
    return removed ? Result<>() : Result<>(removed.error());
}

Result<> ApplicationCredentialStore::removeOfMember(
    Transaction &t, const ProjectId &project, const UserId &user)
{
    const auto removed =
        t.execute("DELETE FROM application_credential WHERE project = :project AND user_id = :user",
            { { ":project", project.text() }, { ":user", user.text() } });
    return removed ? Result<>() : Result<>(removed.error());
}

} // namespace nephele
