// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/edgeacceptor.h"

#include <sys/socket.h>
#include <unistd.h>

namespace nephele {

namespace {

constexpr int backlog = 512;
// Beyond the limit this many connections are taken to be told so; further ones are closed without a word.
constexpr int toldSo = 64;

} // namespace

void EdgeListener::incomingConnection(qintptr descriptor)
{
    m_acceptor.deal(descriptor, m_endpoint.tls ? &*m_endpoint.tls : nullptr);
}

EdgeAcceptor::EdgeAcceptor(EdgeShared &shared) : m_shared(shared)
{
    setObjectName(QStringLiteral("http accept"));
}

EdgeAcceptor::~EdgeAcceptor()
{
    stop();
}

Result<> EdgeAcceptor::begin()
{
    start();
    m_up.acquire();
    return m_started;
}

void EdgeAcceptor::stop()
{
    quit();
    wait();
}

Result<> EdgeAcceptor::listen()
{
    for (const HttpEndpoint &endpoint : m_shared.options.endpoints) {
        auto listener = std::make_unique<EdgeListener>(*this, endpoint);
        listener->setListenBacklogSize(backlog);
        if (!listener->listen(endpoint.address, endpoint.port))
            return unavailable(QStringLiteral("Cannot listen on %1 port %2: %3.")
                                   .arg(endpoint.address.toString())
                                   .arg(endpoint.port)
                                   .arg(listener->errorString()));
        listener->pauseAccepting();
        m_ports.push_back(listener->serverPort());
        m_descriptor = listener->socketDescriptor();
        m_listeners.push_back(std::move(listener));
    }
    return {};
}

void EdgeAcceptor::run()
{
    m_started = listen();
    m_up.release();
    if (m_started)
        exec();
    // Workers hold copies of the descriptor: closing ours alone would leave clients waiting to be accepted.
    for (const auto &listener : m_listeners)
        ::shutdown(int(listener->socketDescriptor()), SHUT_RDWR);
    m_listeners.clear();
}

void EdgeAcceptor::deal(std::vector<EdgeWorker *> workers)
{
    QMetaObject::invokeMethod(
        m_listeners.front().get(),
        [this, workers = std::move(workers)] {
            m_workers = workers;
            for (const auto &listener : m_listeners)
                listener->resumeAccepting();
        },
        Qt::QueuedConnection);
}

void EdgeAcceptor::deal(qintptr descriptor, const QSslConfiguration *tls)
{
    int open = 0;
    EdgeWorker *chosen = nullptr;
    for (size_t i = 0; i < m_workers.size(); ++i) {
        EdgeWorker *worker = m_workers[(m_next + i) % m_workers.size()];
        open += worker->load();
        if (!chosen || worker->load() < chosen->load())
            chosen = worker;
    }
    ++m_next;
    const int limit = m_shared.options.limits.connections;
    if (!chosen || open >= limit + toldSo)
        ::close(int(descriptor));
    else
        chosen->adopt(descriptor, tls, open >= limit);
}

} // namespace nephele
