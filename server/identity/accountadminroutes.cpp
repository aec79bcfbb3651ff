// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/accountadminroutes.h"

#include "model/base/clock.h"
#include "model/identity/cloudrolestore.h"
#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"
#include "server/identity/accountadmin.h"
#include "server/identity/futures.h"
#include "server/identity/keystonecommon.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

enum class Form { Short, Detailed }; // without and with the dates

QString userOf(const Request &request)
{
    return request.parameter("user"_L1);
}

// Synnefo keeps two names; here the last word is the last name.
std::pair<QString, QString> splitName(const QString &realName)
{
    const qsizetype blank = realName.lastIndexOf(u' ');
    return blank < 0 ? std::pair(realName, QString())
                     : std::pair(realName.left(blank), realName.mid(blank + 1));
}

void writeExtra(JsonWriter &json, const char *name, const Extras &extras)
{
    const auto extra = extras.constFind(QLatin1StringView(name));
    if (extra == extras.cend())
        json.nullMember(name);
    else
        json.key(name).raw(*extra);
}

void writeAuthentication(JsonWriter &json, const User &user)
{
    json.key("authentication_methods").beginArray().beginObject();
    json.member("backend", "local").member("active", user.isEnabled).nullMember("identifier");
    writeExtra(json, "affiliation", user.extras);
    writeExtra(json, "metadata", user.extras);
    json.endObject().endArray();
}

void writeAccount(JsonWriter &json, const AccountRecord &account, Form form)
{
    const User &user = account.user;
    const auto [first, last] = splitName(user.realName);
    json.beginObject();
    json.member("id", user.id.text()).member("first_name", first).member("last_name", last);
    json.member("email", user.email.isEmpty() ? user.displayName() : user.email);
    json.member("is_active", user.isEnabled).member("is_rejected", false);
    writeExtra(json, "deactivated_reason", user.extras);
    json.nullMember("accepted_policy").nullMember("rejected_reason");
    if (form == Form::Detailed) {
        const QByteArray made = isoOffset(user.createdAtMs);
        json.member("date_joined", made).member("moderated_at", made).member("verified_at", made);
        if (account.tokenEndMs)
            json.member("auth_token_expires", isoOffset(*account.tokenEndMs));
        else
            json.nullMember("auth_token_expires");
    }
    json.key("roles").beginArray();
    for (const QString &role : cloudRoleNames(account.cloudRoles))
        json.value(role);
    json.endArray();
    writeAuthentication(json, user);
    json.endObject();
}

Response accountResponse(const AccountRecord &account)
{
    return Response::json(
        200, itemBody("user", [&](JsonWriter &json) { writeAccount(json, account, Form::Detailed); }));
}

// {"user": {"id": ..., and one thing more}}
template <class Write>
Response outcomeResponse(const AccountRecord &account, Write write)
{
    return Response::json(200, itemBody("user", [&](JsonWriter &json) {
        json.beginObject().member("id", account.user.id.text());
        write(json);
        json.endObject();
    }));
}

enum class Need { All, Some };

Result<AccountWish> wishFromJson(const QByteArray &body, Need need)
{
    auto json = JsonReader::fromBody(body, u"user"_s);
    if (!json)
        return json.error();
    AccountWish wish;
    wish.userName = json->optionalText("username"_L1, longestKeystoneName);
    const auto first = json->optionalText("first_name"_L1, 100);
    const auto last = json->optionalText("last_name"_L1, 100);
    for (const auto key : { "username"_L1, "first_name"_L1, "last_name"_L1 }) {
        if (need == Need::All && !json->has(key))
            json->fail(key, u"this field is missing."_s);
    }
    if (wish.userName && !wish.userName->contains(u'@'))
        json->fail("username"_L1, u"must be an e-mail address."_s);
    if (first || last)
        wish.realName = (first.value_or(QString()) + u' ' + last.value_or(QString())).trimmed();
    wish.password = json->optionalText("password"_L1, longestKeystoneText);
    const QStringList kept { u"affiliation"_s, u"metadata"_s };
    QStringList others = json->json().keys();
    others.removeIf([&](const QString &key) { return kept.contains(key); });
    wish.extras = extrasFromJson(*json, others);
    if (const auto wrong = json->failure())
        return *wrong;
    return wish;
}

Reply listAccounts(AccountAdmin &service, const Request &request, Form form)
{
    const auto marker = request.query("marker"_L1);
    const auto accounts = service.accounts(marker ? std::optional(UserId::stored(*marker)) : std::nullopt);
    if (!accounts)
        return accounts.error();
    JsonWriter json(512 * (accounts->size() + 1));
    json.beginObject().key("users").beginArray();
    for (const AccountRecord &account : *accounts)
        writeAccount(json, account, form);
    json.endArray().endObject();
    return Response::json(200, std::move(json).bytes());
}

Reply showAccount(AccountAdmin &service, const Request &request)
{
    const auto account = service.account(userOf(request));
    return account ? Reply(accountResponse(*account)) : Reply(account.error());
}

Reply createAccount(AccountAdmin &service, const Request &request, const Caller &caller)
{
    const auto wish = wishFromJson(request.body, Need::All);
    if (!wish)
        return wish.error();
    return replyWhenDone(service.create(caller, *wish), &service, [](const AccountKeys &keys) {
        return outcomeResponse(keys.account, [&](JsonWriter &json) {
            json.member("password", keys.password).member("auth_token", keys.token);
        });
    });
}

// What is not given of the two names stays as it is.
Reply changeAccount(AccountAdmin &service, const Request &request, const Caller &caller)
{
    auto wish = wishFromJson(request.body, Need::Some);
    if (!wish)
        return wish.error();
    if (wish->realName) {
        const auto account = service.account(userOf(request));
        if (!account)
            return account.error();
        const QJsonObject given = JsonReader::fromBody(request.body, u"user"_s)->json();
        const auto [first, last] = splitName(account->user.realName);
        wish->realName =
            (given.value("first_name"_L1).toString(first) + u' ' + given.value("last_name"_L1).toString(last))
                .trimmed();
    }
    return replyWhenDone(service.change(caller, userOf(request), *wish), &service,
        [](const AccountRecord &account) { return accountResponse(account); });
}

Reply setActive(AccountAdmin &service, const Request &request, const Caller &caller, bool isActive,
    const QJsonObject &body)
{
    JsonReader action(body, isActive ? u"activate"_s : u"deactivate"_s);
    const QString reason = action.optionalText("reason"_L1, longestKeystoneText).value_or(QString());
    if (const auto wrong = action.failure())
        return *wrong;
    JsonWriter quoted;
    quoted.value(reason);
    return replyWhenDone(
        service.setActive(caller, userOf(request), isActive, QString::fromUtf8(quoted.bytes())), &service,
        [](const AccountRecord &account) {
            return outcomeResponse(
                account, [&](JsonWriter &json) { json.member("is_active", account.user.isEnabled); });
        });
}

Reply actOnAccount(AccountAdmin &service, const Request &request, const Caller &caller)
{
    const auto body = JsonReader::objectFromBody(request.body);
    if (!body)
        return body.error();
    const QStringList names = body->keys();
    if (names.size() != 1 || !body->value(names.first()).isObject())
        return invalid(u"The body must hold one action, an object."_s);
    const QString action = names.first();
    const QJsonObject inner = body->value(action).toObject();
    if (action == "activate"_L1 || action == "deactivate"_L1)
        return setActive(service, request, caller, action == "activate"_L1, inner);
    if (action == "renewToken"_L1)
        return replyWhenDone(
            service.renewToken(caller, userOf(request)), &service, [](const AccountKeys &keys) {
                return outcomeResponse(
                    keys.account, [&](JsonWriter &json) { json.member("auth_token", keys.token); });
            });
    if (action == "signTerms"_L1) {
        // This cloud has no terms of use, so everybody has signed them.
        const auto account = service.account(userOf(request));
        if (!account)
            return account.error();
        return outcomeResponse(*account, [](JsonWriter &json) { json.member("has_signed_terms", true); });
    }
    if (action != "setDefaultProject"_L1)
        return invalid(u"There is no action '%1'."_s.arg(action.left(60)));
    JsonReader wanted(inner, action);
    const QString project = wanted.text("project"_L1, longestKeystoneName);
    if (const auto wrong = wanted.failure())
        return *wrong;
    return replyWhenDone(service.setDefaultProject(caller, userOf(request), project), &service,
        [](const AccountRecord &account) {
            return outcomeResponse(account, [&](JsonWriter &json) {
                json.member("default_project", account.user.defaultProject.text());
            });
        });
}

} // namespace

RouteTable accountAdminRoutes(AccountAdmin &service)
{
    AccountAdmin *s = &service;
    RouteTable table { "/astakos/identity/v2.0", Face::Synnefo, FaultForm::Astakos, {} };
    table.routes = {
        { "GET", "/users", Right::AdminApi,
            [s](const Request &request, const Caller &) { return listAccounts(*s, request, Form::Short); } },
        { "GET", "/users/detail", Right::AdminApi,
            [s](const Request &request, const Caller &) {
                return listAccounts(*s, request, Form::Detailed);
            } },
        { "POST", "/users", Right::AdminApi,
            [s](const Request &request, const Caller &caller) {
                return createAccount(*s, request, caller);
            } },
        { "GET", "/users/{user}", Right::AdminApi,
            [s](const Request &request, const Caller &) { return showAccount(*s, request); } },
        { "PUT", "/users/{user}", Right::AdminApi,
            [s](const Request &request, const Caller &caller) {
                return changeAccount(*s, request, caller);
            } },
        { "POST", "/users/{user}/action", Right::AdminApi,
            [s](const Request &request, const Caller &caller) { return actOnAccount(*s, request, caller); } },
    };
    return table;
}

} // namespace nephele
