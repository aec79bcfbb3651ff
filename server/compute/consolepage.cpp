// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/consolepage.h"

#include <QFile>
#include <QFileInfo>

namespace nephele {

namespace {

const QString noVncFolder = QStringLiteral("/usr/share/novnc");

// Never cached by others: the address of the page holds a ticket.
Response page(const QByteArray &type, QByteArray contents)
{
    return { 200,
        { { "Content-Type", type + "; charset=UTF-8" },
            { "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data: "
                "blob:;"
                " connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'" },
            { "X-Content-Type-Options", "nosniff" }, { "Referrer-Policy", "no-referrer" },
            { "Cache-Control", "no-store" } },
        std::move(contents), nullptr };
}

Reply builtIn(const char *name, const QByteArray &type)
{
    QFile file(QStringLiteral(":/pages/") + QLatin1StringView(name));
    if (!file.open(QIODevice::ReadOnly))
        return internalError(QStringLiteral("page %1 is not built in").arg(QLatin1StringView(name)));
    return page(type, file.readAll());
}

} // namespace

Result<QByteArray> noVncScript(const QString &path)
{
    const Error absent = notFound(QStringLiteral("There is nothing at this address."));
    const QString wanted = noVncFolder + QLatin1Char('/') + path;
    // What it really is must lie in the folder, whatever dots or links the path holds.
    const QString real = QFileInfo(wanted).canonicalFilePath();
    if (!path.endsWith(QLatin1StringView(".js")) || !real.startsWith(noVncFolder + QLatin1Char('/')))
        return absent;
    QFile file(real);
    if (!file.open(QIODevice::ReadOnly))
        return absent;
    return file.readAll();
}

std::vector<Route> consolePageRoutes()
{
    return {
        { "GET", "/console", Right::Public,
            [](const Request &, const Caller &) { return builtIn("console.html", "text/html"); } },
        { "GET", "/console/console.css", Right::Public,
            [](const Request &, const Caller &) { return builtIn("console.css", "text/css"); } },
        { "GET", "/console/console.js", Right::Public,
            [](const Request &, const Caller &) { return builtIn("console.js", "text/javascript"); } },
        { "GET", "/console/novnc/{file...}", Right::Public,
            [](const Request &request, const Caller &) -> Reply {
                auto script = noVncScript(request.parameter(QLatin1StringView("file")));
                return script ? Reply(page("text/javascript", std::move(*script))) : Reply(script.error());
            } },
    };
}

} // namespace nephele
