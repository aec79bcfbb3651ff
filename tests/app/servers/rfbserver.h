// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QMutex>
#include <QWebSocketServer>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

struct _rfbScreenInfo;

namespace nephele::test {

// A guest's screen made by libvncserver, behind a WebSocket as the cloud serves it: RFB in binary frames. Its
// own thread speaks RFB; the WebSocket lives in the test's.
class RfbServer : public QObject
{
public:
    RfbServer(int width, int height);
    ~RfbServer() override;

    QUrl url() const;
    // 0xRRGGBB, seen by those who look after the next update.
    void fill(const QRect &area, quint32 color);
    void resize(int width, int height);
    void hangUp();
    int connections() const { return m_connections; }

    struct Key
    {
        quint32 keysym;
        bool isDown;
        bool operator==(const Key &) const = default;
    };
    QList<Key> keys() const;
    struct Pointer
    {
        QPoint position;
        int buttons;
        bool operator==(const Pointer &) const = default;
    };
    QList<Pointer> pointers() const;

private:
    void accept();
    void serve();
    void post(std::function<void()> job);

    QWebSocketServer m_listener;
    QList<QWebSocket *> m_sockets;
    int m_connections = 0;
    _rfbScreenInfo *m_screen = nullptr; // the thread's after the constructor
    std::vector<char> m_pixels;
    mutable QMutex m_lock; // for what follows
    QList<std::function<void()>> m_jobs;
    QList<Key> m_keys;
    QList<Pointer> m_pointers;
    std::atomic_bool m_isEnding = false;
    std::thread m_thread;
};

} // namespace nephele::test
