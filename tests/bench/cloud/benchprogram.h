// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTextStream>
#include <QThread>
#include <QUrl>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace nephele::bench {

struct BenchReply
{
    int status = 0;
    QByteArray head;
    QByteArray body;

    QByteArray headValue(const QByteArray &name) const
    {
        for (const QByteArray &line : head.split('\n')) {
            if (line.toLower().startsWith(name + ':'))
                return line.mid(name.size() + 1).trimmed();
        }
        return {};
    }
};

// One connection; blocks, so each thread has its own.
class BenchClient
{
public:
    BenchClient(quint16 port, QByteArray token) : m_token(std::move(token))
    {
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        m_socket.waitForConnected(5000);
    }

    BenchReply send(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &more = {})
    {
        QByteArray request =
            method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n";
        if (!m_token.isEmpty())
            request += "X-Auth-Token: " + m_token + "\r\n";
        if (!body.isEmpty())
            request += "Content-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size())
                + "\r\n";
        m_socket.write(request + more + "\r\n" + body);
        return receive();
    }

private:
    BenchReply receive()
    {
        QByteArray in;
        qsizetype end = -1;
        while ((end = in.indexOf("\r\n\r\n")) < 0) {
            if (!m_socket.bytesAvailable() && !m_socket.waitForReadyRead(30000))
                return {};
            in += m_socket.readAll();
        }
        const QByteArray head = in.left(end).toLower();
        const qsizetype at = head.indexOf("content-length:");
        const qint64 length = at < 0
            ? 0
            : head.mid(at + 15, head.indexOf('\r', at) < 0 ? -1 : head.indexOf('\r', at) - at - 15)
                  .trimmed()
                  .toLongLong();
        QByteArray body = in.mid(end + 4);
        while (body.size() < length) {
            if (!m_socket.bytesAvailable() && !m_socket.waitForReadyRead(30000))
                return {};
            body += m_socket.readAll();
        }
        return { head.mid(9, 3).toInt(), in.left(end), body };
    }

    QTcpSocket m_socket;
    QByteArray m_token;
};

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
    qint64 residentKiB() const
    {
        QFile file(QStringLiteral("/proc/%1/status").arg(m_process.processId()));
        if (!file.open(QIODevice::ReadOnly))
            return 0;
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (line.startsWith("VmRSS:"))
                return line.mid(6).trimmed().split(' ').first().toLongLong();
        }
        return 0;
    }
    double cpuSeconds() const
    {
        QFile file(QStringLiteral("/proc/%1/stat").arg(m_process.processId()));
        if (!file.open(QIODevice::ReadOnly))
            return 0;
        const QByteArray text = file.readAll();
        const auto fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
        return double(fields.at(11).toLongLong() + fields.at(12).toLongLong()) / 100;
    }

    qint64 readyMs = 0;
    quint16 port = 0;

private:
    QString m_dataDir;
    QProcess m_process;
};

// One line of a table: what an endless row of that request reached over so many connections. `goodStatus` is
// what a reply must have not to be counted as failed.
inline void measure(QTextStream &out, const QString &name, const BenchProgram &program,
    const QByteArray &token, int seconds, int connections,
    const std::function<BenchReply(BenchClient &)> &ask, int goodStatus = 200)
{
    std::vector<QList<qint64>> times(static_cast<size_t>(connections));
    std::atomic<int> failed = 0;
    qint64 bytes = 0;
    const double cpuBefore = program.cpuSeconds();
    std::vector<std::thread> threads;
    for (auto &mine : times) {
        threads.emplace_back([&] {
            BenchClient client(program.port, token);
            QElapsedTimer all;
            all.start();
            QElapsedTimer one;
            while (all.elapsed() < seconds * 1000) {
                one.start();
                if (ask(client).status != goodStatus)
                    ++failed;
                mine.append(one.nsecsElapsed() / 1000);
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    const double cpu = program.cpuSeconds() - cpuBefore;
    QList<qint64> sorted;
    for (const auto &mine : times)
        sorted += mine;
    std::sort(sorted.begin(), sorted.end());
    BenchClient once(program.port, token);
    bytes = ask(once).body.size();
    out << QStringLiteral("%1 %2 %3 %4 %5 %6 %7\n")
               .arg(name, -32)
               .arg(connections, 5)
               .arg(double(sorted.size()) / seconds, 9, 'f', 0)
               .arg(double(sorted.value(sorted.size() * 99 / 100)) / 1000, 8, 'f', 2)
               .arg(cpu * 1000 / double(sorted.size()), 9, 'f', 3)
               .arg(bytes, 8)
               .arg(failed.load(), 7);
}

// The heads of measure()'s columns.
inline void writeHeads(QTextStream &out)
{
    out << QStringLiteral("%1 %2 %3 %4 %5 %6 %7\n")
               .arg(QStringLiteral("request"), -32)
               .arg(QStringLiteral("conns"), 5)
               .arg(QStringLiteral("req/s"), 9)
               .arg(QStringLiteral("p99 ms"), 8)
               .arg(QStringLiteral("CPU ms"), 9)
               .arg(QStringLiteral("bytes"), 8)
               .arg(QStringLiteral("failed"), 7);
}

} // namespace nephele::bench
