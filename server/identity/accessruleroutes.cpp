// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/accessruleroutes.h"

#include "model/identity/accessrulestore.h"
#include "server/identity/accessrulejson.h"
#include "server/identity/keystonereplies.h"
#include "server/identity/signin.h"

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

// One's own, or anybody's for an administrator.
Result<> maySee(const Caller &caller, const UserId &user)
{
    return caller.isAdmin || caller.user == user ? Result<>() : Result<>(unknownUser());
}

Reply list(Database &database, const Request &request, const Caller &caller)
{
    if (const auto may = maySee(caller, userIn(request)); !may)
        return may.error();
    const auto rules =
        database.read([&](ReadTransaction &t) { return AccessRuleStore::rulesOfUser(t, userIn(request)); });
    return keystoneReply(rules, [&](const AccessRules &all) {
        return keystoneList("access_rules", all, request.baseUrl + request.target, writeAccessRule);
    });
}

Reply show(Database &database, const Request &request, const Caller &caller)
{
    if (const auto may = maySee(caller, userIn(request)); !may)
        return may.error();
    const auto rule = database.read(
        [&](ReadTransaction &t) { return AccessRuleStore::find(t, userIn(request), ruleIn(request)); });
    if (!rule)
        return rule.error();
    if (!*rule)
        return notFound(u"There is no such access rule."_s);
    return Response::json(
        200, keystoneObject("access_rule", [&](JsonWriter &json) { writeAccessRule(json, **rule); }));
}

Reply remove(Database &database, QObject *receiver, const Request &request, const Caller &caller)
{
    if (const auto may = maySee(caller, userIn(request)); !may)
        return may.error();
    if (caller.isRestricted)
        return forbidden(u"A restricted token changes no account."_s);
    return keystoneDone(database.write([user = userIn(request), id = ruleIn(request)](Transaction &t) {
        return AccessRuleStore::remove(t, user, id);
    }),
        receiver);
}

} // namespace

RouteTable accessRuleRoutes(IdentityContext &context, QObject &receiver)
{
    Database *database = &context.database();
    const QByteArray all = "/v3/users/{user}/access_rules";
    const QByteArray one = all + "/{rule}";
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", all, Right::SignedIn,
            [=](const Request &r, const Caller &caller) { return list(*database, r, caller); } },
        { "GET", one, Right::SignedIn,
            [=](const Request &r, const Caller &caller) { return show(*database, r, caller); } },
        { "DELETE", one, Right::SignedIn,
            [=, to = &receiver](const Request &r, const Caller &caller) {
                return remove(*database, to, r, caller);
            } },
    };
    return table;
}

} // namespace nephele
