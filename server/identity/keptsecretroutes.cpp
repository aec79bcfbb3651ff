// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/keptsecretroutes.h"

#include "server/identity/keptsecretjson.h"
#include "server/identity/keystonereplies.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

UserId userIn(const Request &request)
{
    return UserId::stored(request.parameter("user"_L1));
}

KeptSecretId idIn(const Request &request)
{
    return KeptSecretId::stored(request.parameter("credential"_L1));
}

QString accessIn(const Request &request)
{
    return request.parameter("access"_L1);
}

auto credentialBodyOf(const Request &request)
{
    return [=](const KeptSecret &secret) {
        return itemBody("credential", [&](JsonWriter &json) { writeKeptSecret(json, secret, request); });
    };
}

auto ec2BodyOf(const Request &request)
{
    return [=](const KeptSecret &secret) {
        return itemBody("credential", [&](JsonWriter &json) { writeEc2Key(json, secret, request); });
    };
}

auto listOf(const Request &request, void (*write)(JsonWriter &, const KeptSecret &, const Request &))
{
    return [=](const QList<KeptSecret> &secrets) {
        return listBody("credentials", secrets, request.baseUrl + request.target,
            [&](JsonWriter &json, const KeptSecret &secret) { write(json, secret, request); });
    };
}

Reply list(KeptSecretService &service, const Request &request, const Caller &caller)
{
    KeptSecretStore::Filter filter;
    if (const auto user = request.query("user_id"_L1))
        filter.user = UserId::stored(*user);
    filter.type = request.query("type"_L1);
    return keystoneReply(service.secrets(caller, filter), listOf(request, writeKeptSecret));
}

Reply create(KeptSecretService &service, const Request &request, const Caller &caller)
{
    const auto wanted = newKeptSecretFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return keystoneReply(service.create(caller, *wanted), &service, 201, credentialBodyOf(request));
}

Reply update(KeptSecretService &service, const Request &request, const Caller &caller)
{
    const auto wanted = keptSecretChangeFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return keystoneReply(
        service.update(caller, idIn(request), *wanted), &service, 200, credentialBodyOf(request));
}

Reply createEc2Key(KeptSecretService &service, const Request &request, const Caller &caller)
{
    const auto wanted = newEc2KeyFromJson(request.body, userIn(request));
    if (!wanted)
        return wanted.error();
    return keystoneReply(service.create(caller, *wanted), &service, 201, ec2BodyOf(request));
}

} // namespace

RouteTable keptSecretRoutes(KeptSecretService &service)
{
    KeptSecretService *s = &service;
    const QByteArray ec2 = "/v3/users/{user}/credentials/OS-EC2";
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", "/v3/credentials", Right::SignedIn,
            [s](const Request &r, const Caller &caller) { return list(*s, r, caller); } },
        { "POST", "/v3/credentials", Right::SignedIn,
            [s](const Request &r, const Caller &caller) { return create(*s, r, caller); } },
        { "GET", "/v3/credentials/{credential}", Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return keystoneReply(s->secret(caller, idIn(r)), credentialBodyOf(r));
            } },
        { "PATCH", "/v3/credentials/{credential}", Right::SignedIn,
            [s](const Request &r, const Caller &caller) { return update(*s, r, caller); } },
        { "DELETE", "/v3/credentials/{credential}", Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return emptyWhenDone(s->remove(caller, idIn(r)), s);
            } },
        { "GET", ec2, Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return keystoneReply(s->ec2Keys(caller, userIn(r)), listOf(r, writeEc2Key));
            } },
        { "POST", ec2, Right::SignedIn,
            [s](const Request &r, const Caller &caller) { return createEc2Key(*s, r, caller); } },
        { "GET", ec2 + "/{access}", Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return keystoneReply(s->ec2Key(caller, userIn(r), accessIn(r)), ec2BodyOf(r));
            } },
        { "DELETE", ec2 + "/{access}", Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return emptyWhenDone(s->removeEc2Key(caller, userIn(r), accessIn(r)), s);
            } },
    };
    return table;
}

} // namespace nephele
