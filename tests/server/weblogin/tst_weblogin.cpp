// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/formguard.h"
#include "tests/server/weblogin/webloginserver.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

static const QByteArray signInPage = "/astakos/weblogin/signin";
static const QByteArray accountPage = "/astakos/weblogin/account";
static const QByteArray pithosLogin = "/astakos/weblogin/login?next=pithos%3A%2F%2Fhere%3Fx%3D1";

// The pages of signing in, over HTTP, as a browser without scripts sees them. ann is a member of "lab".
class tst_Weblogin : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void cleanup();
    void aLoginWithoutGoodNextIsRefused_data();
    void aLoginWithoutGoodNextIsRefused();
    void anotherMethodIsRefused();
    void aLoginGoesBySigningInAndReturnsAToken();
    void forceAsksAgain_data();
    void forceAsksAgain();
    void renewEndsOlderTokensAndOtherSessions_data();
    void renewEndsOlderTokensAndOtherSessions();
    void aWrongSignInShowsTheFormAgain_data();
    void aWrongSignInShowsTheFormAgain();
    void nobodyLearnsWhoHasAnAccount();
    void guessingIsSlowedDown();
    void aDisabledUserStaysOut();
    void aFormFromElsewhereIsRefused_data();
    void aFormFromElsewhereIsRefused();
    void aBodyMustBeAForm_data();
    void aBodyMustBeAForm();
    void signingInGoesOnWhereItMay_data();
    void signingInGoesOnWhereItMay();
    void theCookieOpensNoApi();
    void theCookieIsBound();
    void aSessionEnds_data();
    void aSessionEnds();
    void theAccountPageTellsNoToken();
    void aNewTokenIsShownOnce();
    void aPasswordIsChanged();
    void aWrongChangeOfPasswordIsRefused_data();
    void aWrongChangeOfPasswordIsRefused();
    void aPageThatNeedsASessionAsksForIt_data();
    void aPageThatNeedsASessionAsksForIt();
    void hostileNamesStayText();
    void prunedIsWhatIsPastItsTime();

private:
    static QByteArray tokenIn(const QByteArray &location)
    {
        return QUrlQuery(QUrl::fromEncoded(location)).queryItemValue(u"token"_s).toLatin1();
    }
    bool isGood(const QByteArray &token) { return m_identity->caller(token, Face::Synnefo).ok(); }

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::WebloginServer> m_server;
    User m_ann;
};

void tst_Weblogin::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_identity->addMember(m_identity->addProject(u"lab"_s), m_ann, Role::Member);
    m_server = std::make_unique<test::WebloginServer>(*m_identity);
}

void tst_Weblogin::cleanup()
{
    m_server.reset();
    m_identity.reset();
}

void tst_Weblogin::aLoginWithoutGoodNextIsRefused_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("status");
    QTest::newRow("missing") << QByteArray() << 400;
    QTest::newRow("empty") << QByteArray("?next=") << 400;
    QTest::newRow("not an address") << QByteArray("?next=x") << 400;
    QTest::newRow("a foreign host") << QByteArray("?next=https%3A%2F%2Fevil.example%2F") << 403;
    QTest::newRow("a script") << QByteArray("?next=javascript%3Aalert(1)") << 403;
    QTest::newRow("a user's public file") << QByteArray("?next={own}%2Fpithos%2Fpublic%2Fabc") << 403;
}

void tst_Weblogin::aLoginWithoutGoodNextIsRefused()
{
    QFETCH(QByteArray, query);
    QFETCH(int, status);
    query.replace("{own}", m_server->url().toPercentEncoding());
    test::Browser browser(*m_server);
    QCOMPARE(browser.get("/astakos/weblogin/login" + query).status, status);
    // Signed in too: no token leaves.
    QCOMPARE(browser.signIn(m_ann).status, 303);
    const auto answer = browser.get("/astakos/weblogin/login" + query);
    QCOMPARE(answer.status, status);
    QVERIFY(answer.header("Location").isEmpty());
}

void tst_Weblogin::anotherMethodIsRefused()
{
    test::Browser browser(*m_server);
    for (const QByteArray &method : { QByteArray("POST"), QByteArray("PUT"), QByteArray("DELETE") }) {
        const auto answer = browser.send(method, pithosLogin, {}, {});
        QCOMPARE(answer.status, 405);
        QCOMPARE(answer.header("Allow"), QByteArray("GET, HEAD"));
    }
}

void tst_Weblogin::aLoginGoesBySigningInAndReturnsAToken()
{
    test::Browser browser(*m_server);
    const auto asked = browser.get(pithosLogin);
    QCOMPARE(asked.status, 302);
    QVERIFY(asked.header("Location").startsWith("/astakos/weblogin/signin?then="));
    const auto page = browser.get(asked.header("Location"));
    QCOMPARE(page.status, 200);
    QVERIFY(page.header("Content-Security-Policy").endsWith("form-action 'self' pithos:"));
    const auto signedIn = browser.submit(
        asked.header("Location"), { { u"name"_s, u"ann"_s }, { u"password"_s, u"ann-password"_s } });
    QCOMPARE(signedIn.status, 303);
    QCOMPARE(signedIn.header("Location"), pithosLogin);
    const auto answer = browser.get(signedIn.header("Location"));
    QCOMPARE(answer.status, 302);
    const QByteArray location = answer.header("Location");
    QVERIFY2(location.startsWith("pithos://here?uuid=" + m_ann.id.utf8() + "&token="), location.constData());
    QCOMPARE(answer.header("Cache-Control"), QByteArray("no-store"));
    const auto caller = m_identity->caller(tokenIn(location), Face::Synnefo);
    QVERIFY(caller);
    QCOMPARE(caller->user, m_ann.id);
    QCOMPARE(caller->scope.size(), 2);
    // A second one leaves the first alone.
    QVERIFY(tokenIn(browser.get(pithosLogin).header("Location")) != tokenIn(location));
    QVERIFY(isGood(tokenIn(location)));
}

void tst_Weblogin::forceAsksAgain_data()
{
    QTest::addColumn<QByteArray>("flag");
    QTest::addColumn<bool>("asks");
    QTest::newRow("bare") << QByteArray("&force") << true;
    QTest::newRow("empty") << QByteArray("&force=") << true;
    QTest::newRow("with a value") << QByteArray("&force=1") << false;
    QTest::newRow("absent") << QByteArray() << false;
}

void tst_Weblogin::forceAsksAgain()
{
    QFETCH(QByteArray, flag);
    QFETCH(bool, asks);
    test::Browser browser(*m_server);
    browser.signIn(m_ann);
    const QByteArray location = browser.get(pithosLogin + flag).header("Location");
    QCOMPARE(location.startsWith(signInPage), asks);
    QCOMPARE(browser.isSignedIn(), !asks);
    // The way back asks no more.
    QVERIFY(!asks || !location.contains("force"));
}

void tst_Weblogin::renewEndsOlderTokensAndOtherSessions_data()
{
    QTest::addColumn<QByteArray>("flag");
    QTest::addColumn<bool>("renews");
    QTest::newRow("bare") << QByteArray("&renew") << true;
    QTest::newRow("empty") << QByteArray("&renew=") << true;
    QTest::newRow("with a value") << QByteArray("&renew=1") << false;
}

void tst_Weblogin::renewEndsOlderTokensAndOtherSessions()
{
    QFETCH(QByteArray, flag);
    QFETCH(bool, renews);
    test::Browser other(*m_server);
    test::Browser browser(*m_server);
    other.signIn(m_ann);
    browser.signIn(m_ann);
    const QByteArray older = tokenIn(other.get(pithosLogin).header("Location"));
    const QByteArray scoped = m_identity->projectToken(m_ann, m_ann.systemProject());
    const QByteArray token = tokenIn(browser.get(pithosLogin + flag).header("Location"));
    QVERIFY(isGood(token));
    QCOMPARE(isGood(older), !renews);
    QVERIFY(isGood(scoped)); // a token of the other face is not what is renewed
    QCOMPARE(other.isSignedIn(), !renews);
    QVERIFY(browser.isSignedIn());
}

void tst_Weblogin::aWrongSignInShowsTheFormAgain_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("password");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("nothing") << QString() << QString() << 400 << QByteArray("name");
    QTest::newRow("no name") << u"  "_s << u"x"_s << 400 << QByteArray("name");
    QTest::newRow("no password") << u"ann"_s << QString() << 400 << QByteArray("password");
    QTest::newRow("wrong password") << u"ann"_s << u"wrong"_s << 401 << QByteArray("password");
    QTest::newRow("password with a blank") << u"ann"_s << u"ann-password "_s << 401 << QByteArray("password");
    QTest::newRow("unknown name") << u"nobody"_s << u"ann-password"_s << 401 << QByteArray("password");
    QTest::newRow("hostile name") << u"\"><script>"_s << u"x"_s << 401 << QByteArray("password");
}

void tst_Weblogin::aWrongSignInShowsTheFormAgain()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, field);
    QFETCH(QString, password);
    test::Browser browser(*m_server);
    const auto answer = browser.submit(signInPage, { { u"name"_s, name }, { u"password"_s, password } });
    QTEST(answer.status, "status");
    QVERIFY(answer.body.contains("id=\"" + field + "-error\""));
    QVERIFY(answer.body.contains("value=\"" + name.trimmed().toHtmlEscaped().toUtf8() + "\""));
    QVERIFY(!answer.body.contains("<script"));
    QVERIFY(password.isEmpty() || !answer.body.contains("value=\"" + password.toUtf8()));
    QVERIFY(!browser.isSignedIn());
}

void tst_Weblogin::nobodyLearnsWhoHasAnAccount()
{
    m_identity->write([this](Transaction &t) { return Accounts::setUserEnabled(t, m_ann, false); });
    const auto refusal = [this](const QString &name, const QString &password) {
        test::Browser browser(*m_server);
        QByteArray body =
            browser.submit(signInPage, { { u"name"_s, name }, { u"password"_s, password } }).body;
        static const QRegularExpression mark(u"name=\"csrf\" value=\"[^\"]*\""_s);
        return QString::fromUtf8(body.replace(name.toUtf8(), "NAME")).replace(mark, QString());
    };
    // The name itself apart the pages are the same: unknown, wrong password, disabled with the right one.
    const QString unknown = refusal(u"nobody1"_s, u"ann-password"_s);
    QVERIFY(unknown.contains(u"The name or the password is wrong."_s));
    QCOMPARE(refusal(u"ann"_s, u"wrong"_s), unknown);
    QCOMPARE(refusal(u"ann"_s, u"ann-password"_s), unknown);
}

void tst_Weblogin::guessingIsSlowedDown()
{
    test::Browser browser(*m_server);
    const auto guess = [&] {
        return browser.submit(signInPage, { { u"name"_s, u"ann"_s }, { u"password"_s, u"wrong"_s } });
    };
    int status = 401;
    for (int i = 0; i < 10 && status == 401; ++i)
        status = guess().status;
    QCOMPARE(status, 429);
    QVERIFY(guess().header("Retry-After").toInt() > 0);
    QCOMPARE(browser.signIn(m_ann).status, 429); // the right password too
    m_identity->clock().advanceMs(3'600'000);
    QCOMPARE(browser.signIn(m_ann).status, 303);
}

void tst_Weblogin::aDisabledUserStaysOut()
{
    test::Browser browser(*m_server);
    browser.signIn(m_ann);
    m_identity->write([this](Transaction &t) { return UserStore::setEnabled(t, m_ann.id, false); });
    QVERIFY(!browser.isSignedIn());
    QVERIFY(browser.get(pithosLogin).header("Location").startsWith(signInPage));
    QCOMPARE(browser.signIn(m_ann).status, 401);
}

void tst_Weblogin::aFormFromElsewhereIsRefused_data()
{
    QTest::addColumn<bool>("hasMark");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("no mark") << false << QByteArray() << QByteArray() << false;
    QTest::newRow("another site") << true << QByteArray("Sec-Fetch-Site") << QByteArray("cross-site")
                                  << false;
    QTest::newRow("a neighbour") << true << QByteArray("Sec-Fetch-Site") << QByteArray("same-site") << false;
    QTest::newRow("another origin") << true << QByteArray("Origin") << QByteArray("https://evil.example")
                                    << false;
    QTest::newRow("another port") << true << QByteArray("Origin") << QByteArray("http://127.0.0.1:1")
                                  << false;
    QTest::newRow("own page") << true << QByteArray("Sec-Fetch-Site") << QByteArray("same-origin") << true;
    QTest::newRow("own origin") << true << QByteArray("Origin") << QByteArray("{own}") << true;
    QTest::newRow("no referrer") << true << QByteArray("Origin") << QByteArray("null") << true;
    QTest::newRow("no header") << true << QByteArray() << QByteArray() << true;
}

void tst_Weblogin::aFormFromElsewhereIsRefused()
{
    QFETCH(bool, hasMark);
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, value);
    QFETCH(bool, isTaken);
    value.replace("{own}", m_server->url());
    test::Browser::Fields more;
    if (!header.isEmpty())
        more.append({ header, value });
    test::Browser browser(*m_server);
    const test::Browser::Form typed { { u"name"_s, u"ann"_s }, { u"password"_s, u"ann-password"_s } };
    const auto answer =
        hasMark ? browser.submit(signInPage, typed, more) : browser.post(signInPage, typed, more);
    QCOMPARE(answer.status, isTaken ? 303 : 403);
    QCOMPARE(browser.isSignedIn(), isTaken);
    // Another browser's mark is none here.
    test::Browser other(*m_server);
    const auto stolen = test::Browser::hiddenFields(QString::fromUtf8(other.get(signInPage).body));
    test::Browser third(*m_server);
    third.get(signInPage);
    QCOMPARE(third.post(signInPage, stolen + typed).status, 403);
}

void tst_Weblogin::aBodyMustBeAForm_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const QByteArray form = "application/x-www-form-urlencoded";
    QTest::newRow("JSON") << QByteArray("application/json") << QByteArray("{}") << 400;
    QTest::newRow("no type") << QByteArray("text/plain") << QByteArray("name=ann") << 400;
    QTest::newRow("not UTF-8") << form << QByteArray("name=%ff") << 400;
    QTest::newRow("a zero byte") << form << QByteArray("name=%00") << 400;
    QTest::newRow("too many fields") << form << QByteArray("a=1&").repeated(41) << 400;
    QTest::newRow("too long") << form << QByteArray(40'000, 'a') << 413;
    QTest::newRow("empty") << form << QByteArray() << 403;
}

void tst_Weblogin::aBodyMustBeAForm()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    test::Browser browser(*m_server);
    const auto answer = browser.send("POST", signInPage, body, { { "Content-Type", type } });
    QTEST(answer.status, "status");
}

void tst_Weblogin::signingInGoesOnWhereItMay_data()
{
    QTest::addColumn<QByteArray>("then");
    QTest::addColumn<QByteArray>("location");
    QTest::newRow("nowhere") << QByteArray() << accountPage;
    QTest::newRow("another page") << QByteArray("/astakos/weblogin/password")
                                  << QByteArray("/astakos/weblogin/password");
    QTest::newRow("another site") << QByteArray("https://evil.example/") << accountPage;
    QTest::newRow("without scheme") << QByteArray("//evil.example/") << accountPage;
    QTest::newRow("a user's file") << QByteArray("/pithos/public/x") << accountPage;
}

void tst_Weblogin::signingInGoesOnWhereItMay()
{
    QFETCH(QByteArray, then);
    QFETCH(QByteArray, location);
    test::Browser browser(*m_server);
    const QByteArray page = signInPage + "?then=" + then.toPercentEncoding();
    const auto answer =
        browser.submit(page, { { u"name"_s, u"ann"_s }, { u"password"_s, u"ann-password"_s } });
    QCOMPARE(answer.header("Location"), location);
    // Who is signed in already goes on at once, to the same places.
    QCOMPARE(browser.get(page).header("Location"), location);
}

void tst_Weblogin::theCookieOpensNoApi()
{
    test::Browser browser(*m_server);
    browser.signIn(m_ann);
    const QByteArray cookie = "nephele_session=" + browser.cookie("nephele_session");
    QVERIFY(cookie.size() > 40);
    for (const QByteArray &path : { QByteArray("/astakos/identity/v2.0/tokens/x/endpoints"),
             QByteArray("/identity/v3/auth/tokens"), QByteArray("/nephele/v1/feedback") })
        QCOMPARE(browser.get(path, { { "Cookie", cookie } }).status, 401);
    // Nor does it do as a token.
    QVERIFY(!isGood(browser.cookie("nephele_session")));
}

void tst_Weblogin::theCookieIsBound()
{
    test::Browser browser(*m_server);
    const QByteArray cookie = browser.signIn(m_ann).header("Set-Cookie");
    QVERIFY(cookie.startsWith("nephele_session="));
    for (const QByteArray &part : { QByteArray("; Path=/astakos"), QByteArray("; HttpOnly"),
             QByteArray("; SameSite=Lax"), QByteArray("; Max-Age=43200") })
        QVERIFY2(cookie.contains(part), part.constData());
    QVERIFY(!cookie.contains("Secure")); // plain HTTP on loopback
    Request request;
    request.secure = true;
    Response response;
    setSessionCookie(response, request, "x", 1000);
    QVERIFY(response.headers.value("Set-Cookie").endsWith("; Secure"));
    request.secure = false;
    request.baseUrl = "https://cloud.example";
    Response behindProxy;
    setSessionCookie(behindProxy, request, "x", 1000);
    QVERIFY(behindProxy.headers.value("Set-Cookie").endsWith("; Secure"));
}

void tst_Weblogin::aSessionEnds_data()
{
    QTest::addColumn<QString>("by");
    for (const char *by : { "logout", "time", "password elsewhere", "user removed" })
        QTest::newRow(by) << QString::fromLatin1(by);
}

void tst_Weblogin::aSessionEnds()
{
    QFETCH(QString, by);
    test::Browser browser(*m_server);
    browser.signIn(m_ann);
    QVERIFY(browser.isSignedIn());
    const QByteArray cookie = browser.cookie("nephele_session");
    if (by == "logout"_L1) {
        QCOMPARE(browser.submit("/astakos/weblogin/logout", {}).status, 200);
        QVERIFY(browser.cookie("nephele_session").isEmpty());
    } else if (by == "time"_L1) {
        m_identity->clock().advanceMs(m_server->context().settings().sessionLifeMs);
    } else if (by == "password elsewhere"_L1) {
        m_identity->write([this](Transaction &t) { return Accounts::setPassword(t, m_ann, u"sha256$x"_s); });
    } else {
        m_identity->write([this](Transaction &t) { return Accounts::removeUser(t, m_ann); });
    }
    QVERIFY(!browser.isSignedIn());
    test::Browser thief(*m_server);
    QCOMPARE(thief.get(accountPage, { { "Cookie", "nephele_session=" + cookie } }).status, 303);
}

void tst_Weblogin::theAccountPageTellsNoToken()
{
    test::Browser browser(*m_server);
    browser.signIn(m_ann);
    const auto page = browser.get(accountPage);
    QCOMPARE(page.status, 200);
    QVERIFY(page.body.contains("Real ann"));
    QVERIFY(page.body.contains(m_ann.id.utf8()));
    QVERIFY(page.body.contains("lab"));
    QVERIFY(!page.body.contains(browser.cookie("nephele_session")));
    static const QRegularExpression secret(u"[A-Za-z0-9_-]{43}(?![0-9a-f])"_s);
    QVERIFY(
        !secret.match(QString::fromUtf8(page.body).remove(QRegularExpression(u"[0-9a-f]{64}"_s))).hasMatch());
}

void tst_Weblogin::aNewTokenIsShownOnce()
{
    test::Browser browser(*m_server);
    browser.signIn(m_ann);
    const QByteArray older = m_identity->synnefoToken(m_ann);
    const QByteArray former = browser.cookie("nephele_session");
    const auto shown = browser.submit(accountPage, {});
    QCOMPARE(shown.status, 200);
    QCOMPARE(shown.header("Cache-Control"), QByteArray("no-store"));
    static const QRegularExpression token(u"<code id=\"token\">([^<]+)</code>"_s);
    const QByteArray secret = token.match(QString::fromUtf8(shown.body)).captured(1).toLatin1();
    QVERIFY(isGood(secret));
    QVERIFY(!isGood(older));
    QVERIFY(browser.cookie("nephele_session") != former);
    QVERIFY(browser.isSignedIn());
    QVERIFY(!browser.get(accountPage).body.contains(secret));
    QCOMPARE(browser.get("/astakos/weblogin/token").status, 405);
}

void tst_Weblogin::aPasswordIsChanged()
{
    test::Browser other(*m_server);
    test::Browser browser(*m_server);
    other.signIn(m_ann);
    browser.signIn(m_ann);
    const QByteArray token = m_identity->synnefoToken(m_ann);
    const auto changed = browser.submit("/astakos/weblogin/password",
        { { u"original"_s, u"ann-password"_s }, { u"password"_s, u"another-one"_s },
            { u"again"_s, u"another-one"_s } });
    QCOMPARE(changed.status, 200);
    QVERIFY(browser.isSignedIn());
    QVERIFY(!other.isSignedIn());
    QVERIFY(!isGood(token));
    QCOMPARE(other.signIn(m_ann).status, 401);
    QCOMPARE(
        other.submit(signInPage, { { u"name"_s, u"ANN"_s }, { u"password"_s, u"another-one"_s } }).status,
        303);
}

void tst_Weblogin::aWrongChangeOfPasswordIsRefused_data()
{
    QTest::addColumn<QString>("original");
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QString>("again");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("field");
    const QString good = u"another-one"_s;
    QTest::newRow("no original") << QString() << good << good << 400 << QByteArray("original");
    QTest::newRow("wrong original") << u"wrong"_s << good << good << 403 << QByteArray("original");
    QTest::newRow("not the same") << u"ann-password"_s << good << u"other"_s << 400 << QByteArray("again");
    QTest::newRow("too short") << u"ann-password"_s << u"short"_s << u"short"_s << 400
                               << QByteArray("password");
    QTest::newRow("empty") << u"ann-password"_s << QString() << QString() << 400 << QByteArray("password");
}

void tst_Weblogin::aWrongChangeOfPasswordIsRefused()
{
    QFETCH(QString, original);
    QFETCH(QString, wanted);
    QFETCH(QString, again);
    QFETCH(QByteArray, field);
    test::Browser browser(*m_server);
    browser.signIn(m_ann);
    const auto answer = browser.submit("/astakos/weblogin/password",
        { { u"original"_s, original }, { u"password"_s, wanted }, { u"again"_s, again } });
    QTEST(answer.status, "status");
    QVERIFY(answer.body.contains("id=\"" + field + "-error\""));
    QVERIFY(browser.isSignedIn());
    QCOMPARE(test::Browser(*m_server).signIn(m_ann).status, 303);
}

void tst_Weblogin::aPageThatNeedsASessionAsksForIt_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("page");
    QTest::newRow("root") << QByteArray("GET") << QByteArray("/astakos/weblogin");
    QTest::newRow("account") << QByteArray("GET") << QByteArray("/astakos/weblogin/account");
    QTest::newRow("password") << QByteArray("GET") << QByteArray("/astakos/weblogin/password");
    QTest::newRow("change of password") << QByteArray("POST") << QByteArray("/astakos/weblogin/password");
    QTest::newRow("token") << QByteArray("POST") << QByteArray("/astakos/weblogin/token");
    QTest::newRow("sign out") << QByteArray("GET") << QByteArray("/astakos/weblogin/logout");
}

void tst_Weblogin::aPageThatNeedsASessionAsksForIt()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, page);
    test::Browser browser(*m_server);
    const auto answer =
        browser.send(method, page, {}, { { "Content-Type", "application/x-www-form-urlencoded" } });
    QCOMPARE(answer.status, 303);
    QVERIFY(answer.header("Location").startsWith(signInPage));
    // A cookie somebody made up is no session.
    const auto madeUp = browser.send(method, page, {},
        { { "Content-Type", "application/x-www-form-urlencoded" },
            { "Cookie", "nephele_session=" + QByteArray(43, 'A') } });
    QCOMPARE(madeUp.status, 303);
}

void tst_Weblogin::hostileNamesStayText()
{
    const User odd = m_identity->addUser(u"<b onload='x'>&\""_s);
    test::Browser browser(*m_server);
    QCOMPARE(browser.signIn(odd).status, 303);
    const QByteArray page = browser.get(accountPage).body;
    QVERIFY(page.contains("&lt;b onload="));
    QVERIFY(!page.contains("<b "));
}

void tst_Weblogin::prunedIsWhatIsPastItsTime()
{
    test::Browser browser(*m_server);
    browser.signIn(m_ann);
    QCOMPARE(*test::waitFor(m_server->context().prune()), 0);
    m_identity->clock().advanceMs(m_server->context().settings().sessionLifeMs);
    QCOMPARE(*test::waitFor(m_server->context().prune()), 1);
}

NEPHELE_TEST(tst_Weblogin)
#include "tst_weblogin.moc"
