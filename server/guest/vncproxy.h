// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "server/guest/graphicslink.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QTimer>

#include <memory>

class QTcpSocket;

namespace nephele {

// A guest's screen for one VNC client, on a port of its own: takes one connection within a minute, speaks
// exactly RFB 003.008 with VNC authentication as the only offer (what Synnefo's clients insist on), checks
// the one-time password, then carries the bytes of the guest's own VNC server. Lives in the thread that made
// it, which needs an event loop; delete it when finished() comes.
class VncProxy final : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        QHostAddress address = QHostAddress(QHostAddress::LocalHost);
        QByteArray password; // 1 to 8 bytes
        int limitMs = 60'000; // to connect and sign in
    };

    // Unavailable when the address is not ours or has no port left.
    static Result<std::unique_ptr<VncProxy>> listen(const Options &options, OpenGraphics openGraphics);
    ~VncProxy() override;

    quint16 port() const { return m_port; }

signals:
    void finished(); // once, from the event loop

private:
    enum class Waiting { Connection, Version, Choice, Response, Graphics, Nothing };

    VncProxy(const Options &options, OpenGraphics openGraphics);
    void accept();
    void read();
    bool step();
    void openScreen();
    void connectScreen(const Result<std::shared_ptr<QLocalSocket>> &socket);
    void carry();
    void refuse(const QString &reason);
    void finish();

    const Options m_options;
    const OpenGraphics m_openGraphics;
    QTcpServer m_server;
    quint16 m_port = 0;
    QTimer m_limit;
    std::unique_ptr<QTcpSocket> m_client;
    std::shared_ptr<QLocalSocket> m_screen;
    QByteArray m_challenge;
    Waiting m_waiting = Waiting::Connection;
    bool m_isFinished = false;
};

} // namespace nephele
