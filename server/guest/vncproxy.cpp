// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/vncproxy.h"

#include "server/guest/bytepipe.h"
#include "server/guest/vncauth.h"

#include <QTcpSocket>
#include <QtEndian>

namespace nephele {

namespace {

const QByteArray rfbVersion = QByteArrayLiteral("RFB 003.008\n");
const QByteArray onlyVncAuthentication = QByteArrayLiteral("\x01\x02");
const QByteArray securityOk = QByteArray(4, '\0');

// RFC 6143 section 7.1.3: a failure carries its reason.
QByteArray securityFailed(const QString &reason)
{
    const QByteArray words = reason.toLatin1();
    QByteArray length(4, '\0');
    qToBigEndian(quint32(words.size()), length.data());
    return QByteArray("\0\0\0\x01", 4) + length + words;
}

} // namespace

Result<std::unique_ptr<VncProxy>> VncProxy::listen(const Options &options, OpenGraphics openGraphics)
{
    if (options.password.isEmpty() || options.password.size() > 8)
        return invalid(QStringLiteral("A VNC password has 1 to 8 bytes."));
    std::unique_ptr<VncProxy> proxy(new VncProxy(options, std::move(openGraphics)));
    if (!proxy->m_server.listen(options.address))
        return unavailable(QStringLiteral("No port for a console."), proxy->m_server.errorString());
    proxy->m_port = proxy->m_server.serverPort();
    return proxy;
}

VncProxy::VncProxy(const Options &options, OpenGraphics openGraphics)
    : m_options(options), m_openGraphics(std::move(openGraphics))
{
    connect(&m_server, &QTcpServer::newConnection, this, &VncProxy::accept);
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, &VncProxy::finish);
    m_limit.start(options.limitMs);
}

VncProxy::~VncProxy()
{
    // Their last signals must not reach a half-destroyed proxy.
    if (m_client)
        m_client->disconnect(this);
    if (m_screen)
        m_screen->disconnect(this);
}

void VncProxy::accept()
{
    if (m_waiting != Waiting::Connection || m_isFinished)
        return;
    m_client.reset(m_server.nextPendingConnection());
    if (!m_client)
        return;
    m_client->setParent(nullptr); // ours, not the listener's
    m_server.close();
    m_client->setReadBufferSize(BytePipe::readBufferBytes);
    m_client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_client.get(), &QTcpSocket::readyRead, this, &VncProxy::read);
    connect(m_client.get(), &QTcpSocket::disconnected, this, &VncProxy::finish);
    m_waiting = Waiting::Version;
    m_client->write(rfbVersion);
}

void VncProxy::read()
{
    while (step()) { }
}

// One message of the client; false while it is not all there, or there is no more to ask.
bool VncProxy::step()
{
    const auto has = [this](qint64 bytes) { return m_client->bytesAvailable() >= bytes; };
    switch (m_waiting) {
    case Waiting::Version:
        if (!has(rfbVersion.size()))
            return false;
        if (m_client->read(rfbVersion.size()) != rfbVersion) {
            finish();
            return false;
        }
        m_client->write(onlyVncAuthentication);
        m_waiting = Waiting::Choice;
        return true;
    case Waiting::Choice:
        if (!has(1))
            return false;
        if (m_client->read(1) != onlyVncAuthentication.right(1)) {
            refuse(QStringLiteral("Only VNC authentication is offered."));
            return false;
        }
        m_challenge = vncChallenge();
        m_client->write(m_challenge);
        m_waiting = Waiting::Response;
        return true;
    case Waiting::Response:
        if (!has(vncChallengeBytes))
            return false;
        if (!isVncResponse(m_client->read(vncChallengeBytes), m_challenge, m_options.password)) {
            refuse(QStringLiteral("Wrong password."));
            return false;
        }
        m_limit.stop();
        openScreen();
        return false;
    case Waiting::Connection:
    case Waiting::Graphics:
    case Waiting::Nothing:
        break;
    }
    return false;
}

// The client learns that its password was right once the screen is there: its verdict is the last word that
// can still carry a reason.
void VncProxy::openScreen()
{
    m_waiting = Waiting::Graphics;
    openGraphicsSocket(m_openGraphics, this,
        [this](const Result<std::shared_ptr<QLocalSocket>> &socket) { connectScreen(socket); });
}

void VncProxy::connectScreen(const Result<std::shared_ptr<QLocalSocket>> &socket)
{
    if (m_isFinished)
        return;
    if (!socket)
        return refuse(QStringLiteral("The guest's screen cannot be opened."));
    m_screen = *socket;
    auto *link = new GraphicsLink(m_screen.get(), this);
    connect(link, &GraphicsLink::failed, this, &VncProxy::refuse);
    connect(link, &GraphicsLink::ready, this, &VncProxy::carry);
}

void VncProxy::carry()
{
    m_waiting = Waiting::Nothing;
    m_client->disconnect(this);
    m_client->write(securityOk);
    auto *pipe = new BytePipe(m_client.get(), m_screen.get(), this);
    const auto ended = [this, pipe] {
        pipe->pump();
        finish();
    };
    connect(m_client.get(), &QTcpSocket::disconnected, this, ended);
    connect(m_screen.get(), &QLocalSocket::disconnected, this, ended);
    pipe->pump();
}

void VncProxy::refuse(const QString &reason)
{
    if (m_client)
        m_client->write(securityFailed(reason));
    finish();
}

void VncProxy::finish()
{
    if (std::exchange(m_isFinished, true))
        return;
    m_waiting = Waiting::Nothing;
    m_limit.stop();
    m_server.close();
    if (m_screen)
        m_screen->disconnectFromServer();
    const auto done = [this] { emit finished(); };
    if (m_client && m_client->state() != QAbstractSocket::UnconnectedState) {
        // The last words still go out.
        m_client->disconnect(this);
        connect(m_client.get(), &QTcpSocket::disconnected, this, done, Qt::QueuedConnection);
        m_client->disconnectFromHost();
        return;
    }
    QMetaObject::invokeMethod(this, done, Qt::QueuedConnection);
}

} // namespace nephele
