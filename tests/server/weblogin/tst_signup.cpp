// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/admincommands.h"
#include "tests/server/weblogin/webloginserver.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// Getting an account and a new password: by the pages, and by what the administrator does for them.
class tst_SignUp : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void cleanup();
    void aPolicyClosesTheDoor_data();
    void aPolicyClosesTheDoor();
    void anInvitationMakesItsAccountOnce();
    void aBadInvitationOpensNothing_data();
    void aBadInvitationOpensNothing();
    void aWishWaitsForTheAdministrator();
    void aTakenNameIsToldToTheAdministratorOnly();
    void aRejectedWishIsGone();
    void aWrongWishIsShownAgain_data();
    void aWrongWishIsShownAgain();
    void wishesAreLimited();
    void aLinkSetsAPasswordOnce();
    void theAdministratorsRulesHold();
    void aBadLinkOpensNothing_data();
    void aBadLinkOpensNothing();
    void theFirstPasswordIsReplacedByALinkToo();
    void lostPasswordsGoByTheAdministrator();
    void theLogHoldsALinkForWhoExists();
    void askingForLinksIsSlowedDown();

private:
    void serve(SignUpPolicy signUp, LostPasswordPolicy lost = LostPasswordPolicy::Admin);
    Result<QString> admin(const QString &line)
    {
        AdminTerminal terminal;
        terminal.passwordCost = ScryptCost::cheapest();
        terminal.baseUrl = QString::fromLatin1(m_server->url());
        return runAdminCommand(m_identity->database(), line.split(u' '), terminal);
    }
    // The address in what a command said, as a path.
    QByteArray pathIn(const Result<QString> &said) const
    {
        static const QRegularExpression link(u"(/astakos/\\S+)"_s);
        return said ? link.match(*said).captured(1).toUtf8() : QByteArray();
    }
    static test::Browser::Form wish(const QString &name, const QString &password = u"long-enough"_s)
    {
        return { { u"name"_s, name }, { u"email"_s, u"a@b.example"_s }, { u"real_name"_s, u"Real"_s },
            { u"reason"_s, u"To try"_s }, { u"password"_s, password }, { u"again"_s, password } };
    }
    static test::Browser::Form twice(const QString &password)
    {
        return { { u"password"_s, password }, { u"again"_s, password } };
    }
    int signInStatus(const QString &name, const QString &password)
    {
        return test::Browser(*m_server)
            .submit("/astakos/weblogin/signin", { { u"name"_s, name }, { u"password"_s, password } })
            .status;
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::WebloginServer> m_server;
    User m_ann;
};

void tst_SignUp::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
}

void tst_SignUp::cleanup()
{
    m_server.reset();
    m_identity.reset();
}

void tst_SignUp::serve(SignUpPolicy signUp, LostPasswordPolicy lost)
{
    m_server.reset();
    WebloginSettings settings;
    settings.signUp = signUp;
    settings.lostPassword = lost;
    m_server = std::make_unique<test::WebloginServer>(*m_identity, settings);
}

void tst_SignUp::aPolicyClosesTheDoor_data()
{
    QTest::addColumn<int>("policy");
    QTest::addColumn<int>("byWish");
    QTest::addColumn<int>("byInvitation");
    QTest::newRow("off") << int(SignUpPolicy::Off) << 403 << 403;
    QTest::newRow("invitation") << int(SignUpPolicy::Invitation) << 403 << 200;
    QTest::newRow("moderated") << int(SignUpPolicy::Moderated) << 200 << 200;
}

void tst_SignUp::aPolicyClosesTheDoor()
{
    QFETCH(int, policy);
    QFETCH(int, byWish);
    serve(SignUpPolicy(policy));
    test::Browser browser(*m_server);
    const QByteArray invited = pathIn(admin(u"invitation add bob"_s));
    QCOMPARE(browser.get("/astakos/weblogin/signup").status, byWish);
    QTEST(browser.get(invited).status, "byInvitation");
    // The form sent without having been shown.
    const auto mark = browser.hiddenFields(QString::fromUtf8(browser.get("/astakos/weblogin/signin").body));
    QCOMPARE(browser.post("/astakos/weblogin/signup", mark + wish(u"bob"_s)).status, byWish);
    const QByteArray signIn = browser.get("/astakos/weblogin/signin").body;
    QCOMPARE(signIn.contains("/astakos/weblogin/signup"), byWish == 200);
}

void tst_SignUp::anInvitationMakesItsAccountOnce()
{
    serve(SignUpPolicy::Invitation);
    const QByteArray link = pathIn(admin(u"invitation add bob --email bob@b.example"_s));
    QVERIFY(admin(u"invitation list"_s)->contains(u"bob@b.example"_s));
    test::Browser browser(*m_server);
    QVERIFY(browser.get(link).body.contains("value=\"bob\""));
    QCOMPARE(browser.submit(link, twice(u"short"_s)).status, 400);
    QCOMPARE(browser.submit(link, { { u"password"_s, u"long-enough"_s }, { u"again"_s, u"other"_s } }).status,
        400);
    // Another name in the form changes nothing.
    const auto made =
        browser.submit(link, twice(u"long-enough"_s) + test::Browser::Form { { u"name"_s, u"admin"_s } });
    QCOMPARE(made.status, 303);
    QVERIFY(browser.isSignedIn());
    QCOMPARE(signInStatus(u"bob"_s, u"long-enough"_s), 303);
    QCOMPARE(browser.get(link).status, 404);
    QVERIFY(!admin(u"invitation list"_s)->contains(u"bob@b.example"_s));
}

void tst_SignUp::aBadInvitationOpensNothing_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : { "unknown", "expired", "removed", "name taken meanwhile" })
        QTest::newRow(what) << QString::fromLatin1(what);
}

void tst_SignUp::aBadInvitationOpensNothing()
{
    QFETCH(QString, what);
    serve(SignUpPolicy::Invitation);
    QByteArray link = pathIn(admin(u"invitation add bob --days 1"_s));
    test::Browser browser(*m_server);
    const auto form = test::Browser::hiddenFields(QString::fromUtf8(browser.get(link).body));
    if (what == "unknown"_L1) {
        link = "/astakos/weblogin/signup?key=" + QByteArray(43, 'x');
        QCOMPARE(browser.get(link).status, 404);
        return;
    }
    if (what == "expired"_L1)
        m_identity->clock().advanceMs(qint64(86'400'000));
    else if (what == "removed"_L1)
        QVERIFY(admin(u"invitation remove "_s
            + m_identity->write([](Transaction &t) { return InvitationStore::invitations(t); })
                  .first()
                  .id.text()));
    else
        (void)m_identity->addUser(u"Bob"_s);
    const auto answer = browser.post("/astakos/weblogin/signup", form + twice(u"long-enough"_s));
    QCOMPARE(answer.status, 404);
    QVERIFY(answer.body.contains("not good any more"));
    QVERIFY(signInStatus(u"bob"_s, u"long-enough"_s) == 401);
}

void tst_SignUp::aWishWaitsForTheAdministrator()
{
    serve(SignUpPolicy::Moderated);
    test::Browser browser(*m_server);
    const auto noted = browser.submit("/astakos/weblogin/signup", wish(u"bob"_s));
    QCOMPARE(noted.status, 200);
    QVERIFY(noted.body.contains("noted"));
    QCOMPARE(signInStatus(u"bob"_s, u"long-enough"_s), 401);
    const auto listed = admin(u"signup list"_s);
    QVERIFY(listed->contains(u"bob"_s) && listed->contains(u"To try"_s));
    QVERIFY(admin(u"signup accept Bob"_s));
    QCOMPARE(signInStatus(u"bob"_s, u"long-enough"_s), 303);
    QVERIFY(!admin(u"signup list"_s)->contains(u"bob"_s));
    QCOMPARE(admin(u"signup accept bob"_s).error().code, ErrorCode::NotFound);
}

void tst_SignUp::aTakenNameIsToldToTheAdministratorOnly()
{
    serve(SignUpPolicy::Moderated);
    const auto page = [this](const QString &name) {
        QByteArray body = test::Browser(*m_server).submit("/astakos/weblogin/signup", wish(name)).body;
        static const QRegularExpression mark(u"name=\"csrf\" value=\"[^\"]*\""_s);
        return QString::fromUtf8(body).remove(mark);
    };
    QCOMPARE(page(u"Ann"_s), page(u"carl"_s));
    QVERIFY(page(u"carl"_s).contains(u"noted"_s));
    QVERIFY(admin(u"signup list"_s)->contains(u"name is taken"_s));
    QCOMPARE(admin(u"signup accept ann"_s).error().code, ErrorCode::Conflict);
    QCOMPARE(admin(u"signup accept carl"_s).error().code, ErrorCode::Conflict); // two of them: which?
    QVERIFY(admin(u"signup accept ann --as ann2"_s));
    QCOMPARE(signInStatus(u"ann2"_s, u"long-enough"_s), 303);
    QCOMPARE(signInStatus(u"ann"_s, u"long-enough"_s), 401);
}

void tst_SignUp::aRejectedWishIsGone()
{
    serve(SignUpPolicy::Moderated);
    test::Browser(*m_server).submit("/astakos/weblogin/signup", wish(u"bob"_s));
    QVERIFY(admin(u"signup reject bob"_s));
    QCOMPARE(signInStatus(u"bob"_s, u"long-enough"_s), 401);
    QCOMPARE(admin(u"signup accept bob"_s).error().code, ErrorCode::NotFound);
}

void tst_SignUp::aWrongWishIsShownAgain_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::newRow("no name") << u"name"_s << u" "_s;
    QTest::newRow("a long name") << u"name"_s << QString(256, u'x');
    QTest::newRow("a control character") << u"name"_s << u"a\tb"_s;
    QTest::newRow("no address") << u"email"_s << u"nowhere"_s;
    QTest::newRow("a short password") << u"password"_s << u"short"_s;
    QTest::newRow("the name as password") << u"password"_s << u"bob-the-user"_s;
    QTest::newRow("not the same") << u"again"_s << u"other"_s;
}

void tst_SignUp::aWrongWishIsShownAgain()
{
    QFETCH(QString, field);
    QFETCH(QString, value);
    serve(SignUpPolicy::Moderated);
    test::Browser::Form form = wish(u"bob-the-user"_s);
    for (auto &[name, typed] : form) {
        if (name == field || (field == "password"_L1 && name == "again"_L1))
            typed = value;
    }
    test::Browser browser(*m_server);
    const auto answer = browser.submit("/astakos/weblogin/signup", form);
    QCOMPARE(answer.status, 400);
    QVERIFY(answer.body.contains("id=\"" + field.toLatin1() + "-error\""));
    QCOMPARE(answer.body.count("-error\"></p>"), 0);
    QVERIFY(!admin(u"signup list"_s)->contains(u"b.example"_s));
}

void tst_SignUp::wishesAreLimited()
{
    serve(SignUpPolicy::Moderated);
    test::Browser browser(*m_server);
    int status = 200;
    for (int i = 0; i < 10 && status == 200; ++i)
        status = browser.submit("/astakos/weblogin/signup", wish(u"user%1"_s.arg(i))).status;
    QCOMPARE(status, 429);
    // However many addresses ask: there is an end to those who wait.
    m_identity->write([](Transaction &t) -> Result<> {
        for (int i = 0; i < SignUpStore::mostWaiting - 6; ++i) {
            SignUp one;
            one.id = SignUpId::create();
            if (const auto inserted = SignUpStore::insert(t, one); !inserted)
                return inserted;
        }
        return {};
    });
    m_identity->clock().advanceMs(3'600'001);
    int last = 200;
    for (int i = 0; i < 3 && last == 200; ++i)
        last = browser.submit("/astakos/weblogin/signup", wish(u"late%1"_s.arg(i))).status;
    QCOMPARE(last, 503);
}

void tst_SignUp::aLinkSetsAPasswordOnce()
{
    serve(SignUpPolicy::Off);
    test::Browser browser(*m_server);
    browser.signIn(m_ann);
    const QByteArray token = m_identity->synnefoToken(m_ann);
    const QByteArray older = pathIn(admin(u"user reset-link ann"_s));
    const QByteArray link = pathIn(admin(u"user reset-link ann"_s));
    test::Browser visitor(*m_server);
    QCOMPARE(visitor.get(older).status, 404); // the newer one took its place
    QCOMPARE(visitor.get(link).status, 200);
    QCOMPARE(visitor.get(link).status, 200); // looking does not use it up
    QVERIFY(browser.isSignedIn());
    QCOMPARE(visitor.submit(link, twice(u"short"_s)).status, 400);
    QCOMPARE(
        visitor.submit(link, { { u"password"_s, u"brand-new-1"_s }, { u"again"_s, u"x"_s } }).status, 400);
    const auto form = test::Browser::hiddenFields(QString::fromUtf8(visitor.get(link).body));
    QCOMPARE(visitor.submit(link, twice(u"brand-new-1"_s)).status, 200);
    QCOMPARE(visitor.post("/astakos/weblogin/reset", form + twice(u"brand-new-2"_s)).status, 404);
    QCOMPARE(visitor.get(link).status, 404);
    QVERIFY(!browser.isSignedIn());
    QVERIFY(!m_identity->caller(token, Face::Synnefo));
    QCOMPARE(signInStatus(u"ann"_s, u"ann-password"_s), 401);
    QCOMPARE(signInStatus(u"ann"_s, u"brand-new-1"_s), 303);
    QCOMPARE(admin(u"user reset-link nobody"_s).error().code, ErrorCode::NotFound);
}

void tst_SignUp::theAdministratorsRulesHold()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    IdentitySettings settings = test::TestIdentity::cheapSettings();
    settings.passwords.leastLength = 20;
    settings.passwords.lifeDays = 1;
    m_server.reset();
    m_identity = *test::TestIdentity::open(engine, settings);
    m_ann = m_identity->addUser(u"ann"_s);
    serve(SignUpPolicy::Moderated);
    const QString good(20, u'p');
    const QByteArray link = pathIn(admin(u"user reset-link ann"_s));
    const QByteArray invited = pathIn(admin(u"invitation add bob"_s));
    test::Browser browser(*m_server);
    for (const QByteArray &page : { link, invited }) {
        const auto answer = browser.submit(page, twice(u"long-enough"_s));
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.body.contains("id=\"password-error\""));
    }
    QCOMPARE(browser.submit("/astakos/weblogin/signup", wish(u"carl"_s)).status, 400);
    QCOMPARE(browser.submit(link, twice(good)).status, 200);
    QCOMPARE(browser.submit(invited, twice(good)).status, 303);
    // And they are past their time when the rules say so; only who knows the password learns that.
    m_identity->clock().advanceMs(qint64(86'400'000));
    for (const QString &name : { u"ann"_s, u"bob"_s }) {
        const auto answer = test::Browser(*m_server).submit(
            "/astakos/weblogin/signin", { { u"name"_s, name }, { u"password"_s, good } });
        QCOMPARE(answer.status, 401);
        QVERIFY(answer.body.contains("expired"));
        QCOMPARE(signInStatus(name, u"wrong"_s), 401);
    }
}

void tst_SignUp::aBadLinkOpensNothing_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::newRow("no key") << QByteArray();
    QTest::newRow("empty") << QByteArray("?key=");
    QTest::newRow("made up") << QByteArray("?key=" + QByteArray(43, 'k'));
    QTest::newRow("expired") << QByteArray("expired");
}

void tst_SignUp::aBadLinkOpensNothing()
{
    QFETCH(QByteArray, query);
    serve(SignUpPolicy::Off);
    QByteArray link = "/astakos/weblogin/reset" + query;
    if (query == "expired") {
        link = pathIn(admin(u"user reset-link ann"_s));
        m_identity->clock().advanceMs(qint64(86'400'000));
    }
    QCOMPARE(test::Browser(*m_server).get(link).status, 404);
}

void tst_SignUp::theFirstPasswordIsReplacedByALinkToo()
{
    serve(SignUpPolicy::Off);
    PasswordKeeping first;
    first.isFirst = true;
    m_identity->write(
        [=, this](Transaction &t) { return UserStore::setPassword(t, m_ann.id, u"sha256$x"_s, first); });
    QSignalSpy changed(&m_identity->context(), &IdentityContext::firstPasswordChanged);
    const QByteArray link = pathIn(admin(u"user reset-link ann"_s));
    QCOMPARE(test::Browser(*m_server).submit(link, twice(u"brand-new-1"_s)).status, 200);
    QTRY_COMPARE(changed.size(), 1);
}

void tst_SignUp::lostPasswordsGoByTheAdministrator()
{
    serve(SignUpPolicy::Off);
    test::Browser browser(*m_server);
    const auto page = browser.get("/astakos/weblogin/lost");
    QCOMPARE(page.status, 200);
    QVERIFY(!page.body.contains("<form"));
    const auto mark = browser.hiddenFields(QString::fromUtf8(browser.get("/astakos/weblogin/signin").body));
    QCOMPARE(
        browser.post("/astakos/weblogin/lost", mark + test::Browser::Form { { u"name"_s, u"ann"_s } }).status,
        403);
}

static QStringList logged;
static void keepLog(QtMsgType, const QMessageLogContext &, const QString &message)
{
    static QMutex mutex;
    const QMutexLocker lock(&mutex);
    logged.append(message);
}

void tst_SignUp::theLogHoldsALinkForWhoExists()
{
    serve(SignUpPolicy::Off, LostPasswordPolicy::Log);
    const QByteArray handed = pathIn(admin(u"user reset-link ann"_s));
    logged.clear();
    const auto before = qInstallMessageHandler(&keepLog);
    const auto ask = [this](const QString &name) {
        test::Browser browser(*m_server);
        const auto answer = browser.submit("/astakos/weblogin/lost", { { u"name"_s, name } });
        static const QRegularExpression mark(u"name=\"csrf\" value=\"[^\"]*\""_s);
        return std::pair(answer.status, QString::fromUtf8(answer.body).remove(mark));
    };
    const auto unknown = ask(u"nobody"_s);
    const auto known = ask(u"ann"_s);
    const bool isLogged = QTest::qWaitFor([] { return !logged.isEmpty(); });
    qInstallMessageHandler(before);
    QVERIFY(isLogged);
    QCOMPARE(unknown.first, 200);
    QCOMPARE(known, unknown);
    QCOMPARE(logged.size(), 1);
    QVERIFY(logged.first().startsWith(u"ann asked"_s));
    static const QRegularExpression link(u"(/astakos/\\S+)"_s);
    test::Browser browser(*m_server);
    QCOMPARE(browser.get(handed).status, 200); // the administrator's stays good
    QCOMPARE(
        browser.submit(link.match(logged.first()).captured(1).toUtf8(), twice(u"brand-new-1"_s)).status, 200);
    QCOMPARE(browser.get(handed).status, 404); // until one was used
    QCOMPARE(signInStatus(u"ann"_s, u"brand-new-1"_s), 303);
}

void tst_SignUp::askingForLinksIsSlowedDown()
{
    serve(SignUpPolicy::Off, LostPasswordPolicy::Log);
    test::Browser browser(*m_server);
    int status = 200;
    for (int i = 0; i < 10 && status == 200; ++i)
        status = browser.submit("/astakos/weblogin/lost", { { u"name"_s, u"nobody%1"_s.arg(i) } }).status;
    QCOMPARE(status, 429);
}

NEPHELE_TEST(tst_SignUp)
#include "tst_signup.moc"
