// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/edgeworker.h"

#include <QTcpServer>

#include <memory>
#include <vector>

namespace nephele {

class EdgeListener;

// The thread that accepts connections on all endpoints and deals them out, each to the worker that has
// fewest. Owned by HttpServer, which keeps the workers longer.
class EdgeAcceptor final : public QThread
{
    Q_OBJECT

public:
    explicit EdgeAcceptor(EdgeShared &shared);
    ~EdgeAcceptor() override;

    // Listens on every endpoint; nothing is accepted yet. Unavailable names the address that was refused.
    Result<> begin();
    // From now on connections go to these workers.
    void deal(std::vector<EdgeWorker *> workers);

    // Of the endpoints in order, once begin() succeeded.
    const std::vector<quint16> &ports() const { return m_ports; }
    qintptr descriptor() const { return m_descriptor; }

    // Stops accepting and ends the thread.
    void stop();

protected:
    void run() override;

private:
    friend class EdgeListener;
    void deal(qintptr descriptor, const QSslConfiguration *tls);
    Result<> listen();

    EdgeShared &m_shared;
    std::vector<std::unique_ptr<EdgeListener>> m_listeners; // in the thread
    std::vector<EdgeWorker *> m_workers; // in the thread
    std::vector<quint16> m_ports;
    qintptr m_descriptor = -1;
    QSemaphore m_up;
    Result<> m_started;
    size_t m_next = 0;
};

// One endpoint. In the acceptor's thread.
class EdgeListener final : public QTcpServer
{
    Q_OBJECT

public:
    EdgeListener(EdgeAcceptor &acceptor, const HttpEndpoint &endpoint)
        : m_acceptor(acceptor), m_endpoint(endpoint)
    {
    }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    EdgeAcceptor &m_acceptor;
    const HttpEndpoint &m_endpoint;
};

} // namespace nephele
