// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/clock.h"
#include "server/http/httplimits.h"
#include "server/http/route.h"

#include <QSslConfiguration>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace nephele {

class EdgeAcceptor;
class EdgeWorker;
class HttpMetrics;
struct EdgeShared;

// One address the cloud listens on.
struct HttpEndpoint
{
    QHostAddress address = QHostAddress::LocalHost;
    quint16 port = 0; // 0: a free one
    std::optional<QSslConfiguration> tls; // absent: plain HTTP
};

// What serves requests in one worker's thread: the services behind its routes and whatever they need. Made,
// used and destroyed in that thread, so its parts may hold QObjects and the thread's database connection.
class Worker
{
public:
    virtual ~Worker() = default;

    // Asked once. The handlers may refer to this worker: it outlives them.
    virtual std::vector<RouteTable> routes() = 0;
    virtual Authenticator &authenticator() = 0;

    // The server stops: whoever waits for something to happen (long polls) is answered now.
    virtual void aboutToStop() { }
};

// Called once in each worker's thread.
using WorkerFactory = std::function<std::unique_ptr<Worker>()>;

struct HttpOptions
{
    std::vector<HttpEndpoint> endpoints { HttpEndpoint() }; // all served by the same workers
    int workers = 0; // threads; 0: one per core
    QByteArray publicUrl; // "https://cloud.example.org", no slash at the end; empty: the checked Host
    QStringList allowedHosts; // names accepted in Host and Origin besides those of this machine
    const Clock *clock = &Clock::system(); // outlives the server
    HttpLimits limits;
    HttpTimeouts timeouts;
    std::shared_ptr<HttpMetrics> metrics; // shared with the core routes; absent: counted and not shown
};

// The cloud's one door: QtHttpServer behind an edge that bounds what comes in (server/http/edge*). Owned by
// main and used in its thread, whose event loop it does not need: connections are accepted in a thread of
// their own.
class HttpServer
{
public:
    // Listening, with every worker up, or Unavailable with the address that could not be had.
    static Result<std::unique_ptr<HttpServer>> start(HttpOptions options, WorkerFactory factory);

    // Stops as stop() does.
    ~HttpServer();
    Q_DISABLE_COPY_MOVE(HttpServer)

    // Of the endpoint at that place in the options.
    quint16 port(size_t endpoint = 0) const;
    // "http://127.0.0.1:5080": where to reach it from this machine; loopback where it listens on any address.
    QUrl url(size_t endpoint = 0) const;

    // Accepts nothing more, lets running requests end for at most timeouts.stopMs, cuts the rest, ends the
    // threads. Blocks meanwhile; a second call does nothing.
    void stop();

private:
    explicit HttpServer(HttpOptions options);
    Result<> open(const WorkerFactory &factory);

    // In the order of building; stop() undoes it backwards.
    std::unique_ptr<EdgeShared> m_shared;
    std::unique_ptr<EdgeAcceptor> m_acceptor;
    std::vector<std::unique_ptr<EdgeWorker>> m_workers;
};

} // namespace nephele
