// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/accessruleroutes.h"

#include "server/identity/accessrulejson.h"
#include "server/identity/keystonereplies.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

UserId userIn(const Request &request)
{
    return UserId::stored(request.parameter("user"_L1));
}

AccessRuleId ruleIn(const Request &request)
{
    return AccessRuleId::stored(request.parameter("rule"_L1));
}

} // namespace

RouteTable accessRuleRoutes(AccessRuleService &service)
{
    AccessRuleService *s = &service;
    const QByteArray all = "/v3/users/{user}/access_rules";
    const QByteArray one = all + "/{rule}";
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", all, Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return keystoneReply(s->rules(caller, userIn(r)), [&](const AccessRules &rules) {
                    return listBody("access_rules", rules, r.baseUrl + r.target, writeAccessRule);
                });
            } },
        { "GET", one, Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return keystoneReply(s->rule(caller, userIn(r), ruleIn(r)), [](const AccessRule &rule) {
                    return itemBody("access_rule", [&](JsonWriter &json) { writeAccessRule(json, rule); });
                });
            } },
        { "DELETE", one, Right::SignedIn,
            [s](const Request &r, const Caller &caller) {
                return emptyWhenDone(s->remove(caller, userIn(r), ruleIn(r)), s);
            } },
    };
    return table;
}

} // namespace nephele
