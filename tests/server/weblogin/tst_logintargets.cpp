// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/logintargets.h"

#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

static const QByteArray baseUrl = "https://cloud.example:5080";

// Where a token may go, and how it is written there.
class tst_LoginTargets : public QObject
{
    Q_OBJECT

private slots:
    void aTokenGoesOnlyWhereItMay_data();
    void aTokenGoesOnlyWhereItMay();
    void aListIsReadOrRefused_data();
    void aListIsReadOrRefused();
    void theQueryIsReplaced_data();
    void theQueryIsReplaced();
    void onlyOurOwnPathsAreReturnedTo_data();
    void onlyOurOwnPathsAreReturnedTo();
    void thePolicyNamesThePlace_data();
    void thePolicyNamesThePlace();
};

void tst_LoginTargets::aTokenGoesOnlyWhereItMay_data()
{
    QTest::addColumn<QString>("next");
    QTest::addColumn<QString>("outcome"); // "sent", "invalid", "forbidden"
    QTest::newRow("not an address") << u"::"_s << u"invalid"_s;
    QTest::newRow("a path") << u"/astakos/ui"_s << u"invalid"_s;
    QTest::newRow("another host without scheme") << u"//evil.example/"_s << u"invalid"_s;
    QTest::newRow("a line end") << u"pithos://x\r\nSet-Cookie: a"_s << u"invalid"_s;
    QTest::newRow("a backslash") << u"https://cloud.example:5080\\@evil.example/"_s << u"invalid"_s;
    QTest::newRow("dots") << u"https://cloud.example:5080/pithos/ui/../public/x"_s << u"invalid"_s;
    QTest::newRow("written dots") << u"https://cloud.example:5080/pithos/ui/%2E%2e/public/x"_s
                                  << u"invalid"_s;
    QTest::newRow("too long") << u"pithos://"_s + QString(5000, u'a') << u"invalid"_s;
    QTest::newRow("a foreign host") << u"https://evil.example/"_s << u"forbidden"_s;
    QTest::newRow("our name as a user") << u"https://cloud.example:5080@evil.example/"_s << u"forbidden"_s;
    QTest::newRow("our name with a user") << u"https://u@cloud.example:5080/"_s << u"forbidden"_s;
    QTest::newRow("our name as a prefix") << u"https://cloud.example.evil.example:5080/"_s << u"forbidden"_s;
    QTest::newRow("another port") << u"https://cloud.example/astakos/ui"_s << u"forbidden"_s;
    QTest::newRow("another scheme") << u"http://cloud.example:5080/astakos/ui"_s << u"forbidden"_s;
    QTest::newRow("a script") << u"javascript:alert(1)"_s << u"forbidden"_s;
    QTest::newRow("data") << u"data:text/html,x"_s << u"forbidden"_s;
    QTest::newRow("a file") << u"file:///etc/passwd"_s << u"forbidden"_s;
    // What users stored lies on our origin too and could read its own address.
    QTest::newRow("a user's public file")
        << u"https://cloud.example:5080/pithos/public/abc"_s << u"forbidden"_s;
    QTest::newRow("a user's object") << u"https://cloud.example:5080/v1/AUTH_x/c/o"_s << u"forbidden"_s;
    QTest::newRow("beside a page") << u"https://cloud.example:5080/pithos/uint"_s << u"forbidden"_s;
    QTest::newRow("own root") << u"https://cloud.example:5080/"_s << u"sent"_s;
    QTest::newRow("own page") << u"https://cloud.example:5080/pithos/ui/list?x=1"_s << u"sent"_s;
    QTest::newRow("own page, other case") << u"HTTPS://Cloud.Example:5080/astakos/ui"_s << u"sent"_s;
    QTest::newRow("pithos") << u"pithos://anything/here"_s << u"sent"_s;
    QTest::newRow("pithosdev") << u"pithosdev:login"_s << u"sent"_s;
    QTest::newRow("nearly pithos") << u"pithosx://anything"_s << u"forbidden"_s;
}

void tst_LoginTargets::aTokenGoesOnlyWhereItMay()
{
    QFETCH(QString, next);
    QFETCH(QString, outcome);
    const auto checked = LoginTargets().checked(next, baseUrl);
    const QString seen = checked                       ? u"sent"_s
        : checked.error().code == ErrorCode::Forbidden ? u"forbidden"_s
                                                       : u"invalid"_s;
    QCOMPARE(seen, outcome);
}

void tst_LoginTargets::aListIsReadOrRefused_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<bool>("isGood");
    QTest::newRow("all of the web") << u"https"_s << false;
    QTest::newRow("scripts") << u"JavaScript"_s << false;
    QTest::newRow("no scheme") << u"9x"_s << false;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("an origin with a user") << u"https://u@files.example"_s << false;
    QTest::newRow("an origin with a query") << u"https://files.example/?x"_s << false;
    QTest::newRow("a scheme") << u"myapp"_s << true;
    QTest::newRow("own") << u"own"_s << true;
    QTest::newRow("an origin") << u"https://files.example"_s << true;
    QTest::newRow("an origin with a path") << u"https://files.example/app"_s << true;
}

void tst_LoginTargets::aListIsReadOrRefused()
{
    QFETCH(QString, entry);
    QFETCH(bool, isGood);
    const auto targets = LoginTargets::fromTexts({ entry });
    QCOMPARE(targets.ok(), isGood);
    if (!isGood)
        return;
    // What the default allows is gone.
    QVERIFY(!targets->checked(u"pithos://x"_s, baseUrl));
    QCOMPARE(targets->checked(u"https://files.example/app/x"_s, baseUrl).ok(), entry.startsWith("https"_L1));
    QCOMPARE(targets->checked(u"https://files.example/apple"_s, baseUrl).ok(),
        entry == "https://files.example"_L1);
    QCOMPARE(targets->checked(u"https://cloud.example:5080/"_s, baseUrl).ok(), entry == "own"_L1);
    QCOMPARE(targets->checked(u"MyApp:back"_s, baseUrl).ok(), entry == "myapp"_L1);
}

void tst_LoginTargets::theQueryIsReplaced_data()
{
    QTest::addColumn<QString>("next");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("no query") << u"pithos://here"_s << QByteArray("pithos://here?uuid=U&token=T");
    QTest::newRow("a query") << u"pithos://here/p?token=mine&x=1"_s
                             << QByteArray("pithos://here/p?uuid=U&token=T");
    QTest::newRow("a fragment") << u"https://a.example/p#top"_s
                                << QByteArray("https://a.example/p?uuid=U&token=T#top");
    QTest::newRow("no host") << u"pithosdev:back"_s << QByteArray("pithosdev:back?uuid=U&token=T");
}

void tst_LoginTargets::theQueryIsReplaced()
{
    QFETCH(QString, next);
    QTEST(loginAnswer(QUrl(next), "U", "T"), "answer");
}

void tst_LoginTargets::onlyOurOwnPathsAreReturnedTo_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("taken");
    QTest::newRow("another site") << u"https://evil.example/astakos/weblogin/"_s << QByteArray();
    QTest::newRow("another site without scheme") << u"//evil.example/"_s << QByteArray();
    QTest::newRow("with a backslash") << u"/astakos/weblogin/\\evil"_s << QByteArray();
    QTest::newRow("with dots") << u"/astakos/weblogin/../../pithos/public/x"_s << QByteArray();
    QTest::newRow("with a line end") << u"/astakos/weblogin/a\nb"_s << QByteArray();
    QTest::newRow("another part of ours") << u"/pithos/public/x"_s << QByteArray();
    QTest::newRow("a page") << u"/astakos/weblogin/account"_s << QByteArray("/astakos/weblogin/account");
    QTest::newRow("a login") << u"/astakos/weblogin/login?next=pithos%3A%2F%2Fx&renew"_s
                             << QByteArray("/astakos/weblogin/login?next=pithos%3A%2F%2Fx&renew");
    QTest::newRow("an authorisation")
        << u"/astakos/oauth2/auth?client_id=a"_s << QByteArray("/astakos/oauth2/auth?client_id=a");
}

void tst_LoginTargets::onlyOurOwnPathsAreReturnedTo()
{
    QFETCH(QString, path);
    QTEST(safeReturnPath(path), "taken");
}

void tst_LoginTargets::thePolicyNamesThePlace_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QByteArray>("source");
    QTest::newRow("own") << u"https://cloud.example:5080/astakos/ui"_s << QByteArray();
    QTest::newRow("a program") << u"pithos://x/y"_s << QByteArray("pithos:");
    QTest::newRow("a site") << u"https://files.example:8443/a?b#c"_s
                            << QByteArray("https://files.example:8443");
}

void tst_LoginTargets::thePolicyNamesThePlace()
{
    QFETCH(QString, address);
    QTEST(policySourceOf(QUrl(address), baseUrl), "source");
}

NEPHELE_TEST(tst_LoginTargets)
#include "tst_logintargets.moc"
