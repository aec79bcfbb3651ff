// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QFuture>
#include <QLocalSocket>
#include <QObject>

#include <functional>
#include <memory>

namespace nephele {

// A file descriptor that is closed unless somebody takes it.
class OwnedDescriptor final
{
public:
    explicit OwnedDescriptor(int fd) : m_fd(fd) { }
    ~OwnedDescriptor();
    Q_DISABLE_COPY_MOVE(OwnedDescriptor)
    int take() { return std::exchange(m_fd, -1); }

private:
    int m_fd;
};

using GraphicsDescriptor = Result<std::shared_ptr<OwnedDescriptor>>;

// What Hypervisor::openGraphics gives, so that nobody has to close it.
GraphicsDescriptor owned(const Result<int> &fd);

// Opens a guest's screen somewhere that may block: Hypervisor::openGraphics in the pool.
using OpenGraphics = std::function<QFuture<GraphicsDescriptor>()>;

// The socket to a guest's VNC server as an object of the calling thread; the descriptor is never leaked, also
// when `context` is gone before it arrives. `then` gets a connected socket without a parent, or the error.
void openGraphicsSocket(const OpenGraphics &open, QObject *context,
    std::function<void(Result<std::shared_ptr<QLocalSocket>>)> then);

// The client's half of the RFB handshake (RFC 6143 section 7.1) with a server that asks for no password.
// Ends with ready(), the next bytes being the client's ClientInit; or with failed().
class GraphicsLink final : public QObject
{
    Q_OBJECT

public:
    GraphicsLink(QLocalSocket *socket, QObject *parent);

signals:
    void ready();
    void failed(const QString &reason);

private:
    enum class Waiting { Version, TypeCount, Types, Verdict, Nothing };
    void read();
    bool step();
    void fail(const QString &reason);

    QLocalSocket *m_socket;
    Waiting m_waiting = Waiting::Version;
    int m_typeCount = 0;
};

} // namespace nephele
