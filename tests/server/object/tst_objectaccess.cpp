// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectaccess.h"

#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// Access lists as texts; what they allow is seen over HTTP (tst_swift.cpp).
class tst_ObjectAccess : public QObject
{
    Q_OBJECT

private slots:
    void aListIsReadOrRefused_data();
    void aListIsReadOrRefused();
};

void tst_ObjectAccess::aListIsReadOrRefused_data()
{
    QTest::addColumn<bool>("isWriting");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("kept"); // "!": refused
    const QString refused = u"!"_s;
    QTest::addRow("empty") << false << QString() << QString();
    QTest::addRow("commas only") << false << u" , ,"_s << QString();
    QTest::addRow("everybody") << false << u".r:*"_s << u".r:*"_s;
    QTest::addRow("everybody, long spelling") << false << u".referrer : *"_s << u".r:*"_s;
    QTest::addRow("everybody lists") << false << u".r:*, .rlistings"_s << u".r:*,.rlistings"_s;
    QTest::addRow("a host and not another")
        << false << u".r:.example.com,.r:-bad.example.com"_s << u".r:.example.com,.r:-bad.example.com"_s;
    QTest::addRow("a star in front of a domain") << false << u".r:*.example.com"_s << u".r:.example.com"_s;
    QTest::addRow("a denial with blanks") << false << u".r: - bad.example.com"_s << u".r:-bad.example.com"_s;
    QTest::addRow("people") << true << u"p:u , p2:*,*:u3"_s << u"p:u,p2:*,*:u3"_s;
    QTest::addRow("a user's id") << true << u"0123"_s << u"0123"_s;
    QTest::addRow("no host") << false << u".r:"_s << refused;
    QTest::addRow("a denial of nobody") << false << u".r:-"_s << refused;
    QTest::addRow("a dot for a host") << false << u".r:."_s << refused;
    QTest::addRow("unknown designator") << false << u".x:y"_s << refused;
    QTest::addRow("designator without value") << false << u".r"_s << refused;
    QTest::addRow("everybody may write") << true << u".r:*"_s << refused;
    QTest::addRow("listing as a right to write") << true << u".rlistings"_s << refused;
}

void tst_ObjectAccess::aListIsReadOrRefused()
{
    QFETCH(bool, isWriting);
    QFETCH(QString, text);
    QFETCH(QString, kept);
    const auto list = readAcl(isWriting ? AclKind::Write : AclKind::Read, text);
    if (kept == u"!"_s) {
        QVERIFY(!list);
        QCOMPARE(list.error().code, ErrorCode::Invalid);
        return;
    }
    QVERIFY(list);
    QCOMPARE(*list, kept);
}

NEPHELE_TEST(tst_ObjectAccess)
#include "tst_objectaccess.moc"
