// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/astakosroutes.h"

#include "model/base/whendone.h"
#include "server/http/replyformat.h"
#include "server/identity/astakosjson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

Response jsonResponse(QByteArray body)
{
    Response response = Response::json(200, std::move(body));
    response.headers = { { "Content-Type", "application/json; charset=UTF-8" },
        { "Cache-Control", "no-cache, no-store, must-revalidate" }, { "Vary", "X-Auth-Token" } };
    return response;
}

Response accessResponse(const IdentityService &service, const Request &request, const AstakosAccess *access)
{
    const auto &services = service.settings().services;
    if (wantedFormat(request) == ReplyFormat::Json)
        return jsonResponse(accessJson(access, services, request.baseUrl));
    Response response = jsonResponse(accessXml(access, services, request.baseUrl));
    response.headers.set("Content-Type", "application/xml; charset=UTF-8");
    return response;
}

// Synnefo answers 400, not 415, to any other or no content type.
std::optional<Error> wrongContentType(const Request &request)
{
    const QByteArray type = request.headers.value("Content-Type").split(';').first().trimmed();
    if (type.compare("application/json", Qt::CaseInsensitive) == 0)
        return std::nullopt;
    return invalid(u"The header Content-Type must be application/json."_s);
}

Result<Response> welcome(
    IdentityService &service, const Request &request, const AstakosSignIn &wanted, const QByteArray &token)
{
    const auto bearer = service.bearerOf(token, Face::Synnefo);
    if (!bearer)
        return bearer.error();
    const User &user = bearer->details.user;
    if (wanted.tenantName && *wanted.tenantName != user.id.text())
        return invalid(u"auth.tenantName: must be the user's own uuid."_s);
    AstakosAccess access;
    access.token = token;
    access.expiresAtMs = bearer->caller.expiresAtMs;
    access.user = user;
    // An unscoped token has no project; his own is named so that clients can go on reading.
    access.tenant = bearer->caller.project.value_or(user.systemProject());
    access.projects = bearer->caller.scope.keys();
    std::sort(access.projects.begin(), access.projects.end());
    access.isAdmin = bearer->caller.isAdmin;
    access.cloudRoles = bearer->caller.cloudRoles;
    return accessResponse(service, request, &access);
}

Reply signIn(IdentityService &service, const Request &request)
{
    // Nothing asked: the catalog, for everybody.
    if (request.body.isEmpty())
        return accessResponse(service, request, nullptr);
    if (const auto wrong = wrongContentType(request))
        return *wrong;
    const auto wanted = astakosSignInFromJson(request.body);
    if (!wanted)
        return wanted.error();
    if (!wanted->token.isEmpty())
        return welcome(service, request, *wanted, wanted->token);
    if (UserId::fromText(wanted->userName)) {
        const QByteArray token = wanted->secret.toUtf8();
        const auto details = service.goodToken(token);
        if (!details)
            return details.error();
        if (details->user.id.text() != wanted->userName)
            return signInRefused();
        return welcome(service, request, *wanted, token);
    }
    PasswordSignIn password;
    password.user = NameRef::byName(wanted->userName);
    password.password = wanted->secret;
    password.peer = request.peer;
    return thenIn(service.signInToSynnefo(password), &service,
        [&service, request, wanted = *wanted](const Result<IssuedToken> &issued) -> Result<Response> {
            if (!issued)
                return issued.error();
            return welcome(service, request, wanted, issued->secret);
        });
}

Reply listNames(IdentityService &service, const Request &request)
{
    if (const auto wrong = wrongContentType(request))
        return *wrong;
    const auto question = catalogQuestionFromJson(request.body);
    if (!question)
        return question.error();
    const auto catalogs = service.nameCatalogs(question->ids, question->names);
    if (!catalogs)
        return catalogs.error();
    return jsonResponse(nameCatalogsJson(*catalogs));
}

} // namespace

std::vector<RouteTable> astakosRoutes(IdentityService &service)
{
    IdentityService *s = &service;
    RouteTable identity { "/astakos/identity", Face::Synnefo, FaultForm::Astakos, {} };
    identity.routes = {
        { "GET", "", Right::Public,
            [](const Request &request, const Caller &) -> Reply {
                return jsonResponse(astakosVersionsJson(request.baseUrl));
            } },
        { "GET", "/v2.0", Right::Public,
            [](const Request &request, const Caller &) -> Reply {
                return jsonResponse(astakosVersionJson(request.baseUrl));
            } },
        { "POST", "/v2.0/tokens", Right::Public,
            [s](const Request &request, const Caller &) { return signIn(*s, request); } },
    };
    RouteTable account { "/astakos/account/v1.0", Face::Synnefo, FaultForm::Astakos, {} };
    account.routes = {
        { "POST", "/user_catalogs", Right::SignedIn,
            [s](const Request &request, const Caller &) { return listNames(*s, request); } },
    };
    return { std::move(identity), std::move(account) };
}

} // namespace nephele
