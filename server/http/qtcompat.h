// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>

#include <functional>
#include <utility>

// The one place that knows which Qt this is: QtHttpServer changed between 6.4 and 6.8.
namespace nephele::qtcompat {

// Every request comes to `take`; the reply written here is the edge's to replace.
inline void takeEveryRequest(
    QHttpServer &server, QObject *context, std::function<void(const QHttpServerRequest &)> take)
{
    constexpr auto status = QHttpServerResponder::StatusCode::NoContent;
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    server.setMissingHandler(context,
        [take = std::move(take)](const QHttpServerRequest &request, QHttpServerResponder &responder) {
            take(request);
            responder.write(status);
        });
#else
    Q_UNUSED(context);
    server.setMissingHandler(
        [take = std::move(take)](const QHttpServerRequest &request, QHttpServerResponder &&responder) {
            take(request);
            responder.write(status);
        });
#endif
}

// Gives the server (listening, or 6.8 refuses it) to QHttpServer, which owns it from now on.
inline bool bind(QHttpServer &server, QTcpServer *connections)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    return server.bind(connections);
#else
    server.bind(connections);
    return true;
#endif
}

} // namespace nephele::qtcompat
