// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/guest/graphicslink.h"

#include <QObject>

#include <memory>

class QWebSocket;

namespace nephele {

// A guest's screen over a WebSocket, as noVNC speaks it: RFB in binary frames. The ticket was checked before,
// so the guest's own server asks for no password. Lives in the WebSocket's thread and owns it; delete it when
// finished() comes.
class WebSocketConsole final : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 mostUnsentBytes = 1 << 20; // to the browser, before the guest has to wait
    static constexpr qint64 mostUnreadBytes = 1 << 20; // of the browser; more than a person types is refused

    WebSocketConsole(std::unique_ptr<QWebSocket> browser, const OpenGraphics &openGraphics);
    ~WebSocketConsole() override;

signals:
    void finished(); // once, from the event loop

private:
    void connectScreen(const Result<std::shared_ptr<QLocalSocket>> &socket);
    void fromBrowser(const QByteArray &frame);
    void toBrowser();
    void finish(const QString &reason);

    std::unique_ptr<QWebSocket> m_browser;
    std::shared_ptr<QLocalSocket> m_screen;
    QByteArray m_early; // frames that came before the screen was open
    bool m_isFinished = false;
};

} // namespace nephele
