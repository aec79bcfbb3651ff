// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "server/http/headers.h"

#include <QFuture>
#include <QIODevice>

#include <memory>
#include <variant>

namespace nephele {

// What goes back. Either a body in memory or a device that is read while it is sent.
struct Response
{
    int status = 200;
    Headers headers; // without Content-Length, Date, Connection and the request id: the edge's own
    QByteArray body;

    // Random access, open for reading, read on the worker's loop in pieces of at most 256 KiB: a read must
    // not block for long. Its size() is the length. The edge answers Range (single and multipart, RFC 9110
    // section 14) from it when status is 200.
    std::shared_ptr<QIODevice> content;

    static Response empty(int status) { return { status, {}, {}, nullptr }; }
    static Response json(int status, QByteArray body)
    {
        return { status, { { "Content-Type", "application/json" } }, std::move(body), nullptr };
    }
    static Response text(int status, QByteArray body)
    {
        return { status, { { "Content-Type", "text/plain; charset=UTF-8" } }, std::move(body), nullptr };
    }
    static Response download(std::shared_ptr<QIODevice> content, QByteArray contentType)
    {
        return { 200, { { "Content-Type", std::move(contentType) } }, {}, std::move(content) };
    }
};

// What a handler returns: an answer now or later. An Error becomes a fault of the face in one place
// (server/http/respond.cpp).
class Reply
{
public:
    Reply(Response response) : m_reply(Result<Response>(std::move(response))) { }
    Reply(Error error) : m_reply(Result<Response>(std::move(error))) { }
    Reply(Result<Response> result) : m_reply(std::move(result)) { }
    Reply(QFuture<Result<Response>> future) : m_reply(std::move(future)) { }

    bool isReady() const { return m_reply.index() == 0; }
    Result<Response> &now() { return std::get<0>(m_reply); }
    QFuture<Result<Response>> &later() { return std::get<1>(m_reply); }

private:
    std::variant<Result<Response>, QFuture<Result<Response>>> m_reply;
};

} // namespace nephele
