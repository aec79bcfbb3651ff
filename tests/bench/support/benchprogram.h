// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/support/benchclient.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTextStream>
#include <QThread>
#include <QUrl>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <unistd.h>
#include <vector>

namespace nephele::bench {

// What is asked: the program, or a peer of it.
struct BenchTarget
{
    quint16 port = 0;
    QByteArray token;
    std::function<double()> cpuSeconds; // of all its processes; empty: not known
};

// CPU time and memory of a process, from /proc.
inline double cpuSecondsOf(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray text = file.readAll();
    const auto fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    return double(fields.at(11).toLongLong() + fields.at(12).toLongLong()) / double(::sysconf(_SC_CLK_TCK));
}

inline qint64 statusKiB(qint64 pid, const QByteArray &name)
{
    QFile file(QStringLiteral("/proc/%1/status").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith(name + ':'))
            return line.mid(name.size() + 1).trimmed().split(' ').first().toLongLong();
    }
    return 0;
}

// The program itself on pretend machines, on a data directory that stays.
class BenchProgram
{
public:
    BenchProgram(const QString &file, const QString &dataDir) : m_dataDir(dataDir)
    {
        QFile::remove(dataDir + QStringLiteral("/endpoint.json"));
        QElapsedTimer timer;
        timer.start();
        m_process.start(file,
            { QStringLiteral("--headless"), QStringLiteral("--data-dir"), dataDir, QStringLiteral("--listen"),
                QStringLiteral("127.0.0.1:0"), QStringLiteral("--hypervisor"),
                QStringLiteral("test:///default"), QStringLiteral("--scrypt-cost"), QStringLiteral("4") });
        while (!QFile::exists(dataDir + QStringLiteral("/endpoint.json")) && timer.elapsed() < 60000)
            QThread::usleep(500);
        readyMs = timer.elapsed();
        QFile endpoint(dataDir + QStringLiteral("/endpoint.json"));
        if (!endpoint.open(QIODevice::ReadOnly))
            qFatal("the cloud did not start");
        port = quint16(
            QUrl(QJsonDocument::fromJson(endpoint.readAll()).object().value(QStringLiteral("url")).toString())
                .port());
    }
    ~BenchProgram()
    {
        m_process.terminate();
        m_process.waitForFinished(20000);
    }

    // What `source admin-openrc` would set.
    QByteArray openrc(const QByteArray &name) const
    {
        QFile file(m_dataDir + QStringLiteral("/admin-openrc"));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (line.startsWith("export " + name + '='))
                return line.mid(8 + name.size()).replace('\'', "");
        }
        return {};
    }
    qint64 residentKiB() const { return statusKiB(m_process.processId(), "VmRSS"); }
    // The most that was resident since the last forgetPeak().
    qint64 peakKiB() const { return statusKiB(m_process.processId(), "VmHWM"); }
    void forgetPeak() const
    {
        QFile file(QStringLiteral("/proc/%1/clear_refs").arg(m_process.processId()));
        if (file.open(QIODevice::WriteOnly))
            file.write("5");
    }
    double cpuSeconds() const { return cpuSecondsOf(m_process.processId()); }
    BenchTarget target(const QByteArray &token) const
    {
        return { port, token, [this] { return cpuSeconds(); } };
    }

    qint64 readyMs = 0;
    quint16 port = 0;

private:
    QString m_dataDir;
    QProcess m_process;
};

// How much is asked. Runs for `seconds` or, where it is set, until `most` were asked.
struct BenchLoad
{
    int seconds = 5;
    int connections = 1;
    int goodStatus = 200; // any other counts as failed
    qint64 most = -1;
};

// The `number`-th request of its line, counted over all connections.
using BenchAsk = std::function<BenchReply(BenchClient &client, qint64 number)>;

// The heads of measure()'s columns.
inline void writeHeads(QTextStream &out)
{
    out << QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8\n")
               .arg(QStringLiteral("request"), -40)
               .arg(QStringLiteral("conns"), 5)
               .arg(QStringLiteral("req/s"), 9)
               .arg(QStringLiteral("p50 ms"), 8)
               .arg(QStringLiteral("p99 ms"), 8)
               .arg(QStringLiteral("CPU ms"), 8)
               .arg(QStringLiteral("bytes"), 9)
               .arg(QStringLiteral("failed"), 7);
}

// One line of a table; how many were asked.
inline qint64 measure(QTextStream &out, const QString &name, const BenchTarget &target, const BenchLoad &load,
    const BenchAsk &ask)
{
    struct Lane
    {
        QList<qint64> times; // us
        qint64 bytes = 0;
        qint64 failed = 0;
    };
    std::vector<Lane> lanes(size_t(load.connections));
    std::atomic<qint64> next = 0;
    const double cpuBefore = target.cpuSeconds ? target.cpuSeconds() : 0;
    QElapsedTimer all;
    all.start();
    std::vector<std::thread> threads;
    for (Lane &lane : lanes) {
        threads.emplace_back([&] {
            BenchClient client(target.port, target.token);
            QElapsedTimer one;
            while (load.most >= 0 || all.elapsed() < load.seconds * 1000) {
                const qint64 number = next++;
                if (load.most >= 0 && number >= load.most)
                    break;
                one.start();
                const BenchReply reply = ask(client, number);
                lane.times.append(one.nsecsElapsed() / 1000);
                lane.bytes = reply.body.size();
                lane.failed += reply.status != load.goodStatus;
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    const double took = double(all.nsecsElapsed()) / 1e9;
    const double cpu = target.cpuSeconds ? target.cpuSeconds() - cpuBefore : 0;
    QList<qint64> sorted;
    qint64 failed = 0;
    for (const Lane &lane : lanes) {
        sorted += lane.times;
        failed += lane.failed;
    }
    std::sort(sorted.begin(), sorted.end());
    out << QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8\n")
               .arg(name, -40)
               .arg(load.connections, 5)
               .arg(double(sorted.size()) / took, 9, 'f', 0)
               .arg(double(sorted.value(sorted.size() / 2)) / 1000, 8, 'f', 2)
               .arg(double(sorted.value(sorted.size() * 99 / 100)) / 1000, 8, 'f', 2)
               .arg(cpu * 1000 / double(qMax(sorted.size(), 1)), 8, 'f', 3)
               .arg(lanes.front().bytes, 9)
               .arg(failed, 7);
    out.flush();
    return sorted.size();
}

} // namespace nephele::bench
