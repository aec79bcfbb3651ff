// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/pithosview.h"

#include "model/base/whendone.h"
#include "server/identity/tokenauthenticator.h"
#include "server/pithos/pithospublic.h"

#include <QUrl>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

QString textOf(const QByteArray &path)
{
    return QString::fromLatin1(path);
}

Response goTo(const QByteArray &address)
{
    return { 302,
        { { "Location", address }, { "Cache-Control", "no-store" }, { "Referrer-Policy", "no-referrer" } },
        {}, nullptr };
}

// The page's own address, without what was added on the way back.
QByteArray ownAddress(const Request &request)
{
    return request.baseUrl + request.path;
}

Response askWhoItIs(const Request &request)
{
    return goTo("/astakos/oauth2/auth?response_type=code&client_id=" + OAuthService::viewClient().toLatin1()
        + "&redirect_uri=" + QUrl::toPercentEncoding(textOf(ownAddress(request)))
        + "&scope=" + QUrl::toPercentEncoding(textOf(request.path)));
}

// Whom the token of this one path stands for; nullopt: it is not good, or not for this.
Result<std::optional<Caller>> visitor(
    ObjectService &service, OAuthService &oauth, const Request &request, const QString &token)
{
    const auto access = oauth.inspectAccess(token.toUtf8(), std::nullopt);
    if (!access && access.error().code == ErrorCode::NotFound)
        return std::optional<Caller>();
    if (!access)
        return access.error();
    if (access->scope != textOf(request.path))
        return std::optional<Caller>();
    return service.works().database().read([&](ReadTransaction &t) -> Result<std::optional<Caller>> {
        const auto caller = callerOfUser(t, access->user, access->expiresAtMs);
        if (!caller)
            return caller.error();
        return std::optional(*caller);
    });
}

Reply changeCode(OAuthService &oauth, QObject &context, const Request &request, const QString &code)
{
    return thenIn(oauth.exchangeOwn(code, textOf(ownAddress(request))), &context,
        [request](const Result<QByteArray> &token) -> Result<Response> {
            if (!token && token.error().code != ErrorCode::Invalid)
                return token.error();
            // A code that was used before, by the button back for one: asked for anew.
            return token ? goTo(request.path + "?access_token=" + *token) : askWhoItIs(request);
        });
}

Reply showView(
    ObjectService &service, OAuthService &oauth, QObject &context, const Request &raw, const Caller &)
{
    const auto token = raw.query("access_token"_L1);
    const auto code = raw.query("code"_L1);
    if (!token && raw.query("error"_L1))
        return forbidden(u"The sign-in was not completed."_s);
    if (!token)
        return code ? changeCode(oauth, context, raw, *code) : Reply(askWhoItIs(raw));
    const auto caller = visitor(service, oauth, raw, *token);
    if (!caller)
        return caller.error();
    if (!*caller)
        return askWhoItIs(raw);
    const auto request = readPithosRequest(raw, **caller);
    if (!request)
        return request.error();
    const auto place = request->place();
    if (!place)
        return place.error();
    const auto view = service.linkedObject(request->actor, *place);
    return view ? showToBrowser(service, *request, *view) : Reply(view.error());
}

} // namespace

RouteTable pithosViewRoutes(ObjectService &service, OAuthService &oauth, QObject &context)
{
    RouteTable table { OAuthService::viewPath(), Face::Synnefo, FaultForm::Pithos, {}, {} };
    table.routes.emplace_back("GET", "/{account}/{container}/{object...}", Right::Public,
        [s = &service, o = &oauth, c = &context](
            const Request &request, const Caller &caller) { return showView(*s, *o, *c, request, caller); });
    return table;
}

} // namespace nephele
