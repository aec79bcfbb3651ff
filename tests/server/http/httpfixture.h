// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/httpserver.h"

#include <QFile>
#include <QPromise>
#include <QTest>
#include <QTimer>

namespace nephele::test {

// Projects and people of the tests: alice and bob, each in a project of their own.
inline const ProjectId projectA = ProjectId::stored(QStringLiteral("aaaaaaaa-0000-4000-8000-00000000000a"));
inline const ProjectId projectB = ProjectId::stored(QStringLiteral("bbbbbbbb-0000-4000-8000-00000000000b"));
inline const UserId alice = UserId::stored(QStringLiteral("aaaaaaaa-0000-4000-8000-000000000001"));
inline const UserId bob = UserId::stored(QStringLiteral("bbbbbbbb-0000-4000-8000-000000000001"));

// Knows tokens by their names: "reader", "member", "manager", "admin", "unscoped", "bob".
class NamedTokens final : public Authenticator
{
public:
    Result<Caller> authenticate(const QByteArray &token, Face face) override
    {
        Caller caller;
        caller.face = face;
        caller.user = token == "bob" ? bob : alice;
        caller.isAdmin = token == "admin";
        if (token == "unscoped")
            return caller;
        const auto roles = rolesOf(token);
        if (!roles)
            return Error { ErrorCode::Unauthenticated, QStringLiteral("The token is not good."), {} };
        caller.project = token == "bob" ? projectB : projectA;
        caller.scope.insert(*caller.project, *roles);
        return caller;
    }

private:
    static std::optional<Roles> rolesOf(const QByteArray &token)
    {
        if (token == "reader")
            return Roles(Role::Reader);
        if (token == "member" || token == "bob")
            return Roles(Role::Reader) | Role::Member;
        if (token == "manager")
            return Roles(Role::Reader) | Role::Manager;
        if (token == "admin")
            return Roles(Role::Admin);
        return std::nullopt;
    }
};

class TestWorker final : public Worker
{
public:
    using MakeRoutes = std::function<std::vector<RouteTable>(QObject *context)>;

    explicit TestWorker(MakeRoutes make) : m_make(std::move(make)) { }
    std::vector<RouteTable> routes() override { return m_make(&m_context); }
    Authenticator &authenticator() override { return m_tokens; }

private:
    MakeRoutes m_make;
    NamedTokens m_tokens;
    QObject m_context; // in the worker's thread
};

// A real server on a free port of loopback.
inline std::unique_ptr<HttpServer> startServer(HttpOptions options, TestWorker::MakeRoutes make)
{
    auto server =
        HttpServer::start(std::move(options), [make] { return std::make_unique<TestWorker>(make); });
    return server ? *std::move(server) : nullptr;
}

// One table of the Nephele form at the root.
inline RouteTable plainTable(std::vector<Route> routes, FaultForm faults = FaultForm::Nephele)
{
    return { "", Face::OpenStack, faults, std::move(routes), {} };
}

// A future that holds `value` after that many milliseconds of the context's loop.
template <class T>
QFuture<T> later(QObject *context, int milliseconds, T value)
{
    auto promise = std::make_shared<QPromise<T>>();
    promise->start();
    QTimer::singleShot(milliseconds, context, [promise, value] {
        promise->addResult(value);
        promise->finish();
    });
    return promise->future();
}

// Resident memory of this process; 0 under a sanitizer, which keeps what was freed.
inline qint64 residentBytes()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 0;
#else
    QFile statm(QStringLiteral("/proc/self/statm"));
    return statm.open(QIODevice::ReadOnly) ? statm.readAll().split(' ').value(1).toLongLong() * 4096 : -1;
#endif
}

// Whether a count comes to rest within ten seconds.
inline bool comesToRest(const std::atomic<qint64> &count)
{
    for (int i = 0; i < 30; ++i) {
        const qint64 before = count;
        QTest::qWait(300);
        if (count == before)
            return true;
    }
    return false;
}

} // namespace nephele::test
