// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QMutex>
#include <QRegion>
#include <QThread>

#include <variant>

struct _rfbClient;

namespace nephele {

// Speaks RFB (RFC 6143) over one connected stream socket, with libvncclient, whose calls block: hence the
// thread. What the guest shows is kept in one image behind a lock; what the user does is queued here and
// sent by the thread. Made, started and destroyed by the window's thread; destroying it ends the connection.
// The guest is not trusted: sizes are bounded, and a text from it is bounded too.
class RfbThread : public QThread
{
    Q_OBJECT

public:
    // Takes the socket over.
    explicit RfbThread(int socket, QObject *parent = nullptr);
    ~RfbThread() override;

    // Of X11's keysymdef.h. Order is kept between keys and pointer.
    void sendKey(quint32 keysym, bool isDown);
    // In the guest's pixels; buttons as RFC 6143 7.5.5 counts them: bit 0 left, 1 middle, 2 right, 3-6 wheel.
    void sendPointer(QPoint position, int buttons);
    void sendClipboard(const QString &text); // RFC 6143 7.5.6: Latin-1, the rest becomes '?'

    QSize frameSize() const;
    // Calls `use` with the image as it is now, under the lock: short work only. A null image before the
    // first picture.
    template <class Use>
    void withFrame(Use &&use) const
    {
        const QMutexLocker lock(&m_frameLock);
        use(m_frame);
    }

signals:
    void resized(QSize size); // the connection stands, or the guest changed its mode
    void painted(const QRegion &region); // in the guest's pixels
    void clipboardReceived(const QString &text);
    void ended(const QString &detail); // the server went away, or what it said is not RFB; for "Show details"

protected:
    void run() override;

private:
    struct Key
    {
        quint32 keysym;
        bool isDown;
    };
    struct Pointer
    {
        QPoint position;
        int buttons;
    };
    struct Clipboard
    {
        QByteArray latin1;
    };
    using Input = std::variant<Key, Pointer, Clipboard>;

    // Called by libvncclient in the thread.
    bool allocateFrame(_rfbClient &client);
    void collect(const QRect &rectangle) { m_dirty += rectangle; }
    void publish();
    static RfbThread &of(_rfbClient *client);

    bool connectClient(_rfbClient &client);
    void serve(_rfbClient &client);
    bool sendInputs(_rfbClient &client);
    void queue(Input input);

    const int m_socket;
    int m_wakeUp = -1; // eventfd: there is input, or the end has come
    QMutex m_inputLock; // for m_inputs and m_isEnding
    QList<Input> m_inputs;
    bool m_isEnding = false;
    mutable QMutex m_frameLock; // for m_frame
    QImage m_frame; // what the window draws
    QImage m_back; // what libvncclient draws into; the thread's own
    QRegion m_dirty; // the thread's own
};

} // namespace nephele
