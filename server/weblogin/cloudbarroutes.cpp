// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/cloudbarroutes.h"

#include "server/http/jsonwriter.h"
#include "server/weblogin/formguard.h"
#include "server/weblogin/webpage.h"

#include <QRegularExpression>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr char account[] = "/astakos/weblogin/account";

// A name of JavaScript, perhaps of a member. Anything else would be the visitor's script in our answer.
bool isFunctionName(const QString &name)
{
    static const QRegularExpression form(
        QRegularExpression::anchoredPattern(u"[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z_$][A-Za-z0-9_$]*)*"_s));
    return name.size() <= 128 && form.match(name).hasMatch();
}

Reply asJsonOrCall(const Request &request, const QByteArray &json)
{
    const auto callback = request.query("callback"_L1);
    if (callback && !isFunctionName(*callback))
        return invalid(u"callback: not the name of a function."_s);
    Response response = Response::json(200, json);
    response.headers = { { "Content-Type", "application/json; charset=UTF-8" },
        { "Cache-Control", "no-store" }, { "Vary", "Cookie" }, { "X-Content-Type-Options", "nosniff" } };
    if (callback) {
        // The comment keeps the name from being read as the head of another kind of file.
        response.body = "/**/" + callback->toLatin1() + '(' + json + ");";
        response.headers.set("Content-Type", "application/javascript; charset=UTF-8");
    }
    return response;
}

// Each component once, by its pages.
Reply listServices(const QList<CatalogService> &services, const Request &request)
{
    JsonWriter json;
    json.beginArray();
    int id = 0;
    QByteArrayList seen;
    for (const CatalogService &service : services) {
        if (service.face != Face::Synnefo || seen.contains(service.uiPath))
            continue;
        seen.append(service.uiPath);
        const QByteArray name = service.uiPath.split('/').value(1);
        json.beginObject().member("id", ++id).member("name", name);
        json.member("url", request.baseUrl + service.uiPath).member("icon", "");
        json.key("dashboard").beginObject().member("enabled", name == "astakos").endObject().endObject();
    }
    json.endArray();
    return asJsonOrCall(request, std::move(json).bytes());
}

Reply listMenu(WebloginService &weblogin, const Request &request)
{
    const auto session = weblogin.session(sessionCookie(request));
    if (!session)
        return session.error();
    const QByteArray location = request.query("location"_L1).value_or(QString()).toUtf8();
    JsonWriter json;
    json.beginArray();
    const auto entry = [&](const QByteArray &path, const QString &name) {
        const QByteArray url = request.baseUrl + path;
        json.beginObject().member("url", url).member("name", name);
        if (url == location)
            json.member("is_active", true);
        json.endObject();
    };
    if (*session) {
        const User &user = (*session)->user;
        entry("/astakos/ui", user.email.isEmpty() ? user.displayName() : user.email);
        entry(account, u"Dashboard"_s);
        entry("/astakos/weblogin/logout", u"Sign out"_s);
    } else {
        entry("/astakos/weblogin/signin", u"Sign in"_s);
    }
    json.endArray();
    return asJsonOrCall(request, std::move(json).bytes());
}

} // namespace

RouteTable cloudBarRoutes(WebloginService &weblogin, const QList<CatalogService> &services)
{
    WebloginService *w = &weblogin;
    return { "/astakos/ui", Face::Synnefo, FaultForm::Astakos,
        {
            { "GET", "", Right::Public,
                [](const Request &, const Caller &) -> Reply { return redirectTo(account); } },
            { "GET", "/get_services", Right::Public,
                [services](
                    const Request &request, const Caller &) { return listServices(services, request); } },
            { "GET", "/get_menu", Right::Public,
                [w](const Request &request, const Caller &) { return listMenu(*w, request); } },
        } };
}

} // namespace nephele
