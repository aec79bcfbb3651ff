// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/oauthroutes.h"

#include "model/base/whendone.h"
#include "server/http/jsonwriter.h"
#include "server/http/replyformat.h"
#include "server/identity/astakosjson.h"
#include "server/weblogin/pagevisit.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

// Whatever is wrong is 400 in one form (Synnefo API guide, OAuth 2).
Response oauthFault(const Error &error)
{
    const bool isNamed = error.code == ErrorCode::Invalid && error.message.contains(": "_L1);
    JsonWriter json;
    json.beginObject();
    json.member("error", isNamed ? error.message.section(u": "_s, 0, 0) : u"generic_error"_s);
    json.member("exception", isNamed ? error.message.section(u": "_s, 1) : error.message).endObject();
    Response response = Response::json(400, std::move(json).bytes());
    response.headers.append("Cache-Control", "no-store");
    return response;
}

Error unsafeTransport()
{
    return invalid(u"invalid_request: this call needs HTTPS."_s);
}

OAuthAsked askedFrom(const std::function<QString(const QString &)> &value)
{
    return { value(u"response_type"_s), value(u"client_id"_s), value(u"redirect_uri"_s), value(u"scope"_s),
        value(u"state"_s) };
}

Reply sendCode(OAuthService &oauth, const PageVisit &visit, const OAuthAsked &asked, const QUrl &redirect)
{
    return thenIn(oauth.giveCode(*visit.session, asked), &oauth,
        [asked, redirect](const Result<QByteArray> &code) -> Result<Response> {
            if (!code)
                return oauthFault(code.error());
            QList<std::pair<QString, QString>> told { { u"code"_s, QString::fromLatin1(*code) } };
            if (!asked.state.isEmpty())
                told.append({ u"state"_s, asked.state });
            return redirectTo(oauthAnswer(redirect, told));
        });
}

Reply askConsent(const PageVisit &visit, const OAuthAsked &asked, const OAuthService::Judged &judged)
{
    WebPage page;
    page.title = u"Let %1 know who you are?"_s.arg(judged.client.name);
    page.lead =
        u"%1 learns your name and your id, and may act for you for a few seconds. You go on to %2."_s.arg(
            judged.client.name, judged.redirect.host());
    page.action = u"/astakos/oauth2/auth"_s;
    page.button = u"Allow"_s;
    page.secondButton = u"Cancel"_s;
    page.policySource = policySourceOf(judged.redirect, visit.request.baseUrl);
    page.hidden = { { u"response_type"_s, asked.responseType }, { u"client_id"_s, asked.client },
        { u"redirect_uri"_s, asked.redirect }, { u"scope"_s, asked.scope }, { u"state"_s, asked.state } };
    return visit.show(200, page);
}

Reply authorise(OAuthService &oauth, const PageVisit &visit)
{
    const bool isAnswer = visit.request.method == "POST";
    OAuthAsked asked = askedFrom([&](const QString &name) {
        return isAnswer ? visit.form.value(name)
                        : visit.request.query(QLatin1StringView(name.toLatin1())).value_or(QString());
    });
    asked.baseUrl = visit.request.baseUrl;
    if (!isSafeTransport(visit.request))
        return oauthFault(unsafeTransport());
    const auto judged = oauth.judge(asked);
    if (!judged)
        return oauthFault(judged.error());
    if (!visit.session)
        return redirectTo(
            signInPath(isAnswer ? QByteArray("/astakos/weblogin/account") : visit.request.target));
    if (judged->client.isTrusted)
        return sendCode(oauth, visit, asked, judged->redirect);
    if (!isAnswer)
        return askConsent(visit, asked, *judged);
    if (visit.form.value(u"decision"_s) == "allow"_L1)
        return sendCode(oauth, visit, asked, judged->redirect);
    QList<std::pair<QString, QString>> told { { u"error"_s, u"access_denied"_s } };
    if (!asked.state.isEmpty())
        told.append({ u"state"_s, asked.state });
    return redirectTo(oauthAnswer(judged->redirect, told));
}

// A client may ask by a form too (RFC 6749 section 3.1). It comes from another site and so without our mark:
// it goes on as a question of the browser's own.
Reply authorisationByForm(const Handler &authorisation, const Request &request, const Caller &caller)
{
    const auto form = formFrom(request);
    if (!form || form->contains(u"decision"_s))
        return authorisation(request, caller);
    QByteArray path = "/astakos/oauth2/auth?";
    for (const char *name : { "response_type", "client_id", "redirect_uri", "scope", "state" }) {
        if (const QString value = form->value(QLatin1StringView(name)); !value.isEmpty())
            path += QByteArray(name) + '=' + QUrl::toPercentEncoding(value) + '&';
    }
    path.chop(1);
    return seeOther(path);
}

// Basic authorization, each part form-encoded (RFC 6749 section 2.3.1).
Result<std::pair<QString, QString>> clientFrom(const Request &request)
{
    const QByteArray field = request.headers.value("Authorization");
    const QByteArray pair = field.left(6).compare("Basic ", Qt::CaseInsensitive) == 0
        ? QByteArray::fromBase64(field.mid(6).trimmed())
        : QByteArray();
    const qsizetype colon = pair.indexOf(':');
    if (colon <= 0)
        return invalid(u"invalid_client: name the client by Basic authorization."_s);
    const auto decoded = [](QByteArray part) {
        return QString::fromUtf8(QByteArray::fromPercentEncoding(part.replace('+', ' ')));
    };
    return std::pair(decoded(pair.first(colon)), decoded(pair.mid(colon + 1)));
}

Response accessTokenResponse(const QByteArray &token)
{
    JsonWriter json;
    json.beginObject().member("access_token", token).member("token_type", "Bearer");
    json.member("expires_in", int(OAuthService::accessLifeMs / 1000)).endObject();
    Response response = Response::json(200, std::move(json).bytes());
    response.headers.append("Cache-Control", "no-store");
    response.headers.append("Pragma", "no-cache");
    return response;
}

Reply giveToken(OAuthService &oauth, const Request &request)
{
    if (!isSafeTransport(request))
        return oauthFault(unsafeTransport());
    const auto client = clientFrom(request);
    if (!client)
        return oauthFault(client.error());
    const auto form = formFrom(request);
    if (!form)
        return oauthFault(invalid(u"invalid_request: "_s + form.error().message));
    const OAuthExchange wanted { client->first, client->second, form->value(u"grant_type"_s),
        form->value(u"code"_s), form->value(u"redirect_uri"_s) };
    return thenIn(oauth.exchange(wanted), &oauth, [](const Result<QByteArray> &token) -> Result<Response> {
        return token ? accessTokenResponse(*token) : oauthFault(token.error());
    });
}

Reply inspectAccess(OAuthService &oauth, const Request &request)
{
    const auto access =
        oauth.inspectAccess(request.parameter("token"_L1).toUtf8(), request.query("belongsTo"_L1));
    if (!access)
        return access.error();
    AstakosAccess told;
    told.token = request.parameter("token"_L1).toUtf8();
    told.expiresAtMs = access->expiresAtMs;
    told.user = access->user;
    told.tenant = access->user.defaultProject;
    told.cloudRoles = access->cloudRoles;
    const bool isXml = wantedFormat(request) == ReplyFormat::Xml;
    Response response = Response::json(200, isXml ? accessTokenXml(told) : accessTokenJson(told));
    response.headers = { { "Content-Type",
                             isXml ? "application/xml; charset=UTF-8" : "application/json; charset=UTF-8" },
        { "Cache-Control", "no-cache, no-store, must-revalidate" }, { "Vary", "X-Auth-Token" } };
    return response;
}

} // namespace

bool isSafeTransport(const Request &request)
{
    return request.secure || request.peer.isLoopback();
}

std::vector<RouteTable> oauthRoutes(WebloginService &weblogin, OAuthService &oauth)
{
    OAuthService *o = &oauth;
    const auto form = BodyRule::buffered(mostFormBytes);
    const Handler authorisation = pageHandler(
        weblogin, SessionNeed::None, [o](const PageVisit &visit) { return authorise(*o, visit); });
    RouteTable provider { "/astakos/oauth2", Face::Synnefo, FaultForm::Astakos, {} };
    provider.routes = {
        { "GET", "/auth", Right::Public, authorisation },
        { "POST", "/auth", Right::Public,
            [authorisation](const Request &request, const Caller &caller) {
                return authorisationByForm(authorisation, request, caller);
            },
            form },
        { "POST", "/token", Right::Public,
            [o](const Request &request, const Caller &) { return giveToken(*o, request); }, form },
    };
    RouteTable identity { "/astakos/identity", Face::Synnefo, FaultForm::Astakos, {} };
    identity.routes = {
        { "GET", "/v2.0/tokens/{token}", Right::Public,
            [o](const Request &request, const Caller &) { return inspectAccess(*o, request); } },
    };
    return { std::move(provider), std::move(identity) };
}

} // namespace nephele
