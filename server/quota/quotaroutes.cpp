// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/quota/quotaroutes.h"

#include "model/base/whendone.h"
#include "server/quota/commissionjson.h"
#include "server/quota/quotajson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr qint64 mostCommissionBytes = 1 << 20;

Response jsonAnswer(int status, QByteArray body)
{
    Response response = Response::json(status, std::move(body));
    response.headers = { { "Content-Type", "application/json; charset=UTF-8" },
        { "Cache-Control", "no-cache, no-store, must-revalidate" }, { "Vary", "X-Auth-Token" } };
    return response;
}

// Synnefo answers 400, not 415, to any other or no content type.
bool isJson(const Request &request)
{
    const QByteArray type = request.headers.value("Content-Type").split(';').first().trimmed();
    return type.compare("application/json", Qt::CaseInsensitive) == 0;
}

Error notJson()
{
    return invalid(u"The header Content-Type must be application/json."_s);
}

// The words of a comma list in the query; none when it is absent or empty.
QStringList namedIn(const Request &request, QLatin1StringView name)
{
    return request.query(name).value_or(QString()).split(u',', Qt::SkipEmptyParts);
}

std::optional<qint64> serialOf(const Request &request)
{
    bool ok = false;
    const qint64 serial = request.parameter("serial"_L1).toLongLong(&ok);
    return ok && serial >= 0 ? std::optional(serial) : std::nullopt;
}

Error wrongSerial()
{
    return invalid(u"The serial must be a number."_s);
}

Reply listResources(QuotaService &service)
{
    const auto resources = service.resources();
    if (!resources)
        return resources.error();
    Response response = jsonAnswer(200, resourcesJson(*resources));
    response.headers.set("Cache-Control", "max-age=60");
    return response;
}

Reply listQuotas(QuotaService &service, const Caller &caller)
{
    const auto lines = service.quotas(caller, QuotaService::Hidden::LeftOut);
    if (!lines)
        return lines.error();
    return jsonAnswer(200, quotasJson(*lines));
}

Reply listServiceQuotas(QuotaService &service, const Request &request, const Caller &caller)
{
    return thenIn(service.serviceQuotas(caller, namedIn(request, "user"_L1), namedIn(request, "project"_L1)),
        &service, [](const Result<QList<QuotaService::UserQuotas>> &quotas) -> Result<Response> {
            if (!quotas)
                return quotas.error();
            return jsonAnswer(200, serviceQuotasJson(*quotas));
        });
}

Reply listServiceProjectQuotas(QuotaService &service, const Request &request, const Caller &caller)
{
    return thenIn(service.serviceProjectQuotas(caller, namedIn(request, "project"_L1)), &service,
        [](const Result<QList<QuotaLine>> &lines) -> Result<Response> {
            if (!lines)
                return lines.error();
            return jsonAnswer(200, serviceProjectQuotasJson(*lines));
        });
}

Reply issueCommission(QuotaService &service, const Request &request, const Caller &caller)
{
    if (!isJson(request))
        return commissionFault(notJson());
    const auto wanted = newCommissionFromJson(request.body);
    if (!wanted)
        return commissionFault(wanted.error());
    return thenIn(service.issue(caller, *wanted), &service,
        [](const Result<CommissionStore::Issued> &issued) -> Result<Response> {
            if (!issued && issued.error().code == ErrorCode::Invalid)
                return commissionFault(issued.error());
            if (!issued)
                return issued.error();
            if (const auto *refusal = std::get_if<CommissionRefusal>(&*issued))
                return commissionFault(*refusal);
            return jsonAnswer(201, issuedCommissionJson(std::get<qint64>(*issued)));
        });
}

Reply listCommissions(QuotaService &service, const Caller &caller)
{
    const auto serials = service.pendingCommissions(caller);
    if (!serials)
        return serials.error();
    return jsonAnswer(200, serialsJson(*serials));
}

Reply showCommission(QuotaService &service, const Request &request, const Caller &caller)
{
    const auto serial = serialOf(request);
    if (!serial)
        return wrongSerial();
    const auto commission = service.commission(caller, *serial);
    if (!commission)
        return commission.error();
    if (!*commission)
        return Response::empty(404);
    return jsonAnswer(200, commissionJson(**commission));
}

Reply decideCommission(QuotaService &service, const Request &request, const Caller &caller)
{
    const auto serial = serialOf(request);
    if (!serial)
        return wrongSerial();
    if (!isJson(request))
        return notJson();
    const auto decision = decisionFromJson(request.body);
    if (!decision)
        return decision.error();
    return thenIn(service.decide(caller, *serial, *decision), &service,
        [](const Result<bool> &isDecided) -> Result<Response> {
            if (!isDecided)
                return isDecided.error();
            return Response::empty(*isDecided ? 200 : 404);
        });
}

Reply decideCommissions(QuotaService &service, const Request &request, const Caller &caller)
{
    if (!isJson(request))
        return notJson();
    const auto lists = decisionListsFromJson(request.body);
    if (!lists)
        return lists.error();
    return thenIn(service.decideAll(caller, lists->accept, lists->reject), &service,
        [](const Result<QuotaService::Decided> &decided) -> Result<Response> {
            if (!decided)
                return decided.error();
            return jsonAnswer(200, decidedJson(*decided));
        });
}

} // namespace

RouteTable quotaRoutes(QuotaService &service)
{
    QuotaService *s = &service;
    RouteTable account { "/astakos/account/v1.0", Face::Synnefo, FaultForm::Astakos, {} };
    account.routes = {
        { "GET", "/resources", Right::Public,
            [s](const Request &, const Caller &) { return listResources(*s); } },
        { "GET", "/quotas", Right::Reader,
            [s](const Request &, const Caller &caller) { return listQuotas(*s, caller); } },
        { "GET", "/service_quotas", Right::Service,
            [s](const Request &r, const Caller &caller) { return listServiceQuotas(*s, r, caller); } },
        { "GET", "/service_project_quotas", Right::Service,
            [s](const Request &r, const Caller &caller) { return listServiceProjectQuotas(*s, r, caller); } },
        { "POST", "/commissions", Right::Service,
            [s](const Request &r, const Caller &caller) { return issueCommission(*s, r, caller); },
            BodyRule::buffered(mostCommissionBytes) },
        { "GET", "/commissions", Right::Service,
            [s](const Request &, const Caller &caller) { return listCommissions(*s, caller); } },
        { "POST", "/commissions/action", Right::Service,
            [s](const Request &r, const Caller &caller) { return decideCommissions(*s, r, caller); } },
        { "GET", "/commissions/{serial}", Right::Service,
            [s](const Request &r, const Caller &caller) { return showCommission(*s, r, caller); } },
        { "POST", "/commissions/{serial}/action", Right::Service,
            [s](const Request &r, const Caller &caller) { return decideCommission(*s, r, caller); } },
    };
    return account;
}

} // namespace nephele
