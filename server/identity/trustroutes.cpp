// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/trustroutes.h"

#include "server/identity/keystonereplies.h"
#include "server/identity/trustjson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

TrustId idIn(const Request &request)
{
    return TrustId::stored(request.parameter("trust"_L1));
}

std::optional<UserId> userIn(const Request &request, QLatin1StringView name)
{
    const auto user = request.query(name);
    return user ? std::optional(UserId::stored(*user)) : std::nullopt;
}

auto bodyOf(const Request &request)
{
    return [=](const Trust &trust) {
        return itemBody(
            "trust", [&](JsonWriter &json) { writeTrust(json, trust, TrustRoles::Told, request); });
    };
}

Reply list(TrustService &service, const Request &request, const Caller &caller)
{
    const auto trusts =
        service.trusts(caller, userIn(request, "trustor_user_id"_L1), userIn(request, "trustee_user_id"_L1));
    return keystoneReply(trusts, [&](const QList<Trust> &all) {
        return listBody(
            "trusts", all, request.baseUrl + request.target, [&](JsonWriter &json, const Trust &trust) {
                writeTrust(json, trust, TrustRoles::LeftOut, request);
            });
    });
}

Reply create(TrustService &service, const Request &request, const Caller &caller)
{
    const auto wanted = newTrustFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return keystoneReply(service.create(caller, *wanted), &service, 201, bodyOf(request));
}

Reply checkRole(TrustService &service, const Request &request, const Caller &caller)
{
    const auto trust = service.trust(caller, idIn(request));
    if (!trust)
        return trust.error();
    for (const RoleRecord &role : trustRoles(*trust)) {
        if (role.id.text() != request.parameter("role"_L1))
            continue;
        return Response::json(
            200, itemBody("role", [&](JsonWriter &json) { writeTrustRole(json, role, request); }));
    }
    return notFound(u"The trust has no such role."_s);
}

} // namespace

RouteTable trustRoutes(TrustService &service)
{
    TrustService *s = &service;
    const QByteArray all = "/v3/OS-TRUST/trusts";
    const QByteArray one = all + "/{trust}";
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", all, Right::SignedIn,
            [s](const Request &r, const Caller &caller) { return list(*s, r, caller); } },
        { "POST", all, Right::SignedIn,
            [s](const Request &r, const Caller &caller) { return create(*s, r, caller); } },
        { "GET", one, Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return keystoneReply(s->trust(caller, idIn(r)), bodyOf(r));
            } },
        { "DELETE", one, Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return emptyWhenDone(s->remove(caller, idIn(r)), s);
            } },
        { "GET", one + "/roles", Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return keystoneReply(
                    s->trust(caller, idIn(r)), [&](const Trust &trust) { return trustRolesBody(trust, r); });
            } },
        { "GET", one + "/roles/{role}", Right::SignedIn,
            [s](const Request &r, const Caller &caller) { return checkRole(*s, r, caller); } },
    };
    return table;
}

} // namespace nephele
