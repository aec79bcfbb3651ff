// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/consolepage.h"
#include "tests/support/testregistry.h"

#include <QTest>

using namespace nephele;

// The page of a console in a browser. That it shows a guest is the real browser's to tell (tests/clients).
class tst_ConsolePage : public QObject
{
    Q_OBJECT

private slots:
    void onlyScriptsOfNoVncAreServed_data();
    void onlyScriptsOfNoVncAreServed();
    void thePageRunsOnlyOurScripts();
};

void tst_ConsolePage::onlyScriptsOfNoVncAreServed_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("isServed");
    QTest::newRow("absent") << QStringLiteral("core/absent.js") << false;
    QTest::newRow("a page of its own") << QStringLiteral("vnc.html") << false;
    QTest::newRow("a folder") << QStringLiteral("core") << false;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("out of the folder") << QStringLiteral("../../../etc/passwd") << false;
    QTest::newRow("a script outside") << QStringLiteral("../javascript/jquery/jquery.js") << false;
    QTest::newRow("in and out") << QStringLiteral("core/../../../lib/x.js") << false;
    QTest::newRow("absolute") << QStringLiteral("/usr/share/novnc/core/rfb.js") << false;
    QTest::newRow("its heart") << QStringLiteral("core/rfb.js") << true;
    QTest::newRow("what that needs") << QStringLiteral("vendor/pako/lib/zlib/inflate.js") << true;
}

void tst_ConsolePage::onlyScriptsOfNoVncAreServed()
{
    QFETCH(QString, path);
    QFETCH(bool, isServed);
    const auto script = noVncScript(path);
    QCOMPARE(script.ok(), isServed);
    if (isServed)
        QVERIFY(!script->isEmpty());
    else
        QCOMPARE(script.error().code, ErrorCode::NotFound);
}

void tst_ConsolePage::thePageRunsOnlyOurScripts()
{
    for (const Route &route : consolePageRoutes()) {
        if (route.pattern != "/console")
            continue;
        Reply reply = route.handler(Request(), Caller());
        QVERIFY(reply.isReady() && reply.now());
        const Response &page = *reply.now();
        QVERIFY(page.headers.value("Content-Security-Policy").contains("script-src 'self';"));
        QCOMPARE(
            page.headers.value("Referrer-Policy"), QByteArray("no-referrer")); // it would hold the ticket
        QCOMPARE(page.headers.value("Cache-Control"), QByteArray("no-store"));
        QVERIFY(page.body.contains("noVNC"));
        QVERIFY(!page.body.contains("onclick") && !page.body.contains("<script>"));
        return;
    }
    QFAIL("there is no page");
}

NEPHELE_TEST(tst_ConsolePage)
#include "tst_consolepage.moc"
