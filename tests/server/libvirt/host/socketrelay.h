// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocalServer>
#include <QLocalSocket>
#include <QSemaphore>
#include <QThread>

namespace nephele::test {

// Stands between a client and libvirt's socket, so that a test can be the daemon that dies, hangs and comes
// back without disturbing the one that others use.
class SocketRelay
{
public:
    SocketRelay(const QString &path, const QString &target) : m_path(path), m_target(target)
    {
        m_thread.start();
        m_context.moveToThread(&m_thread);
    }
    ~SocketRelay()
    {
        stop();
        m_thread.quit();
        m_thread.wait();
    }

    bool start()
    {
        bool listens = false;
        inThread([&] {
            QLocalServer::removeServer(m_path);
            m_server = new QLocalServer(&m_context);
            listens = m_server->listen(m_path);
            QObject::connect(m_server, &QLocalServer::newConnection, m_server, [this] { join(); });
        });
        return listens;
    }

    // As a daemon that was killed: all connections end, and there is nobody to call.
    void stop()
    {
        inThread([this] { delete std::exchange(m_server, nullptr); });
    }

    // As a daemon that hangs: connections stay, and nothing is answered until release().
    void hold()
    {
        QMetaObject::invokeMethod(
            &m_context, [this] { m_held.acquire(); }, Qt::QueuedConnection);
    }
    void release() { m_held.release(); }

private:
    void join()
    {
        QLocalSocket *client = m_server->nextPendingConnection(); // the listener's child: ends with it
        auto *daemon = new QLocalSocket(client);
        daemon->connectToServer(m_target);
        const auto carry = [](QLocalSocket *from, QLocalSocket *to) {
            QObject::connect(from, &QLocalSocket::readyRead, to, [from, to] { to->write(from->readAll()); });
            QObject::connect(from, &QLocalSocket::disconnected, to, [to] { to->disconnectFromServer(); });
        };
        carry(client, daemon);
        carry(daemon, client);
        daemon->write(client->readAll());
    }

    template <class Call>
    void inThread(Call call)
    {
        QMetaObject::invokeMethod(&m_context, call, Qt::BlockingQueuedConnection);
    }

    const QString m_path;
    const QString m_target;
    QThread m_thread;
    QObject m_context; // lives in m_thread
    QSemaphore m_held;
    QLocalServer *m_server = nullptr;
};

} // namespace nephele::test
