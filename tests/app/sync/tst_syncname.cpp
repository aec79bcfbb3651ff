// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/containeraddress.h"
#include "app/sync/syncname.h"
#include "tests/support/testregistry.h"

using namespace nephele;

class tst_SyncName : public QObject
{
    Q_OBJECT

private slots:
    void namesThatCannotBeAreRefused_data();
    void namesThatCannotBeAreRefused();
    void aConflictGetsANameOfItsOwn_data();
    void aConflictGetsANameOfItsOwn();
    void aTemporaryIsTheSameForTheSameContent();
    void anAddressIsReadInEveryForm_data();
    void anAddressIsReadInEveryForm();
    void anAddressThatIsNoneIsRefused_data();
    void anAddressThatIsNoneIsRefused();
};

void tst_SyncName::namesThatCannotBeAreRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isRefused");
    const auto row = [](const char *title, const QString &name, bool isRefused) {
        QTest::addRow("%s", title) << name << isRefused;
    };
    row("empty", QString(), true);
    row("absolute", QStringLiteral("/etc/passwd"), true);
    row("up", QStringLiteral(".."), true);
    row("up and out", QStringLiteral("a/../../b"), true);
    row("up at the end", QStringLiteral("a/.."), true);
    row("itself", QStringLiteral("./a"), true);
    row("a dot inside", QStringLiteral("a/./b"), true);
    row("two slashes", QStringLiteral("a//b"), true);
    row("slash at the end", QStringLiteral("a/"), true);
    row("NUL", QStringLiteral("a") + QChar(u'\0') + QStringLiteral("b"), true);
    row("half a character", QString(QChar(0xd800)), true);
    row("replaced bytes", QString(QChar(QChar::ReplacementCharacter)), true);
    row("part of 256 bytes", QString(256, u'a'), true);
    row("part of 255 bytes", QString(255, u'a'), false);
    row("part of 128 letters of two bytes", QString(128, QChar(0xe4)), true);
    row("1025 bytes", QStringList(5, QString(204, u'a')).join(u'/') + u'b', true);
    row("1024 bytes", QStringList(5, QString(204, u'a')).join(u'/'), false);
    row("plain", QStringLiteral("a"), false);
    row("three dots", QStringLiteral("..."), false);
    row("hidden", QStringLiteral(".a/.b"), false);
    row("spaces and line ends", QStringLiteral(" a \n/b "), false);
    row("backslash", QStringLiteral("a\\..\\b"), false);
    row("beyond the first plane", QStringLiteral("😀/x"), false);
}

void tst_SyncName::namesThatCannotBeAreRefused()
{
    QFETCH(QString, name);
    QFETCH(bool, isRefused);
    QCOMPARE(whyNoSyncName(name).has_value(), isRefused);
}

void tst_SyncName::aConflictGetsANameOfItsOwn_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("attempt");
    QTest::addColumn<QString>("conflict");
    const auto row = [](const char *title, const char *name, int attempt, const char *conflict) {
        QTest::addRow("%s", title) << QString::fromUtf8(name) << attempt << QString::fromUtf8(conflict);
    };
    row("extension", "report.txt", 1, "report (conflict box 2026-11-22 120304).txt");
    row("no extension", "Makefile", 1, "Makefile (conflict box 2026-11-22 120304)");
    row("in a folder", "a.b/c.d", 1, "a.b/c (conflict box 2026-11-22 120304).d");
    row("hidden", ".profile", 1, ".profile (conflict box 2026-11-22 120304)");
    row("second", "a.txt", 2, "a (conflict box 2026-11-22 120304 2).txt");
    row("a sentence is no extension", "see. this is long text", 1,
        "see. this is long text (conflict box 2026-11-22 120304)");
}

void tst_SyncName::aConflictGetsANameOfItsOwn()
{
    QFETCH(QString, name);
    QFETCH(int, attempt);
    QFETCH(QString, conflict);
    const QDateTime at(QDate(2026, 11, 22), QTime(12, 3, 4));
    QCOMPARE(conflictName(name, QStringLiteral("box"), at, attempt), conflict);
    // However long: it is a name again, another one, in the same folder.
    const QString longName = QStringLiteral("d/") + QString(125, QChar(0xe4)) + QStringLiteral(".txt");
    const QString longConflict = conflictName(longName, QStringLiteral("a/b"), at, attempt);
    QVERIFY(!whyNoSyncName(longConflict));
    QCOMPARE(folderOf(longConflict), QStringLiteral("d"));
    QVERIFY(longConflict.endsWith(QStringLiteral(").txt")));
}

void tst_SyncName::aTemporaryIsTheSameForTheSameContent()
{
    const QString name = temporaryName(QStringLiteral("a/b"), "1");
    QCOMPARE(folderOf(name), QStringLiteral("a"));
    QVERIFY(isTemporaryName(fileNameOf(name)));
    QCOMPARE(temporaryName(QStringLiteral("a/b"), "1"), name);
    QVERIFY(temporaryName(QStringLiteral("a/b"), "2") != name);
    QVERIFY(temporaryName(QStringLiteral("a/c"), "1") != name);
    QVERIFY(!isTemporaryName(u"nephele-part-1"));
}

void tst_SyncName::anAddressIsReadInEveryForm_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<ContainerAddress>("address");
    const QUrl cloud(QStringLiteral("http://box:5080"));
    const auto row = [&](const char *text, const char *account, const char *container, const char *prefix) {
        QTest::addRow("%s", text) << QString::fromLatin1(text)
                                  << ContainerAddress { cloud, QString::fromLatin1(account),
                                         QString::fromLatin1(container), QString::fromLatin1(prefix) };
    };
    row("http://box:5080/pithos/object-store/v1/u1/pithos", "u1", "pithos", "");
    row("http://box:5080/pithos/object-store/v1/u1/pithos/", "u1", "pithos", "");
    row("http://box:5080/pithos/object-store/v1/u1/pithos/a/b/", "u1", "pithos", "a/b");
    row("http://box:5080/pithos/object-store/v1/u1/my%20files/a%20b", "u1", "my files", "a b");
    row("http://box:5080/pithos/object-store/v1/u1/my files/a b", "u1", "my files", "a b");
    row("http://box:5080/pithos2/a", "", "pithos2", "a");
    row("pithos", "", "pithos", "");
    row("pithos/a/b", "", "pithos", "a/b");
}

void tst_SyncName::anAddressIsReadInEveryForm()
{
    QFETCH(QString, text);
    QFETCH(ContainerAddress, address);
    const auto read = ContainerAddress::fromText(
        text, ContainerAddress::cloudOf(QUrl(QStringLiteral("http://box:5080/identity/v3"))));
    QVERIFY2(read.ok(), read ? "" : qPrintable(read.error().message));
    QCOMPARE(read->cloud, address.cloud);
    QCOMPARE(read->account, address.account);
    QCOMPARE(read->container, address.container);
    QCOMPARE(read->prefix, address.prefix);
    if (address.account.isEmpty())
        return;
    const auto again = ContainerAddress::fromText(read->text(), {});
    QVERIFY(again && *again == *read);
}

void tst_SyncName::anAddressThatIsNoneIsRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("knowsCloud");
    const auto row = [](const char *text, bool knowsCloud = true) {
        QTest::addRow("%s", *text ? text : "empty") << QString::fromLatin1(text) << knowsCloud;
    };
    row("");
    row("/");
    row("pithos", false);
    row("ftp://box/pithos");
    row("http://box:5080");
    row("http://box:5080/");
    row("http://box:5080/v1/AUTH_1/c");
    row("http://box:5080/pithos/object-store/v1/u1");
    row("http://box:5080/pithos/object-store/v1/u1/");
    row("http://box:5080/pithos/public/abc");
    row("http://me:secret@box:5080/c");
    row("http://box:5080/c?format=json");
    row("c/../d");
}

void tst_SyncName::anAddressThatIsNoneIsRefused()
{
    QFETCH(QString, text);
    QFETCH(bool, knowsCloud);
    const auto read =
        ContainerAddress::fromText(text, knowsCloud ? QUrl(QStringLiteral("http://box:5080")) : QUrl());
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Invalid);
    QVERIFY(!read.error().message.contains(QStringLiteral("secret")));
}

NEPHELE_TEST(tst_SyncName)
#include "tst_syncname.moc"
