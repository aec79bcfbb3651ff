// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/edgetransport.h"

#include <QScopedValueRollback>
#include <QSslSocket>
#include <QTcpSocket>

#include <sys/socket.h>

namespace nephele {

namespace {

constexpr qsizetype joinedBytes = 64 * 1024;

} // namespace

EdgeTransport::EdgeTransport(qintptr descriptor, const QSslConfiguration *tls, qint64 readBufferBytes)
{
    if (tls) {
        m_secure = new QSslSocket(this);
        m_secure->setSslConfiguration(*tls);
        m_socket = m_secure;
    } else {
        m_socket = new QTcpSocket(this);
    }
    m_socket->setReadBufferSize(readBufferBytes);
    m_socket->setSocketDescriptor(descriptor);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    m_peer = m_socket->peerAddress();
    m_peerPort = m_socket->peerPort();
    m_local = m_socket->localAddress();
    connect(m_socket, &QTcpSocket::readyRead, this, [this] { tell(&EdgeTransport::readable); });
    connect(m_socket, &QTcpSocket::disconnected, this, &EdgeTransport::gone);
    if (m_secure) {
        connect(
            m_secure, &QSslSocket::encryptedBytesWritten, this, [this] { tell(&EdgeTransport::progressed); });
        m_secure->startServerEncryption();
    } else {
        connect(m_socket, &QTcpSocket::bytesWritten, this, [this] { tell(&EdgeTransport::progressed); });
    }
}

EdgeTransport::~EdgeTransport()
{
    m_socket->disconnect(this);
}

qint64 EdgeTransport::bytesAvailable() const
{
    return m_socket->bytesAvailable();
}

qint64 EdgeTransport::read(char *data, qint64 most)
{
    return m_socket->read(data, most);
}

void EdgeTransport::discardInput()
{
    char dropped[16 * 1024];
    while (m_socket->read(dropped, sizeof dropped) > 0) { }
}

void EdgeTransport::setReadBufferBytes(qint64 bytes)
{
    m_socket->setReadBufferSize(bytes);
}

// A QSslSocket that writes may find something to read and say so. Whoever is writing must not be called
// back in the middle of it: half a message would be out.
void EdgeTransport::tell(void (EdgeTransport::*what)())
{
    if (m_isWriting)
        QMetaObject::invokeMethod(this, what, Qt::QueuedConnection);
    else
        emit(this->*what)();
}

void EdgeTransport::write(const QByteArray &data)
{
    if (m_out.size() + data.size() <= joinedBytes) {
        m_out.append(data);
        return;
    }
    flush();
    if (!isOpen())
        return;
    const QScopedValueRollback writing(m_isWriting, true);
    m_socket->write(data); // shared, not copied
}

void EdgeTransport::flush()
{
    if (m_out.isEmpty())
        return;
    const QByteArray out = std::exchange(m_out, {});
    if (!isOpen())
        return;
    const QScopedValueRollback writing(m_isWriting, true);
    m_socket->write(out);
    m_socket->flush();
}

qint64 EdgeTransport::pendingBytes() const
{
    return m_out.size() + m_socket->bytesToWrite() + (m_secure ? m_secure->encryptedBytesToWrite() : 0);
}

void EdgeTransport::close()
{
    flush();
    if (isOpen())
        m_socket->disconnectFromHost();
}

void EdgeTransport::closeForWriting()
{
    if (!m_secure && isOpen())
        ::shutdown(int(m_socket->socketDescriptor()), SHUT_WR);
}

void EdgeTransport::abort()
{
    m_out.clear();
    m_socket->abort();
}

bool EdgeTransport::isOpen() const
{
    return m_socket->state() == QAbstractSocket::ConnectedState;
}

} // namespace nephele
