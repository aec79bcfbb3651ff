// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/rfbthread.h"

#include <QRect>
#include <rfb/rfbclient.h>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nephele {

namespace {

constexpr int largestSide = 8192; // a screen beyond that is a lie, and 256 MiB
constexpr int mostClipboardBytes = 1 << 20;
constexpr int mostWaitingInputs = 4096; // a guest that reads nothing must not fill our memory

char ownerTag; // its address finds our object in the client

// What libvncclient complained of last in this thread.
thread_local QString lastComplaint;

void keepComplaint(const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    lastComplaint = QString::fromUtf8(text).trimmed();
}

void ignoreRemark(const char *, ...) { }

// A write to a socket whose other end is gone must be an error of that write, not the end of the program.
void blockBrokenPipeSignal()
{
    sigset_t brokenPipe;
    sigemptyset(&brokenPipe);
    sigaddset(&brokenPipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &brokenPipe, nullptr);
}

void setUpClient(rfbClient &client)
{
    client.canHandleNewFBSize = TRUE;
    client.appData.useRemoteCursor = FALSE;
    client.appData.encodingsString = "copyrect zrle hextile zlib raw";
    client.appData.enableJPEG = FALSE;
    // QImage::Format_RGB32 is 0xffRRGGBB in the machine's own byte order, as is RFB's pixel here.
    client.format.redShift = 16;
    client.format.greenShift = 8;
    client.format.blueShift = 0;
    // The ticket was the password; a server that asks for another one gets none.
    client.GetPassword = [](rfbClient *) { return strdup(""); };
    client.GetCredential = nullptr;
    static const uint32_t schemes[] = { rfbNoAuth, rfbVncAuth, 0 };
    SetClientAuthSchemes(&client, schemes, -1);
}

} // namespace

RfbThread::RfbThread(int socket, QObject *parent)
    : QThread(parent), m_socket(socket), m_wakeUp(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
}

RfbThread::~RfbThread()
{
    {
        const QMutexLocker lock(&m_inputLock);
        m_isEnding = true;
    }
    // Ends whatever the thread is reading or writing just now.
    ::shutdown(m_socket, SHUT_RDWR);
    eventfd_write(m_wakeUp, 1);
    wait();
    ::close(m_socket);
    ::close(m_wakeUp);
}

void RfbThread::queue(Input input)
{
    {
        const QMutexLocker lock(&m_inputLock);
        // Only the last of several moves with the same buttons matters.
        const auto *now = std::get_if<Pointer>(&input);
        auto *before = m_inputs.isEmpty() ? nullptr : std::get_if<Pointer>(&m_inputs.last());
        if (now && before && now->buttons == before->buttons)
            *before = *now;
        else if (m_inputs.size() < mostWaitingInputs)
            m_inputs.append(std::move(input));
    }
    eventfd_write(m_wakeUp, 1);
}

void RfbThread::sendKey(quint32 keysym, bool isDown)
{
    queue(Key { keysym, isDown });
}

void RfbThread::sendPointer(QPoint position, int buttons)
{
    queue(Pointer { position, buttons });
}

void RfbThread::sendClipboard(const QString &text)
{
    queue(Clipboard { text.toLatin1().left(mostClipboardBytes) });
}

QSize RfbThread::frameSize() const
{
    const QMutexLocker lock(&m_frameLock);
    return m_frame.size();
}

RfbThread &RfbThread::of(rfbClient *client)
{
    return *static_cast<RfbThread *>(rfbClientGetClientData(client, &ownerTag));
}

void RfbThread::run()
{
    blockBrokenPipeSignal();
    rfbClientLog = ignoreRemark;
    rfbClientErr = keepComplaint;
    lastComplaint.clear();

    rfbClient *client = rfbGetClient(8, 3, 4);
    setUpClient(*client);
    rfbClientSetClientData(client, &ownerTag, this);
    client->MallocFrameBuffer = [](rfbClient *c) -> rfbBool {
        return of(c).allocateFrame(*c) ? TRUE : FALSE;
    };
    client->GotFrameBufferUpdate = [](rfbClient *c, int x, int y, int w, int h) {
        of(c).collect(QRect(x, y, w, h));
    };
    client->FinishedFrameBufferUpdate = [](rfbClient *c) { of(c).publish(); };
    client->GotXCutText = [](rfbClient *c, const char *text, int length) {
        emit of(c).clipboardReceived(QString::fromLatin1(text, qMin(length, mostClipboardBytes)));
    };
    client->sock = m_socket;

    if (connectClient(*client))
        serve(*client);
    client->sock = RFB_INVALID_SOCKET; // ours to close
    client->frameBuffer = nullptr; // m_back's
    rfbClientCleanup(client);

    const QMutexLocker lock(&m_inputLock);
    if (!m_isEnding)
        emit ended(lastComplaint);
}

bool RfbThread::connectClient(rfbClient &client)
{
    if (!InitialiseRFBConnection(&client))
        return false;
    client.width = client.si.framebufferWidth;
    client.height = client.si.framebufferHeight;
    client.updateRect = { 0, 0, client.width, client.height };
    return client.MallocFrameBuffer(&client) && SetFormatAndEncodings(&client)
        && SendFramebufferUpdateRequest(&client, 0, 0, client.width, client.height, FALSE);
}

bool RfbThread::allocateFrame(rfbClient &client)
{
    if (client.width < 1 || client.height < 1 || client.width > largestSide || client.height > largestSide) {
        lastComplaint = QStringLiteral("a screen of %1 x %2").arg(client.width).arg(client.height);
        return false;
    }
    m_back = QImage(client.width, client.height, QImage::Format_RGB32);
    if (m_back.isNull())
        return false;
    m_back.fill(Qt::black);
    client.frameBuffer = m_back.bits();
    m_dirty = {};
    {
        const QMutexLocker lock(&m_frameLock);
        m_frame = m_back.copy();
    }
    emit resized({ client.width, client.height });
    return true;
}

void RfbThread::publish()
{
    const QRegion dirty = std::exchange(m_dirty, {}) & m_back.rect();
    if (dirty.isEmpty())
        return;
    {
        const QMutexLocker lock(&m_frameLock);
        for (const QRect &part : dirty) {
            for (int y = part.top(); y <= part.bottom(); ++y)
                memcpy(m_frame.scanLine(y) + part.left() * 4, m_back.constScanLine(y) + part.left() * 4,
                    size_t(part.width()) * 4);
        }
    }
    emit painted(dirty);
}

void RfbThread::serve(rfbClient &client)
{
    for (;;) {
        // libvncclient reads ahead: with bytes in its buffer the socket has nothing to tell.
        if (client.buffered == 0) {
            pollfd sources[] = { { m_socket, POLLIN, 0 }, { m_wakeUp, POLLIN, 0 } };
            if (poll(sources, 2, -1) < 0 && errno != EINTR)
                return;
            if (sources[1].revents != 0 && !sendInputs(client))
                return;
            if (sources[0].revents == 0)
                continue;
        } else if (!sendInputs(client)) {
            return;
        }
        if (!HandleRFBServerMessage(&client))
            return;
    }
}

bool RfbThread::sendInputs(rfbClient &client)
{
    eventfd_t ignored = 0;
    eventfd_read(m_wakeUp, &ignored);
    QList<Input> inputs;
    {
        const QMutexLocker lock(&m_inputLock);
        if (m_isEnding)
            return false;
        inputs.swap(m_inputs);
    }
    for (Input &input : inputs) {
        rfbBool sent = TRUE;
        if (const auto *key = std::get_if<Key>(&input))
            sent = SendKeyEvent(&client, key->keysym, key->isDown ? TRUE : FALSE);
        else if (const auto *pointer = std::get_if<Pointer>(&input))
            sent = SendPointerEvent(&client, pointer->position.x(), pointer->position.y(), pointer->buttons);
        else if (auto *clipboard = std::get_if<Clipboard>(&input))
            sent = SendClientCutText(&client, clipboard->latin1.data(), int(clipboard->latin1.size()));
        if (!sent)
            return false;
    }
    return true;
}

} // namespace nephele
