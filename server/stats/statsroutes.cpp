// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stats/statsroutes.h"

#include "model/base/whendone.h"
#include "server/stats/statsjson.h"

#include <QRegularExpression>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

Response jsonAnswer(QByteArray body, const QByteArray &cacheControl)
{
    Response response = Response::json(200, std::move(body));
    response.headers = { { "Content-Type", "application/json; charset=UTF-8" },
        { "Cache-Control", cacheControl }, { "Vary", "X-Auth-Token" } };
    return response;
}

constexpr auto forEverybody = "max-age=60";
constexpr auto forAdministrators = "no-cache, no-store, must-revalidate";

// The name of a function (JSONP), nullopt without one. What is no plain name could be a script of its own.
Result<std::optional<QString>> callbackOf(const Request &request)
{
    const auto name = request.query("callback"_L1);
    if (!name)
        return std::optional<QString>();
    static const QRegularExpression plain(
        uR"(\A[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*){0,7}\z)"_s);
    if (name->size() > 64 || !plain.match(*name).hasMatch())
        return invalid(u"callback: must be the name of a JavaScript function, of 64 characters at most."_s);
    return name;
}

Response wrapped(Response response, const std::optional<QString> &callback)
{
    if (!callback)
        return response;
    // The comment keeps the name from being the first bytes of what a browser may take for another format.
    response.body = "/**/" + callback->toLatin1() + '(' + response.body + ");";
    response.headers.set("Content-Type", "application/javascript; charset=UTF-8");
    response.headers.set("X-Content-Type-Options", "nosniff");
    return response;
}

template <class T, class Write>
Reply answer(QFuture<Result<T>> stats, QObject &context, const char *cacheControl, Write write)
{
    return thenIn(stats, &context,
        [cacheControl, write = std::move(write)](const Result<T> &counted) -> Result<Response> {
            if (!counted)
                return counted.error();
            Result<QByteArray> body = write(*counted);
            if (!body)
                return body.error();
            return jsonAnswer(*std::move(body), cacheControl);
        });
}

Reply showSummary(CloudStats &stats, QObject &context, const Request &request)
{
    const auto callback = callbackOf(request);
    if (!callback)
        return callback.error();
    return thenIn(stats.compute(), &context,
        [callback = *callback](const Result<ComputeStats> &counted) -> Result<Response> {
            if (!counted)
                return counted.error();
            return wrapped(jsonAnswer(computeSummaryJson(*counted), forEverybody), callback);
        });
}

// There is one backend: number 1, by the name of this machine.
Result<QByteArray> detailOf(const ComputeStats &stats, const std::optional<QString> &backend)
{
    if (!backend)
        return computeDetailJson(stats, StatsOf::Cloud);
    if (*backend != "1"_L1 && *backend != stats.host.name)
        return invalid(u"backend: there is no such backend."_s);
    return computeDetailJson(stats, StatsOf::Backend);
}

} // namespace

std::vector<RouteTable> statsRoutes(CloudStats &stats, QObject &context)
{
    CloudStats *s = &stats;
    QObject *c = &context;
    RouteTable astakos { "/astakos/admin", Face::Synnefo, FaultForm::Astakos, {} };
    astakos.routes = {
        { "GET", "/stats", Right::Public,
            [s, c](const Request &, const Caller &) {
                return answer(s->people(), *c, forEverybody, &peopleSummaryJson);
            } },
        { "GET", "/stats/detail", Right::AdminStats,
            [s, c](const Request &, const Caller &) {
                return answer(s->people(), *c, forAdministrators, &peopleDetailJson);
            } },
    };
    RouteTable cyclades { "/cyclades/admin", Face::Synnefo, FaultForm::Cyclades, {} };
    cyclades.routes = {
        { "GET", "/stats", Right::Public,
            [s, c](const Request &request, const Caller &) { return showSummary(*s, *c, request); } },
        { "GET", "/stats/simple", Right::Public,
            [s, c](const Request &, const Caller &) {
                return answer(s->simpleCompute(), *c, "max-age=300", &computeSimpleJson);
            } },
        { "GET", "/stats/detail", Right::AdminStats,
            [s, c](const Request &request, const Caller &) {
                return answer(s->compute(), *c, forAdministrators,
                    [backend = request.query("backend"_L1)](
                        const ComputeStats &counted) { return detailOf(counted, backend); });
            } },
    };
    return { std::move(astakos), std::move(cyclades) };
}

} // namespace nephele
