// SPDX-License-Identifier: GPL-3.0-or-later

// Durable small writes: closures through the one writer, beside a transaction per thread on the same kind of
// file. Each write reads a quota row, inserts a row with 4 KiB, and raises the quota: what storing a small
// object does.
//   bench_database [seconds [threads]]

#include "model/database/database.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTextStream>

#include <algorithm>
#include <thread>

using namespace nephele;

namespace {

const QList<Migration> schema { { 1, QStringLiteral("0001_bench"), R"(
    CREATE TABLE schema_version (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE quota (project TEXT NOT NULL PRIMARY KEY, used BIGINT NOT NULL);
    CREATE TABLE item (id ${serial}, project TEXT NOT NULL, content ${blob} NOT NULL);
    INSERT INTO quota (project, used) VALUES ('p', 0);
)" } };

const QByteArray readQuota = "SELECT used FROM quota WHERE project = 'p'";
const QByteArray insertItem = "INSERT INTO item (project, content) VALUES ('p', :content)";
const QByteArray raiseQuota = "UPDATE quota SET used = used + 4096 WHERE project = 'p'";

struct Measured
{
    QString name;
    QList<qint64> microseconds;
    int failures = 0;
    double seconds = 0;
    qint64 logBytes = 0;
};

using WriteOnce = std::function<bool(const QByteArray &content)>;

Measured measure(const QString &name, int threads, int seconds, const std::function<WriteOnce()> &makeWriter)
{
    Measured total { name, {}, 0, 0, 0 };
    std::vector<Measured> parts(static_cast<size_t>(threads));
    std::vector<std::thread> workers;
    QElapsedTimer wall;
    wall.start();
    for (Measured &part : parts) {
        workers.emplace_back([&part, &makeWriter, seconds] {
            const WriteOnce write = makeWriter();
            const QByteArray content(4096, 'x');
            QElapsedTimer all;
            all.start();
            QElapsedTimer one;
            while (all.elapsed() < seconds * 1000) {
                one.start();
                if (write(content))
                    part.microseconds.append(one.nsecsElapsed() / 1000);
                else
                    ++part.failures;
            }
        });
    }
    for (std::thread &worker : workers)
        worker.join();
    total.seconds = double(wall.elapsed()) / 1000;
    for (const Measured &part : parts) {
        total.microseconds += part.microseconds;
        total.failures += part.failures;
    }
    std::sort(total.microseconds.begin(), total.microseconds.end());
    return total;
}

Measured throughTheWriter(int threads, int seconds)
{
    const QTemporaryDir dir;
    DatabaseOptions options;
    options.address.sqliteFile = dir.filePath(QStringLiteral("writer.db"));
    auto database = Database::open(options, schema);
    if (!database)
        qFatal("%s", qPrintable(database.error().detail));
    Database &db = **database;
    auto measured =
        measure(QStringLiteral("closures through the writer"), threads, seconds, [&db]() -> WriteOnce {
            return [&db](const QByteArray &content) {
                return db
                    .write([content](Transaction &t) -> Result<> {
                        if (const auto used = t.row(readQuota, {}, [](const Row &r) { return r.integer(0); });
                            !used)
                            return used.error();
                        if (const auto done = t.execute(insertItem, { { ":content", content } }); !done)
                            return done.error();
                        const auto raised = t.execute(raiseQuota);
                        return raised ? Result<>() : Result<>(raised.error());
                    })
                    .result()
                    .ok();
            };
        });
    measured.logBytes = db.logBytes();
    return measured;
}

Measured transactionPerThread(int threads, int seconds)
{
    const QTemporaryDir dir;
    DatabaseAddress address;
    address.sqliteFile = dir.filePath(QStringLiteral("threads.db"));
    {
        auto connection = Connection::open(address, Connection::Access::Write);
        if (!connection || !migrate(**connection, address, schema))
            qFatal("no database");
    }
    auto measured =
        measure(QStringLiteral("BEGIN IMMEDIATE per thread"), threads, seconds, [&address]() -> WriteOnce {
            auto opened = Connection::open(address, Connection::Access::Write);
            if (!opened)
                qFatal("no connection");
            const std::shared_ptr<Connection> connection = std::move(*opened);
            (void)connection->control("PRAGMA wal_autocheckpoint = 1000"); // SQLite's own default
            return [connection](const QByteArray &content) {
                if (!connection->control("BEGIN IMMEDIATE"))
                    return false;
                bool good = connection->run(insertItem, { { ":content", content } }).ok();
                const auto used = connection->run(readQuota, {});
                if (used)
                    (*used)->finish();
                good = good && used && connection->run(raiseQuota, {});
                return connection->control(good ? "COMMIT" : "ROLLBACK").ok() && good;
            };
        });
    measured.logBytes = QFileInfo(address.sqliteFile + QStringLiteral("-wal")).size();
    return measured;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int seconds = argc > 1 ? atoi(argv[1]) : 5;
    const int threads = argc > 2 ? atoi(argv[2]) : 32;
    QTextStream out(stdout);
    out << QStringLiteral("%1 clients, %2 s each, synchronous=FULL\n").arg(threads).arg(seconds);
    out << QStringLiteral("%1 %2 %3 %4 %5 %6\n")
               .arg(QStringLiteral("way to write"), -30)
               .arg(QStringLiteral("writes/s"), 10)
               .arg(QStringLiteral("p99 ms"), 8)
               .arg(QStringLiteral("worst ms"), 9)
               .arg(QStringLiteral("failed"), 7)
               .arg(QStringLiteral("log MB"), 7);
    for (const Measured &measured :
        { throughTheWriter(threads, seconds), transactionPerThread(threads, seconds) }) {
        const auto &times = measured.microseconds;
        out << QStringLiteral("%1 %2 %3 %4 %5 %6\n")
                   .arg(measured.name, -30)
                   .arg(double(times.size()) / measured.seconds, 10, 'f', 0)
                   .arg(times.isEmpty() ? 0 : double(times.at(times.size() * 99 / 100)) / 1000, 8, 'f', 1)
                   .arg(times.isEmpty() ? 0 : double(times.last()) / 1000, 9, 'f', 1)
                   .arg(measured.failures, 7)
                   .arg(double(measured.logBytes) / 1e6, 7, 'f', 1);
    }
    return 0;
}
