// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/edgetunnel.h"

#include <algorithm>
#include <cstring>

namespace nephele {

EdgeTunnel::EdgeTunnel(EdgeTransport &transport, QByteArray handshake)
    : m_transport(&transport), m_handshake(std::move(handshake))
{
    setSocketState(ConnectedState);
    setPeerAddress(transport.peer());
    setPeerPort(transport.peerPort());
    setLocalAddress(transport.local());
    setOpenMode(ReadWrite);
    connect(&transport, &EdgeTransport::readable, this, &QTcpSocket::readyRead);
    connect(&transport, &EdgeTransport::gone, this, &EdgeTunnel::end);
    connect(&transport, &EdgeTransport::progressed, this, &EdgeTunnel::reportWritten);
}

// Over TLS the pending bytes are counted encrypted: a little is reported late, nothing never.
void EdgeTunnel::reportWritten()
{
    const qint64 taken = m_unreported - std::min(m_unreported, m_transport->pendingBytes());
    m_unreported -= taken;
    if (taken > 0)
        emit bytesWritten(taken);
}

qint64 EdgeTunnel::bytesAvailable() const
{
    return QIODevice::bytesAvailable() + m_handshake.size() - m_handshakeRead
        + (m_transport ? m_transport->bytesAvailable() : 0);
}

qint64 EdgeTunnel::bytesToWrite() const
{
    return m_transport ? m_transport->pendingBytes() : 0;
}

qint64 EdgeTunnel::readData(char *data, qint64 most)
{
    const qint64 length = std::min<qint64>(most, m_handshake.size() - m_handshakeRead);
    if (length == 0)
        return m_transport ? m_transport->read(data, most) : 0;
    std::memcpy(data, m_handshake.constData() + m_handshakeRead, size_t(length));
    m_handshakeRead += length;
    return length;
}

qint64 EdgeTunnel::writeData(const char *data, qint64 length)
{
    if (!m_transport)
        return -1;
    m_transport->write(QByteArray(data, length));
    m_unreported += length;
    // A frame is written in pieces: one flush for all of them.
    if (!std::exchange(m_isFlushQueued, true)) {
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_isFlushQueued = false;
                if (m_transport)
                    m_transport->flush();
            },
            Qt::QueuedConnection);
    }
    return length;
}

void EdgeTunnel::disconnectFromHost()
{
    if (state() == UnconnectedState || !m_transport)
        return;
    emit closing();
    m_transport->close();
}

void EdgeTunnel::close()
{
    disconnectFromHost();
}

void EdgeTunnel::end()
{
    if (state() == UnconnectedState)
        return;
    setSocketState(UnconnectedState);
    emit stateChanged(UnconnectedState); // what QWebSocket goes by
    emit disconnected();
}

} // namespace nephele
