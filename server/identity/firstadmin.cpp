// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/firstadmin.h"

#include "model/identity/applicationcredentialstore.h"
#include "server/identity/accounts.h"
#include "server/identity/identitycontext.h"
#include "server/identity/signin.h"

namespace nephele {

namespace {

const QString keyName = QStringLiteral("admin-openrc");

Result<std::optional<QString>> rememberedAdmin(const ReadTransaction &t)
{
    return t.row("SELECT value FROM setting WHERE name = 'identity.first_admin'", {},
        [](const Row &row) { return row.text(0); });
}

Result<FirstAdmin> describe(const ReadTransaction &t, const QString &id)
{
    FirstAdmin admin;
    const auto user = UserStore::find(t, UserId::stored(id));
    if (!user)
        return user.error();
    if (!*user)
        return admin;
    const auto project = ProjectStore::find(t, NameRef::byId(id));
    if (!project)
        return project.error();
    admin.user = (*user)->id;
    admin.userName = (*user)->name;
    admin.projectName = *project ? (*project)->name : QString();
    admin.hasFirstPassword = (*user)->hasFirstPassword;
    return admin;
}

TokenRequest synnefoRequest(const UserId &user, qint64 nowMs)
{
    TokenRequest request;
    request.user = user;
    request.methods = { QStringLiteral("password") };
    request.issuedAtMs = nowMs;
    request.expiresAtMs = nowMs + IdentitySettings().synnefoTokenLifeMs;
    return request;
}

Result<FirstAdmin> create(Transaction &t, const QString &password, const QString &hash, qint64 nowMs)
{
    // Another process may have been first.
    const auto known = rememberedAdmin(t);
    if (!known)
        return known.error();
    if (*known)
        return describe(t, **known);
    NewUser wanted;
    wanted.name = QStringLiteral("admin");
    wanted.realName = QStringLiteral("Administrator");
    wanted.passwordHash = hash;
    wanted.hasFirstPassword = true;
    const auto user = Accounts::createUser(t, wanted, Roles(Role::Admin) | Role::Member);
    if (!user)
        return user.error();
    const auto kept = t.execute("INSERT INTO setting (name, value) VALUES ('identity.first_admin', :id)",
        { { ":id", user->id.text() } });
    if (!kept)
        return kept.error();
    const auto token = issueSynnefoToken(t, synnefoRequest(user->id, nowMs));
    if (!token)
        return token.error();
    auto admin = describe(t, user->id.text());
    if (!admin)
        return admin.error();
    admin->password = password;
    admin->synnefoToken = token->secret;
    return admin;
}

} // namespace

Result<FirstAdmin> ensureFirstAdmin(Database &database, const ScryptCost &cost)
{
    const auto known = database.read([](ReadTransaction &t) { return rememberedAdmin(t); });
    if (!known)
        return known.error();
    if (*known)
        return database.read([&](ReadTransaction &t) { return describe(t, **known); });
    const QString password = newPassword();
    const auto hash = scryptHash(password, cost);
    if (!hash)
        return hash.error();
    return database
        .write([=, hash = *hash, nowMs = database.clock().nowMs()](
                   Transaction &t) { return create(t, password, hash, nowMs); })
        .result();
}

QFuture<Result<AdminKey>> renewAdminKey(Database &database, const UserId &admin)
{
    AdminKey key;
    key.credential = CredentialId::create();
    key.secret = newToken();
    return database.write([=, nowMs = database.clock().nowMs()](Transaction &t) -> Result<AdminKey> {
        const auto user = UserStore::find(t, admin);
        if (!user)
            return user.error();
        if (!*user)
            return notFound(QStringLiteral("The first administrator is gone."));
        const auto earlier = ApplicationCredentialStore::find(t, admin, keyName);
        if (!earlier)
            return earlier.error();
        if (*earlier) {
            if (const auto ended = ApplicationCredentialStore::remove(t, (*earlier)->credential.id); !ended)
                return ended.error();
        }
        ApplicationCredential credential;
        credential.id = key.credential;
        credential.user = admin;
        credential.project = (*user)->systemProject();
        credential.name = keyName;
        credential.description = QStringLiteral("Made by the program for its admin-openrc file");
        credential.roles = Roles(Role::Admin) | Role::Member;
        credential.isUnrestricted = true;
        const auto inserted = ApplicationCredentialStore::insert(t, credential, tokenHashText(key.secret));
        if (!inserted)
            return inserted.error();
        const auto token = issueSynnefoToken(t, synnefoRequest(admin, nowMs));
        if (!token)
            return token.error();
        AdminKey made = key;
        made.synnefoToken = token->secret;
        return made;
    });
}

} // namespace nephele
