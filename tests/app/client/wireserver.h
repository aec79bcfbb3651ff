// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>
#include <memory>

namespace nephele::test {

struct WireRequest
{
    QByteArray method;
    QByteArray target;
    QHash<QByteArray, QByteArray> headers; // names in lower case
    QByteArray body;
    QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
};

// The other end of a socket for what no proper cloud does: answers late, wrongly, half, or not at all. What
// a cloud does properly is tested against the cloud itself. Speaks just enough HTTP/1.1 to hear a request.
class WireServer : public QObject
{
public:
    // The raw bytes to send; empty: say nothing; closing(...): send and hang up.
    using Answer = std::function<QByteArray(const WireRequest &)>;

    explicit WireServer(Answer answer, std::unique_ptr<QTcpServer> server = std::make_unique<QTcpServer>())
        : m_answer(std::move(answer)), m_server(std::move(server))
    {
        connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, [this] { accept(); });
        m_server->listen(QHostAddress::LocalHost);
    }

    QUrl url(const QString &scheme = QStringLiteral("http")) const
    {
        return QUrl(QStringLiteral("%1://127.0.0.1:%2").arg(scheme).arg(m_server->serverPort()));
    }
    const QList<WireRequest> &requests() const { return m_requests; }
    int count(const QByteArray &method, const QByteArray &target) const
    {
        return int(std::count_if(m_requests.cbegin(), m_requests.cend(),
            [&](const WireRequest &r) { return r.method == method && r.target == target; }));
    }
    void setAnswer(Answer answer) { m_answer = std::move(answer); }

    static QByteArray reply(int status, const QByteArray &body, const QByteArray &headers = {},
        const QByteArray &type = "application/json")
    {
        return "HTTP/1.1 " + QByteArray::number(status) + " x\r\nContent-Type: " + type
            + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + headers + "\r\n" + body;
    }
    static QByteArray closing(const QByteArray &bytes) { return hangUp + bytes; }

private:
    inline static const QByteArray hangUp = QByteArrayLiteral("\0hang up\0");

    void accept()
    {
        while (QTcpSocket *socket = m_server->nextPendingConnection()) {
            const auto buffer = std::make_shared<QByteArray>();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket, buffer] {
                *buffer += socket->readAll();
                while (takeRequest(*socket, *buffer)) { }
            });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            if (socket->bytesAvailable() > 0)
                emit socket->readyRead();
        }
    }

    bool takeRequest(QTcpSocket &socket, QByteArray &buffer)
    {
        const qsizetype end = buffer.indexOf("\r\n\r\n");
        if (end < 0)
            return false;
        WireRequest request;
        const QList<QByteArray> lines = buffer.left(end).split('\n');
        request.method = lines.constFirst().split(' ').value(0);
        request.target = lines.constFirst().split(' ').value(1);
        for (const QByteArray &line : lines.mid(1)) {
            const qsizetype colon = line.indexOf(':');
            request.headers.insert(line.left(colon).toLower(), line.mid(colon + 1).trimmed());
        }
        const qsizetype length = request.headers.value("content-length").toLongLong();
        if (buffer.size() < end + 4 + length)
            return false;
        request.body = buffer.mid(end + 4, length);
        buffer.remove(0, end + 4 + length);
        m_requests.append(request);
        QByteArray answer = m_answer(request);
        const bool closes = answer.startsWith(hangUp);
        if (closes)
            answer.remove(0, hangUp.size());
        socket.write(answer);
        if (closes)
            socket.disconnectFromHost();
        return !closes;
    }

    Answer m_answer;
    std::unique_ptr<QTcpServer> m_server;
    QList<WireRequest> m_requests;
};

} // namespace nephele::test
