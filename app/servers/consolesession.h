// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/servers/rfbthread.h"
#include "model/base/result.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

#include <memory>

namespace nephele {

// One guest's screen: a WebSocket to the cloud on one side, libvncclient in its thread on the other, a pair
// of local sockets between them. Several views may show it. Lives in the window's thread.
class ConsoleSession : public QObject
{
    Q_OBJECT

public:
    enum class State { Idle, Connecting, Connected, Lost };

    explicit ConsoleSession(QObject *parent = nullptr);
    ~ConsoleSession() override;

    // Ends what is there and connects anew. `url` is ws: or wss:, good for one connection; a certificate of
    // the pinned fingerprint (RestConnection::fingerprintOf) is accepted, empty: only what the system trusts.
    void open(const QUrl &url, const QByteArray &pinned);
    void close();

    // How long a screen may take to appear; 15 s unless set.
    void setPatienceMs(int ms) { m_patience.setInterval(ms); }

    State state() const { return m_state; }
    QString whyLost() const { return m_whyLost; } // for "Show details"
    QSize frameSize() const;
    template <class Use>
    void withFrame(Use &&use) const
    {
        if (m_rfb)
            m_rfb->withFrame(std::forward<Use>(use));
    }

    // Nothing while not connected.
    void sendKey(quint32 keysym, bool isDown);
    void sendPointer(QPoint position, int buttons);
    void sendClipboard(const QString &text);

signals:
    void stateChanged(nephele::ConsoleSession::State state);
    void resized(QSize size);
    void painted(const QRegion &region);
    void clipboardReceived(const QString &text);

private:
    void startRfb();
    void readLocal();
    void writeLocal();
    void takeMessage(const QByteArray &message);
    void lose(const QString &why);
    void setState(State state);
    void tearDown();

    State m_state = State::Idle;
    QString m_whyLost;
    QByteArray m_pinned;
    std::unique_ptr<QWebSocket> m_webSocket;
    std::unique_ptr<RfbThread> m_rfb;
    int m_local = -1; // our end of the pair, never blocking
    std::unique_ptr<QSocketNotifier> m_readable;
    std::unique_ptr<QSocketNotifier> m_writable;
    QByteArray m_outgoing; // came from the cloud, not yet taken by the thread
    QTimer m_patience; // for a server that says nothing
};

} // namespace nephele
