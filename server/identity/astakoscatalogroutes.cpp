// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/astakoscatalogroutes.h"

#include "model/base/whendone.h"
#include "model/identity/secret.h"
#include "server/identity/astakosjson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int mostEndpoints = 10'000;
constexpr int namesInASlice = 500;

Response privateJson(QByteArray body)
{
    Response response = Response::json(200, std::move(body));
    response.headers = { { "Content-Type", "application/json; charset=UTF-8" },
        { "Cache-Control", "no-cache, no-store, must-revalidate" }, { "Vary", "X-Auth-Token" } };
    return response;
}

Result<int> numberFrom(const Request &request, QLatin1StringView name, int standard, int least)
{
    const auto text = request.query(name);
    if (!text)
        return standard;
    bool isNumber = false;
    const int number = text->toInt(&isNumber);
    if (!isNumber || number < least || number > mostEndpoints)
        return invalid(u"%1: a number from %2 to %3."_s.arg(name).arg(least).arg(mostEndpoints));
    return number;
}

// One's own token only: what it opens is nobody else's to ask.
Reply listEndpoints(IdentityService &service, const Request &request, const Caller &caller)
{
    const QByteArray token = request.parameter("token"_L1).toUtf8();
    if (!equalInConstantTime(sha256(token), caller.tokenHash))
        return forbidden(u"The token in the address is not the one in X-Auth-Token."_s);
    const auto belongsTo = request.query("belongsTo"_L1);
    if (belongsTo && *belongsTo != caller.user.text())
        return invalid(u"belongsTo: must be the user's own uuid."_s);
    const auto marker = numberFrom(request, "marker"_L1, 0, 0);
    if (!marker)
        return marker.error();
    const auto limit = numberFrom(request, "limit"_L1, mostEndpoints, 1);
    if (!limit)
        return limit.error();
    return privateJson(
        endpointsJson(service.settings().services, request.baseUrl, *marker, *limit, request.path));
}

using SharedCatalogs = std::shared_ptr<NameCatalogs>;

// Done when the worker's loop has been round once.
QFuture<Result<>> nextTurn(QObject *context)
{
    const auto turn = std::make_shared<QPromise<Result<>>>();
    turn->start();
    QMetaObject::invokeMethod(
        context,
        [turn] {
            turn->addResult(Result<>());
            turn->finish();
        },
        Qt::QueuedConnection);
    return turn->future();
}

// Adds slice after slice, with others' requests in between.
QFuture<Result<SharedCatalogs>> everybody(
    IdentityService &service, const SharedCatalogs &known, const QString &after)
{
    const auto slice = service.namesAfter(after, namesInASlice);
    if (!slice)
        return readyFailure<SharedCatalogs>(slice.error());
    for (const auto &[id, name] : *slice) {
        known->namesById.insert(id, name);
        known->idsByName.insert(name.toLower(), id);
    }
    if (slice->size() < namesInASlice)
        return QtFuture::makeReadyFuture(Result<SharedCatalogs>(known));
    return thenIn(
        nextTurn(&service), &service, [&service, known, last = slice->last().first](const Result<> &) {
            return everybody(service, known, last);
        });
}

Reply listNamesForService(IdentityService &service, const Request &request)
{
    const QByteArray type = request.headers.value("Content-Type").split(';').first().trimmed();
    if (type.compare("application/json", Qt::CaseInsensitive) != 0)
        return invalid(u"The header Content-Type must be application/json."_s);
    const auto question = catalogQuestionFromJson(request.body);
    if (!question)
        return question.error();
    if (question->wantsEverybody)
        return thenIn(everybody(service, std::make_shared<NameCatalogs>(), {}), &service,
            [](const Result<SharedCatalogs> &all) -> Result<Response> {
                if (!all)
                    return all.error();
                return privateJson(nameCatalogsJson(**all));
            });
    const auto catalogs = service.nameCatalogs(question->ids, question->names);
    if (!catalogs)
        return catalogs.error();
    return privateJson(nameCatalogsJson(*catalogs));
}

} // namespace

std::vector<RouteTable> astakosCatalogRoutes(IdentityService &service)
{
    IdentityService *s = &service;
    RouteTable identity { "/astakos/identity", Face::Synnefo, FaultForm::Astakos, {} };
    identity.routes = {
        { "GET", "/v2.0/tokens/{token}/endpoints", Right::SignedIn,
            [s](const Request &request, const Caller &caller) {
                return listEndpoints(*s, request, caller);
            } },
    };
    RouteTable account { "/astakos/account/v1.0", Face::Synnefo, FaultForm::Astakos, {} };
    account.routes = {
        { "POST", "/service/user_catalogs", Right::Service,
            [s](const Request &request, const Caller &) { return listNamesForService(*s, request); } },
    };
    return { std::move(identity), std::move(account) };
}

} // namespace nephele
