// SPDX-License-Identifier: GPL-3.0-or-later

// What signing in costs, from outside: a token check, a token for a token, the catalog, and the quotas of a
// user in 100 projects; beside Keystone's figures, which were measured elsewhere.
//   bench_identity PROGRAM [seconds [connections]]

#include "tests/bench/support/benchprogram.h"

#include <QCoreApplication>

namespace {

using namespace nephele::bench;

constexpr int projectCount = 100;

// Keystone 22 (Debian 12, 2 processes, Fernet tokens, memcached) on another machine of this kind: two cores,
// loopback, the median of three runs. Constants of the peer, not measured by this program.
struct PeerFigure
{
    const char *request;
    double one; // requests a second over one connection
    double four; // over four
    double cpuMs; // of the server, a request
};
constexpr PeerFigure keystone[] = {
    { "token check", 101, 182, 9.2 },
    { "token for a token", 119, 203, 8.3 },
};

void writePeer(QTextStream &out)
{
    out << QStringLiteral("\nKeystone 22, measured elsewhere on a machine of this kind (not in this run)\n");
    out << QStringLiteral("%1 %2 %3 %4\n")
               .arg(QStringLiteral("request"), -32)
               .arg(QStringLiteral("req/s @1"), 9)
               .arg(QStringLiteral("req/s @4"), 9)
               .arg(QStringLiteral("CPU ms"), 9);
    for (const PeerFigure &figure : keystone)
        out << QStringLiteral("%1 %2 %3 %4\n")
                   .arg(QLatin1StringView(figure.request), -32)
                   .arg(figure.one, 9, 'f', 0)
                   .arg(figure.four, 9, 'f', 0)
                   .arg(figure.cpuMs, 9, 'f', 1);
}

int administer(const QString &file, const QString &dataDir, const QStringList &command)
{
    QProcess process;
    process.start(file,
        QStringList { QStringLiteral("admin") } + command
            + QStringList { QStringLiteral("--data-dir"), dataDir });
    return process.waitForFinished(60000) ? process.exitCode() : -1;
}

// A token of OpenStack's for the administrator's own project: whose credential admin-openrc holds.
QByteArray scopedToken(const BenchProgram &program)
{
    BenchClient client(program.port, {});
    const QByteArray body =
        R"({"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": ")"
        + program.openrc("OS_USERNAME") + R"(", "domain": {"id": "default"}, "password": ")"
        + program.openrc("OS_PASSWORD") + R"("}}}, "scope": {"project": {"name": ")"
        + program.openrc("OS_PROJECT_NAME") + R"(", "domain": {"id": "default"}}}}})";
    return client.send("POST", "/identity/v3/auth/tokens", body).headValue("x-subject-token");
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QTextStream out(stdout);
    if (argc < 2) {
        out << QStringLiteral("usage: bench_identity PROGRAM [seconds [connections]]\n");
        return 2;
    }
    const QString file = QString::fromLocal8Bit(argv[1]);
    const int seconds = argc > 2 ? atoi(argv[2]) : 5;
    const int connections = argc > 3 ? atoi(argv[3]) : 4;
    const QTemporaryDir dir;
    {
        const BenchProgram first(file, dir.path());
    }
    for (int i = 0; i < projectCount; ++i) {
        const QString name = QStringLiteral("bench-%1").arg(i);
        if (administer(file, dir.path(), { QStringLiteral("project"), QStringLiteral("create"), name }) != 0
            || administer(file, dir.path(),
                   { QStringLiteral("project"), QStringLiteral("add-member"), name, QStringLiteral("admin") })
                != 0)
            qFatal("the project %s was not made", qPrintable(name));
    }
    const BenchProgram program(file, dir.path());
    const QByteArray token = scopedToken(program);
    const QByteArray synnefo = program.openrc("ASTAKOS_TOKEN");
    const QByteArray signIn =
        R"({"auth": {"identity": {"methods": ["token"], "token": {"id": ")" + token + R"("}}}})";
    writeHeads(out);
    for (const int count : { 1, connections }) {
        measure(out, QStringLiteral("token check"), program.target(token), { seconds, count },
            [&](BenchClient &c, qint64) {
                return c.send("GET", "/identity/v3/auth/tokens", {}, "X-Subject-Token: " + token + "\r\n");
            });
        measure(out, QStringLiteral("token for a token"), program.target({}), { seconds, count, 201 },
            [&](BenchClient &c, qint64) { return c.send("POST", "/identity/v3/auth/tokens", signIn); });
        measure(out, QStringLiteral("catalog"), program.target(token), { seconds, count },
            [](BenchClient &c, qint64) { return c.send("GET", "/identity/v3/auth/catalog"); });
        measure(out, QStringLiteral("quotas in %1 projects").arg(projectCount + 1), program.target(synnefo),
            { seconds, count },
            [](BenchClient &c, qint64) { return c.send("GET", "/astakos/account/v1.0/quotas"); });
    }
    writePeer(out);
    return 0;
}
