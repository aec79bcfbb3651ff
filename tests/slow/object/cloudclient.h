// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/server/http/rawclient.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <optional>

namespace nephele::test {

// Swift of a cloud in another process, by one connection at a time; blocks, so for a thread of its own.
class CloudClient
{
public:
    enum class Framing { Length, Chunks };

    CloudClient(const QUrl &url, QByteArray token, QByteArray account)
        : m_port(quint16(url.port())), m_token(std::move(token)), m_account(std::move(account))
    {
    }

    // Signs in; nothing when the cloud does not let him.
    static std::optional<CloudClient> signIn(const QUrl &url, const QString &user, const QString &password)
    {
        RawClient client(quint16(url.port()));
        const RawReply reply = client.exchange("GET /auth/v1.0 HTTP/1.1\r\nHost: localhost\r\nX-Auth-User: "
            + user.toUtf8() + "\r\nX-Auth-Key: " + password.toUtf8() + "\r\n\r\n");
        const QByteArray storage = QUrl(QString::fromUtf8(reply.header("X-Storage-Url"))).path().toUtf8();
        if (reply.status / 100 != 2)
            return std::nullopt;
        return CloudClient(url, reply.header("X-Auth-Token"), storage);
    }
    // The same person at the cloud's next life.
    CloudClient at(const QUrl &url) const { return CloudClient(url, m_token, m_account); }

    // The same account in Pithos' face.
    QByteArray pithos() const
    {
        return "/pithos/object-store/v1/" + m_account.mid(m_account.indexOf('_') + 1);
    }

    // `path` below the account, or a whole one of Pithos; `fields` with their line ends. Status 0: the
    // connection broke before the whole reply was there.
    RawReply call(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &fields = {}, Framing framing = Framing::Length)
    {
        if (!m_client)
            m_client = std::make_unique<RawClient>(m_port);
        const QByteArray length = QByteArray::number(body.size());
        const QByteArray framed = framing == Framing::Length ? "Content-Length: " + length + "\r\n\r\n" + body
                                                             : "Transfer-Encoding: chunked\r\n\r\n"
                + QByteArray::number(body.size(), 16) + "\r\n" + body + "\r\n0\r\n\r\n";
        m_client->send(method + ' ' + (path.startsWith("/pithos") ? QByteArray() : m_account) + path
            + " HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: " + m_token + "\r\n" + fields + framed);
        const RawReply reply = m_client->reply(method, 60'000);
        const bool hasBody = method != "HEAD" && reply.status != 204;
        const bool isWhole = !hasBody || reply.body.size() == reply.header("Content-Length").toLongLong();
        if (reply.status == 0 || reply.header("Connection") == "close" || !isWhole)
            m_client.reset();
        return isWhole ? reply : RawReply {};
    }
    int status(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &fields = {}, Framing framing = Framing::Length)
    {
        return call(method, path, body, fields, framing).status;
    }

private:
    quint16 m_port;
    QByteArray m_token;
    QByteArray m_account;
    std::unique_ptr<RawClient> m_client;
};

} // namespace nephele::test
