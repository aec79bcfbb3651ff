// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/httpserver.h"

#include "server/http/edgeacceptor.h"

namespace nephele {

HttpServer::HttpServer(HttpOptions options) : m_shared(std::make_unique<EdgeShared>(std::move(options))) { }

HttpServer::~HttpServer()
{
    stop();
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpOptions options, WorkerFactory factory)
{
    Q_ASSERT(!options.endpoints.empty());
    std::unique_ptr<HttpServer> server(new HttpServer(std::move(options)));
    if (const auto opened = server->open(factory); !opened)
        return opened.error();
    return server;
}

Result<> HttpServer::open(const WorkerFactory &factory)
{
    m_acceptor = std::make_unique<EdgeAcceptor>(*m_shared);
    if (const auto listening = m_acceptor->begin(); !listening)
        return listening.error();
    const int wanted = m_shared->options.workers;
    const int count = wanted > 0 ? wanted : std::max(1, QThread::idealThreadCount());
    std::vector<EdgeWorker *> workers;
    for (int i = 0; i < count; ++i) {
        m_workers.push_back(std::make_unique<EdgeWorker>(*m_shared, factory, m_acceptor->descriptor(), i));
        if (const auto begun = m_workers.back()->begin(); !begun)
            return begun.error();
        workers.push_back(m_workers.back().get());
    }
    m_acceptor->deal(std::move(workers));
    return {};
}

quint16 HttpServer::port(size_t endpoint) const
{
    return m_acceptor->ports().at(endpoint);
}

QUrl HttpServer::url(size_t endpoint) const
{
    const HttpEndpoint &at = m_shared->options.endpoints.at(endpoint);
    const bool isAny = at.address == QHostAddress::Any || at.address == QHostAddress::AnyIPv4
        || at.address == QHostAddress::AnyIPv6;
    QUrl url;
    url.setScheme(at.tls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(isAny ? QStringLiteral("127.0.0.1") : at.address.toString());
    url.setPort(port(endpoint));
    return url;
}

void HttpServer::stop()
{
    m_acceptor->stop();
    for (const auto &worker : m_workers)
        worker->beginStop();
    for (const auto &worker : m_workers)
        worker->wait();
}

} // namespace nephele
