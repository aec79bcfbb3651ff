// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/websocketconsole.h"

#include "server/guest/bytepipe.h"

#include <QWebSocket>

namespace nephele {

WebSocketConsole::WebSocketConsole(std::unique_ptr<QWebSocket> browser, const OpenGraphics &openGraphics)
    : m_browser(std::move(browser))
{
    m_browser->setParent(nullptr);
    m_browser->setMaxAllowedIncomingMessageSize(mostUnreadBytes);
    connect(m_browser.get(), &QWebSocket::binaryMessageReceived, this, &WebSocketConsole::fromBrowser);
    connect(m_browser.get(), &QWebSocket::textMessageReceived, this,
        [this] { finish(QStringLiteral("RFB comes in binary frames.")); });
    connect(m_browser.get(), &QWebSocket::bytesWritten, this, &WebSocketConsole::toBrowser);
    connect(m_browser.get(), &QWebSocket::disconnected, this, [this] { finish(QString()); });
    openGraphicsSocket(openGraphics, this,
        [this](const Result<std::shared_ptr<QLocalSocket>> &socket) { connectScreen(socket); });
}

WebSocketConsole::~WebSocketConsole()
{
    m_browser->disconnect(this);
    if (m_screen)
        m_screen->disconnect(this);
}

void WebSocketConsole::connectScreen(const Result<std::shared_ptr<QLocalSocket>> &socket)
{
    if (m_isFinished)
        return;
    if (!socket)
        return finish(QStringLiteral("The guest's screen cannot be opened."));
    m_screen = *socket;
    connect(m_screen.get(), &QLocalSocket::readyRead, this, &WebSocketConsole::toBrowser);
    connect(m_screen.get(), &QLocalSocket::disconnected, this, [this] {
        toBrowser();
        finish(QStringLiteral("The guest's screen was closed."));
    });
    fromBrowser(std::exchange(m_early, QByteArray()));
    toBrowser();
}

// Frames cannot be left unread as bytes can: a browser that sends more than the guest takes is cut off.
void WebSocketConsole::fromBrowser(const QByteArray &frame)
{
    const qint64 waiting = m_screen ? m_screen->bytesToWrite() : m_early.size();
    if (waiting + frame.size() > mostUnreadBytes)
        return finish(QStringLiteral("Too much input for the guest's screen."));
    if (m_screen)
        m_screen->write(frame);
    else
        m_early += frame;
}

void WebSocketConsole::toBrowser()
{
    while (m_screen && m_screen->bytesAvailable() > 0 && m_browser->bytesToWrite() < mostUnsentBytes)
        m_browser->sendBinaryMessage(m_screen->read(BytePipe::readBufferBytes));
}

void WebSocketConsole::finish(const QString &reason)
{
    if (std::exchange(m_isFinished, true))
        return;
    m_browser->disconnect(this);
    if (m_screen) {
        m_screen->disconnect(this);
        m_screen->disconnectFromServer();
    }
    if (m_browser->isValid())
        m_browser->close(QWebSocketProtocol::CloseCodeNormal, reason);
    QMetaObject::invokeMethod(
        this, [this] { emit finished(); }, Qt::QueuedConnection);
}

} // namespace nephele
