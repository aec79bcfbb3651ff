// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/rights/plainclient.h"

namespace nephele::test {

namespace {

constexpr int patienceMs = 30'000;

qint64 lengthIn(const QByteArray &head)
{
    for (const QByteArray &line : head.split('\n')) {
        if (line.toLower().startsWith("content-length:"))
            return line.mid(15).trimmed().toLongLong();
    }
    return 0;
}

QByteArray fieldsFor(const QByteArray &token)
{
    return "Host: 127.0.0.1\r\nAccept: application/json\r\n"
        + (token.isEmpty() ? QByteArray() : "X-Auth-Token: " + token + "\r\n");
}

} // namespace

PlainReply PlainClient::receive(bool hasBody)
{
    QByteArray in;
    qsizetype end = -1;
    while ((end = in.indexOf("\r\n\r\n")) < 0) {
        if (!m_socket.bytesAvailable() && !m_socket.waitForReadyRead(patienceMs))
            return {};
        in += m_socket.readAll();
    }
    PlainReply reply;
    reply.head = in.left(end);
    reply.status = reply.head.mid(9, 3).toInt();
    reply.body = in.mid(end + 4);
    const qint64 length = hasBody && reply.status >= 200 ? lengthIn(reply.head) : 0;
    while (reply.body.size() < length) {
        if (!m_socket.bytesAvailable() && !m_socket.waitForReadyRead(patienceMs))
            return {};
        reply.body += m_socket.readAll();
    }
    if (reply.head.toLower().contains("connection: close"))
        m_socket.abort();
    return reply;
}

PlainReply PlainClient::exchange(const QByteArray &request, bool hasBody)
{
    // The server may have closed a connection that was idle: then once more on a new one.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (m_socket.state() != QAbstractSocket::ConnectedState) {
            m_socket.abort();
            m_socket.connectToHost(QStringLiteral("127.0.0.1"), m_port);
            if (!m_socket.waitForConnected(patienceMs))
                return {};
        }
        m_socket.write(request);
        const PlainReply reply = receive(hasBody);
        if (reply.status != 0)
            return reply;
        m_socket.abort();
    }
    return {};
}

PlainReply PlainClient::send(const QByteArray &method, const QByteArray &path, const QByteArray &token,
    const QByteArray &body, const QByteArray &moreHeaders)
{
    QByteArray request = method + ' ' + path + " HTTP/1.1\r\n" + fieldsFor(token) + moreHeaders;
    if (!body.isEmpty())
        request += "Content-Type: application/json\r\n";
    if (!body.isEmpty() || method == "POST" || method == "PUT" || method == "PATCH")
        request += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    return exchange(request + "\r\n" + body, method != "HEAD");
}

PlainReply PlainClient::upgrade(const QByteArray &path, const QByteArray &token)
{
    const PlainReply reply = exchange("GET " + path + " HTTP/1.1\r\n" + fieldsFor(token)
            + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        true);
    m_socket.abort();
    return reply;
}

} // namespace nephele::test
