// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/edgeworker.h"

#include "server/http/edgeserver.h"
#include "server/http/qtcompat.h"

#include <unistd.h>

namespace nephele {

EdgeWorker::EdgeWorker(EdgeShared &shared, WorkerFactory factory, qintptr listening, int number)
    : m_shared(shared), m_factory(std::move(factory)), m_listening(listening)
{
    setObjectName(QStringLiteral("http %1").arg(number));
}

EdgeWorker::~EdgeWorker()
{
    beginStop();
    wait();
}

Result<> EdgeWorker::begin()
{
    start();
    m_up.acquire();
    return m_started;
}

void EdgeWorker::run()
{
    // In this order: handlers refer to the worker, connections to the router.
    const std::unique_ptr<Worker> worker = m_factory();
    Router router(worker->routes(), worker->authenticator(), { m_shared.options.publicUrl, &m_shared.hosts });
    QHttpServer http;
    auto *server = new EdgeServer(m_shared, router);
    const int listening = ::dup(int(m_listening));
    const bool isBound = server->setSocketDescriptor(listening) && qtcompat::bind(http, server);
    server->pauseAccepting();
    qtcompat::takeEveryRequest(
        http, server, [server](const QHttpServerRequest &request) { server->dispatch(request); });
    connect(server, &EdgeServer::draining, server, [&worker] { worker->aboutToStop(); });
    connect(server, &EdgeServer::drained, this, &QThread::quit, Qt::DirectConnection);
    m_server = server;
    m_started = isBound ? Result<>() : unavailable(QStringLiteral("QHttpServer took no connections."));
    m_up.release();
    if (isBound)
        exec();
    server->abandon();
}

int EdgeWorker::load() const
{
    return m_server->load;
}

void EdgeWorker::adopt(qintptr descriptor, const QSslConfiguration *tls, bool isOverload)
{
    ++m_server->load; // now: the next connection must not come here as well
    const auto admission = isOverload ? EdgeServer::Admission::Overloaded : EdgeServer::Admission::Taken;
    QMetaObject::invokeMethod(
        m_server,
        [server = m_server, descriptor, tls, admission] { server->adopt(descriptor, tls, admission); },
        Qt::QueuedConnection);
}

void EdgeWorker::beginStop()
{
    if (isRunning() && m_server)
        QMetaObject::invokeMethod(m_server, &EdgeServer::drain, Qt::QueuedConnection);
}

} // namespace nephele
