// SPDX-License-Identifier: GPL-3.0-or-later

// The whole program from outside, on pretend machines: how soon it serves, what it keeps in memory, and what
// a token check and a detailed list of 100 servers cost. Requests go over kept-alive loopback connections.
//   bench_cloud PROGRAM [seconds [connections]]

#include "tests/bench/support/benchprogram.h"

#include <QCoreApplication>

namespace {

using namespace nephele::bench;

constexpr int serverCount = 100;

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QTextStream out(stdout);
    if (argc < 2) {
        out << QStringLiteral("usage: bench_cloud PROGRAM [seconds [connections]]\n");
        return 2;
    }
    const QString file = QString::fromLocal8Bit(argv[1]);
    const int seconds = argc > 2 ? atoi(argv[2]) : 5;
    const int connections = argc > 3 ? atoi(argv[3]) : 8;
    const QTemporaryDir dir;
    {
        const BenchProgram first(file, dir.path());
        out << QStringLiteral("first start, ready after        %1 ms\n").arg(first.readyMs);
    }
    // More servers than a laptop's default allows.
    QProcess::execute(file,
        { QStringLiteral("admin"), QStringLiteral("quota"), QStringLiteral("set"), QStringLiteral("admin"),
            QStringLiteral("--data-dir"), dir.path(), QStringLiteral("cyclades.vm=unlimited"),
            QStringLiteral("cyclades.cpu=unlimited"), QStringLiteral("cyclades.ram=unlimited"),
            QStringLiteral("cyclades.disk=unlimited"), QStringLiteral("cyclades.total_cpu=unlimited"),
            QStringLiteral("cyclades.total_ram=unlimited") });
    const BenchProgram program(file, dir.path());
    out << QStringLiteral("second start, ready after       %1 ms\n").arg(program.readyMs);
    out << QStringLiteral("resident then                   %1 MB\n")
               .arg(double(program.residentKiB()) / 1024, 0, 'f', 1);

    const QByteArray token = program.openrc("ASTAKOS_TOKEN");
    BenchClient client(program.port, token);
    const auto images = QJsonDocument::fromJson(client.send("GET", "/image/v2/images").body)
                            .object()
                            .value(QStringLiteral("images"))
                            .toArray();
    int made = 0;
    while (!images.isEmpty() && made < serverCount) {
        const QByteArray body = "{\"server\": {\"name\": \"bench\", \"flavorRef\": \"1\", \"min_count\": 10, "
                                "\"max_count\": 10, \"imageRef\": \""
            + images.first().toObject().value(QStringLiteral("id")).toString().toLatin1() + "\"}}";
        if (client.send("POST", "/compute/v2.1/servers", body).status != 202)
            break;
        made += 10;
    }
    out << QStringLiteral("servers made                    %1\n\n").arg(made);
    writeHeads(out);
    const auto line = [&](const char *name, int count, const BenchAsk &ask) {
        measure(out, QLatin1StringView(name), program.target(token), { seconds, count }, ask);
    };
    for (const int count : { 1, connections }) {
        measure(out, QStringLiteral("GET /healthcheck"), program.target({}), { seconds, count },
            [](BenchClient &c, qint64) { return c.send("GET", "/healthcheck"); });
        line("token check", count, [&](BenchClient &c, qint64) {
            return c.send("GET", "/identity/v3/auth/tokens", {}, "X-Subject-Token: " + token + "\r\n");
        });
        line("flavors", count, [](BenchClient &c, qint64) { return c.send("GET", "/compute/v2.1/flavors"); });
        line("servers/detail of 100", count,
            [](BenchClient &c, qint64) { return c.send("GET", "/compute/v2.1/servers/detail"); });
    }
    out << QStringLiteral("\nresident at the end             %1 MB\n")
               .arg(double(program.residentKiB()) / 1024, 0, 'f', 1);
    return 0;
}
