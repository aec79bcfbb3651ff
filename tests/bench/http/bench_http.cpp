// SPDX-License-Identifier: GPL-3.0-or-later

// A small GET over kept-alive connections: QHttpServer alone, our edge and router in front of it, and nginx
// where it is installed. Each server is a process of its own, so its CPU time is its own; the client is one
// thread.
//   bench_http [seconds [connections]]

#include "server/http/httpserver.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QHttpServer>
#include <QHttpServerResponse>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTextStream>
#include <QThread>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

using namespace nephele;

namespace {

const QByteArray question =
    "GET /compute/v2.1/tiny HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: t\r\nAccept: */*\r\n\r\n";

// -- the servers, in their own processes; each prints its port and serves until its input ends

class OneToken final : public Authenticator
{
public:
    Result<Caller> authenticate(const QByteArray &, Face face) override
    {
        Caller caller;
        caller.face = face;
        caller.project = ProjectId::stored(QStringLiteral("p"));
        caller.scope.insert(*caller.project, Role::Member);
        return caller;
    }
};

class TinyWorker final : public Worker
{
public:
    std::vector<RouteTable> routes() override
    {
        RouteTable table { "/compute/v2.1", Face::OpenStack, FaultForm::Nova, {}, {} };
        // As many lines as a service has, the wanted one last.
        for (int i = 0; i < 60; ++i)
            table.routes.emplace_back("GET", "/other" + QByteArray::number(i) + "/{id}", Right::Member,
                [](const Request &, const Caller &) -> Reply { return Response::empty(204); });
        table.routes.emplace_back("GET", "/tiny", Right::Member,
            [](const Request &, const Caller &) -> Reply { return Response::text(200, "ok\n"); });
        return { table };
    }
    Authenticator &authenticator() override { return m_token; }

private:
    OneToken m_token;
};

void sayPort(int port)
{
    std::printf("%d\n", port);
    std::fflush(stdout);
}

int servePlain()
{
    QHttpServer server;
    server.route(QStringLiteral("/compute/v2.1/tiny"),
        [] { return QHttpServerResponse("text/plain", QByteArray("ok\n")); });
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    auto *connections = new QTcpServer;
    if (!connections->listen(QHostAddress::LocalHost) || !server.bind(connections))
        return 1;
    sayPort(connections->serverPort());
#else
    sayPort(server.listen(QHostAddress::LocalHost));
#endif
    return QCoreApplication::exec();
}

int serveEdge(int workers)
{
    HttpOptions options;
    options.workers = workers;
    const auto server = HttpServer::start(options, [] { return std::make_unique<TinyWorker>(); });
    if (!server)
        return 1;
    sayPort((*server)->port());
    return QCoreApplication::exec();
}

// -- the client

struct Connection
{
    int socket = -1;
    qint64 expected = 0; // bytes of the reply still to come
};

int connectTo(int port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(quint16(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
        ::close(socket);
        return -1;
    }
    return socket;
}

bool ask(int socket)
{
    return ::send(socket, question.constData(), size_t(question.size()), MSG_NOSIGNAL) == question.size();
}

// The length of one reply; replies of one server are all the same length. 0: it does not answer with 200.
qint64 replyLength(int port)
{
    const int socket = connectTo(port);
    QByteArray reply;
    char data[4096];
    while (socket >= 0 && ask(socket) && !reply.endsWith("ok\n")) {
        const ssize_t got = ::recv(socket, data, sizeof data, 0);
        if (got <= 0)
            break;
        reply.append(data, got);
        if (!reply.endsWith("ok\n")) { // QHttpServer sends head and body apart
            const ssize_t rest = ::recv(socket, data, sizeof data, 0);
            reply.append(data, std::max<ssize_t>(0, rest));
        }
    }
    ::close(socket);
    return reply.startsWith("HTTP/1.1 200") && reply.endsWith("ok\n") ? reply.size() : 0;
}

struct Measured
{
    qint64 requests = 0;
    qint64 failures = 0;
    double seconds = 0;
    double cpuSeconds = 0; // of the server
    QList<qint64> microseconds;
};

// User and system time of a process with all its children, waited for or not.
double cpuSecondsOf(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray all = file.readAll();
    const QByteArrayList fields = all.mid(all.lastIndexOf(')') + 2).split(' ');
    double seconds =
        (fields.value(11).toDouble() + fields.value(12).toDouble()) / double(::sysconf(_SC_CLK_TCK));
    QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(pid));
    if (children.open(QIODevice::ReadOnly)) {
        for (const QByteArray &child : children.readAll().simplified().split(' '))
            seconds += child.isEmpty() ? 0 : cpuSecondsOf(child.toLongLong());
    }
    return seconds;
}

Measured load(int port, qint64 pid, int seconds, int count)
{
    Measured measured;
    const qint64 length = replyLength(port);
    if (length == 0)
        return measured;
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Connection> connections(static_cast<size_t>(count));
    std::vector<qint64> askedAt(connections.size());
    QElapsedTimer clock;
    clock.start();
    for (size_t i = 0; i < connections.size(); ++i) {
        connections[i] = { connectTo(port), length };
        epoll_event event {};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].socket, &event);
        askedAt[i] = clock.nsecsElapsed();
        measured.failures += !ask(connections[i].socket);
    }
    const double cpuBefore = cpuSecondsOf(pid);
    std::vector<epoll_event> events(connections.size());
    char data[16 * 1024];
    while (clock.elapsed() < seconds * 1000) {
        const int ready = ::epoll_wait(poll, events.data(), count, 1000);
        for (int e = 0; e < ready; ++e) {
            const auto i = size_t(events[size_t(e)].data.u64);
            Connection &connection = connections[i];
            const ssize_t got = ::recv(connection.socket, data, sizeof data, 0);
            if (got <= 0) {
                ++measured.failures;
                ::epoll_ctl(poll, EPOLL_CTL_DEL, connection.socket, nullptr);
                continue;
            }
            connection.expected -= got;
            if (connection.expected > 0)
                continue;
            const qint64 now = clock.nsecsElapsed();
            measured.microseconds.append((now - askedAt[i]) / 1000);
            ++measured.requests;
            connection.expected = length;
            askedAt[i] = now;
            measured.failures += !ask(connection.socket);
        }
    }
    measured.seconds = double(clock.nsecsElapsed()) / 1e9;
    measured.cpuSeconds = cpuSecondsOf(pid) - cpuBefore;
    for (const Connection &connection : connections)
        ::close(connection.socket);
    ::close(poll);
    return measured;
}

void report(const QString &name, Measured measured)
{
    QTextStream out(stdout);
    if (measured.requests == 0) {
        out << QStringLiteral("%1  no answer\n").arg(name, -28);
        return;
    }
    std::sort(measured.microseconds.begin(), measured.microseconds.end());
    const auto part = [&](double share) {
        return measured.microseconds.at(qsizetype(share * double(measured.microseconds.size() - 1)));
    };
    out << QStringLiteral("%1 %2 %3 %4 %5 %6\n")
               .arg(name, -28)
               .arg(double(measured.requests) / measured.seconds, 10, 'f', 0)
               .arg(measured.cpuSeconds * 1e6 / double(measured.requests), 10, 'f', 1)
               .arg(part(0.5), 8)
               .arg(part(0.99), 8)
               .arg(measured.failures, 8);
}

// -- one run of each

void measureOwn(const QString &name, const QStringList &arguments, int seconds, int connections)
{
    QProcess server;
    server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    server.start(QCoreApplication::applicationFilePath(), arguments);
    if (!server.waitForReadyRead(5000)) {
        report(name, {});
        return;
    }
    const int port = server.readLine().trimmed().toInt();
    report(name, load(port, server.processId(), seconds, connections));
    server.terminate();
    server.waitForFinished(10'000);
}

int freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

void measureNginx(int workers, int seconds, int connections)
{
    const QString name = QStringLiteral("nginx, %1 worker(s)").arg(workers);
    const QString nginx = QStandardPaths::findExecutable(
        QStringLiteral("nginx"), { QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin") });
    if (nginx.isEmpty()) {
        QTextStream(stdout) << QStringLiteral("%1  not installed\n").arg(name, -28);
        return;
    }
    const QTemporaryDir dir;
    const int port = freePort();
    QFile file(dir.filePath(QStringLiteral("nginx.conf")));
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.write(
        QStringLiteral("daemon off; worker_processes %1; pid %2/pid; error_log stderr crit;\n"
                       "events { worker_connections 1024; }\n"
                       "http { access_log off; keepalive_requests 100000000; default_type text/plain;\n"
                       "  client_body_temp_path %2/b; proxy_temp_path %2/p; fastcgi_temp_path %2/f;\n"
                       "  uwsgi_temp_path %2/u; scgi_temp_path %2/s;\n"
                       "  server { listen 127.0.0.1:%3; location / { return 200 \"ok\\n\"; } } }\n")
            .arg(workers)
            .arg(dir.path())
            .arg(port)
            .toUtf8());
    file.close();
    QProcess server;
    server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    server.start(nginx, { QStringLiteral("-p"), dir.path(), QStringLiteral("-c"), file.fileName() });
    if (!server.waitForStarted(5000))
        return;
    for (int i = 0; i < 50 && replyLength(port) == 0; ++i)
        QThread::msleep(50);
    report(name, load(port, server.processId(), seconds, connections));
    server.terminate();
    server.waitForFinished(10'000);
}

} // namespace

int main(int argc, char **argv)
{
    std::signal(SIGPIPE, SIG_IGN);
    const QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.value(1) == QStringLiteral("--plain"))
        return servePlain();
    if (arguments.value(1) == QStringLiteral("--edge"))
        return serveEdge(arguments.value(2).toInt());
    const int seconds = std::max(1, arguments.value(1, QStringLiteral("5")).toInt());
    const int connections = std::max(1, arguments.value(2, QStringLiteral("32")).toInt());
    QTextStream(stdout) << QStringLiteral("A small GET, %1 s, %2 connections, %3 cores\n")
                               .arg(seconds)
                               .arg(connections)
                               .arg(QThread::idealThreadCount())
                        << QStringLiteral("%1 %2 %3 %4 %5 %6\n")
                               .arg(QStringLiteral("server"), -28)
                               .arg(QStringLiteral("req/s"), 10)
                               .arg(QStringLiteral("CPU us"), 10)
                               .arg(QStringLiteral("p50 us"), 8)
                               .arg(QStringLiteral("p99 us"), 8)
                               .arg(QStringLiteral("failed"), 8);
    measureOwn(QStringLiteral("QHttpServer alone"), { QStringLiteral("--plain") }, seconds, connections);
    measureOwn(QStringLiteral("edge and router, 1 worker"), { QStringLiteral("--edge"), QStringLiteral("1") },
        seconds, connections);
    measureOwn(QStringLiteral("edge and router, 2 workers"),
        { QStringLiteral("--edge"), QStringLiteral("2") }, seconds, connections);
    measureNginx(1, seconds, connections);
    measureNginx(2, seconds, connections);
    return 0;
}
