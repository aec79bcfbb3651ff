// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/edgetransport.h"

#include <QPointer>
#include <QTcpSocket>

namespace nephele {

// A connection as QWebSocketServer sees it: first the handshake that was read already, then the network's
// bytes, both ways. Reads no faster than it is read from, so a slow consumer slows its client. Owned by the
// QWebSocket made of it; outliving `transport` does no harm.
class EdgeTunnel final : public QTcpSocket
{
    Q_OBJECT

public:
    EdgeTunnel(EdgeTransport &transport, QByteArray handshake);

    qint64 bytesAvailable() const override;
    qint64 bytesToWrite() const override;
    void disconnectFromHost() override;
    void close() override;

signals:
    void closing();

protected:
    qint64 readData(char *data, qint64 most) override;
    qint64 writeData(const char *data, qint64 length) override;

private:
    void reportWritten();
    void end();

    QPointer<EdgeTransport> m_transport;
    QByteArray m_handshake;
    qsizetype m_handshakeRead = 0;
    bool m_isFlushQueued = false;
    qint64 m_unreported = 0; // written and not yet told by bytesWritten()
};

} // namespace nephele
