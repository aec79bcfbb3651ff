// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/pithosroutes.h"
#include "server/pithos/pithosview.h"
#include "tests/server/weblogin/webloginserver.h"
#include "tests/support/blockfixture.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

// Objects in a browser: by way of the OAuth provider, for whom it is signed in as.
class tst_PithosView : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup();
    void aVisitorSignsInFirst();
    void theOwnerSeesHisObject();
    void aPageHasNoRightsOfOurs();
    void anotherSeesWhatIsShared();
    void aTokenOpensItsPathAlone();
    void aTokenEnds();
    void aCodeIsUsedOnce();
    void codesGoToOurPagesOnly_data();
    void codesGoToOurPagesOnly();
    void nobodyRedeemsOurCodes();

private:
    static QByteArray pathOf(const User &user, const QByteArray &object)
    {
        return "/pithos/ui/view/" + user.id.utf8() + "/c/" + object;
    }
    HttpAnswer store(const User &user, const QByteArray &object, const QByteArray &type,
        const QByteArray &bytes, const Browser::Fields &more = {})
    {
        return m_browser->send("PUT", "/pithos/object-store/v1/" + user.id.utf8() + "/c/" + object, bytes,
            Browser::Fields { { "X-Auth-Token", m_identity->synnefoToken(user) }, { "Content-Type", type } }
                + more);
    }
    // Where the browser ends up: the page itself, or what refuses it.
    HttpAnswer open(Browser &browser, QByteArray path)
    {
        HttpAnswer answer;
        for (int steps = 0; steps < 5; ++steps) {
            answer = browser.get(path);
            if (answer.status != 302)
                return answer;
            path = answer.header("Location");
            if (path.startsWith(m_server->url()))
                path.remove(0, m_server->url().size());
            m_last = path;
        }
        return answer;
    }

    std::unique_ptr<TestIdentity> m_identity;
    std::unique_ptr<BlockFixture> m_blocks;
    std::unique_ptr<ObjectWorks> m_works;
    std::unique_ptr<WebloginServer> m_server;
    std::unique_ptr<Browser> m_browser;
    User m_ann;
    User m_ben;
    QByteArray m_last; // where open() was sent last
};

void tst_PithosView::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_ben = m_identity->addUser(u"ben"_s);
    m_blocks = std::make_unique<BlockFixture>(m_identity->database());
    m_works = std::make_unique<ObjectWorks>(m_blocks->store(), ObjectImages());
    m_server = std::make_unique<WebloginServer>(
        *m_identity, WebloginSettings(), [works = m_works.get()](OAuthService &oauth, QObject &context) {
            const auto service = std::make_shared<ObjectService>(*works);
            auto tables = pithosRoutes(*service, context);
            tables.push_back(pithosViewRoutes(*service, oauth, context));
            return WebloginWorker::More { std::move(tables), service };
        });
    m_browser = std::make_unique<Browser>(*m_server);
    QCOMPARE(m_browser->signIn(m_ann).status, 303);
    for (const User &user : { m_ann, m_ben })
        QCOMPARE(m_browser
                     ->send("PUT", "/pithos/object-store/v1/" + user.id.utf8() + "/c", {},
                         { { "X-Auth-Token", m_identity->synnefoToken(user) } })
                     .status,
            201);
    QCOMPARE(store(m_ann, "a%20b/o.txt", "text/plain", "bytes").status, 201);
    QCOMPARE(store(m_ben, "his", "text/plain", "secret").status, 201);
}

void tst_PithosView::cleanup()
{
    m_browser.reset();
    m_server.reset();
    m_works.reset();
    m_blocks.reset();
    m_identity.reset();
}

void tst_PithosView::aVisitorSignsInFirst()
{
    Browser visitor(*m_server);
    const auto page = open(visitor, pathOf(m_ann, "a%20b/o.txt"));
    QCOMPARE(page.status, 200);
    QVERIFY(m_last.startsWith("/astakos/weblogin/signin?then="));
    QVERIFY(!page.body.contains("bytes"));
    const auto signedIn =
        visitor.submit(m_last, { { u"name"_s, u"ann"_s }, { u"password"_s, u"ann-password"_s } });
    QCOMPARE(open(visitor, signedIn.header("Location")).body, "bytes");
}

void tst_PithosView::theOwnerSeesHisObject()
{
    const auto shown = open(*m_browser, pathOf(m_ann, "a%20b/o.txt"));
    QCOMPARE(shown.status, 200);
    QCOMPARE(shown.body, "bytes");
    QCOMPARE(shown.header("Content-Type"), "text/plain");
    QCOMPARE(shown.header("Content-Disposition"), "inline; filename=\"o.txt\"");
    QVERIFY(m_last.contains("?access_token="));
    const auto part = m_browser->get(m_last, { { "Range", "bytes=1-2" } });
    QCOMPARE(part.status, 206);
    QCOMPARE(part.body, "yt");
    QCOMPARE(open(*m_browser, pathOf(m_ann, "none")).status, 404);
}

void tst_PithosView::aPageHasNoRightsOfOurs()
{
    QCOMPARE(store(m_ann, "page", "text/html", "<script>alert(1)</script>").status, 201);
    const auto page = open(*m_browser, pathOf(m_ann, "page"));
    QCOMPARE(page.status, 200);
    const QByteArray policy = page.header("Content-Security-Policy");
    QVERIFY(policy.startsWith("sandbox"));
    QVERIFY(!policy.contains("allow-same-origin"));
    QCOMPARE(page.header("X-Content-Type-Options"), "nosniff");
    QCOMPARE(page.header("Referrer-Policy"), "no-referrer"); // the address holds a token
}

void tst_PithosView::anotherSeesWhatIsShared()
{
    QCOMPARE(open(*m_browser, pathOf(m_ben, "his")).status, 403);
    QCOMPARE(open(*m_browser, pathOf(m_ben, "none")).status, 403);
    QCOMPARE(store(m_ben, "his", "text/plain", "told", { { "X-Object-Sharing", "read=" + m_ann.id.utf8() } })
                 .status,
        201);
    QCOMPARE(open(*m_browser, pathOf(m_ben, "his")).body, "told");
}

void tst_PithosView::aTokenOpensItsPathAlone()
{
    QCOMPARE(store(m_ann, "other", "text/plain", "other").status, 201);
    QCOMPARE(store(m_ann, "other2", "text/plain", "other2").status, 201);
    QCOMPARE(open(*m_browser, pathOf(m_ann, "other")).body, "other");
    const QByteArray token = m_last.mid(m_last.indexOf('?'));
    Browser stranger(*m_server);
    QCOMPARE(stranger.get(pathOf(m_ann, "other") + token).body, "other");
    // Asked who he is, as if he had none.
    for (const char *object : { "other2", "a%20b/o.txt" })
        QCOMPARE(stranger.get(pathOf(m_ann, object) + token).status, 302);
    QCOMPARE(stranger.get(pathOf(m_ann, "other") + "?access_token=x").status, 302);
    QCOMPARE(stranger
                 .get("/pithos/object-store/v1/" + m_ann.id.utf8() + "/c/other",
                     { { "X-Auth-Token", token.mid(token.indexOf('=') + 1) } })
                 .status,
        401);
}

void tst_PithosView::aTokenEnds()
{
    QCOMPARE(open(*m_browser, pathOf(m_ann, "a%20b/o.txt")).status, 200);
    const QByteArray address = m_last;
    Browser stranger(*m_server);
    m_identity->clock().advanceMs(OAuthService::accessLifeMs - 1);
    QCOMPARE(stranger.get(address).status, 200);
    m_identity->clock().advanceMs(2);
    QCOMPARE(stranger.get(address).status, 302);
}

void tst_PithosView::aCodeIsUsedOnce()
{
    const QByteArray path = pathOf(m_ann, "a%20b/o.txt");
    const QByteArray asked = m_browser->get(path).header("Location");
    QByteArray back = m_browser->get(asked).header("Location");
    QVERIFY(back.startsWith(m_server->url() + path + "?code="));
    back.remove(0, m_server->url().size());
    Browser stranger(*m_server);
    // The code is for the path it was asked for.
    const QByteArray elsewhere = pathOf(m_ann, "none") + back.mid(back.indexOf('?'));
    QVERIFY(stranger.get(elsewhere).header("Location").startsWith("/astakos/oauth2/auth?"));
    QVERIFY(stranger.get(back).header("Location").contains("?access_token="));
    QVERIFY(stranger.get(back).header("Location").startsWith("/astakos/oauth2/auth?"));
}

void tst_PithosView::codesGoToOurPagesOnly_data()
{
    QTest::addColumn<QByteArray>("redirect"); // "%1": the cloud's own address
    QTest::addRow("another host") << QByteArray("https://evil.example/pithos/ui/view/a/b/c");
    QTest::addRow("another page") << QByteArray("%1/pithos/public/x");
    QTest::addRow("nearly ours") << QByteArray("%1.evil.example/pithos/ui/view/a/b/c");
    QTest::addRow("user and host") << QByteArray("%1@evil.example/pithos/ui/view/a/b/c");
    QTest::addRow("a fragment") << QByteArray("%1/pithos/ui/view/a/b/c#x");
    QTest::addRow("a line end") << QByteArray("%1/pithos/ui/view/a/b/c\r\nX: y");
    QTest::addRow("a backslash") << QByteArray("%1/pithos/ui/view/a\\b");
    QTest::addRow("none") << QByteArray();
}

void tst_PithosView::codesGoToOurPagesOnly()
{
    QFETCH(QByteArray, redirect);
    redirect.replace("%1", m_server->url());
    const auto answer =
        m_browser->get("/astakos/oauth2/auth?response_type=code&client_id=pithos-view&redirect_uri="
            + redirect.toPercentEncoding());
    QCOMPARE(answer.status, 400);
    QVERIFY(answer.header("Location").isEmpty());
}

void tst_PithosView::nobodyRedeemsOurCodes()
{
    const QByteArray path = pathOf(m_ann, "a%20b/o.txt");
    const QByteArray back = m_browser->get(m_browser->get(path).header("Location")).header("Location");
    const QString code = QUrlQuery(QUrl::fromEncoded(back)).queryItemValue(u"code"_s);
    QCOMPARE(code.size(), 60);
    for (const QByteArray &client : { QByteArray("pithos-view:"), QByteArray("pithos-view:x") }) {
        const auto refused = m_browser->post("/astakos/oauth2/token",
            { { u"grant_type"_s, u"authorization_code"_s }, { u"code"_s, code },
                { u"redirect_uri"_s, QString::fromLatin1(m_server->url() + path) } },
            { { "Authorization", "Basic " + client.toBase64() } });
        QCOMPARE(refused.status, 400);
    }
}

NEPHELE_TEST(tst_PithosView)
#include "tst_pithosview.moc"
