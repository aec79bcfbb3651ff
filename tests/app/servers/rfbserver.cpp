// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/servers/rfbserver.h"

#include <QSocketNotifier>
#include <QUrl>
#include <QWebSocket>

#include <rfb/rfb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nephele::test {

namespace {

constexpr int bytesPerPixel = 4;

RfbServer &of(rfbClientPtr client)
{
    return *static_cast<RfbServer *>(client->screen->screenData);
}

} // namespace

RfbServer::RfbServer(int width, int height)
    : m_listener(QStringLiteral("guest"), QWebSocketServer::NonSecureMode)
    , m_pixels(size_t(width) * size_t(height) * bytesPerPixel)
{
    rfbLogEnable(FALSE);
    m_screen = rfbGetScreen(nullptr, nullptr, width, height, 8, 3, bytesPerPixel);
    m_screen->screenData = this;
    m_screen->frameBuffer = m_pixels.data();
    m_screen->port = 0;
    m_screen->ipv6port = 0;
    m_screen->autoPort = FALSE;
    m_screen->cursor = nullptr;
    m_screen->serverFormat.redShift = 16;
    m_screen->serverFormat.greenShift = 8;
    m_screen->serverFormat.blueShift = 0;
    m_screen->kbdAddEvent = [](rfbBool down, rfbKeySym keysym, rfbClientPtr client) {
        RfbServer &server = of(client);
        const QMutexLocker lock(&server.m_lock);
        server.m_keys.append({ quint32(keysym), down != 0 });
    };
    m_screen->ptrAddEvent = [](int buttons, int x, int y, rfbClientPtr client) {
        RfbServer &server = of(client);
        const QMutexLocker lock(&server.m_lock);
        server.m_pointers.append({ { x, y }, buttons });
    };
    rfbInitServer(m_screen);
    connect(&m_listener, &QWebSocketServer::newConnection, this, &RfbServer::accept);
    m_listener.listen(QHostAddress::LocalHost);
    m_thread = std::thread([this] { serve(); });
}

RfbServer::~RfbServer()
{
    m_isEnding = true;
    m_thread.join();
    rfbShutdownServer(m_screen, TRUE);
    rfbScreenCleanup(m_screen);
    qDeleteAll(m_sockets);
}

QUrl RfbServer::url() const
{
    return QUrl(QStringLiteral("ws://127.0.0.1:%1/nephele/v1/console?ticket=t").arg(m_listener.serverPort()));
}

void RfbServer::serve()
{
    while (!m_isEnding) {
        QList<std::function<void()>> jobs;
        {
            const QMutexLocker lock(&m_lock);
            jobs.swap(m_jobs);
        }
        for (const auto &job : std::as_const(jobs))
            job();
        rfbProcessEvents(m_screen, 5000);
    }
}

void RfbServer::post(std::function<void()> job)
{
    const QMutexLocker lock(&m_lock);
    m_jobs.append(std::move(job));
}

void RfbServer::accept()
{
    QWebSocket *socket = m_listener.nextPendingConnection();
    m_sockets.append(socket);
    ++m_connections;
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return;
    const int ours = pair[0];
    auto *readable = new QSocketNotifier(ours, QSocketNotifier::Read, socket);
    connect(readable, &QSocketNotifier::activated, socket, [socket, readable, ours] {
        QByteArray bytes(1 << 16, Qt::Uninitialized);
        const ssize_t count = ::recv(ours, bytes.data(), size_t(bytes.size()), MSG_DONTWAIT);
        if (count > 0)
            socket->sendBinaryMessage(bytes.left(count));
        else if (count == 0)
            readable->setEnabled(false);
    });
    connect(socket, &QWebSocket::binaryMessageReceived, socket, [ours](const QByteArray &bytes) {
        const ssize_t sent = ::send(ours, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL);
        Q_UNUSED(sent);
    });
    connect(socket, &QWebSocket::disconnected, socket, [ours] { ::shutdown(ours, SHUT_RDWR); });
    connect(socket, &QObject::destroyed, this, [ours] { ::close(ours); });
    post([this, theirs = pair[1]] { rfbNewClient(m_screen, theirs); });
}

void RfbServer::fill(const QRect &area, quint32 color)
{
    post([this, area, color] {
        auto *pixels = reinterpret_cast<quint32 *>(m_pixels.data());
        for (int y = area.top(); y <= area.bottom(); ++y) {
            for (int x = area.left(); x <= area.right(); ++x)
                pixels[y * m_screen->width + x] = color;
        }
        rfbMarkRectAsModified(m_screen, area.left(), area.top(), area.right() + 1, area.bottom() + 1);
    });
}

void RfbServer::resize(int width, int height)
{
    post([this, width, height] {
        std::vector<char> pixels(size_t(width) * size_t(height) * bytesPerPixel);
        rfbNewFramebuffer(m_screen, pixels.data(), width, height, 8, 3, bytesPerPixel);
        m_pixels.swap(pixels);
        m_screen->frameBuffer = m_pixels.data();
        m_screen->serverFormat.redShift = 16;
        m_screen->serverFormat.greenShift = 8;
        m_screen->serverFormat.blueShift = 0;
    });
}

void RfbServer::hangUp()
{
    for (QWebSocket *socket : std::as_const(m_sockets))
        socket->close(QWebSocketProtocol::CloseCodeNormal, QStringLiteral("The server was stopped."));
}

QList<RfbServer::Key> RfbServer::keys() const
{
    const QMutexLocker lock(&m_lock);
    return m_keys;
}

QList<RfbServer::Pointer> RfbServer::pointers() const
{
    const QMutexLocker lock(&m_lock);
    return m_pointers;
}

} // namespace nephele::test
