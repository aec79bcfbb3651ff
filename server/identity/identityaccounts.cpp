// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/identityservice.h"

#include "model/identity/accessrulestore.h"
#include "model/identity/applicationcredentialstore.h"
#include "model/identity/grantstore.h"
#include "server/identity/accounts.h"
#include "server/identity/futures.h"

namespace nephele {

// Application credentials and names as callers see them; signing in is identityservice.cpp.

Result<QList<RoleRecord>> IdentityService::rolesToPassOn(const Caller &caller, const NewCredential &wanted)
{
    auto held = m_database.read([&](ReadTransaction &t) {
        return GrantStore::effectiveRoles(t, caller.user, GrantTarget::project(caller.project->text()));
    });
    if (!held)
        return held.error();
    // What the token itself does not carry is not passed on either.
    held->removeIf([&](const RoleRecord &role) {
        return role.isBuiltIn() && !caller.rolesIn(*caller.project).testFlag(role.bit);
    });
    if (!wanted.roles && !held->isEmpty())
        return held;
    QList<RoleRecord> passedOn;
    for (const RoleRef &ref : wanted.roles.value_or(QList<RoleRef>())) {
        const auto role = std::find_if(
            held->cbegin(), held->cend(), [&](const RoleRecord &known) { return ref.names(known); });
        if (role == held->cend())
            return invalid(
                QStringLiteral("application_credential.roles: you can pass on only roles you have."));
        passedOn.append(*role);
    }
    if (passedOn.isEmpty())
        return invalid(QStringLiteral("application_credential.roles: you can pass on only roles you have."));
    return passedOn;
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
    const auto passedOn = rolesToPassOn(caller, wanted);
    if (!passedOn)
        return readyFailure<CreatedCredential>(passedOn.error());
    if (wanted.expiresAtMs && *wanted.expiresAtMs <= m_context.clock().nowMs())
        return readyFailure<CreatedCredential>(
            invalid(QStringLiteral("application_credential.expires_at: must lie in the future.")));
    ApplicationCredential credential { CredentialId::create(), caller.user, *caller.project, wanted.name,
        wanted.description, {}, wanted.isUnrestricted, wanted.expiresAtMs, 0, wanted.expiresText, {},
        wanted.accessRules };
    for (const RoleRecord &role : *passedOn) {
        credential.roles |= role.bit;
        if (!role.isBuiltIn())
            credential.others.append(role);
    }
    const bool isChosen = !wanted.secret.isEmpty();
    const QString secret = isChosen ? wanted.secret : QString::fromLatin1(newToken());
    // A secret somebody chose may be guessed; one of ours cannot be.
    const auto hashed = isChosen ? m_context.passwords().hash(secret)
                                 : QtFuture::makeReadyFuture(Result<QString>(tokenHashText(secret.toUtf8())));
    return andThen(QFuture<Result<QString>>(hashed), this, [=, this](const QString &hash) {
        return m_database.write([=](Transaction &t) -> Result<CreatedCredential> {
            const auto inserted = ApplicationCredentialStore::insert(t, credential, hash);
            if (!inserted)
                return inserted.error();
            const auto rules =
                AccessRuleStore::attach(t, credential.user, credential.id, credential.accessRules);
            if (!rules)
                return rules.error();
            CreatedCredential created { credential, secret };
            created.credential.accessRules = *rules;
            created.credential.createdAtMs = t.stampMs();
            return created;
        });
    });
}

Result<QList<ApplicationCredential>> IdentityService::credentials(
    const Caller &caller, const QString &userId, const std::optional<QString> &name)
{
    if (!caller.isAdmin && caller.user.text() != userId)
        return unknownUser();
    return m_database.read([&](ReadTransaction &t) -> Result<QList<ApplicationCredential>> {
        auto found = ApplicationCredentialStore::credentialsOf(t, UserId::stored(userId), name);
        if (!found)
            return found;
        const auto rules = AccessRuleStore::rulesByCredential(t, UserId::stored(userId));
        if (!rules)
            return rules.error();
        for (ApplicationCredential &known : *found) {
            known.accessRules = rules->value(known.id);
            if (const auto named = ApplicationCredentialStore::nameRoles(t, known); !named)
                return named.error();
        }
        return found;
    });
}

Result<ApplicationCredential> IdentityService::credential(
    const Caller &caller, const QString &userId, const QString &id)
{
    const Error unknown = notFound(QStringLiteral("There is no such application credential."));
    if (!caller.isAdmin && caller.user.text() != userId)
        return unknown;
    return m_database.read([&](ReadTransaction &t) -> Result<ApplicationCredential> {
        const auto found = ApplicationCredentialStore::find(t, CredentialId::stored(id));
        if (!found)
            return found.error();
        if (!*found || (*found)->credential.user.text() != userId)
            return unknown;
        const auto rules = AccessRuleStore::rulesOf(t, (*found)->credential.id);
        if (!rules)
            return rules.error();
        ApplicationCredential credential = (*found)->credential;
        if (const auto named = ApplicationCredentialStore::nameRoles(t, credential); !named)
            return named.error();
        credential.accessRules = *rules;
        return credential;
    });
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
    return revokingWrite(m_context, this,
        [id = found->id](Transaction &t) { return ApplicationCredentialStore::remove(t, id); });
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

Result<QList<std::pair<QString, QString>>> IdentityService::namesAfter(const QString &after, int most)
{
    return m_database.read([&](ReadTransaction &t) { return UserStore::namesAfter(t, after, most); });
}

} // namespace nephele
