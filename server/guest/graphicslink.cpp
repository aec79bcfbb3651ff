// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/graphicslink.h"

#include "model/base/whendone.h"
#include "server/guest/bytepipe.h"

#include <unistd.h>

namespace nephele {

namespace {

constexpr char securityNone = 1;
const QByteArray rfbVersion = QByteArrayLiteral("RFB 003.008\n");

} // namespace

OwnedDescriptor::~OwnedDescriptor()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

GraphicsDescriptor owned(const Result<int> &fd)
{
    return fd ? GraphicsDescriptor(std::make_shared<OwnedDescriptor>(*fd)) : GraphicsDescriptor(fd.error());
}

void openGraphicsSocket(const OpenGraphics &open, QObject *context,
    std::function<void(Result<std::shared_ptr<QLocalSocket>>)> then)
{
    whenDone(open(), context, [then = std::move(then)](const GraphicsDescriptor &opened) {
        if (!opened)
            return then(opened.error());
        const auto socket =
            std::shared_ptr<QLocalSocket>(new QLocalSocket, [](QLocalSocket *gone) { gone->deleteLater(); });
        socket->setReadBufferSize(BytePipe::readBufferBytes);
        if (!socket->setSocketDescriptor((*opened)->take()))
            return then(internalError(QStringLiteral("graphics: ") + socket->errorString()));
        then(socket);
    });
}

GraphicsLink::GraphicsLink(QLocalSocket *socket, QObject *parent) : QObject(parent), m_socket(socket)
{
    connect(socket, &QLocalSocket::readyRead, this, &GraphicsLink::read);
    connect(socket, &QLocalSocket::disconnected, this,
        [this] { fail(QStringLiteral("The guest's screen was closed.")); });
    // What came before we listened; queued, so that the owner can connect first.
    QMetaObject::invokeMethod(this, &GraphicsLink::read, Qt::QueuedConnection);
}

void GraphicsLink::read()
{
    while (m_waiting != Waiting::Nothing && step()) { }
}

// One message of the handshake; false while it is not all there.
bool GraphicsLink::step()
{
    const auto has = [this](qint64 bytes) { return m_socket->bytesAvailable() >= bytes; };
    switch (m_waiting) {
    case Waiting::Version:
        if (!has(rfbVersion.size()))
            return false;
        if (m_socket->read(rfbVersion.size()) != rfbVersion) {
            fail(QStringLiteral("The guest's screen speaks another version of RFB."));
            return false;
        }
        m_socket->write(rfbVersion);
        m_waiting = Waiting::TypeCount;
        return true;
    case Waiting::TypeCount:
        if (!has(1))
            return false;
        m_typeCount = uchar(m_socket->read(1).at(0));
        m_waiting = Waiting::Types;
        return true;
    case Waiting::Types:
        if (!has(m_typeCount))
            return false;
        if (!m_socket->read(m_typeCount).contains(securityNone)) {
            fail(QStringLiteral("The guest's screen asks for a password."));
            return false;
        }
        m_socket->write(QByteArray(1, securityNone));
        m_waiting = Waiting::Verdict;
        return true;
    case Waiting::Verdict:
        if (!has(4))
            return false;
        if (m_socket->read(4) != QByteArray(4, '\0')) {
            fail(QStringLiteral("The guest's screen refused us."));
            return false;
        }
        m_waiting = Waiting::Nothing;
        disconnect(m_socket, nullptr, this, nullptr);
        emit ready();
        return false;
    case Waiting::Nothing:
        break;
    }
    return false;
}

void GraphicsLink::fail(const QString &reason)
{
    if (m_waiting == Waiting::Nothing)
        return;
    m_waiting = Waiting::Nothing;
    disconnect(m_socket, nullptr, this, nullptr);
    emit failed(reason);
}

} // namespace nephele
