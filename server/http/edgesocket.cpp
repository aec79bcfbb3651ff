// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/edgesocket.h"

#include <algorithm>
#include <cstring>

namespace nephele {

EdgeSocket::EdgeSocket(const QHostAddress &peer, quint16 peerPort)
{
    setSocketState(ConnectedState);
    setPeerAddress(peer);
    setPeerPort(peerPort);
    setOpenMode(ReadWrite);
}

void EdgeSocket::feed(const QByteArray &request)
{
    m_feed = request;
    m_read = 0;
    emit readyRead();
}

void EdgeSocket::finish()
{
    if (state() == UnconnectedState)
        return;
    setSocketState(UnconnectedState);
    emit disconnected();
    deleteLater();
}

qint64 EdgeSocket::bytesAvailable() const
{
    return QIODevice::bytesAvailable() + m_feed.size() - m_read;
}

qint64 EdgeSocket::readData(char *data, qint64 most)
{
    const qint64 length = std::min<qint64>(most, m_feed.size() - m_read);
    std::memcpy(data, m_feed.constData() + m_read, size_t(length));
    m_read += length;
    return length;
}

} // namespace nephele
