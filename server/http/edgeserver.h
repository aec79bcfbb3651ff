// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/edgeshared.h"
#include "server/http/router.h"

#include <QElapsedTimer>
#include <QHash>
#include <QPointer>
#include <QSet>
#include <QTcpServer>
#include <QTimer>
#include <QWebSocketServer>

#include <atomic>

class QHttpServerRequest;

namespace nephele {

class EdgeConnection;
class EdgeSocket;

// The connections of one worker, and the QTcpServer its QHttpServer is bound to. It never accepts by itself:
// the acceptor deals descriptors out. Lives in the worker's thread, owned by its QHttpServer; `shared` and
// `router` outlive it.
class EdgeServer final : public QTcpServer
{
    Q_OBJECT

public:
    enum class Admission { Taken, Overloaded };

    EdgeServer(EdgeShared &shared, Router &router);
    ~EdgeServer() override;

    // `tls` may be null.
    void adopt(qintptr descriptor, const QSslConfiguration *tls, Admission admission);

    // Connections dealt to this worker and not yet over. The acceptor counts up from its thread when it
    // deals, so that none is forgotten on the way.
    std::atomic<int> load = 0;

    // Ends what is idle, lets the rest finish its request; drained() when nothing is left, at the latest
    // after timeouts.stopMs.
    void drain();
    bool isDraining() const { return m_isDraining; }
    // Cuts what is left, with a last word where one is possible.
    void abandon();

    // For the connections.
    EdgeShared &shared() { return m_shared; }
    Router &router() { return m_router; }
    QWebSocketServer &webSockets() { return m_webSockets; }
    qint64 nowMs() const { return m_clock.elapsed(); }
    void show(EdgeSocket *socket);
    void forget(EdgeConnection *connection);
    // The ticket that a request carries through QHttpServer.
    QByteArray issueTicket(EdgeConnection *connection);
    // A request came out of QHttpServer.
    void dispatch(const QHttpServerRequest &request);

    // QTcpServer's own would start to accept again.
    QTcpSocket *nextPendingConnection() override;

signals:
    void draining();
    void drained();

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void tick();
    void openedWebSocket();

    EdgeShared &m_shared;
    Router &m_router;
    QWebSocketServer m_webSockets;
    QElapsedTimer m_clock;
    QTimer m_ticker;
    QSet<EdgeConnection *> m_connections;
    QHash<QByteArray, QPointer<EdgeConnection>> m_tickets;
    quint64 m_lastTicket = 0;
    bool m_isDraining = false;
    qint64 m_drainUntilMs = 0;
};

} // namespace nephele
