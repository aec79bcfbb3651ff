// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/limitroutes.h"

#include "server/identity/keystonereplies.h"
#include "server/identity/limitjson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

RegisteredLimitId registeredIn(const Request &request)
{
    return RegisteredLimitId::stored(request.parameter("limit"_L1));
}

ProjectLimitId limitIn(const Request &request)
{
    return ProjectLimitId::stored(request.parameter("limit"_L1));
}

LimitStore::Filter filterOf(const Request &request)
{
    LimitStore::Filter filter;
    if (const auto service = request.query("service_id"_L1))
        filter.service = RegisteredServiceId::stored(*service);
    if (const auto region = request.query("region_id"_L1))
        filter.region = RegionId::stored(*region);
    filter.resource = request.query("resource_name"_L1);
    return filter;
}

auto registeredBodyOf(const Request &request)
{
    return [=](const RegisteredLimit &limit) {
        return itemBody(
            "registered_limit", [&](JsonWriter &json) { writeRegisteredLimit(json, limit, request); });
    };
}

auto registeredListOf(const Request &request)
{
    return [=](const QList<RegisteredLimit> &limits) {
        return listBody("registered_limits", limits, request.baseUrl + request.target,
            [&](JsonWriter &json, const RegisteredLimit &limit) {
                writeRegisteredLimit(json, limit, request);
            });
    };
}

auto limitBodyOf(const Request &request)
{
    return [=](const ProjectLimit &limit) {
        return itemBody("limit", [&](JsonWriter &json) { writeProjectLimit(json, limit, request); });
    };
}

auto limitListOf(const Request &request)
{
    return [=](const QList<ProjectLimit> &limits) {
        return listBody("limits", limits, request.baseUrl + request.target,
            [&](JsonWriter &json, const ProjectLimit &limit) { writeProjectLimit(json, limit, request); });
    };
}

Reply showModel(const Request &, const Caller &)
{
    return Response::json(200, itemBody("model", [](JsonWriter &json) {
        json.beginObject().member("name", "flat");
        json.member("description", "A limit holds for one project; there is no hierarchy of limits.");
        json.endObject();
    }));
}

Reply createRegistered(LimitService &service, const Request &request)
{
    const auto wanted = newRegisteredLimitsFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return keystoneReply(service.createRegistered(*wanted), &service, 201, registeredListOf(request));
}

Reply updateRegistered(LimitService &service, const Request &request)
{
    const auto wanted = registeredLimitChangeFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return keystoneReply(
        service.updateRegistered(registeredIn(request), *wanted), &service, 200, registeredBodyOf(request));
}

Reply listLimits(LimitService &service, const Request &request, const Caller &caller)
{
    const auto project = request.query("project_id"_L1);
    return keystoneReply(
        service.limits(
            caller, project ? std::optional(ProjectId::stored(*project)) : std::nullopt, filterOf(request)),
        limitListOf(request));
}

Reply createLimits(LimitService &service, const Request &request)
{
    const auto wanted = newProjectLimitsFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return keystoneReply(service.create(*wanted), &service, 201, limitListOf(request));
}

Reply updateLimit(LimitService &service, const Request &request)
{
    const auto wanted = projectLimitChangeFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return keystoneReply(service.update(limitIn(request), *wanted), &service, 200, limitBodyOf(request));
}

} // namespace

RouteTable limitRoutes(LimitService &service)
{
    LimitService *s = &service;
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", "/v3/registered_limits", Right::SignedIn,
            [s](const Request &r, const Caller &) {
                return keystoneReply(s->registered(filterOf(r)), registeredListOf(r));
            } },
        { "POST", "/v3/registered_limits", Right::Admin,
            [s](const Request &r, const Caller &) { return createRegistered(*s, r); } },
        { "GET", "/v3/registered_limits/{limit}", Right::SignedIn,
            [s](const Request &r, const Caller &) {
                return keystoneReply(s->registered(registeredIn(r)), registeredBodyOf(r));
            } },
        { "PATCH", "/v3/registered_limits/{limit}", Right::Admin,
            [s](const Request &r, const Caller &) { return updateRegistered(*s, r); } },
        { "DELETE", "/v3/registered_limits/{limit}", Right::Admin,
            [s](const Request &r, const Caller &) {
                return emptyWhenDone(s->removeRegistered(registeredIn(r)), s);
            } },
        { "GET", "/v3/limits/model", Right::SignedIn, showModel },
        { "GET", "/v3/limits", Right::SignedIn,
            [s](const Request &r, const Caller &caller) { return listLimits(*s, r, caller); } },
        { "POST", "/v3/limits", Right::Admin,
            [s](const Request &r, const Caller &) { return createLimits(*s, r); } },
        { "GET", "/v3/limits/{limit}", Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return keystoneReply(s->limit(caller, limitIn(r)), limitBodyOf(r));
            } },
        { "PATCH", "/v3/limits/{limit}", Right::Admin,
            [s](const Request &r, const Caller &) { return updateLimit(*s, r); } },
        { "DELETE", "/v3/limits/{limit}", Right::Admin,
            [s](const Request &r, const Caller &) { return emptyWhenDone(s->remove(limitIn(r)), s); } },
    };
    return table;
}

} // namespace nephele
