// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/keystonev2routes.h"

#include "server/identity/keystonereplies.h"
#include "server/identity/keystonev2json.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

KeystoneLinks linksOf(const Request &request)
{
    return { request.baseUrl };
}

Result<Response> accessAnswer(
    IdentityService &service, const Request &request, const QByteArray &secret, const TokenDetails &details)
{
    if (!details.project)
        return Response::json(200, accessBody(details, secret, {}, linksOf(request)));
    const auto catalog = service.catalog().catalogOf(details.project->id);
    if (!catalog)
        return catalog.error();
    return Response::json(200, accessBody(details, secret, **catalog, linksOf(request)));
}

Reply signIn(IdentityService &service, const Request &request)
{
    auto wanted = signInFromV2Json(request.body);
    if (!wanted)
        return wanted.error();
    if (auto *password = std::get_if<PasswordSignIn>(&*wanted))
        password->peer = request.peer;
    const auto issued = std::visit([&](const auto &way) { return service.signIn(way); }, *wanted);
    return thenIn(
        issued, &service, [&service, request](const Result<IssuedToken> &token) -> Result<Response> {
            if (!token)
                return token.error();
            auto answer = accessAnswer(service, request, token->secret, token->details);
            if (answer)
                answer->headers.append("Vary", "X-Auth-Token");
            return answer;
        });
}

// For services that were handed a token; one's own tokens are looked at in v3.
Reply showToken(IdentityService &service, const Request &request, const Caller &caller)
{
    const QByteArray secret = request.parameter("token"_L1).toUtf8();
    const auto details = service.inspectToken(caller, secret);
    if (!details)
        return details.error();
    const auto tenant = request.query("belongsTo"_L1);
    if (tenant && (!details->project || details->project->id.text() != *tenant))
        return notFound(u"There is no such token."_s);
    return accessAnswer(service, request, secret, *details);
}

Reply endToken(IdentityService &service, const Request &request, const Caller &caller)
{
    return emptyWhenDone(service.revokeToken(caller, request.parameter("token"_L1).toUtf8()), &service);
}

Reply listTenants(AssignmentService &assignments, const Caller &caller)
{
    auto projects = assignments.ownProjects(caller);
    if (projects)
        projects->removeIf([](const Project &project) { return project.domain.id != Domain::defaultId(); });
    return keystoneReply(projects, tenantsBody);
}

Reply listExtensions(const Request &, const Caller &)
{
    return Response::json(200, R"({"extensions": {"values": []}})");
}

} // namespace

RouteTable keystoneV2Routes(IdentityService &service, AssignmentService &assignments)
{
    IdentityService *s = &service;
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", "/v2.0", Right::Public,
            [](const Request &r, const Caller &) -> Reply {
                return Response::json(200, v2VersionBody(linksOf(r)));
            } },
        { "GET", "/v2.0/extensions", Right::Public, listExtensions },
        { "POST", "/v2.0/tokens", Right::Public,
            [s](const Request &r, const Caller &) { return signIn(*s, r); } },
        { "GET", "/v2.0/tokens/{token}", Right::Admin,
            [s](const Request &r, const Caller &caller) { return showToken(*s, r, caller); } },
        { "DELETE", "/v2.0/tokens/{token}", Right::Admin,
            [s](const Request &r, const Caller &caller) { return endToken(*s, r, caller); } },
        { "GET", "/v2.0/tenants", Right::SignedIn,
            [a = &assignments](const Request &, const Caller &caller) { return listTenants(*a, caller); } },
    };
    return table;
}

} // namespace nephele
