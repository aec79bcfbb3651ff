// SPDX-License-Identifier: GPL-3.0-or-later

// The whole program from outside, on pretend machines: how soon it serves, what it keeps in memory, and what
// a token check and a detailed list of 100 servers cost. Requests go over kept-alive loopback connections.
//   bench_cloud PROGRAM [seconds [connections]]

#include <QCoreApplication>
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
#include <thread>
#include <vector>

namespace {

constexpr int serverCount = 100;

struct Reply
{
    int status = 0;
    QByteArray body;
};

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
    Reply receive()
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
        return { head.mid(9, 3).toInt(), body };
    }

    QTcpSocket m_socket;
    QByteArray m_token;
};

class Program
{
public:
    Program(const QString &file, const QString &dataDir) : m_dataDir(dataDir)
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
    ~Program()
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

void measure(QTextStream &out, const QString &name, const Program &program, const QByteArray &token,
    int seconds, int connections, const std::function<Reply(Client &)> &ask)
{
    std::vector<QList<qint64>> times(static_cast<size_t>(connections));
    std::atomic<int> failed = 0;
    qint64 bytes = 0;
    const double cpuBefore = program.cpuSeconds();
    std::vector<std::thread> threads;
    for (auto &mine : times) {
        threads.emplace_back([&] {
            Client client(program.port, token);
            QElapsedTimer all;
            all.start();
            QElapsedTimer one;
            while (all.elapsed() < seconds * 1000) {
                one.start();
                if (ask(client).status != 200)
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
    Client once(program.port, token);
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
        const Program first(file, dir.path());
        out << QStringLiteral("first start, ready after        %1 ms\n").arg(first.readyMs);
    }
    // More servers than a laptop's default allows.
    QProcess::execute(file,
        { QStringLiteral("admin"), QStringLiteral("quota"), QStringLiteral("set"), QStringLiteral("admin"),
            QStringLiteral("--data-dir"), dir.path(), QStringLiteral("cyclades.vm=unlimited"),
            QStringLiteral("cyclades.cpu=unlimited"), QStringLiteral("cyclades.ram=unlimited"),
            QStringLiteral("cyclades.disk=unlimited"), QStringLiteral("cyclades.total_cpu=unlimited"),
            QStringLiteral("cyclades.total_ram=unlimited") });
    const Program program(file, dir.path());
    out << QStringLiteral("second start, ready after       %1 ms\n").arg(program.readyMs);
    out << QStringLiteral("resident then                   %1 MB\n")
               .arg(double(program.residentKiB()) / 1024, 0, 'f', 1);

    const QByteArray token = program.openrc("ASTAKOS_TOKEN");
    Client client(program.port, token);
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
    out << QStringLiteral("%1 %2 %3 %4 %5 %6 %7\n")
               .arg(QStringLiteral("request"), -32)
               .arg(QStringLiteral("conns"), 5)
               .arg(QStringLiteral("req/s"), 9)
               .arg(QStringLiteral("p99 ms"), 8)
               .arg(QStringLiteral("CPU ms"), 9)
               .arg(QStringLiteral("bytes"), 8)
               .arg(QStringLiteral("failed"), 7);
    for (const int count : { 1, connections }) {
        measure(out, QStringLiteral("GET /healthcheck"), program, {}, seconds, count,
            [](Client &c) { return c.send("GET", "/healthcheck"); });
        measure(out, QStringLiteral("token check"), program, token, seconds, count, [&](Client &c) {
            return c.send("GET", "/identity/v3/auth/tokens", {}, "X-Subject-Token: " + token + "\r\n");
        });
        measure(out, QStringLiteral("flavors"), program, token, seconds, count,
            [](Client &c) { return c.send("GET", "/compute/v2.1/flavors"); });
        measure(out, QStringLiteral("servers/detail of 100"), program, token, seconds, count,
            [](Client &c) { return c.send("GET", "/compute/v2.1/servers/detail"); });
    }
    out << QStringLiteral("\nresident at the end             %1 MB\n")
               .arg(double(program.residentKiB()) / 1024, 0, 'f', 1);
    return 0;
}
