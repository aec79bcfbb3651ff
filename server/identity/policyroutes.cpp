// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/policyroutes.h"

#include "server/identity/keystonereplies.h"
#include "server/identity/policyjson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

PolicyId policyIn(const Request &request)
{
    return PolicyId::stored(request.parameter("policy"_L1));
}

OauthConsumerId consumerIn(const Request &request)
{
    return OauthConsumerId::stored(request.parameter("consumer"_L1));
}

auto policyBodyOf(const Request &request)
{
    return [=](const Policy &policy) {
        return itemBody("policy", [&](JsonWriter &json) { writePolicy(json, policy, request); });
    };
}

auto policyListOf(const Request &request)
{
    return [=](const QList<Policy> &policies) {
        return listBody("policies", policies, request.baseUrl + request.target,
            [&](JsonWriter &json, const Policy &policy) { writePolicy(json, policy, request); });
    };
}

auto consumerBodyOf(const Request &request)
{
    return [=](const OauthConsumer &consumer) {
        return itemBody("consumer", [&](JsonWriter &json) { writeConsumer(json, consumer, {}, request); });
    };
}

auto createdBodyOf(const Request &request)
{
    return [=](const CreatedConsumer &created) {
        return itemBody("consumer",
            [&](JsonWriter &json) { writeConsumer(json, created.consumer, created.secret, request); });
    };
}

auto consumerListOf(const Request &request)
{
    return [=](const QList<OauthConsumer> &consumers) {
        return listBody("consumers", consumers, request.baseUrl + request.target,
            [&](JsonWriter &json, const OauthConsumer &consumer) {
                writeConsumer(json, consumer, {}, request);
            });
    };
}

Reply createPolicy(PolicyService &service, const Request &request)
{
    const auto wanted = newPolicyFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return keystoneReply(service.createPolicy(*wanted), &service, 201, policyBodyOf(request));
}

Reply updatePolicy(PolicyService &service, const Request &request)
{
    const auto change = policyChangeFromJson(request.body);
    if (!change)
        return change.error();
    return keystoneReply(
        service.updatePolicy(policyIn(request), *change), &service, 200, policyBodyOf(request));
}

Reply createConsumer(PolicyService &service, const Request &request)
{
    const auto description = consumerDescriptionFromJson(request.body);
    if (!description)
        return description.error();
    return keystoneReply(service.createConsumer(*description), &service, 201, createdBodyOf(request));
}

Reply updateConsumer(PolicyService &service, const Request &request)
{
    const auto description = consumerDescriptionFromJson(request.body);
    if (!description)
        return description.error();
    return keystoneReply(
        service.updateConsumer(consumerIn(request), *description), &service, 200, consumerBodyOf(request));
}

Reply refuseOauth(const Request &, const Caller &)
{
    return Error { ErrorCode::Unsupported,
        u"This cloud hands out no OAuth 1 tokens: use an application credential."_s, {} };
}

} // namespace

RouteTable policyRoutes(PolicyService &service)
{
    PolicyService *s = &service;
    const QByteArray consumers = "/v3/OS-OAUTH1/consumers";
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", "/v3/policies", Right::Admin,
            [s](const Request &r, const Caller &) {
                return keystoneReply(s->policies(r.query("type"_L1)), policyListOf(r));
            } },
        { "POST", "/v3/policies", Right::Admin,
            [s](const Request &r, const Caller &) { return createPolicy(*s, r); } },
        { "GET", "/v3/policies/{policy}", Right::Admin,
            [s](const Request &r, const Caller &) {
                return keystoneReply(s->policy(policyIn(r)), policyBodyOf(r));
            } },
        { "PATCH", "/v3/policies/{policy}", Right::Admin,
            [s](const Request &r, const Caller &) { return updatePolicy(*s, r); } },
        { "DELETE", "/v3/policies/{policy}", Right::Admin,
            [s](const Request &r, const Caller &) {
                return emptyWhenDone(s->removePolicy(policyIn(r)), s);
            } },

        { "GET", consumers, Right::Admin,
            [s](const Request &r, const Caller &) {
                return keystoneReply(s->consumers(), consumerListOf(r));
            } },
        { "POST", consumers, Right::Admin,
            [s](const Request &r, const Caller &) { return createConsumer(*s, r); } },
        { "GET", consumers + "/{consumer}", Right::Admin,
            [s](const Request &r, const Caller &) {
                return keystoneReply(s->consumer(consumerIn(r)), consumerBodyOf(r));
            } },
        { "PATCH", consumers + "/{consumer}", Right::Admin,
            [s](const Request &r, const Caller &) { return updateConsumer(*s, r); } },
        { "DELETE", consumers + "/{consumer}", Right::Admin,
            [s](const Request &r, const Caller &) {
                return emptyWhenDone(s->removeConsumer(consumerIn(r)), s);
            } },

        { "POST", "/v3/OS-OAUTH1/request_token", Right::Public, refuseOauth },
        { "POST", "/v3/OS-OAUTH1/access_token", Right::Public, refuseOauth },
        { "PUT", "/v3/OS-OAUTH1/authorize/{token}", Right::SignedIn, refuseOauth },
        { "GET", "/v3/users/{user}/OS-OAUTH1/access_tokens", Right::SignedIn, refuseOauth },
    };
    return table;
}

} // namespace nephele
