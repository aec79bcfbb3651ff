// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/webloginroutes.h"

#include "server/weblogin/accountpages.h"
#include "server/weblogin/signinpages.h"
#include "server/weblogin/signuppages.h"

#include <QFile>

namespace nephele {

namespace {

Response styleSheet()
{
    QFile file(QStringLiteral(":/pages/weblogin.css"));
    const QByteArray style = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    return { 200,
        { { "Content-Type", "text/css; charset=UTF-8" }, { "Cache-Control", "public, max-age=3600" },
            { "X-Content-Type-Options", "nosniff" } },
        style, nullptr };
}

} // namespace

RouteTable webloginRoutes(WebloginService &weblogin, SignUpService &signUps, OAuthService &oauth)
{
    RouteTable table { "/astakos/weblogin", Face::Synnefo, FaultForm::Astakos, {} };
    table.routes = signInPages(weblogin, oauth);
    for (Route &route : accountPages(weblogin))
        table.routes.push_back(std::move(route));
    for (Route &route : signUpPages(weblogin, signUps))
        table.routes.push_back(std::move(route));
    table.routes.emplace_back("GET", "/style.css", Right::Public,
        [](const Request &, const Caller &) -> Reply { return styleSheet(); });
    return table;
}

} // namespace nephele
