// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/edgeserver.h"

#include "server/http/edgeconnection.h"
#include "server/http/edgesocket.h"

#include <QHttpServerRequest>
#include <QWebSocket>

#include <unistd.h>

namespace nephele {

namespace {

constexpr char ticketField[] = "X-Edge-Ticket";
constexpr int slowestTickMs = 100;

} // namespace

EdgeServer::EdgeServer(EdgeShared &shared, Router &router)
    : m_shared(shared)
    , m_router(router)
    , m_webSockets(QStringLiteral("nephele"), QWebSocketServer::NonSecureMode)
{
    m_clock.start();
    m_webSockets.setSupportedSubprotocols({ QStringLiteral("binary") });
    m_webSockets.setMaxPendingConnections(shared.options.limits.connections);
    connect(&m_webSockets, &QWebSocketServer::newConnection, this, &EdgeServer::openedWebSocket);
    connect(&m_ticker, &QTimer::timeout, this, &EdgeServer::tick);
    m_ticker.start(slowestTickMs);
}

EdgeServer::~EdgeServer()
{
    m_ticker.stop();
    // Here and not by QObject, which does it when the members are gone; those that are over and wait to be
    // deleted among them.
    qDeleteAll(findChildren<EdgeConnection *>(Qt::FindDirectChildrenOnly));
}

void EdgeServer::adopt(qintptr descriptor, const QSslConfiguration *tls, Admission admission)
{
    if (m_isDraining) {
        ::close(int(descriptor));
        --load;
        return;
    }
    m_connections.insert(new EdgeConnection(*this, descriptor, tls, admission));
    m_shared.metrics->connectionOpened();
}

void EdgeServer::show(EdgeSocket *socket)
{
    addPendingConnection(socket);
}

void EdgeServer::forget(EdgeConnection *connection)
{
    if (!m_connections.remove(connection))
        return;
    --load;
    m_shared.metrics->connectionClosed();
    if (m_isDraining && m_connections.isEmpty())
        emit drained();
}

QByteArray EdgeServer::issueTicket(EdgeConnection *connection)
{
    const QByteArray ticket = QByteArray::number(++m_lastTicket);
    m_tickets.insert(ticket, connection);
    return ticket;
}

void EdgeServer::dispatch(const QHttpServerRequest &request)
{
    if (const QPointer<EdgeConnection> connection = m_tickets.take(request.value(ticketField)))
        connection->handle();
}

QTcpSocket *EdgeServer::nextPendingConnection()
{
    QTcpSocket *socket = QTcpServer::nextPendingConnection();
    pauseAccepting();
    return socket;
}

// Nothing is accepted here; should Qt do it all the same, it is no connection of ours.
void EdgeServer::incomingConnection(qintptr descriptor)
{
    ::close(int(descriptor));
}

void EdgeServer::openedWebSocket()
{
    while (QWebSocket *socket = m_webSockets.nextPendingConnection()) {
        const QByteArray ticket = socket->request().rawHeader(ticketField);
        connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
        if (const QPointer<EdgeConnection> connection = m_tickets.take(ticket))
            connection->openedWebSocket(socket);
        else
            socket->deleteLater();
    }
}

void EdgeServer::tick()
{
    const qint64 now = nowMs();
    const auto connections = m_connections;
    for (EdgeConnection *connection : connections) {
        if (m_connections.contains(connection))
            connection->tick(now);
    }
    if (m_isDraining && now >= m_drainUntilMs)
        emit drained();
}

void EdgeServer::abandon()
{
    const auto connections = m_connections;
    for (EdgeConnection *connection : connections) {
        if (m_connections.contains(connection))
            connection->abandon();
    }
}

void EdgeServer::drain()
{
    m_isDraining = true;
    m_drainUntilMs = nowMs() + m_shared.options.timeouts.stopMs;
    emit draining();
    const auto connections = m_connections;
    for (EdgeConnection *connection : connections) {
        if (m_connections.contains(connection))
            connection->drain();
    }
    if (m_connections.isEmpty())
        emit drained();
}

} // namespace nephele
