// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QIODevice;

namespace nephele {

// Carries bytes between two connected sockets of its own thread, both ways, holding back the faster side:
// give both a read buffer of readBufferBytes, so that what is not taken stays in the kernel. Owns neither;
// who does ends it, by watching the sockets' disconnected signals.
class BytePipe final : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 readBufferBytes = 256 << 10;
    static constexpr qint64 mostUnsentBytes = 1 << 20;

    BytePipe(QIODevice *left, QIODevice *right, QObject *parent);

    // Moves what is there now; also the last bytes of a side that has closed.
    void pump();

private:
    void move(QIODevice *from, QIODevice *to);

    QIODevice *m_left;
    QIODevice *m_right;
};

} // namespace nephele
