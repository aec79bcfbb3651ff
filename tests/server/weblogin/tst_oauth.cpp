// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/cloudrolestore.h"
#include "server/identity/admincommands.h"
#include "tests/server/weblogin/webloginserver.h"
#include "tests/support/testregistry.h"

#include <QXmlStreamReader>

using namespace nephele;
using namespace Qt::StringLiterals;

// The OAuth 2 provider over HTTP: clients "view" (trusted, one address) and "app" (asks, two addresses).
class tst_OAuth : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void cleanup();
    void aWrongQuestionIsRefused_data();
    void aWrongQuestionIsRefused();
    void aVisitorSignsInFirst();
    void aTrustedClientGetsItsCode();
    void usersAreAskedOnce_data();
    void usersAreAskedOnce();
    void consentNeedsTheMark();
    void aQuestionByFormGoesOnAsOneOfOurs();
    void aCodeBecomesAToken();
    void aWrongExchangeIsRefused_data();
    void aWrongExchangeIsRefused();
    void aCodeUsedTwiceEndsWhatItGave();
    void whatIsGivenEnds_data();
    void whatIsGivenEnds();
    void aTokenIsInspected_data();
    void aTokenIsInspected();
    void aTokenIsInspectedInXml();
    void anAccessTokenOpensNothingElse();
    void onlySafeTransportsAreUsed_data();
    void onlySafeTransportsAreUsed();
    void clientsAreRegistered_data();
    void clientsAreRegistered();

private:
    Result<QString> admin(const QString &line)
    {
        AdminTerminal terminal;
        return runAdminCommand(m_identity->database(), line.split(u' '), terminal);
    }
    QString secretOf(const QString &line)
    {
        const auto said = admin(line);
        static const QRegularExpression secret(u"client_secret: (\\S+)"_s);
        return said ? secret.match(*said).captured(1) : QString();
    }
    static QByteArray authPath(
        const QByteArray &client, const QByteArray &redirect, const QByteArray &more = {})
    {
        return "/astakos/oauth2/auth?response_type=code&client_id=" + client
            + (redirect.isEmpty() ? QByteArray() : "&redirect_uri=" + redirect.toPercentEncoding()) + more;
    }
    static QString codeIn(const QByteArray &location)
    {
        return QUrlQuery(QUrl::fromEncoded(location)).queryItemValue(u"code"_s);
    }
    QString viewCode(const QByteArray &more = {})
    {
        return codeIn(m_browser->get(authPath("view", "https://view.example/back", more)).header("Location"));
    }
    test::HttpAnswer exchange(const QString &code, const QString &redirect = u"https://view.example/back"_s)
    {
        return exchangeAs("view:" + m_viewSecret.toLatin1(),
            { { u"grant_type"_s, u"authorization_code"_s }, { u"code"_s, code },
                { u"redirect_uri"_s, redirect } });
    }
    test::HttpAnswer exchangeAs(const QByteArray &client, const test::Browser::Form &form)
    {
        return test::Browser(*m_server).post(
            "/astakos/oauth2/token", form, { { "Authorization", "Basic " + client.toBase64() } });
    }
    QByteArray accessToken(const QByteArray &more = {})
    {
        return exchange(viewCode(more)).json().value("access_token"_L1).toString().toLatin1();
    }
    test::HttpAnswer inspect(const QByteArray &token, const QByteArray &query = {})
    {
        return test::Browser(*m_server).get("/astakos/identity/v2.0/tokens/" + token + query);
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::WebloginServer> m_server;
    std::unique_ptr<test::Browser> m_browser;
    User m_ann;
    QString m_viewSecret;
    QString m_appSecret;
};

void tst_OAuth::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_server = std::make_unique<test::WebloginServer>(*m_identity);
    m_browser = std::make_unique<test::Browser>(*m_server);
    m_viewSecret = secretOf(u"oauth-client add view --trusted --redirect https://view.example/back"_s);
    m_appSecret = secretOf(u"oauth-client add app --redirect https://app.example/a?x=1 "
                           "--redirect http://127.0.0.1:9/b"_s);
    QCOMPARE(m_viewSecret.size(), 43);
    QCOMPARE(m_appSecret.size(), 43);
    QCOMPARE(m_browser->signIn(m_ann).status, 303);
}

void tst_OAuth::cleanup()
{
    m_browser.reset();
    m_server.reset();
    m_identity.reset();
}

void tst_OAuth::aWrongQuestionIsRefused_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QString>("error");
    QTest::newRow("nothing") << QByteArray("/astakos/oauth2/auth") << u"invalid_client"_s;
    QTest::newRow("unknown client") << authPath("nobody", "https://view.example/back") << u"invalid_client"_s;
    QTest::newRow("another's address")
        << authPath("view", "https://app.example/a?x=1") << u"invalid_request"_s;
    QTest::newRow("nearly the address")
        << authPath("view", "https://view.example/back/") << u"invalid_request"_s;
    QTest::newRow("with a query more")
        << authPath("view", "https://view.example/back?x") << u"invalid_request"_s;
    QTest::newRow("which address?") << authPath("app", {}) << u"invalid_request"_s;
    QTest::newRow("a long address") << authPath("view", "https://view.example/" + QByteArray(5001, 'x'))
                                    << u"invalid_request"_s;
    QTest::newRow("another type") << QByteArray("/astakos/oauth2/auth?response_type=token&client_id=view")
                                  << u"unsupported_response_type"_s;
    QTest::newRow("a long scope") << authPath("view", {}, "&scope=" + QByteArray(1001, 's'))
                                  << u"invalid_scope"_s;
    QTest::newRow("a long state") << authPath("view", {}, "&state=" + QByteArray(2001, 's'))
                                  << u"invalid_request"_s;
}

void tst_OAuth::aWrongQuestionIsRefused()
{
    QFETCH(QByteArray, path);
    const auto answer = m_browser->get(path);
    QCOMPARE(answer.status, 400);
    QVERIFY(answer.header("Location").isEmpty());
    QTEST(answer.json().value("error"_L1).toString(), "error");
    QVERIFY(!answer.json().value("exception"_L1).toString().isEmpty());
}

void tst_OAuth::aVisitorSignsInFirst()
{
    test::Browser visitor(*m_server);
    const QByteArray path = authPath("view", "https://view.example/back", "&state=s");
    const auto asked = visitor.get(path);
    QCOMPARE(asked.status, 302);
    QVERIFY(asked.header("Location").startsWith("/astakos/weblogin/signin?then="));
    // Browsers follow a form's redirects only where the policy of its page lets them.
    const auto page = visitor.get(asked.header("Location"));
    QVERIFY(page.header("Content-Security-Policy").endsWith("form-action 'self' https://view.example"));
    const auto signedIn = visitor.submit(
        asked.header("Location"), { { u"name"_s, u"ann"_s }, { u"password"_s, u"ann-password"_s } });
    QCOMPARE(signedIn.header("Location"), path);
    QCOMPARE(visitor.get(signedIn.header("Location")).status, 302);
}

void tst_OAuth::aTrustedClientGetsItsCode()
{
    const QByteArray state = "a b&code=x";
    const auto answer =
        m_browser->get(authPath("view", "https://view.example/back", "&state=" + state.toPercentEncoding()));
    QCOMPARE(answer.status, 302);
    const QByteArray location = answer.header("Location");
    QVERIFY2(location.startsWith("https://view.example/back?code="), location.constData());
    const QUrlQuery query(QUrl::fromEncoded(location));
    QCOMPARE(query.queryItemValue(u"code"_s).size(), 60);
    QCOMPARE(query.queryItemValue(u"state"_s, QUrl::FullyDecoded).toUtf8(), state);
    // Its one address need not be named.
    QVERIFY(m_browser->get(authPath("view", {}))
                .header("Location")
                .startsWith("https://view.example/back?code="));
}

void tst_OAuth::usersAreAskedOnce_data()
{
    QTest::addColumn<QString>("decision");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("allow") << u"allow"_s << QByteArray("https://app.example/a?x=1&code=");
    QTest::newRow("deny") << u"deny"_s << QByteArray("https://app.example/a?x=1&error=access_denied&state=s");
    QTest::newRow("something else") << u"x"_s
                                    << QByteArray("https://app.example/a?x=1&error=access_denied&state=s");
}

void tst_OAuth::usersAreAskedOnce()
{
    QFETCH(QString, decision);
    QFETCH(QByteArray, answer);
    const QByteArray path = authPath("app", "https://app.example/a?x=1", "&state=s");
    const auto page = m_browser->get(path);
    QCOMPARE(page.status, 200);
    QVERIFY(page.body.contains("app.example"));
    QVERIFY(page.header("Content-Security-Policy").endsWith("form-action 'self' https://app.example"));
    const auto decided = m_browser->submit(path, { { u"decision"_s, decision } });
    QCOMPARE(decided.status, 302);
    QVERIFY2(decided.header("Location").startsWith(answer), decided.header("Location").constData());
}

void tst_OAuth::consentNeedsTheMark()
{
    const test::Browser::Form form { { u"response_type"_s, u"code"_s }, { u"client_id"_s, u"app"_s },
        { u"redirect_uri"_s, u"https://app.example/a?x=1"_s }, { u"decision"_s, u"allow"_s } };
    const auto answer = m_browser->post("/astakos/oauth2/auth", form);
    QCOMPARE(answer.status, 403);
    QVERIFY(answer.header("Location").isEmpty());
}

void tst_OAuth::aQuestionByFormGoesOnAsOneOfOurs()
{
    const auto answer = m_browser->post("/astakos/oauth2/auth",
        { { u"response_type"_s, u"code"_s }, { u"client_id"_s, u"app"_s },
            { u"redirect_uri"_s, u"https://app.example/a?x=1"_s }, { u"other"_s, u"x"_s } });
    QCOMPARE(answer.status, 303);
    QCOMPARE(answer.header("Location"), authPath("app", "https://app.example/a?x=1"));
}

void tst_OAuth::aCodeBecomesAToken()
{
    const auto answer = exchange(viewCode());
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.header("Cache-Control"), QByteArray("no-store"));
    const QJsonObject told = answer.json();
    QCOMPARE(told.keys(), (QStringList { u"access_token"_s, u"expires_in"_s, u"token_type"_s }));
    QCOMPARE(told.value("access_token"_L1).toString().size(), 30);
    QCOMPARE(told.value("token_type"_L1).toString(), u"Bearer"_s);
    QCOMPARE(told.value("expires_in"_L1).toInt(), 20);
}

void tst_OAuth::aWrongExchangeIsRefused_data()
{
    QTest::addColumn<QString>("wrong");
    QTest::addColumn<QString>("error");
    QTest::newRow("no client") << u"no client"_s << u"invalid_client"_s;
    QTest::newRow("unknown client") << u"unknown client"_s << u"invalid_client"_s;
    QTest::newRow("wrong secret") << u"wrong secret"_s << u"invalid_client"_s;
    QTest::newRow("another client") << u"another client"_s << u"invalid_grant"_s;
    QTest::newRow("no code") << u"no code"_s << u"invalid_request"_s;
    QTest::newRow("a made up code") << u"a made up code"_s << u"invalid_grant"_s;
    QTest::newRow("another address") << u"another address"_s << u"invalid_grant"_s;
    QTest::newRow("no address") << u"no address"_s << u"invalid_grant"_s;
    QTest::newRow("another grant") << u"another grant"_s << u"unsupported_grant_type"_s;
    QTest::newRow("too late") << u"too late"_s << u"invalid_grant"_s;
    QTest::newRow("no form") << u"no form"_s << u"invalid_request"_s;
}

void tst_OAuth::aWrongExchangeIsRefused()
{
    QFETCH(QString, wrong);
    const QString code = viewCode();
    QCOMPARE(code.size(), 60);
    const auto is = [&wrong](const char *what) { return wrong == QLatin1StringView(what); };
    QByteArray client = "view:" + m_viewSecret.toLatin1();
    if (is("unknown client"))
        client = "nobody:x";
    if (is("wrong secret"))
        client = "view:x";
    if (is("another client"))
        client = "app:" + m_appSecret.toLatin1();
    test::Browser::Form form { { u"grant_type"_s,
        is("another grant") ? u"password"_s : u"authorization_code"_s } };
    if (!is("no code"))
        form.append({ u"code"_s, is("a made up code") ? QString(60, u'x') : code });
    if (!is("no address"))
        form.append({ u"redirect_uri"_s,
            is("another address") ? u"https://app.example/a?x=1"_s : u"https://view.example/back"_s });
    if (is("too late"))
        m_identity->clock().advanceMs(OAuthService::codeLifeMs);
    test::Browser program(*m_server);
    const auto answer = is("no client") ? program.post("/astakos/oauth2/token", form)
        : is("no form")                 ? program.send("POST", "/astakos/oauth2/token", "{}",
                              { { "Content-Type", "application/json" }, { "Authorization", "Basic " + client.toBase64() } })
                                        : exchangeAs(client, form);
    QCOMPARE(answer.status, 400);
    QTEST(answer.json().value("error"_L1).toString(), "error");
    // What was refused used nothing up.
    QCOMPARE(exchange(code).status, is("too late") ? 400 : 200);
}

void tst_OAuth::aCodeUsedTwiceEndsWhatItGave()
{
    const QString code = viewCode();
    const QByteArray token = exchange(code).json().value("access_token"_L1).toString().toLatin1();
    QCOMPARE(inspect(token).status, 200);
    const auto again = exchange(code);
    QCOMPARE(again.status, 400);
    QCOMPARE(again.json().value("error"_L1).toString(), u"invalid_grant"_s);
    QCOMPARE(inspect(token).status, 404);
}

void tst_OAuth::whatIsGivenEnds_data()
{
    QTest::addColumn<QString>("by");
    for (const char *by : { "time", "logout", "password", "user disabled", "client removed" })
        QTest::newRow(by) << QString::fromLatin1(by);
}

void tst_OAuth::whatIsGivenEnds()
{
    QFETCH(QString, by);
    const QByteArray token = accessToken();
    const QString code = viewCode();
    QCOMPARE(inspect(token).status, 200);
    if (by == "time"_L1)
        m_identity->clock().advanceMs(OAuthService::codeLifeMs);
    else if (by == "logout"_L1)
        m_browser->submit("/astakos/weblogin/logout", {});
    else if (by == "password"_L1)
        m_identity->write([this](Transaction &t) { return Accounts::setPassword(t, m_ann, u"sha256$x"_s); });
    else if (by == "user disabled"_L1)
        m_identity->write([this](Transaction &t) { return Accounts::setUserEnabled(t, m_ann, false); });
    else
        QVERIFY(admin(u"oauth-client remove view"_s));
    QCOMPARE(inspect(token).status, 404);
    QCOMPARE(exchange(code).status, 400);
}

void tst_OAuth::aTokenIsInspected_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("status");
    QTest::newRow("not asked") << QByteArray() << 200;
    QTest::newRow("the scope") << QByteArray("?belongsTo=%2Fpithos%2Ffile") << 200;
    QTest::newRow("below the scope") << QByteArray("?belongsTo=%2Fpithos%2Ffile%2Fx") << 200;
    QTest::newRow("above the scope") << QByteArray("?belongsTo=%2Fpithos") << 404;
    QTest::newRow("elsewhere") << QByteArray("?belongsTo=%2Fother%2Fpithos%2Ffile") << 404;
    QTest::newRow("empty") << QByteArray("?belongsTo=") << 404;
}

void tst_OAuth::aTokenIsInspected()
{
    QFETCH(QByteArray, query);
    QFETCH(int, status);
    m_identity->write(
        [this](Transaction &t) { return CloudRoleStore::setRoles(t, m_ann.id, CloudRole::Helpdesk); });
    const QByteArray token = accessToken("&scope=%2Fpithos%2Ffile");
    const auto answer = inspect(token, query);
    QCOMPARE(answer.status, status);
    if (status != 200)
        return;
    const QJsonObject access = answer.json().value("access"_L1).toObject();
    QCOMPARE(access.keys(), (QStringList { u"token"_s, u"user"_s }));
    const QJsonObject shown = access.value("token"_L1).toObject();
    QCOMPARE(shown.keys(), (QStringList { u"expires"_s, u"id"_s, u"tenant"_s }));
    QCOMPARE(shown.value("id"_L1).toString().toLatin1(), token);
    QCOMPARE(shown.value("expires"_L1).toString(), u"2027-01-15T08:00:20.000000+00:00"_s);
    const QJsonObject user = access.value("user"_L1).toObject();
    QCOMPARE(user.keys(), (QStringList { u"id"_s, u"name"_s, u"roles"_s, u"roles_links"_s }));
    QCOMPARE(user.value("id"_L1).toString(), m_ann.id.text());
    const QJsonObject role = user.value("roles"_L1).toArray().first().toObject();
    QCOMPARE(role.value("name"_L1).toString(), u"helpdesk"_s);
    QVERIFY(role.value("id"_L1).isString());
}

void tst_OAuth::aTokenIsInspectedInXml()
{
    const auto answer = inspect(accessToken(), "?format=xml");
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.header("Content-Type").startsWith("application/xml"));
    QXmlStreamReader xml(answer.body);
    QStringList names;
    while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement)
            names.append(xml.name().toString());
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(names, (QStringList { u"access"_s, u"token"_s, u"tenant"_s, u"user"_s, u"roles"_s }));
}

void tst_OAuth::anAccessTokenOpensNothingElse()
{
    const QByteArray token = accessToken();
    QVERIFY(!m_identity->caller(token, Face::Synnefo));
    // A token of the APIs is none here either.
    QCOMPARE(inspect(m_identity->synnefoToken(m_ann)).status, 404);
    QCOMPARE(inspect("x").status, 404);
}

void tst_OAuth::onlySafeTransportsAreUsed_data()
{
    QTest::addColumn<QString>("peer");
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<bool>("isSafe");
    QTest::newRow("plain from elsewhere") << u"192.0.2.7"_s << false << false;
    QTest::newRow("TLS from elsewhere") << u"192.0.2.7"_s << true << true;
    QTest::newRow("plain from here") << u"127.0.0.1"_s << false << true;
    QTest::newRow("plain from here, IPv6") << u"::1"_s << false << true;
}

void tst_OAuth::onlySafeTransportsAreUsed()
{
    QFETCH(QString, peer);
    QFETCH(bool, isTls);
    Request request;
    request.peer = QHostAddress(peer);
    request.secure = isTls;
    QTEST(isSafeTransport(request), "isSafe");
    // And both calls ask.
    WebloginContext context(m_identity->context(), {});
    WebloginService weblogin(context, m_identity->service());
    OAuthService oauth(context);
    const auto tables = oauthRoutes(weblogin, oauth);
    for (const Route &route : tables.front().routes) {
        request.method = route.method;
        request.headers = { { "Content-Type", "application/x-www-form-urlencoded" } };
        if (route.method == "POST" && route.pattern == "/auth")
            continue; // goes on as a GET
        Reply reply = route.handler(request, Caller());
        QVERIFY(reply.isReady());
        QCOMPARE(reply.now()->status, 400);
        QCOMPARE(reply.now()->body.contains("HTTPS"), !isSafeTransport(request));
    }
}

void tst_OAuth::clientsAreRegistered_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("without address") << u"oauth-client add c"_s << false;
    QTest::newRow("plain HTTP elsewhere") << u"oauth-client add c --redirect http://c.example/"_s << false;
    QTest::newRow("with a fragment") << u"oauth-client add c --redirect https://c.example/#x"_s << false;
    QTest::newRow("with a user") << u"oauth-client add c --redirect https://u@c.example/"_s << false;
    QTest::newRow("a path") << u"oauth-client add c --redirect /back"_s << false;
    QTest::newRow("a script") << u"oauth-client add c --redirect javascript://c/"_s << false;
    QTest::newRow("a known name") << u"oauth-client add view --redirect https://c.example/"_s << false;
    QTest::newRow("two names") << u"oauth-client add c d --redirect https://c.example/"_s << false;
    QTest::newRow("a good one") << u"oauth-client add c --redirect https://c.example/"_s << true;
    QTest::newRow("on this machine") << u"oauth-client add c --redirect http://localhost:8/"_s << true;
}

void tst_OAuth::clientsAreRegistered()
{
    QFETCH(QString, line);
    QFETCH(bool, isTaken);
    const auto said = admin(line);
    QCOMPARE(said.ok(), isTaken);
    const auto listed = admin(u"oauth-client list"_s);
    QCOMPARE(listed->split(u'\n', Qt::SkipEmptyParts).size(), isTaken ? 4 : 3);
    QVERIFY(!listed->contains(m_viewSecret));
}

NEPHELE_TEST(tst_OAuth)
#include "tst_oauth.moc"
