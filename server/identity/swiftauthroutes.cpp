// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/swiftauthroutes.h"

#include "server/identity/futures.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype longestHeader = 4096;

QByteArray eitherHeader(const Request &request, QByteArrayView name, QByteArrayView olderName)
{
    const QByteArray value = request.headers.value(name);
    return value.isEmpty() ? request.headers.value(olderName) : value;
}

// "project:user", or "user" for his default project.
Result<PasswordSignIn> signInFrom(const Request &request)
{
    const QByteArray who = eitherHeader(request, "X-Auth-User", "X-Storage-User");
    const QByteArray key = eitherHeader(request, "X-Auth-Key", "X-Storage-Pass");
    if (who.isEmpty() || who.size() > longestHeader || key.size() > longestHeader)
        return signInRefused();
    const QString name = QString::fromUtf8(who);
    const qsizetype colon = name.indexOf(u':');
    PasswordSignIn wanted;
    wanted.user = NameRef::byName(name.mid(colon + 1));
    wanted.password = QString::fromUtf8(key);
    wanted.peer = request.peer;
    if (colon >= 0) {
        wanted.scope.kind = ScopeWanted::Kind::Project;
        wanted.scope.project = NameRef::byName(name.left(colon));
    }
    return wanted;
}

Reply signIn(IdentityService &service, const Request &request)
{
    const auto wanted = signInFrom(request);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(service.signIn(*wanted), &service,
        [baseUrl = request.baseUrl](const IssuedToken &issued) -> Result<Response> {
            const Token &token = issued.details.token;
            // An account is a project: without one there is nothing to sign in to.
            if (!token.project)
                return signInRefused();
            Response response = Response::empty(200);
            const qint64 seconds = (token.expiresAtMs - token.issuedAtMs) / 1000;
            response.headers = { { "X-Auth-Token", issued.secret }, { "X-Storage-Token", issued.secret },
                { "X-Storage-Url", baseUrl + "/v1/AUTH_" + token.project->utf8() },
                { "X-Auth-Token-Expires", QByteArray::number(seconds) } };
            return response;
        });
}

} // namespace

RouteTable swiftAuthRoutes(IdentityService &service)
{
    IdentityService *s = &service;
    const auto handler = [s](const Request &request, const Caller &) { return signIn(*s, request); };
    RouteTable table { "/auth", Face::OpenStack, FaultForm::Swift, {} };
    table.routes = {
        { "GET", "/v1.0", Right::Public, handler },
        { "GET", "/v1", Right::Public, handler },
    };
    return table;
}

} // namespace nephele
