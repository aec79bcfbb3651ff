// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/accounts.h"
#include "server/identity/identityservice.h"
#include "tests/support/testdatabase.h"

#include <QTest>

#include <memory>

namespace nephele::test {

// The value of a future that needs this thread's event loop to be resolved.
template <class T>
T waitFor(QFuture<T> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 30'000) || future.resultCount() == 0)
        qFatal("the future was never resolved");
    return future.result();
}

// A database with users and projects, and the identity service over it, in the test's thread. What makes
// things aborts the test program when it fails: it is for setting up, not for what is tested. The clock
// stands still.
class TestIdentity
{
public:
    static constexpr qint64 startMs = 1'800'000'000'000; // 15 January 2027, 08:00 UTC

    static IdentitySettings cheapSettings(); // as the program's, passwords at the cheapest cost
    static Result<std::unique_ptr<TestIdentity>> open(
        Engine engine = Engine::Sqlite, const IdentitySettings &settings = cheapSettings());

    FakeClock &clock() { return m_clock; }
    Database &database() { return **m_database; }
    IdentityContext &context() { return *m_context; }
    IdentityService &service() { return *m_service; }

    static QString passwordOf(const QString &userName) { return userName + QStringLiteral("-password"); }
    User addUser(const QString &name, Roles inSystemProject = Role::Member);
    Project addProject(const QString &name);
    void addMember(const Project &project, const User &user, Roles roles);
    void setDefaultProject(const User &user, const ProjectId &project);

    QByteArray synnefoToken(const User &user);
    QByteArray unscopedToken(const User &user);
    QByteArray projectToken(const User &user, const ProjectId &project);
    // A credential of the user for that project, with all his roles there unless some are named.
    CreatedCredential addCredential(
        const User &user, const ProjectId &project, const NewCredential &wanted = {});
    QByteArray credentialToken(const CreatedCredential &credential);

    // Who bears the token, asked past every cache.
    Result<Caller> caller(const QByteArray &token, Face face);

    // Runs a closure and waits; aborts when it fails.
    template <class Closure>
    auto write(Closure closure)
    {
        auto result = database().write(std::move(closure)).result();
        if (!result)
            qFatal("%s (%s)", qUtf8Printable(result.error().message), qUtf8Printable(result.error().detail));
        if constexpr (!std::is_void_v<typename decltype(result)::Value>)
            return *std::move(result);
    }

private:
    TestIdentity() = default;
    QByteArray issued(const ScopeWanted &scope, const User &user);

    FakeClock m_clock { startMs };
    std::unique_ptr<TestDatabase> m_database;
    std::unique_ptr<IdentityContext> m_context;
    std::unique_ptr<IdentityService> m_service;
};

} // namespace nephele::test
