// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testidentity.h"

#include "server/identity/tokenauthenticator.h"

namespace nephele::test {

namespace {

template <class T>
T orAbort(Result<T> result)
{
    if (!result)
        qFatal("%s (%s)", qUtf8Printable(result.error().message), qUtf8Printable(result.error().detail));
    return *std::move(result);
}

} // namespace

IdentitySettings TestIdentity::cheapSettings()
{
    IdentitySettings settings;
    settings.passwordCost = ScryptCost::cheapest();
    return settings;
}

Result<std::unique_ptr<TestIdentity>> TestIdentity::open(Engine engine, const IdentitySettings &settings)
{
    std::unique_ptr<TestIdentity> test(new TestIdentity);
    auto database = TestDatabase::open(engine, test->m_clock);
    if (!database)
        return database.error();
    test->m_database = std::move(*database);
    test->m_context = std::make_unique<IdentityContext>(test->database(), settings);
    test->m_service = std::make_unique<IdentityService>(*test->m_context);
    return test;
}

User TestIdentity::addUser(const QString &name, Roles inSystemProject)
{
    NewUser wanted;
    wanted.name = name;
    wanted.realName = QStringLiteral("Real ") + name;
    wanted.passwordHash = orAbort(scryptHash(passwordOf(name), ScryptCost::cheapest()));
    return write([=](Transaction &t) { return Accounts::createUser(t, wanted, inSystemProject); });
}

Project TestIdentity::addProject(const QString &name)
{
    NewProject wanted;
    wanted.name = name;
    return write([=](Transaction &t) { return Accounts::createProject(t, wanted); });
}

void TestIdentity::addMember(const Project &project, const User &user, Roles roles)
{
    write([=](Transaction &t) { return Accounts::setMember(t, project, user, roles); });
}

void TestIdentity::setDefaultProject(const User &user, const ProjectId &project)
{
    write([=](Transaction &t) { return UserStore::setDefaultProject(t, user.id, project); });
}

QByteArray TestIdentity::synnefoToken(const User &user)
{
    PasswordSignIn wanted;
    wanted.user = NameRef::byName(user.name);
    wanted.password = passwordOf(user.name);
    return orAbort(waitFor(m_service->signInToSynnefo(wanted))).secret;
}

QByteArray TestIdentity::issued(const ScopeWanted &scope, const User &user)
{
    PasswordSignIn wanted;
    wanted.user = NameRef::byName(user.name);
    wanted.password = passwordOf(user.name);
    wanted.scope = scope;
    return orAbort(waitFor(m_service->signIn(wanted))).secret;
}

QByteArray TestIdentity::unscopedToken(const User &user)
{
    return issued({ ScopeWanted::Kind::Nothing, {} }, user);
}

QByteArray TestIdentity::projectToken(const User &user, const ProjectId &project)
{
    return issued({ ScopeWanted::Kind::Project, NameRef::byId(project.text()) }, user);
}

CreatedCredential TestIdentity::addCredential(
    const User &user, const ProjectId &project, const NewCredential &wanted)
{
    const Caller bearer = orAbort(caller(projectToken(user, project), Face::OpenStack));
    NewCredential named = wanted;
    if (named.name.isEmpty())
        named.name = QStringLiteral("credential-") + project.text();
    return orAbort(waitFor(m_service->createCredential(bearer, user.id.text(), named)));
}

QByteArray TestIdentity::credentialToken(const CreatedCredential &credential)
{
    CredentialSignIn wanted;
    wanted.id = credential.credential.id.text();
    wanted.secret = credential.secret;
    return orAbort(waitFor(m_service->signIn(wanted))).secret;
}

Result<Caller> TestIdentity::caller(const QByteArray &token, Face face)
{
    return TokenAuthenticator(*m_context).authenticate(token, face);
}

} // namespace nephele::test
