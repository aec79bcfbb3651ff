// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/coreroutes.h"

#include "model/base/clock.h"
#include "server/http/replyformat.h"
#include "server/http/respond.h"

#include <QFile>

namespace nephele {

namespace {

Response health(const CoreOptions &options, const Request &request)
{
    // Swift's clients look for this field here too.
    const QByteArray transaction = transactionId(request.id, Clock::system().nowMs());
    const Result<> state = options.check ? options.check() : Result<>();
    const int status = state ? 200 : 503;
    const bool isText = wantedFormat(request, { ReplyFormat::Json, ReplyFormat::Text }) == ReplyFormat::Text;
    if (isText) {
        Response response = Response::text(status, state ? "OK\n" : state.error().message.toUtf8() + '\n');
        response.headers.append("X-Trans-Id", transaction);
        return response;
    }
    JsonWriter json;
    json.beginObject().member("status", state ? "ok" : "failing").member("version", NEPHELE_VERSION);
    if (!state)
        json.member("reason", state.error().message);
    if (options.writeFacts)
        options.writeFacts(json);
    json.endObject();
    Response response = Response::json(status, std::move(json).bytes());
    response.headers.append("Cache-Control", "no-store");
    response.headers.append("X-Trans-Id", transaction);
    return response;
}

// A proxy on this machine speaks for others.
bool isFromThisMachine(const Request &request)
{
    return request.peer.isLoopback() && !request.headers.contains("X-Forwarded-For")
        && !request.headers.contains("Forwarded");
}

Reply metrics(const CoreOptions &options, const Request &request, const Caller &caller)
{
    if (!caller.isAdmin && !isFromThisMachine(request))
        return forbidden(QStringLiteral("Metrics are for this machine and for cloud administrators."));
    QByteArray lines = options.metrics ? options.metrics->prometheus() : QByteArray();
    if (options.moreMetrics)
        lines.append(options.moreMetrics());
    return Response { 200, { { "Content-Type", "text/plain; version=0.0.4; charset=utf-8" } }, lines,
        nullptr };
}

Response welcome(const CoreOptions &options, const Request &request)
{
    QFile file(QStringLiteral(":/pages/welcome.html"));
    QByteArray page = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    page.replace("${url}", QString::fromUtf8(request.baseUrl).toHtmlEscaped().toUtf8());
    page.replace("${region}", options.regionName.toHtmlEscaped().toUtf8());
    page.replace("${version}", NEPHELE_VERSION);
    return { 200,
        { { "Content-Type", "text/html; charset=UTF-8" },
            { "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:" },
            { "X-Content-Type-Options", "nosniff" }, { "Referrer-Policy", "no-referrer" } },
        page, nullptr };
}

} // namespace

RouteTable coreRoutes(CoreOptions given)
{
    const auto options = std::make_shared<const CoreOptions>(std::move(given));
    std::vector<Route> routes;
    routes.emplace_back("GET", "/", Right::Public,
        [options](const Request &request, const Caller &) -> Reply { return welcome(*options, request); });
    routes.emplace_back("GET", "/healthcheck", Right::Public,
        [options](const Request &request, const Caller &) -> Reply { return health(*options, request); });
    routes.emplace_back(
        "GET", "/metrics", Right::Public, [options](const Request &request, const Caller &caller) {
            return metrics(*options, request, caller);
        });
    return { "", Face::OpenStack, FaultForm::Nephele, std::move(routes), {} };
}

} // namespace nephele
