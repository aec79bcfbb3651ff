// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/headers.h"

#include <QElapsedTimer>
#include <QTcpSocket>

namespace nephele::test {

struct RawReply
{
    int status = 0; // 0: none came
    Headers headers;
    QByteArray body;

    QByteArray header(const char *name) const { return headers.value(name); }
};

// An HTTP client that sends exactly what it is told to, for the test's thread. Every wait has an end.
class RawClient
{
public:
    explicit RawClient(quint16 port, qint64 readBufferBytes = 0)
    {
        m_socket.setReadBufferSize(readBufferBytes);
        m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        m_socket.waitForConnected(5000);
    }

    void send(const QByteArray &data)
    {
        m_socket.write(data);
        flush();
    }
    // Until everything was handed to the system or nothing moves any more.
    bool flush(int milliseconds = 5000)
    {
        while (m_socket.bytesToWrite() > 0) {
            if (!m_socket.waitForBytesWritten(milliseconds))
                return false;
        }
        return true;
    }

    // The next reply; `method` tells whether it has a body.
    RawReply reply(const QByteArray &method = "GET", int milliseconds = 5000)
    {
        RawReply reply;
        QElapsedTimer clock;
        clock.start();
        while (!m_in.contains("\r\n\r\n")) {
            if (!receive(milliseconds - int(clock.elapsed())))
                return reply;
        }
        const qsizetype end = m_in.indexOf("\r\n\r\n");
        const QByteArrayList lines = m_in.left(end).replace("\r\n", "\n").split('\n');
        m_in.remove(0, end + 4);
        for (const QByteArray &line : lines.mid(1))
            reply.headers.append(line.left(line.indexOf(':')), line.mid(line.indexOf(':') + 1).trimmed());
        reply.status = lines.first().mid(9, 3).toInt();
        const bool hasBody =
            method != "HEAD" && reply.status != 204 && reply.status != 304 && reply.status >= 200;
        const qint64 length = hasBody ? reply.header("Content-Length").toLongLong() : 0;
        while (m_in.size() < length) {
            if (!receive(milliseconds - int(clock.elapsed())))
                break;
        }
        reply.body = m_in.left(length);
        m_in.remove(0, length);
        return reply;
    }
    RawReply exchange(const QByteArray &data, const QByteArray &method = "GET")
    {
        send(data);
        return reply(method);
    }

    // Everything up to the end of the connection; check isClosed().
    QByteArray rest(int milliseconds = 5000)
    {
        QElapsedTimer clock;
        clock.start();
        while (clock.elapsed() < milliseconds && receive(milliseconds - int(clock.elapsed()))) { }
        return std::exchange(m_in, {});
    }
    bool isClosed(int milliseconds = 3000)
    {
        if (m_socket.state() == QAbstractSocket::UnconnectedState)
            return true;
        (void)rest(milliseconds);
        return m_socket.state() == QAbstractSocket::UnconnectedState;
    }

    QTcpSocket &socket() { return m_socket; }

private:
    bool receive(int milliseconds)
    {
        if (m_socket.bytesAvailable() == 0
            && (milliseconds <= 0 || !m_socket.waitForReadyRead(milliseconds))) {
            m_in.append(m_socket.readAll());
            return false;
        }
        m_in.append(m_socket.readAll());
        return true;
    }

    QTcpSocket m_socket;
    QByteArray m_in;
};

} // namespace nephele::test
