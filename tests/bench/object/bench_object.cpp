// SPDX-License-Identifier: GPL-3.0-or-later

// The object store of the whole program from outside, over Swift's face, and Swift itself beside it where
// swift-peer runs one: small bodies, a big one, pages of names. Every body is unique, so nothing is gained
// from blocks that are there already; the second upload by hashmap, where everything is, has its own line.
//   bench_object PROGRAM [options]          see --help

#include "tests/bench/object/bigtransfer.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>

#include <cstring>

namespace {

using namespace nephele::bench;

constexpr int smallContainer = 10'000;
constexpr int mostPageConnections = 8;
constexpr qint64 mebibyte = 1 << 20;

struct Options
{
    int seconds = 5;
    int connections = 32;
    int largeContainer = 100'000;
    qint64 bigBytes = 1024 * mebibyte;
};

struct Store
{
    BenchTarget target;
    QByteArray account; // path
    const BenchProgram *program = nullptr; // null: a peer
};

// What /auth/v1.0 says to a name and a key.
Store signIn(quint16 port, const QByteArray &user, const QByteArray &key)
{
    BenchClient client(port, {});
    const BenchReply reply =
        client.send("GET", "/auth/v1.0", {}, "X-Auth-User: " + user + "\r\nX-Auth-Key: " + key + "\r\n");
    if (reply.status / 100 != 2)
        qFatal("the store at port %d does not let us in", port);
    const QUrl url = QUrl::fromEncoded(reply.headValue("x-storage-url"));
    return { { port, reply.headValue("x-auth-token"), {} }, url.path(QUrl::FullyEncoded).toLatin1(),
        nullptr };
}

Store ownStore(const BenchProgram &program)
{
    Store store =
        signIn(program.port, program.openrc("OS_PROJECT_NAME") + ':' + program.openrc("OS_USERNAME"),
            program.openrc("OS_PASSWORD"));
    store.target = program.target(program.openrc("ASTAKOS_TOKEN"));
    store.program = &program;
    return store;
}

// One that swift-peer said: "URL USER KEY PID...".
Store peerStore(const QString &words)
{
    const QStringList parts = words.split(u' ', Qt::SkipEmptyParts);
    Store store =
        signIn(quint16(QUrl(parts.value(0)).port()), parts.value(1).toLatin1(), parts.value(2).toLatin1());
    QList<qint64> pids;
    for (const QString &pid : parts.mid(3))
        pids.append(pid.toLongLong());
    store.target.cpuSeconds = [pids] {
        double seconds = 0;
        for (const qint64 pid : pids)
            seconds += cpuSecondsOf(pid);
        return seconds;
    };
    return store;
}

QByteArray uniqueBody(qint64 number, qint64 bytes)
{
    QByteArray body(bytes, 'x');
    std::memcpy(body.data(), &number, sizeof number);
    return body;
}

QByteArray nameOf(qint64 number)
{
    return "object-" + QByteArray::number(number).rightJustified(12, '0');
}

QString sizeText(qint64 bytes)
{
    return bytes < mebibyte ? QStringLiteral("%1 KiB").arg(bytes / 1024)
                            : QStringLiteral("%1 MiB").arg(bytes / mebibyte);
}

void measureBodies(
    QTextStream &out, const Store &store, const Options &options, qint64 bytes, int connections)
{
    const auto path = [&, base = bytes * 1000 + connections](qint64 number) {
        return store.account + "/bench/" + nameOf(base * 1'000'000 + number);
    };
    const qint64 made = measure(out, QStringLiteral("PUT %1, durable").arg(sizeText(bytes)), store.target,
        { options.seconds, connections, 201 }, [&](BenchClient &c, qint64 number) {
            return c.send("PUT", path(number), uniqueBody(number * 1000 + connections, bytes));
        });
    const BenchLoad reading { options.seconds, connections, 200 };
    const auto scattered = [made](qint64 number) { return number * 7919 % made; };
    measure(out, QStringLiteral("GET %1").arg(sizeText(bytes)), store.target, reading,
        [&](BenchClient &c, qint64 number) { return c.send("GET", path(scattered(number))); });
    if (bytes < mebibyte)
        measure(out, QStringLiteral("HEAD"), store.target, reading,
            [&](BenchClient &c, qint64 number) { return c.send("HEAD", path(scattered(number))); });
    measure(out, QStringLiteral("DELETE %1").arg(sizeText(bytes)), store.target,
        { options.seconds, connections, 204, made },
        [&](BenchClient &c, qint64 number) { return c.send("DELETE", path(number)); });
}

void writeBig(QTextStream &out, const QString &name, const BigTransfer &transfer, const BigResult &result)
{
    out << QStringLiteral("%1 %2 MB/s, %3 s of CPU%4\n")
               .arg(name, -40)
               .arg(double(transfer.bytes) / 1e6 / result.seconds, 7, 'f', 0)
               .arg(result.cpuSeconds, 0, 'f', 2)
               .arg(result.isGood ? QString() : QStringLiteral(", FAILED"));
    out.flush();
}

// The same content under further names by its hashes alone.
void measureHashmap(QTextStream &out, const Store &store, const BigTransfer &transfer)
{
    const QByteArray project = store.account.mid(store.account.lastIndexOf('_') + 1);
    const QByteArray container = "/pithos/object-store/v1/" + project + "/bench/";
    BenchClient client(store.target.port, store.target.token);
    const BenchReply map = client.send(
        "GET", container + transfer.path.mid(transfer.path.lastIndexOf('/') + 1) + "?hashmap&format=json");
    measure(out, QStringLiteral("the same %1 by hashmap").arg(sizeText(transfer.bytes)), store.target,
        { 0, 1, 201, 20 }, [&](BenchClient &c, qint64 number) {
            return c.send(
                "PUT", container + "again-" + QByteArray::number(number) + "?hashmap&format=json", map.body);
        });
}

void measureBig(QTextStream &out, const Store &store, qint64 bytes)
{
    const BigTransfer transfer { store.account + "/bench/big", bytes, quint64(bytes) };
    if (store.program)
        store.program->forgetPeak();
    const qint64 before = store.program ? store.program->residentKiB() : 0;
    writeBig(out, QStringLiteral("PUT %1, one stream").arg(sizeText(bytes)), transfer,
        putBig(store.target, transfer));
    writeBig(out, QStringLiteral("GET %1, one stream").arg(sizeText(bytes)), transfer,
        getBig(store.target, transfer));
    if (!store.program)
        return;
    out << QStringLiteral("%1 %2 s of CPU\n")
               .arg(QStringLiteral("SHA-256 and MD5 of so much alone"), -40)
               .arg(hashSeconds(bytes), 0, 'f', 2);
    out << QStringLiteral("%1 %2 MB before, %3 MB at most\n")
               .arg(QStringLiteral("resident meanwhile"), -40)
               .arg(before / 1024)
               .arg(store.program->peakKiB() / 1024);
    measureHashmap(out, store, transfer);
}

void fill(
    QTextStream &out, const Store &store, const Options &options, const QByteArray &container, int objects)
{
    measure(out, QStringLiteral("PUT empty, %1 in all").arg(objects), store.target,
        { 0, options.connections, 201, objects }, [&](BenchClient &c, qint64 number) {
            return c.send("PUT", store.account + container + '/' + nameOf(number));
        });
}

void measurePages(
    QTextStream &out, const Store &store, const Options &options, const QByteArray &container, int objects)
{
    for (const auto &[where, marker] :
        { std::pair("start", 0), std::pair("middle", objects / 2), std::pair("end", objects - 1001) }) {
        const QByteArray path = store.account + container
            + "?format=json&limit=1000&marker=" + (marker > 0 ? nameOf(marker) : QByteArray());
        measure(out,
            QStringLiteral("1,000 names at the %1, of %2").arg(QLatin1StringView(where)).arg(objects),
            store.target, { options.seconds, qMin(options.connections, mostPageConnections), 200 },
            [&](BenchClient &c, qint64) { return c.send("GET", path); });
    }
}

void measureStore(QTextStream &out, const Store &store, const Options &options)
{
    BenchClient client(store.target.port, store.target.token);
    for (const char *container : { "/bench", "/small", "/large" })
        client.send("PUT", store.account + container);
    writeHeads(out);
    for (const qint64 bytes : { qint64(4096), mebibyte }) {
        for (const int connections : { 1, options.connections })
            measureBodies(out, store, options, bytes, connections);
    }
    measureBig(out, store, options.bigBytes);
    for (const auto &[container, objects] : { std::pair(QByteArray("/small"), smallContainer),
             std::pair(QByteArray("/large"), options.largeContainer) }) {
        fill(out, store, options, container, objects);
        measurePages(out, store, options, container, objects);
    }
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument(
        QStringLiteral("PROGRAM"), QStringLiteral("what to run, or - for the peer alone"));
    parser.addOptions({ { QStringLiteral("seconds"), QStringLiteral("for a line"), QStringLiteral("N"),
                            QStringLiteral("5") },
        { QStringLiteral("connections"), QStringLiteral("beside one"), QStringLiteral("N"),
            QStringLiteral("32") },
        { QStringLiteral("large"), QStringLiteral("objects in the large container"), QStringLiteral("N"),
            QStringLiteral("100000") },
        { QStringLiteral("big"), QStringLiteral("MiB of the big object"), QStringLiteral("N"),
            QStringLiteral("1024") },
        { QStringLiteral("data-dir"), QStringLiteral("its parent folder, for another disk"),
            QStringLiteral("DIR") },
        { QStringLiteral("peer"), QStringLiteral("what swift-peer said"),
            QStringLiteral("\"URL USER KEY PID...\"") } });
    parser.process(application);
    if (parser.positionalArguments().size() != 1)
        parser.showHelp(2);
    const Options options { parser.value(QStringLiteral("seconds")).toInt(),
        parser.value(QStringLiteral("connections")).toInt(), parser.value(QStringLiteral("large")).toInt(),
        parser.value(QStringLiteral("big")).toLongLong() * mebibyte };
    QTextStream out(stdout);
    const QString file = parser.positionalArguments().constFirst();
    if (file != u"-") {
        const QTemporaryDir dir(parser.isSet(QStringLiteral("data-dir"))
                ? parser.value(QStringLiteral("data-dir")) + QStringLiteral("/bench-XXXXXX")
                : QDir::tempPath() + QStringLiteral("/bench-XXXXXX"));
        const BenchProgram program(file, dir.path());
        out << QStringLiteral("Nephele\n");
        measureStore(out, ownStore(program), options);
        out << QStringLiteral("%1 %2 MB\n\n")
                   .arg(QStringLiteral("resident at the end"), -40)
                   .arg(program.residentKiB() / 1024);
    }
    if (parser.isSet(QStringLiteral("peer"))) {
        out << QStringLiteral("Swift\n");
        measureStore(out, peerStore(parser.value(QStringLiteral("peer"))), options);
    }
    return 0;
}
