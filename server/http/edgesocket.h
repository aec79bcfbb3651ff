// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpSocket>

namespace nephele {

// What QHttpServer sees of a connection: complete, harmless requests, one at a time, and nothing of the
// network. What it writes is dropped: the edge sends the reply that was given to the exchange. Owned by
// QHttpServer from the first request on; lives in the worker's thread.
class EdgeSocket final : public QTcpSocket
{
    Q_OBJECT

public:
    EdgeSocket(const QHostAddress &peer, quint16 peerPort);

    // Lets QHttpServer read that request now.
    void feed(const QByteArray &request);
    // The connection is over; QHttpServer lets go of this object.
    void finish();

    qint64 bytesAvailable() const override;
    qint64 bytesToWrite() const override { return 0; }
    void disconnectFromHost() override { emit refused(); }
    void close() override { emit refused(); }

signals:
    // QHttpServer could not read what it was fed.
    void refused();

protected:
    qint64 readData(char *data, qint64 most) override;
    qint64 writeData(const char *, qint64 length) override { return length; }

private:
    QByteArray m_feed;
    qsizetype m_read = 0;
};

} // namespace nephele
