// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/keptsecretservice.h"

#include "model/identity/grantstore.h"
#include "model/identity/projectstore.h"
#include "model/identity/secret.h"
#include "server/identity/keystonereplies.h"
#include "server/identity/signin.h"

namespace nephele {

namespace {

Error unknownSecret()
{
    return notFound(QStringLiteral("There is no such credential."));
}

// A secret opens what its user may do; whoever holds less than the user must not come by it.
Result<> mayKeepSecrets(const Caller &caller)
{
    if (caller.isRestricted)
        return forbidden(QStringLiteral("A restricted token neither sees nor makes credentials."));
    return {};
}

bool isHis(const Caller &caller, const UserId &user)
{
    return caller.isAdmin || caller.user == user;
}

// An unknown project and one the user has nothing to do with are one answer.
Result<> checkProject(const ReadTransaction &t, const Caller &caller, const KeptSecret &secret)
{
    if (!secret.project)
        return secret.isEc2()
            ? Result<>(invalid(QStringLiteral("credential.project_id: an EC2 key belongs to a project.")))
            : Result<>();
    const auto project = ProjectStore::find(t, NameRef::byId(secret.project->text()));
    if (!project)
        return project.error();
    if (!*project && caller.isAdmin)
        return invalid(
            QStringLiteral("credential.project_id: there is no project '%1'.").arg(secret.project->text()));
    const auto roles =
        GrantStore::effectiveRoles(t, secret.user, GrantTarget::project(secret.project->text()));
    if (!roles)
        return roles.error();
    if (roles->isEmpty() && !caller.isAdmin)
        return forbidden(QStringLiteral("credential.project_id: you have no role in this project."));
    return {};
}

Result<KeptSecret> findSecret(const ReadTransaction &t, const Caller &caller, const KeptSecretId &id)
{
    const auto found = KeptSecretStore::find(t, id);
    if (!found)
        return found.error();
    if (!*found || !isHis(caller, (*found)->user))
        return unknownSecret();
    return **found;
}

Result<> checkUser(const ReadTransaction &t, const UserId &id)
{
    const auto user = UserStore::find(t, id);
    if (!user)
        return user.error();
    if (!*user)
        return invalid(QStringLiteral("credential.user_id: there is no user '%1'.").arg(id.text()));
    return {};
}

KeptSecretId ec2Id(const QString &access)
{
    return KeptSecretId::stored(QString::fromLatin1(sha256(access.toUtf8()).toHex()));
}

// Keystone's clients expect an EC2 key's id to be made of its public half. A key that was given another one
// since keeps its id; then a new key goes by its own.
Result<KeptSecretId> usualId(const ReadTransaction &t, const KeptSecret &secret)
{
    if (!secret.isEc2())
        return secret.id;
    const KeptSecretId usual = ec2Id(secret.access);
    const auto taken = KeptSecretStore::find(t, usual);
    if (!taken)
        return taken.error();
    return *taken && (*taken)->access != secret.access ? secret.id : usual;
}

} // namespace

KeptSecretService::KeptSecretService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

Result<QList<KeptSecret>> KeptSecretService::secrets(
    const Caller &caller, const KeptSecretStore::Filter &filter)
{
    if (const auto may = mayKeepSecrets(caller); !may)
        return may.error();
    KeptSecretStore::Filter wanted = filter;
    if (!caller.isAdmin) {
        // Somebody else's list is as empty as that of somebody who does not exist.
        if (filter.user && *filter.user != caller.user)
            return QList<KeptSecret>();
        wanted.user = caller.user;
    }
    return m_database.read([&](ReadTransaction &t) { return KeptSecretStore::secrets(t, wanted); });
}

Result<KeptSecret> KeptSecretService::secret(const Caller &caller, const KeptSecretId &id)
{
    if (const auto may = mayKeepSecrets(caller); !may)
        return may.error();
    return m_database.read([&](ReadTransaction &t) { return findSecret(t, caller, id); });
}

QFuture<Result<KeptSecret>> KeptSecretService::create(const Caller &caller, KeptSecret secret)
{
    if (const auto may = mayKeepSecrets(caller); !may)
        return readyFailure<KeptSecret>(may.error());
    if (secret.user.isNull())
        secret.user = caller.user;
    if (!isHis(caller, secret.user))
        return readyFailure<KeptSecret>(
            forbidden(QStringLiteral("You can keep credentials of your own only.")));
    secret.id = KeptSecretId::stored(newKeystoneId());
    return m_database.write([=, secret = std::move(secret)](Transaction &t) mutable -> Result<KeptSecret> {
        if (const auto known = checkUser(t, secret.user); !known)
            return known.error();
        if (const auto fits = checkProject(t, caller, secret); !fits)
            return fits.error();
        const auto count = KeptSecretStore::countOf(t, secret.user);
        if (!count)
            return count.error();
        if (*count >= mostPerUser)
            return forbidden(QStringLiteral("A user keeps at most %1 credentials.").arg(mostPerUser));
        if (const auto usual = usualId(t, secret); !usual)
            return usual.error();
        else
            secret.id = *usual;
        if (const auto inserted = KeptSecretStore::insert(t, secret); !inserted)
            return inserted.error();
        return secret;
    });
}

QFuture<Result<KeptSecret>> KeptSecretService::update(
    const Caller &caller, const KeptSecretId &id, const KeptSecretChange &change)
{
    if (const auto may = mayKeepSecrets(caller); !may)
        return readyFailure<KeptSecret>(may.error());
    return m_database.write([=](Transaction &t) -> Result<KeptSecret> {
        auto secret = findSecret(t, caller, id);
        if (!secret)
            return secret;
        if (change.user && *change.user != secret->user)
            return invalid(QStringLiteral("credential.user_id: a credential stays its user's."));
        const bool wasEc2 = secret->isEc2();
        if (change.project)
            secret->project = change.project;
        secret->type = change.type.value_or(secret->type);
        secret->blob = change.blob.value_or(secret->blob);
        if (secret->isEc2() != wasEc2)
            return invalid(QStringLiteral("credential.type: an EC2 key stays one, and nothing becomes one."));
        if (wasEc2 && change.access && *change.access != secret->access)
            secret->access = *change.access;
        if (const auto fits = checkProject(t, caller, *secret); !fits)
            return fits.error();
        if (const auto updated = KeptSecretStore::update(t, *secret); !updated)
            return updated.error();
        return secret;
    });
}

QFuture<Result<>> KeptSecretService::remove(const Caller &caller, const KeptSecretId &id)
{
    if (const auto may = mayKeepSecrets(caller); !may)
        return readyFailure<void>(may.error());
    return m_database.write([=](Transaction &t) -> Result<> {
        if (const auto found = findSecret(t, caller, id); !found)
            return found.error();
        return KeptSecretStore::remove(t, id);
    });
}

Result<QList<KeptSecret>> KeptSecretService::ec2Keys(const Caller &caller, const UserId &user)
{
    if (!isHis(caller, user))
        return unknownUser();
    return secrets(caller, { user, QStringLiteral("ec2") });
}

Result<KeptSecret> KeptSecretService::ec2Key(const Caller &caller, const UserId &user, const QString &access)
{
    if (const auto may = mayKeepSecrets(caller); !may)
        return may.error();
    const auto found =
        m_database.read([&](ReadTransaction &t) { return KeptSecretStore::findByAccess(t, access); });
    if (!found)
        return found.error();
    if (!*found || !isHis(caller, (*found)->user) || (*found)->user != user)
        return unknownSecret();
    return **found;
}

QFuture<Result<>> KeptSecretService::removeEc2Key(
    const Caller &caller, const UserId &user, const QString &access)
{
    const auto found = ec2Key(caller, user, access);
    if (!found)
        return readyFailure<void>(found.error());
    return remove(caller, found->id);
}

} // namespace nephele
