// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/identityservice.h"

#include "model/identity/applicationcredentialstore.h"
#include "server/identity/accounts.h"

namespace nephele {

// Users, projects, application credentials as callers see them; signing in is identityservice.cpp.

Result<User> IdentityService::user(const Caller &caller, const QString &id)
{
    if (!caller.isAdmin && caller.user.text() != id)
        return unknownUser();
    const auto found =
        m_database.read([&](ReadTransaction &t) { return UserStore::find(t, UserId::stored(id)); });
    if (!found)
        return found.error();
    return *found ? Result<User>(**found) : Result<User>(unknownUser());
}

Result<Page<User>> IdentityService::users(const Caller &caller, const std::optional<QString> &name)
{
    if (!caller.isAdmin)
        return forbidden(QStringLiteral("Only an administrator may list users."));
    return m_database.read([&](ReadTransaction &t) { return UserStore::users(t, name); });
}

Result<Project> IdentityService::project(const Caller &caller, const QString &id)
{
    const Error unknown = notFound(QStringLiteral("There is no such project."));
    return m_database.read([&](ReadTransaction &t) -> Result<Project> {
        const auto found = ProjectStore::find(t, NameRef::byId(id));
        if (!found)
            return found.error();
        if (!*found)
            return unknown;
        if (caller.isAdmin || caller.scope.contains((*found)->id))
            return **found;
        // A token for one project, or for none, still tells the names of its user's others.
        const auto roles = ProjectStore::rolesOf(t, (*found)->id, caller.user);
        if (!roles)
            return roles.error();
        return *roles ? Result<Project>(**found) : Result<Project>(unknown);
    });
}

Result<Page<Project>> IdentityService::projects(const Caller &caller, const std::optional<QString> &name)
{
    if (!caller.isAdmin)
        return forbidden(QStringLiteral("Only an administrator may list all projects."));
    return m_database.read([&](ReadTransaction &t) { return ProjectStore::projects(t, name); });
}

Result<QList<Membership>> IdentityService::projectsOf(const Caller &caller, const QString &userId)
{
    if (!caller.isAdmin && caller.user.text() != userId)
        return unknownUser();
    return m_database.read([&](ReadTransaction &t) -> Result<QList<Membership>> {
        const auto found = UserStore::find(t, UserId::stored(userId));
        if (!found)
            return found.error();
        if (!*found)
            return unknownUser();
        return ProjectStore::memberships(t, (*found)->id);
    });
}

QFuture<Result<CreatedCredential>> IdentityService::createCredential(
    const Caller &caller, const QString &userId, const NewCredential &wanted)
{
    if (const auto may = mayEditAccount(caller, userId); !may)
        return readyFailure<CreatedCredential>(may.error());
    if (!caller.project)
        return readyFailure<CreatedCredential>(
            forbidden(QStringLiteral("An application credential needs a token for a project.")));
    if (const auto wrong = Accounts::wrongName(QStringLiteral("The credential's name"), wanted.name))
        return readyFailure<CreatedCredential>(*wrong);
    const Roles held = caller.rolesIn(*caller.project);
    const Roles roles = wanted.roles.value_or(held);
    if (!roles || (roles & held) != roles)
        return readyFailure<CreatedCredential>(
            invalid(QStringLiteral("application_credential.roles: you can pass on only roles you have.")));
    if (wanted.expiresAtMs && *wanted.expiresAtMs <= m_context.clock().nowMs())
        return readyFailure<CreatedCredential>(
            invalid(QStringLiteral("application_credential.expires_at: must lie in the future.")));
    ApplicationCredential credential { CredentialId::create(), caller.user, *caller.project, wanted.name,
        wanted.description, roles, wanted.isUnrestricted, wanted.expiresAtMs, 0 };
    const bool isChosen = !wanted.secret.isEmpty();
    const QString secret = isChosen ? wanted.secret : QString::fromLatin1(newToken());
    // A secret somebody chose may be guessed; one of ours cannot be.
    const auto hashed = isChosen ? m_context.passwords().hash(secret)
                                 : QtFuture::makeReadyFuture(Result<QString>(tokenHashText(secret.toUtf8())));
    return QFuture<Result<QString>>(hashed)
        .then(this,
            [=, this](const Result<QString> &hash) -> QFuture<Result<CreatedCredential>> {
                if (!hash)
                    return readyFailure<CreatedCredential>(hash.error());
                return m_database.write([=, hash = *hash](Transaction &t) -> Result<CreatedCredential> {
                    const auto inserted = ApplicationCredentialStore::insert(t, credential, hash);
                    if (!inserted)
                        return inserted.error();
                    CreatedCredential created { credential, secret };
                    created.credential.createdAtMs = t.stampMs();
                    return created;
                });
            })
        .unwrap();
}

Result<QList<ApplicationCredential>> IdentityService::credentials(
    const Caller &caller, const QString &userId, const std::optional<QString> &name)
{
    if (!caller.isAdmin && caller.user.text() != userId)
        return unknownUser();
    return m_database.read([&](ReadTransaction &t) {
        return ApplicationCredentialStore::credentialsOf(t, UserId::stored(userId), name);
    });
}

Result<ApplicationCredential> IdentityService::credential(
    const Caller &caller, const QString &userId, const QString &id)
{
    const Error unknown = notFound(QStringLiteral("There is no such application credential."));
    if (!caller.isAdmin && caller.user.text() != userId)
        return unknown;
    const auto found = m_database.read(
        [&](ReadTransaction &t) { return ApplicationCredentialStore::find(t, CredentialId::stored(id)); });
    if (!found)
        return found.error();
    if (!*found || (*found)->credential.user.text() != userId)
        return unknown;
    return (*found)->credential;
}

QFuture<Result<>> IdentityService::removeCredential(
    const Caller &caller, const QString &userId, const QString &id)
{
    const auto found = credential(caller, userId, id);
    if (!found)
        return readyFailure<void>(found.error());
    if (caller.isRestricted)
        return readyFailure<void>(
            forbidden(QStringLiteral("A restricted application credential changes no account.")));
    return m_database
        .write([id = found->id](Transaction &t) { return ApplicationCredentialStore::remove(t, id); })
        .then(this, [this](const Result<> &removed) {
            m_context.noteRevocation();
            return removed;
        });
}

Result<NameCatalogs> IdentityService::nameCatalogs(const QStringList &ids, const QStringList &names)
{
    return m_database.read([&](ReadTransaction &t) -> Result<NameCatalogs> {
        const auto namesById = UserStore::namesOf(t, ids);
        if (!namesById)
            return namesById.error();
        const auto idsByName = UserStore::idsOf(t, names);
        if (!idsByName)
            return idsByName.error();
        return NameCatalogs { *namesById, *idsByName };
    });
}

} // namespace nephele
