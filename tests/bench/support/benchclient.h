// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QTcpSocket>

namespace nephele::bench {

struct BenchReply
{
    int status = 0;
    QByteArray head;
    QByteArray body;

    QByteArray headValue(const QByteArray &name) const
    {
        for (const QByteArray &line : head.split('\n')) {
            if (line.toLower().startsWith(name + ':'))
                return line.mid(name.size() + 1).trimmed();
        }
        return {};
    }
};

// One kept-alive loopback connection; blocks, so each thread has its own.
class BenchClient
{
public:
    BenchClient(quint16 port, QByteArray token) : m_token(std::move(token))
    {
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        m_socket.waitForConnected(5000);
    }

    // `more`: header lines, each with its end.
    BenchReply send(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &more = {})
    {
        QByteArray request = method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more;
        if (!more.contains("Accept:"))
            request += "Accept: application/json\r\n";
        if (!m_token.isEmpty())
            request += "X-Auth-Token: " + m_token + "\r\n";
        if (!body.isEmpty() && !more.contains("Content-Type:"))
            request += "Content-Type: application/json\r\n";
        if (!body.isEmpty() || method == "PUT" || method == "POST")
            request += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
        m_socket.write(request + "\r\n" + body);
        return receive(method != "HEAD");
    }

private:
    BenchReply receive(bool hasBody)
    {
        QByteArray in;
        qsizetype end = -1;
        while ((end = in.indexOf("\r\n\r\n")) < 0) {
            if (!m_socket.bytesAvailable() && !m_socket.waitForReadyRead(waitMs))
                return {};
            in += m_socket.readAll();
        }
        BenchReply reply { in.mid(9, 3).toInt(), in.left(end), in.mid(end + 4) };
        const qint64 length = hasBody ? reply.headValue("content-length").toLongLong() : 0;
        while (reply.body.size() < length) {
            if (!m_socket.bytesAvailable() && !m_socket.waitForReadyRead(waitMs))
                return {};
            reply.body += m_socket.readAll();
        }
        return reply;
    }

    static constexpr int waitMs = 60'000;

    QTcpSocket m_socket;
    QByteArray m_token;
};

} // namespace nephele::bench
