// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/astakoscatalogroutes.h"
#include "server/weblogin/cloudbarroutes.h"
#include "server/weblogin/feedbackroutes.h"
#include "server/weblogin/oauthroutes.h"
#include "server/weblogin/webloginroutes.h"
#include "tests/server/identity/identityserver.h"

#include <QNetworkCookie>
#include <QNetworkCookieJar>
#include <QRegularExpression>
#include <QUrlQuery>

namespace nephele::test {

// Identity and the browser's pages as one worker of a cloud has them.
class WebloginWorker final : public Worker
{
public:
    // What else the worker answers; made with the parts it lends, kept while it lives.
    struct More
    {
        std::vector<RouteTable> tables;
        std::shared_ptr<void> kept;
    };
    using MakeMore = std::function<More(OAuthService &, QObject &)>;

    explicit WebloginWorker(WebloginContext &context, const MakeMore &makeMore = {})
        : m_makeMore(makeMore)
        , m_database(context.database())
        , m_identity(context.identity())
        , m_weblogin(context, m_identity)
        , m_signUps(context, m_weblogin)
        , m_oauth(context)
        , m_authenticator(context.identity())
    {
    }

    std::vector<RouteTable> routes() override
    {
        std::vector<RouteTable> tables = astakosRoutes(m_identity);
        const auto add = [&tables](std::vector<RouteTable> more) {
            for (RouteTable &table : more)
                tables.push_back(std::move(table));
        };
        add(astakosCatalogRoutes(m_identity));
        add(oauthRoutes(m_weblogin, m_oauth));
        add(feedbackRoutes(m_database, &m_context));
        tables.push_back(keystoneRoutes(m_identity));
        tables.push_back(webloginRoutes(m_weblogin, m_signUps, m_oauth));
        tables.push_back(cloudBarRoutes(m_weblogin, m_identity.settings().services));
        if (m_makeMore) {
            More more = m_makeMore(m_oauth, m_context);
            m_kept = more.kept;
            add(std::move(more.tables));
        }
        return tables;
    }
    Authenticator &authenticator() override { return m_authenticator; }

private:
    const MakeMore m_makeMore;
    std::shared_ptr<void> m_kept;
    Database &m_database;
    IdentityService m_identity;
    WebloginService m_weblogin;
    SignUpService m_signUps;
    OAuthService m_oauth;
    TokenAuthenticator m_authenticator;
    QObject m_context;
};

// A real server of them on a free port.
class WebloginServer
{
public:
    explicit WebloginServer(TestIdentity &identity, const WebloginSettings &settings = {},
        const WebloginWorker::MakeMore &makeMore = {})
        : m_context(identity.context(), settings)
    {
        HttpOptions options;
        options.workers = 2;
        auto server = HttpServer::start(std::move(options), [context = &m_context, makeMore] {
            return std::make_unique<WebloginWorker>(*context, makeMore);
        });
        if (!server)
            qFatal("%s", qUtf8Printable(server.error().message));
        m_server = *std::move(server);
    }

    QByteArray url() const { return m_server->url().toString().toUtf8(); }
    WebloginContext &context() { return m_context; }

private:
    WebloginContext m_context;
    std::unique_ptr<HttpServer> m_server;
};

// A browser without scripts: keeps cookies, follows nothing by itself.
class Browser
{
public:
    using Form = QList<std::pair<QString, QString>>;
    using Fields = QList<std::pair<QByteArray, QByteArray>>;

    explicit Browser(const WebloginServer &server) : m_url(server.url())
    {
        m_client.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    }

    HttpAnswer get(const QByteArray &path, const Fields &more = {}) { return send("GET", path, {}, more); }

    HttpAnswer post(const QByteArray &path, const Form &form, const Fields &more = {})
    {
        QByteArray body;
        for (const auto &[name, value] : form)
            body += (body.isEmpty() ? "" : "&") + QUrl::toPercentEncoding(name) + '='
                + QUrl::toPercentEncoding(value);
        Fields fields { { "Content-Type", "application/x-www-form-urlencoded" } };
        fields += more;
        return send("POST", path, body, fields);
    }

    // Opens a page, fills its form in and sends it as it says.
    HttpAnswer submit(const QByteArray &path, const Form &typed, const Fields &more = {})
    {
        const QString page = QString::fromUtf8(get(path).body);
        static const QRegularExpression action(QStringLiteral("<form method=\"post\" action=\"([^\"]+)\""));
        return post(action.match(page).captured(1).toUtf8(), hiddenFields(page) + typed, more);
    }

    static Form hiddenFields(const QString &page)
    {
        static const QRegularExpression hidden(
            QStringLiteral("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\">"));
        Form form;
        for (auto found = hidden.globalMatch(page); found.hasNext();) {
            const auto match = found.next();
            form.append({ match.captured(1),
                match.captured(2).replace(QLatin1StringView("&amp;"), QLatin1StringView("&")) });
        }
        return form;
    }

    HttpAnswer signIn(const User &user)
    {
        return submit("/astakos/weblogin/signin",
            { { QStringLiteral("name"), user.name },
                { QStringLiteral("password"), TestIdentity::passwordOf(user.name) } });
    }
    bool isSignedIn() { return get("/astakos/weblogin/account").status == 200; }

    QByteArray cookie(const QByteArray &name)
    {
        for (const QNetworkCookie &cookie :
            m_client.cookieJar()->cookiesForUrl(QUrl::fromEncoded(m_url + "/astakos/weblogin/"))) {
            if (cookie.name() == name)
                return cookie.value();
        }
        return {};
    }

    HttpAnswer send(
        const QByteArray &method, const QByteArray &path, const QByteArray &body, const Fields &more)
    {
        QNetworkRequest request(QUrl::fromEncoded(m_url + path));
        for (const auto &[name, value] : more)
            request.setRawHeader(name, value);
        const std::unique_ptr<QNetworkReply> reply(m_client.sendCustomRequest(request, method, body));
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 20'000))
            return {};
        HttpAnswer answer;
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        answer.body = reply->readAll();
        for (const auto &[name, value] : reply->rawHeaderPairs())
            answer.headers.insert(name.toLower(), value);
        return answer;
    }

private:
    const QByteArray m_url;
    QNetworkAccessManager m_client;
};

} // namespace nephele::test
