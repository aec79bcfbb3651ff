// SPDX-License-Identifier: GPL-3.0-or-later

// The object store of the whole program from outside, over Swift's face: PUT and GET of 4 KiB, HEAD, and
// pages of 1,000 names at the start, middle and end of containers of two sizes. Every body is unique, so
// nothing is gained from blocks that are there already. Requests go over kept-alive loopback connections.
//   bench_object PROGRAM [seconds [connections [objects in the large container]]]

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
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
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

namespace {

constexpr int smallContainer = 10'000;
constexpr qsizetype bodyBytes = 4096;

struct Reply
{
    int status = 0;
    QByteArray head; // in lower case
    QByteArray body;
};

QByteArray valueIn(const QByteArray &head, const QByteArray &name)
{
    const qsizetype at = head.indexOf("\r\n" + name + ':');
    if (at < 0)
        return {};
    const qsizetype from = at + name.size() + 3;
    return head.mid(from, head.indexOf("\r\n", from) - from).trimmed();
}

// One connection; blocks, so each thread has its own.
class Client
{
public:
    Client(quint16 port, QByteArray token) : m_token(std::move(token))
    {
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        m_socket.waitForConnected(5000);
    }

    Reply send(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &more = {})
    {
        QByteArray request = method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more;
        if (!m_token.isEmpty())
            request += "X-Auth-Token: " + m_token + "\r\n";
        if (method == "PUT" || method == "POST")
            request += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
        m_socket.write(request + "\r\n" + body);
        return receive(method != "HEAD");
    }

private:
    Reply receive(bool hasBody)
    {
        QByteArray in;
        qsizetype end = -1;
        while ((end = in.indexOf("\r\n\r\n")) < 0) {
            if (!m_socket.bytesAvailable() && !m_socket.waitForReadyRead(30000))
                return {};
            in += m_socket.readAll();
        }
        const QByteArray head = in.left(end + 2).toLower();
        const qint64 length = hasBody ? valueIn(head, "content-length").toLongLong() : 0;
        QByteArray body = in.mid(end + 4);
        while (body.size() < length) {
            if (!m_socket.bytesAvailable() && !m_socket.waitForReadyRead(30000))
                return {};
            body += m_socket.readAll();
        }
        return { head.mid(9, 3).toInt(), head, body };
    }

    QTcpSocket m_socket;
    QByteArray m_token;
};

class Program
{
public:
    Program(const QString &file, const QString &dataDir) : m_dataDir(dataDir)
    {
        m_process.start(file,
            { QStringLiteral("--headless"), QStringLiteral("--data-dir"), dataDir, QStringLiteral("--listen"),
                QStringLiteral("127.0.0.1:0"), QStringLiteral("--hypervisor"),
                QStringLiteral("test:///default"), QStringLiteral("--scrypt-cost"), QStringLiteral("4") });
        QElapsedTimer timer;
        timer.start();
        while (!QFile::exists(dataDir + QStringLiteral("/endpoint.json")) && timer.elapsed() < 60000)
            QThread::msleep(5);
        QFile endpoint(dataDir + QStringLiteral("/endpoint.json"));
        if (!endpoint.open(QIODevice::ReadOnly))
            qFatal("the cloud did not start");
        port = quint16(
            QUrl(QJsonDocument::fromJson(endpoint.readAll()).object().value(QStringLiteral("url")).toString())
                .port());
    }
    ~Program()
    {
        m_process.terminate();
        m_process.waitForFinished(20000);
    }

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

    quint16 port = 0;

private:
    QString m_dataDir;
    QProcess m_process;
};

struct Session
{
    quint16 port = 0;
    QByteArray token;
    QByteArray path; // of the account
};

// The administrator's Synnefo token acts in this face too, in his default project; that one's account is told
// by a sign-in.
Session signIn(const Program &program)
{
    Client client(program.port, {});
    const Reply reply = client.send("GET", "/auth/v1.0", {},
        "X-Auth-User: " + program.openrc("OS_PROJECT_NAME") + ':' + program.openrc("OS_USERNAME")
            + "\r\nX-Auth-Key: " + program.openrc("OS_PASSWORD") + "\r\n");
    const QByteArray url = valueIn(reply.head, "x-storage-url");
    return { program.port, program.openrc("ASTAKOS_TOKEN"),
        "/v1/AUTH_" + url.mid(url.lastIndexOf("auth_") + 5) };
}

QByteArray uniqueBody(qint64 number)
{
    QByteArray body(bodyBytes, 'x');
    std::memcpy(body.data(), &number, sizeof number);
    return body;
}

QByteArray nameOf(qint64 number)
{
    return "object-" + QByteArray::number(number).rightJustified(9, '0');
}

using Ask = std::function<Reply(Client &, qint64 number)>;

// Runs until the time is over or `most` were asked; one line of the table.
qint64 measure(QTextStream &out, const QString &name, const Session &session, int seconds, int connections,
    int wanted, const Ask &ask, qint64 most = -1)
{
    std::vector<QList<qint64>> times(static_cast<size_t>(connections));
    std::atomic<int> failed = 0;
    std::atomic<qint64> next = 0;
    QElapsedTimer all;
    all.start();
    std::vector<std::thread> threads;
    for (auto &mine : times) {
        threads.emplace_back([&] {
            Client client(session.port, session.token);
            QElapsedTimer one;
            while (most >= 0 || all.elapsed() < seconds * 1000) {
                const qint64 number = next++;
                if (most >= 0 && number >= most)
                    break;
                one.start();
                if (ask(client, number).status != wanted)
                    ++failed;
                mine.append(one.nsecsElapsed() / 1000);
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    const double took = double(all.elapsed()) / 1000;
    QList<qint64> sorted;
    for (const auto &mine : times)
        sorted += mine;
    std::sort(sorted.begin(), sorted.end());
    out << QStringLiteral("%1 %2 %3 %4 %5 %6\n")
               .arg(name, -40)
               .arg(connections, 5)
               .arg(double(sorted.size()) / took, 9, 'f', 0)
               .arg(double(sorted.value(sorted.size() / 2)) / 1000, 8, 'f', 2)
               .arg(double(sorted.value(sorted.size() * 99 / 100)) / 1000, 8, 'f', 2)
               .arg(failed.load(), 7);
    out.flush();
    return sorted.size();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QTextStream out(stdout);
    if (argc < 2) {
        out << QStringLiteral("usage: bench_object PROGRAM [seconds [connections [objects]]]\n");
        return 2;
    }
    const QString file = QString::fromLocal8Bit(argv[1]);
    const int seconds = argc > 2 ? atoi(argv[2]) : 5;
    const int connections = argc > 3 ? atoi(argv[3]) : 32;
    const int largeContainer = argc > 4 ? atoi(argv[4]) : 100'000;
    const QTemporaryDir dir;
    const Program program(file, dir.path());
    const Session session = signIn(program);
    Client client(session.port, session.token);
    for (const char *container : { "/bench", "/small", "/large" })
        client.send("PUT", session.path + container);
    out << QStringLiteral("%1 %2 %3 %4 %5 %6\n")
               .arg(QStringLiteral("request"), -40)
               .arg(QStringLiteral("conns"), 5)
               .arg(QStringLiteral("req/s"), 9)
               .arg(QStringLiteral("p50 ms"), 8)
               .arg(QStringLiteral("p99 ms"), 8)
               .arg(QStringLiteral("failed"), 7);
    for (const int count : { 1, connections }) {
        const qint64 base = count * 1'000'000'000LL;
        const qint64 made = measure(out, QStringLiteral("PUT 4 KiB, durable"), session, seconds, count, 201,
            [&](Client &c, qint64 number) {
                return c.send(
                    "PUT", session.path + "/bench/" + nameOf(base + number), uniqueBody(base + number));
            });
        measure(
            out, QStringLiteral("GET 4 KiB"), session, seconds, count, 200, [&](Client &c, qint64 number) {
                return c.send("GET", session.path + "/bench/" + nameOf(base + number * 7919 % made));
            });
        measure(out, QStringLiteral("HEAD"), session, seconds, count, 200, [&](Client &c, qint64 number) {
            return c.send("HEAD", session.path + "/bench/" + nameOf(base + number * 7919 % made));
        });
    }
    const auto fill = [&](const QByteArray &container, int objects) {
        measure(
            out, QStringLiteral("PUT empty, %1 in all").arg(objects), session, 0, connections, 201,
            [&](Client &c, qint64 number) {
                return c.send("PUT", session.path + container + '/' + nameOf(number));
            },
            objects);
    };
    fill("/small", smallContainer);
    fill("/large", largeContainer);
    for (const auto &[container, objects] : { std::pair(QByteArray("/small"), smallContainer),
             std::pair(QByteArray("/large"), largeContainer) }) {
        for (const auto &[where, marker] :
            { std::pair("start", 0), std::pair("middle", objects / 2), std::pair("end", objects - 1001) }) {
            const QByteArray path = session.path + container
                + "?format=json&limit=1000&marker=" + (marker > 0 ? nameOf(marker) : QByteArray());
            measure(out,
                QStringLiteral("1,000 names at the %1, of %2").arg(QLatin1StringView(where)).arg(objects),
                session, seconds, qMin(connections, 8), 200,
                [&](Client &c, qint64) { return c.send("GET", path); });
        }
    }
    out << QStringLiteral("\nresident at the end  %1 MB\n")
               .arg(double(program.residentKiB()) / 1024, 0, 'f', 1);
    return 0;
}
