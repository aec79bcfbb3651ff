// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/keystoneroutes.h"

#include "server/identity/futures.h"
#include "server/identity/keystonejson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

KeystoneLinks linksOf(const Request &request)
{
    return { request.baseUrl };
}

Response tokenResponse(int status, const QByteArray &secret, QByteArray body)
{
    Response response = Response::json(status, std::move(body));
    response.headers.append("X-Subject-Token", secret);
    response.headers.append("Vary", "X-Auth-Token");
    return response;
}

// The token with its catalog, unless that is not wanted or the token is for nothing.
Result<Response> tokenAnswer(IdentityService &service, const Request &request, int status,
    const QByteArray &secret, const TokenDetails &details)
{
    const TokenKind kind = details.token.kind;
    if (kind == TokenKind::Unscoped || kind == TokenKind::Synnefo || request.query("nocatalog"_L1))
        return tokenResponse(status, secret, tokenBody(details, nullptr, linksOf(request)));
    const auto catalog = service.catalog().catalogOf(details.token.project.value_or(ProjectId()));
    if (!catalog)
        return catalog.error();
    return tokenResponse(status, secret, tokenBody(details, catalog->get(), linksOf(request)));
}

template <class T>
Reply answer(const Result<T> &result, const std::function<QByteArray(const T &)> &body)
{
    if (!result)
        return result.error();
    return Response::json(200, body(*result));
}

Reply signIn(IdentityService &service, const Request &request)
{
    auto wanted = signInFromJson(request.body);
    if (!wanted)
        return wanted.error();
    if (auto *password = std::get_if<PasswordSignIn>(&*wanted))
        password->peer = request.peer;
    if (auto *credential = std::get_if<CredentialSignIn>(&*wanted))
        credential->peer = request.peer;
    const auto issued = std::visit([&](const auto &way) { return service.signIn(way); }, *wanted);
    return replyWhenDone(issued, &service, [&service, request](const IssuedToken &token) {
        return tokenAnswer(service, request, 201, token.secret, token.details);
    });
}

Result<QByteArray> subjectOf(const Request &request)
{
    const QByteArray subject = request.headers.value("X-Subject-Token");
    if (subject.isEmpty())
        return invalid(u"The header X-Subject-Token is missing."_s);
    return subject;
}

Reply showToken(IdentityService &service, const Request &request, const Caller &caller)
{
    const auto subject = subjectOf(request);
    if (!subject)
        return subject.error();
    const auto details = service.inspectToken(caller, *subject);
    if (!details)
        return details.error();
    return tokenAnswer(service, request, 200, *subject, *details);
}

Reply revokeToken(IdentityService &service, const Request &request, const Caller &caller)
{
    const auto subject = subjectOf(request);
    if (!subject)
        return subject.error();
    return emptyWhenDone(service.revokeToken(caller, *subject), &service);
}

Reply showCatalog(IdentityService &service, const Request &request, const Caller &caller)
{
    if (!caller.project)
        return forbidden(u"A token without a project has no catalog."_s);
    const auto catalog = service.catalog().catalogOf(*caller.project);
    if (!catalog)
        return catalog.error();
    const KeystoneLinks links = linksOf(request);
    JsonWriter json(4096);
    json.beginObject();
    writeCatalog(json.key("catalog"), **catalog, links, *caller.project, caller.user);
    json.key("links").beginObject();
    json.nullMember("next").member("self", links.v3("/auth/catalog")).nullMember("previous");
    json.endObject().endObject();
    return Response::json(200, std::move(json).bytes());
}

Reply createCredential(IdentityService &service, const Request &request, const Caller &caller)
{
    const auto wanted = newCredentialFromJson(request.body);
    if (!wanted)
        return wanted.error();
    const auto created = service.createCredential(caller, request.parameter("user"_L1), *wanted);
    return replyWhenDone(created, &service, [links = linksOf(request)](const CreatedCredential &made) {
        return Response::json(201, credentialBody(made.credential, made.secret, links));
    });
}

Reply removeCredential(IdentityService &service, const Request &request, const Caller &caller)
{
    return emptyWhenDone(
        service.removeCredential(caller, request.parameter("user"_L1), request.parameter("credential"_L1)),
        &service);
}

} // namespace

RouteTable keystoneRoutes(IdentityService &service)
{
    IdentityService *s = &service;
    const auto versions = [](const Request &request, const Caller &) -> Reply {
        return Response::json(300, versionsBody(linksOf(request)));
    };
    const auto version = [](const Request &request, const Caller &) -> Reply {
        return Response::json(200, versionBody(linksOf(request)));
    };
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", "", Right::Public, versions },
        { "GET", "/v3", Right::Public, version },
        { "POST", "/v3/auth/tokens", Right::Public,
            [s](const Request &request, const Caller &) { return signIn(*s, request); } },
        { "GET", "/v3/auth/tokens", Right::SignedIn,
            [s](const Request &request, const Caller &caller) { return showToken(*s, request, caller); } },
        { "DELETE", "/v3/auth/tokens", Right::SignedIn,
            [s](const Request &request, const Caller &caller) { return revokeToken(*s, request, caller); } },
        { "GET", "/v3/auth/catalog", Right::SignedIn,
            [s](const Request &request, const Caller &caller) { return showCatalog(*s, request, caller); } },
        { "GET", "/v3/users/{user}/application_credentials", Right::SignedIn,
            [s](const Request &request, const Caller &caller) {
                const QString user = request.parameter("user"_L1);
                return answer<QList<ApplicationCredential>>(
                    s->credentials(caller, user, request.query("name"_L1)), [&](const auto &credentials) {
                        return credentialsBody(credentials,
                            "/users/" + user.toUtf8() + "/application_credentials", linksOf(request));
                    });
            } },
        { "POST", "/v3/users/{user}/application_credentials", Right::SignedIn,
            [s](const Request &request, const Caller &caller) {
                return createCredential(*s, request, caller);
            } },
        { "GET", "/v3/users/{user}/application_credentials/{credential}", Right::SignedIn,
            [s](const Request &request, const Caller &caller) {
                return answer<ApplicationCredential>(
                    s->credential(caller, request.parameter("user"_L1), request.parameter("credential"_L1)),
                    [&](const ApplicationCredential &credential) {
                        return credentialBody(credential, {}, linksOf(request));
                    });
            } },
        { "DELETE", "/v3/users/{user}/application_credentials/{credential}", Right::SignedIn,
            [s](const Request &request, const Caller &caller) {
                return removeCredential(*s, request, caller);
            } },
    };
    return table;
}

} // namespace nephele
