// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/edgeconnection.h"

#include "server/http/accesslog.h"
#include "server/http/edgesocket.h"
#include "server/http/respond.h"

#include <QWebSocket>

namespace nephele {

EdgeConnection::EdgeConnection(
    EdgeServer &server, qintptr descriptor, const QSslConfiguration *tls, EdgeServer::Admission admission)
    : QObject(&server)
    , m_server(server)
    , m_transport(descriptor, tls, limits().readBufferBytes)
    , m_isOverload(admission == EdgeServer::Admission::Overloaded)
{
    connect(&m_transport, &EdgeTransport::readable, this, &EdgeConnection::onReadable);
    connect(&m_transport, &EdgeTransport::progressed, this, &EdgeConnection::onProgress);
    connect(&m_transport, &EdgeTransport::gone, this, &EdgeConnection::onGone);
    m_parser.reset(quint32(limits().headBytes));
    setDeadline(timeouts().headMs);
}

EdgeConnection::~EdgeConnection()
{
    m_server.forget(this);
}

void EdgeConnection::setDeadline(int milliseconds)
{
    m_deadlineMs = m_server.nowMs() + milliseconds;
}

void EdgeConnection::process()
{
    if (m_isProcessing)
        return;
    m_isProcessing = true;
    while (step()) { }
    m_isProcessing = false;
    if (m_state != State::Closed)
        m_transport.flush();
}

bool EdgeConnection::step()
{
    switch (m_state) {
    case State::Head:
        return readHead();
    case State::Body:
        return readBody();
    case State::Sending:
        return pump();
    default:
        return false; // somebody else's turn
    }
}

void EdgeConnection::onReadable()
{
    if (m_state == State::Lingering)
        m_transport.discardInput();
    else
        process();
}

void EdgeConnection::onProgress()
{
    switch (m_state) {
    case State::Sending:
        setDeadline(timeouts().writeIdleMs);
        break;
    case State::Lingering:
        linger();
        return;
    case State::Head:
        // The reply before is still on its way: the client is not idle.
        if (m_in.isEmpty())
            setDeadline(timeouts().keepAliveMs);
        break;
    default:
        return;
    }
    process();
}

void EdgeConnection::onGone()
{
    m_isGone = true;
    // A sink on its way must be told; a request that came whole is carried out.
    if (m_state == State::Opening || m_state == State::Finishing)
        return;
    finish();
}

void EdgeConnection::linger()
{
    m_transport.discardInput();
    if (m_isHalfClosed || m_transport.pendingBytes() > 0)
        return;
    m_isHalfClosed = true;
    setDeadline(timeouts().lingerMs);
    m_transport.closeForWriting();
}

void EdgeConnection::finish()
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    if (m_exchange) {
        m_exchange->intake.abort();
        logRequest(clientClosedRequest);
    }
    if (m_shown)
        std::exchange(m_shown, nullptr)->finish();
    if (m_transport.isOpen())
        m_transport.abort();
    m_server.forget(this);
    deleteLater();
}

void EdgeConnection::tick(qint64 nowMs)
{
    if (m_state == State::Body && isTooSlow(nowMs))
        m_deadlineMs = nowMs;
    if (m_deadlineMs != 0 && nowMs >= m_deadlineMs)
        timeOut();
}

bool EdgeConnection::isTooSlow(qint64 nowMs) const
{
    const qint64 elapsedMs = nowMs - m_exchange->bodyStartedMs;
    if (m_exchange->sinkBusySinceMs != 0 || elapsedMs < timeouts().bodyIdleMs)
        return false;
    return m_exchange->intake.receivedBytes() * 1000 < timeouts().bodyBytesPerSecond * elapsedMs;
}

void EdgeConnection::timeOut()
{
    m_deadlineMs = 0;
    switch (m_state) {
    case State::Head:
        if (m_inRead == m_in.size()) {
            m_transport.close();
            setDeadline(timeouts().writeIdleMs);
            m_state = State::Lingering;
            return;
        }
        startExchange();
        refuseStatus(408, QStringLiteral("The request's head took too long."));
        break;
    case State::Body:
        if (m_exchange->sinkBusySinceMs == 0) {
            refuseStatus(408, QStringLiteral("The request's body came too slowly."));
            break;
        }
        [[fallthrough]];
    case State::Opening:
        m_exchange->keepsAlive = false;
        [[fallthrough]];
    case State::Finishing:
    case State::Handling:
        ++m_serial; // the answer comes too late now
        m_exchange->intake.abort();
        answer(Error { ErrorCode::Timeout, QStringLiteral("This takes too long. Try again later."), {} });
        break;
    default:
        finish();
        return;
    }
    process();
}

void EdgeConnection::drain()
{
    if (m_webSocket)
        m_webSocket->close(QWebSocketProtocol::CloseCodeGoingAway);
    if (m_exchange)
        m_exchange->keepsAlive = false;
    if (m_state != State::Head || m_inRead < m_in.size() || m_transport.bytesAvailable() > 0)
        return;
    if (m_transport.pendingBytes() == 0) {
        finish();
        return;
    }
    m_state = State::Lingering;
    m_transport.close();
}

void EdgeConnection::abandon()
{
    if (m_state == State::Handling || m_state == State::Finishing || m_state == State::Opening) {
        ++m_serial;
        answer(unavailable(QStringLiteral("The cloud is being stopped.")));
        process();
    }
    finish();
}

void EdgeConnection::logRequest(int status)
{
    if (std::exchange(m_exchange->isLogged, true) || m_exchange->request.method.isEmpty())
        return;
    const AccessLine line { m_exchange->request, status, m_exchange->sentBytes,
        m_exchange->started.elapsed() };
    logAccess(line);
    m_server.shared().metrics->requestDone(
        status, m_exchange->intake.receivedBytes(), m_exchange->sentBytes, line.durationMs);
}

} // namespace nephele
