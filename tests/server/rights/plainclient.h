// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QTcpSocket>

namespace nephele::test {

struct PlainReply
{
    int status = 0; // 0: none came
    QByteArray head;
    QByteArray body;
};

// HTTP over one kept-alive connection, sent as it is told: any verb, any header. Blocks, so it belongs in a
// thread of its own when the server needs this one's event loop.
class PlainClient
{
public:
    explicit PlainClient(quint16 port) : m_port(port) { }

    PlainReply send(const QByteArray &method, const QByteArray &path, const QByteArray &token = {},
        const QByteArray &body = {}, const QByteArray &moreHeaders = {});
    // The answer to a wish for a WebSocket; the connection is not used after it.
    PlainReply upgrade(const QByteArray &path, const QByteArray &token);

private:
    PlainReply receive(bool hasBody);
    PlainReply exchange(const QByteArray &request, bool hasBody);

    QTcpSocket m_socket;
    const quint16 m_port;
};

} // namespace nephele::test
