// SPDX-License-Identifier: GPL-3.0-or-later
// The part of EdgeConnection that hands a request over: through QHttpServer to its handler, or to a
// WebSocket.
#include "model/base/whendone.h"
#include "server/http/edgeconnection.h"
#include "server/http/edgesocket.h"
#include "server/http/edgetunnel.h"

#include <QWebSocket>

#include <algorithm>

namespace nephele {

namespace {

// What QHttpServer's parser knows; the handler sees the verb as it was sent.
QByteArray verbForQt(const QByteArray &method)
{
    static const QSet<QByteArray> known { "GET", "PUT", "DELETE", "POST", "HEAD", "OPTIONS", "PATCH" };
    return known.contains(method) ? method : QByteArray("POST");
}

QByteArray printable(const QByteArray &target)
{
    const auto isPlain = [](char c) { return c > 0x20 && c < 0x7f && c != '#'; };
    if (std::all_of(target.begin(), target.end(), isPlain))
        return target;
    QByteArray out;
    for (const char c : target) {
        if (isPlain(c))
            out.append(c);
        else
            out.append('%').append(QByteArray(1, c).toHex());
    }
    return out;
}

} // namespace

// QHttpServer gets the request line and a ticket; fields and body wait here, it would only copy them.
void EdgeConnection::feed()
{
    m_state = State::Handling;
    setDeadline(timeouts().handlerMs);
    const Request &request = m_exchange->request;
    if (!m_shown) {
        m_shown = new EdgeSocket(m_transport.peer(), m_transport.peerPort());
        connect(m_shown, &EdgeSocket::refused, this, [this] {
            if (m_state == State::Handling)
                answer(invalid(QStringLiteral("The address is malformed.")));
        });
        m_server.show(m_shown);
    }
    QByteArray text;
    text.reserve(request.target.size() + 128);
    // In absolute form, for "//a" would be read as a host.
    text.append(verbForQt(request.method)).append(" http://localhost");
    text.append(request.target == "*" ? QByteArray("/") : printable(request.target));
    text.append(" HTTP/1.1\r\nX-Edge-Ticket: ").append(m_server.issueTicket(this)).append("\r\n\r\n");
    m_shown->feed(text);
}

void EdgeConnection::handle()
{
    if (m_state != State::Handling)
        return;
    Exchange &exchange = *m_exchange;
    Reply reply = exchange.judgement.route->handler(exchange.request, exchange.judgement.caller);
    if (reply.isReady()) {
        answer(std::move(reply.now()));
        return;
    }
    whenDone(reply.later(), this, [this, serial = m_serial](Result<Response> result) {
        if (serial != m_serial || m_state != State::Handling)
            return;
        answer(std::move(result));
        process();
    });
}

void EdgeConnection::startTunnel()
{
    const Request &request = m_exchange->request;
    QByteArray handshake = "GET " + printable(request.target) + " HTTP/1.1\r\n";
    for (const auto &[name, value] : request.headers.fields()) {
        const QByteArray lower = name.toLower();
        if (lower == "host" || lower == "upgrade" || lower == "connection" || lower == "origin"
            || lower.startsWith("sec-websocket-"))
            handshake.append(name).append(": ").append(value).append("\r\n");
    }
    handshake.append("X-Edge-Ticket: ").append(m_server.issueTicket(this)).append("\r\n\r\n");
    handshake.append(QByteArrayView(m_in).sliced(m_inRead));
    m_in.clear();
    m_inRead = 0;
    m_state = State::Tunnel;
    setDeadline(timeouts().headMs);
    // QWebSocket takes a frame only when it is there as a whole.
    m_transport.setReadBufferBytes(limits().webSocketMessageBytes + 64 * 1024);
    auto *tunnel = new EdgeTunnel(m_transport, handshake);
    connect(tunnel, &EdgeTunnel::closing, this, [this] { setDeadline(timeouts().writeIdleMs); });
    connect(tunnel, &QObject::destroyed, this, [this] {
        if (m_state != State::Tunnel)
            return;
        m_transport.close();
        setDeadline(timeouts().writeIdleMs);
    });
    m_server.webSockets().handleConnection(tunnel);
}

void EdgeConnection::openedWebSocket(QWebSocket *socket)
{
    m_deadlineMs = 0;
    m_webSocket = socket;
    socket->setMaxAllowedIncomingMessageSize(quint64(limits().webSocketMessageBytes));
    socket->setMaxAllowedIncomingFrameSize(quint64(limits().webSocketMessageBytes));
    logRequest(101);
    m_exchange->judgement.webSocket->opener(socket, m_exchange->request, m_exchange->judgement.caller);
    if (m_server.isDraining())
        socket->close(QWebSocketProtocol::CloseCodeGoingAway);
}

} // namespace nephele
