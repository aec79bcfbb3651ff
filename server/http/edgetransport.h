// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHostAddress>
#include <QObject>
#include <QSslConfiguration>

class QSslSocket;
class QTcpSocket;

namespace nephele {

// The network's end of one connection, with or without TLS. Lives in the worker's thread; owned by its
// EdgeConnection. Small writes are joined until flush(). readable() and progressed() never come in the middle
// of a write.
class EdgeTransport final : public QObject
{
    Q_OBJECT

public:
    // Takes the descriptor over. `tls` may be null: plain.
    EdgeTransport(qintptr descriptor, const QSslConfiguration *tls, qint64 readBufferBytes);
    ~EdgeTransport() override;

    const QHostAddress &peer() const { return m_peer; }
    const QHostAddress &local() const { return m_local; }
    quint16 peerPort() const { return m_peerPort; }
    bool isSecure() const { return m_secure != nullptr; }

    qint64 bytesAvailable() const;
    qint64 read(char *data, qint64 most);
    void discardInput();
    void setReadBufferBytes(qint64 bytes);

    void write(const QByteArray &data);
    void flush();
    // Written and not yet taken by the system; over TLS that is the encrypted form.
    qint64 pendingBytes() const;

    // Sends what is pending, then closes.
    void close();
    // Says "no more from here" after everything pending was taken; reading goes on. Does nothing over TLS,
    // which Qt cannot close by halves.
    void closeForWriting();
    // At once, dropping what is pending.
    void abort();
    bool isOpen() const;

signals:
    void readable();
    void progressed(); // the peer took something
    void gone();

private:
    void tell(void (EdgeTransport::*what)());

    QTcpSocket *m_socket;
    QSslSocket *m_secure = nullptr; // the same socket, where it is one
    QHostAddress m_peer;
    QHostAddress m_local;
    quint16 m_peerPort = 0;
    QByteArray m_out;
    bool m_isWriting = false;
};

} // namespace nephele
