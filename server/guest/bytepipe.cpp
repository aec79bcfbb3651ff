// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/bytepipe.h"

#include <QIODevice>

namespace nephele {

BytePipe::BytePipe(QIODevice *left, QIODevice *right, QObject *parent)
    : QObject(parent), m_left(left), m_right(right)
{
    for (QIODevice *side : { left, right }) {
        connect(side, &QIODevice::readyRead, this, &BytePipe::pump);
        connect(side, &QIODevice::bytesWritten, this, &BytePipe::pump);
    }
}

void BytePipe::pump()
{
    move(m_left, m_right);
    move(m_right, m_left);
}

void BytePipe::move(QIODevice *from, QIODevice *to)
{
    while (to->isWritable() && to->bytesToWrite() < mostUnsentBytes) {
        const QByteArray chunk = from->read(readBufferBytes);
        if (chunk.isEmpty())
            return;
        to->write(chunk);
    }
}

} // namespace nephele
