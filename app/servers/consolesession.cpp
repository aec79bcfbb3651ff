// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/consolesession.h"

#include "app/client/restconnection.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nephele {

namespace {

constexpr int connectTimeoutMs = 15'000;
constexpr int mostWaitingBytes = 64 << 20; // one uncompressed 4096 x 4096 screen
constexpr int readBytes = 64 << 10;

QString originOf(const QUrl &url)
{
    QUrl origin =
        url.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveUserInfo | QUrl::RemoveFragment);
    origin.setScheme(url.scheme() == u"wss" ? QStringLiteral("https") : QStringLiteral("http"));
    return origin.toString();
}

} // namespace

ConsoleSession::ConsoleSession(QObject *parent) : QObject(parent)
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(connectTimeoutMs);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        lose(tr("The screen did not answer within %1 seconds.").arg((m_patience.interval() + 999) / 1000));
    });
}

ConsoleSession::~ConsoleSession()
{
    tearDown();
}

void ConsoleSession::open(const QUrl &url, const QByteArray &pinned)
{
    tearDown();
    m_pinned = pinned;
    m_whyLost.clear();
    // The cloud lets a socket in from its own origin, as it would a page it served itself.
    m_webSocket = std::make_unique<QWebSocket>(originOf(url));
    QWebSocket *socket = m_webSocket.get();
    connect(socket, &QWebSocket::connected, this, &ConsoleSession::startRfb);
    connect(socket, &QWebSocket::binaryMessageReceived, this, &ConsoleSession::takeMessage);
    connect(socket, &QWebSocket::stateChanged, this, [this, socket](QAbstractSocket::SocketState state) {
        if (state != QAbstractSocket::UnconnectedState)
            return;
        const QString reason = socket->closeReason();
        lose(reason.isEmpty() ? socket->errorString() : reason);
    });
    connect(socket, &QWebSocket::sslErrors, this, [this, socket](const QList<QSslError> &errors) {
        const QSslCertificate certificate = socket->sslConfiguration().peerCertificate();
        if (!m_pinned.isEmpty() && RestConnection::fingerprintOf(certificate.toDer()) == m_pinned)
            socket->ignoreSslErrors(errors);
    });
    setState(State::Connecting);
    m_patience.start();
    socket->open(url);
}

void ConsoleSession::startRfb()
{
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return lose(QString::fromLocal8Bit(strerror(errno)));
    m_local = pair[0];
    ::fcntl(m_local, F_SETFL, ::fcntl(m_local, F_GETFL) | O_NONBLOCK);
    m_readable = std::make_unique<QSocketNotifier>(m_local, QSocketNotifier::Read);
    connect(m_readable.get(), &QSocketNotifier::activated, this, &ConsoleSession::readLocal);
    m_writable = std::make_unique<QSocketNotifier>(m_local, QSocketNotifier::Write);
    m_writable->setEnabled(false);
    connect(m_writable.get(), &QSocketNotifier::activated, this, &ConsoleSession::writeLocal);

    m_rfb = std::make_unique<RfbThread>(pair[1]);
    RfbThread *rfb = m_rfb.get();
    // A signal of a thread that was replaced meanwhile may still be on its way.
    connect(rfb, &RfbThread::resized, this, [this, rfb](QSize size) {
        if (rfb != m_rfb.get())
            return;
        m_patience.stop();
        setState(State::Connected);
        emit resized(size);
    });
    connect(rfb, &RfbThread::painted, this, [this, rfb](const QRegion &region) {
        if (rfb == m_rfb.get())
            emit painted(region);
    });
    connect(rfb, &RfbThread::clipboardReceived, this, &ConsoleSession::clipboardReceived);
    connect(rfb, &RfbThread::ended, this, [this, rfb](const QString &detail) {
        if (rfb == m_rfb.get())
            lose(detail);
    });
    m_rfb->start();
}

void ConsoleSession::takeMessage(const QByteArray &message)
{
    if (m_local < 0)
        return;
    if (m_outgoing.size() + message.size() > mostWaitingBytes)
        return lose(tr("The screen sends more than can be shown."));
    m_outgoing += message;
    writeLocal();
}

void ConsoleSession::writeLocal()
{
    while (!m_outgoing.isEmpty()) {
        const ssize_t written =
            ::send(m_local, m_outgoing.constData(), size_t(m_outgoing.size()), MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (written < 0)
            return; // the thread is gone; its ended() is on the way
        m_outgoing.remove(0, written);
    }
    m_writable->setEnabled(!m_outgoing.isEmpty());
}

void ConsoleSession::readLocal()
{
    QByteArray bytes(readBytes, Qt::Uninitialized);
    const ssize_t count = ::recv(m_local, bytes.data(), size_t(bytes.size()), 0);
    if (count > 0) {
        bytes.truncate(count);
        m_webSocket->sendBinaryMessage(bytes);
    } else if (count == 0) {
        m_readable->setEnabled(false);
    }
}

void ConsoleSession::lose(const QString &why)
{
    if (m_state == State::Idle || m_state == State::Lost)
        return;
    m_whyLost = why;
    m_patience.stop();
    // The picture stays under the notice; the connection does not. Not torn down here: this may be a signal
    // of the very socket.
    if (m_readable)
        m_readable->setEnabled(false);
    if (m_writable)
        m_writable->setEnabled(false);
    setState(State::Lost);
}

void ConsoleSession::close()
{
    tearDown();
    setState(State::Idle);
}

void ConsoleSession::tearDown()
{
    m_patience.stop();
    m_readable.reset();
    m_writable.reset();
    m_rfb.reset();
    if (m_local >= 0)
        ::close(std::exchange(m_local, -1));
    m_outgoing.clear();
    if (m_webSocket) {
        m_webSocket->disconnect(this);
        m_webSocket->abort();
        m_webSocket.release()->deleteLater();
    }
}

void ConsoleSession::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    emit stateChanged(state);
}

QSize ConsoleSession::frameSize() const
{
    return m_rfb ? m_rfb->frameSize() : QSize();
}

void ConsoleSession::sendKey(quint32 keysym, bool isDown)
{
    if (m_state == State::Connected)
        m_rfb->sendKey(keysym, isDown);
}

void ConsoleSession::sendPointer(QPoint position, int buttons)
{
    if (m_state == State::Connected)
        m_rfb->sendPointer(position, buttons);
}

void ConsoleSession::sendClipboard(const QString &text)
{
    if (m_state == State::Connected)
        m_rfb->sendClipboard(text);
}

} // namespace nephele
