// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/caller.h"
#include "server/http/bodysink.h"
#include "server/http/request.h"
#include "server/http/response.h"

#include <functional>
#include <memory>
#include <vector>

class QWebSocket;

namespace nephele {

// How a fault looks on the wire; one renderer each in server/http/faults.cpp.
enum class FaultForm { Astakos, Cyclades, Pithos, Keystone, Nova, Glance, Neutron, Cinder, Swift, Nephele };

// What a caller must be for a route. Checked on the head, before the body is read.
enum class Right {
    Public, // no token needed; one that is there and good is still recognised
    SignedIn, // any good token, also an unscoped one
    Reader, // a token with a project (Synnefo: any user token)
    Member, // may change what he sees; reader-only tokens get Forbidden
    Admin, // cloud administrator
    ProjectAdmin, // the cloud role of that name, or administrator; so the next two
    AdminApi,
    AdminStats,
    Service, // the token of a component; every other right refuses such a token
};

// How the body of a route comes in.
struct BodyRule
{
    // Opens the sink for one request, judged on its head (quota, length, existence).
    using OpenSink =
        std::function<QFuture<Result<std::shared_ptr<BodySink>>>(const Request &, const Caller &)>;

    qint64 mostBytes = 1 << 20; // 413 beyond it
    OpenSink open; // absent: the body is buffered

    static BodyRule buffered(qint64 mostBytes = 1 << 20) { return { mostBytes, {} }; }
    static BodyRule streamed(qint64 mostBytes, OpenSink open) { return { mostBytes, std::move(open) }; }
};

using Handler = std::function<Reply(const Request &, const Caller &)>;

// One line of a service's routes table. The right has no default: a route without one does not compile.
struct Route
{
    Route(QByteArray verb, QByteArray path, Right needed, Handler answer,
        BodyRule bodyRule = BodyRule::buffered())
        : method(std::move(verb))
        , pattern(std::move(path))
        , right(needed)
        , handler(std::move(answer))
        , body(std::move(bodyRule))
    {
    }

    QByteArray method; // a GET route also answers HEAD unless the table has one
    QByteArray
        pattern; // "/servers/{id}/action"; {name} takes one segment, {name...} the rest with its slashes
    Right right;
    Handler handler;
    BodyRule body;
};

// A GET that becomes a WebSocket (RFC 6455). Right and Origin are checked before the upgrade; the opener then
// gets the open socket in the worker's thread and decides what it carries. The socket deletes itself after
// its disconnected(); its bytesToWrite() tells what the peer has not taken yet, and bytesWritten() follows.
// The edge bounds incoming messages and reads no faster than they are consumed. Browsers cannot send
// X-Auth-Token: a Public route whose opener takes a one-time ticket from the query serves them.
struct WebSocketRoute
{
    using Opener = std::function<void(QWebSocket *, const Request &, const Caller &)>;

    WebSocketRoute(QByteArray path, Right needed, Opener open)
        : pattern(std::move(path)), right(needed), opener(std::move(open))
    {
    }

    QByteArray pattern;
    Right right;
    Opener opener;
};

// The routes of one face of one service. Matching: prefix, then the first pattern that fits; a path that fits
// with another method is 405 with Allow; one that fits nothing is the face's "not found".
struct RouteTable
{
    QByteArray prefix; // "/compute/v2.1"; no slash at the end
    Face face; // whose scope rules the caller is judged by
    FaultForm faults;
    std::vector<Route> routes;
    std::vector<WebSocketRoute> webSockets = {};
};

// Tells who sent a token. One instance per worker, used in its thread only.
class Authenticator
{
public:
    virtual ~Authenticator() = default;
    // Unauthenticated when the token is unknown, expired or revoked, or its user may not act.
    virtual Result<Caller> authenticate(const QByteArray &token, Face face) = 0;
};

} // namespace nephele
