// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/clock.h"
#include "model/base/ids.h"
#include "tests/support/testregistry.h"

using namespace nephele;

class tst_Base : public QObject
{
    Q_OBJECT

private slots:
    void onlyOurFormOfAnIdIsTaken_data();
    void onlyOurFormOfAnIdIsTaken();
    void onlyPlainDigitsAreANumber_data();
    void onlyPlainDigitsAreANumber();
    void timesAreWrittenAsEachWireWants();
    void httpDatesAreReadInTheirThreeForms_data();
    void httpDatesAreReadInTheirThreeForms();
    void instantsAreReadWithAndWithoutZone_data();
    void instantsAreReadWithAndWithoutZone();
};

void tst_Base::onlyOurFormOfAnIdIsTaken_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("taken");
    QTest::addRow("with dashes") << QStringLiteral("7c0f1d2e-94b1-4a5e-8f00-0123456789ab") << true;
    QTest::addRow("upper case") << QStringLiteral("7C0F1D2E-94B1-4A5E-8F00-0123456789AB") << false;
    QTest::addRow("without dashes") << QStringLiteral("7c0f1d2e94b14a5e8f000123456789ab") << false;
    QTest::addRow("in braces") << QStringLiteral("{7c0f1d2e-94b1-4a5e-8f00-0123456789ab}") << false;
    QTest::addRow("null uuid") << QStringLiteral("00000000-0000-0000-0000-000000000000") << false;
    QTest::addRow("a number") << QStringLiteral("42") << false;
    QTest::addRow("empty") << QString() << false;
}

void tst_Base::onlyOurFormOfAnIdIsTaken()
{
    QFETCH(QString, text);
    QFETCH(bool, taken);
    const auto id = ServerId::fromText(text);
    QCOMPARE(id.has_value(), taken);
    if (taken)
        QCOMPARE(id->text(), text);
}

void tst_Base::onlyPlainDigitsAreANumber_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("value"); // 0: refused
    QTest::addRow("one") << QStringLiteral("1") << qint64(1);
    QTest::addRow("large") << QStringLiteral("9223372036854775807") << std::numeric_limits<qint64>::max();
    QTest::addRow("too large") << QStringLiteral("9223372036854775808") << qint64(0);
    QTest::addRow("zero") << QStringLiteral("0") << qint64(0);
    QTest::addRow("leading zero") << QStringLiteral("01") << qint64(0);
    QTest::addRow("sign") << QStringLiteral("+1") << qint64(0);
    QTest::addRow("negative") << QStringLiteral("-1") << qint64(0);
    QTest::addRow("blank") << QStringLiteral(" 1") << qint64(0);
    QTest::addRow("hex") << QStringLiteral("0x1") << qint64(0);
}

void tst_Base::onlyPlainDigitsAreANumber()
{
    QFETCH(QString, text);
    QFETCH(qint64, value);
    QCOMPARE(ServerNumber::fromText(text).value_or(ServerNumber()).value(), value);
}

void tst_Base::timesAreWrittenAsEachWireWants()
{
    const qint64 ms = 1'000'000'000'007; // 9 September 2001, 01:46:40.007 UTC
    QCOMPARE(isoSeconds(ms), QByteArray("2001-09-09T01:46:40Z"));
    QCOMPARE(isoMicroseconds(ms), QByteArray("2001-09-09T01:46:40.007000Z"));
    QCOMPARE(isoOffset(ms), QByteArray("2001-09-09T01:46:40.007000+00:00"));
    QCOMPARE(httpDate(ms), QByteArray("Sun, 09 Sep 2001 01:46:40 GMT"));
}

void tst_Base::httpDatesAreReadInTheirThreeForms_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("seconds"); // -1: refused
    QTest::addRow("preferred") << QByteArray("Sun, 09 Sep 2001 01:46:40 GMT") << qint64(1'000'000'000);
    QTest::addRow("RFC 850") << QByteArray("Sunday, 09-Sep-01 01:46:40 GMT") << qint64(1'000'000'000);
    QTest::addRow("RFC 850, last century")
        << QByteArray("Sunday, 06-Nov-94 08:49:37 GMT") << qint64(784'111'777);
    QTest::addRow("asctime") << QByteArray("Sun Sep  9 01:46:40 2001") << qint64(1'000'000'000);
    QTest::addRow("asctime, two digits") << QByteArray("Tue Nov 15 12:45:26 1994") << qint64(784'903'526);
    QTest::addRow("blanks around") << QByteArray(" Sun, 09 Sep 2001 01:46:40 GMT ") << qint64(1'000'000'000);
    QTest::addRow("another zone") << QByteArray("Sun, 09 Sep 2001 01:46:40 CET") << qint64(-1);
    QTest::addRow("another day of the week") << QByteArray("Mon, 09 Sep 2001 01:46:40 GMT") << qint64(-1);
    QTest::addRow("no such hour") << QByteArray("Sun, 09 Sep 2001 25:46:40 GMT") << qint64(-1);
    QTest::addRow("a number") << QByteArray("1000000000") << qint64(-1);
    QTest::addRow("nothing") << QByteArray() << qint64(-1);
}

void tst_Base::httpDatesAreReadInTheirThreeForms()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, seconds);
    const auto ms = instantFromHttpDate(text);
    QCOMPARE(ms.value_or(-1), seconds < 0 ? seconds : seconds * 1000);
}

void tst_Base::instantsAreReadWithAndWithoutZone_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("ms"); // -1: refused
    QTest::addRow("Z") << QStringLiteral("2001-09-09T01:46:40Z") << qint64(1'000'000'000'000);
    QTest::addRow("offset") << QStringLiteral("2001-09-09T03:46:40+02:00") << qint64(1'000'000'000'000);
    QTest::addRow("no zone is UTC") << QStringLiteral("2001-09-09T01:46:40") << qint64(1'000'000'000'000);
    QTest::addRow("milliseconds") << QStringLiteral("2001-09-09T01:46:40.007Z") << qint64(1'000'000'000'007);
    QTest::addRow("microseconds") << QStringLiteral("2001-09-09T01:46:40.007000+00:00")
                                  << qint64(1'000'000'000'007);
    QTest::addRow("no date") << QStringLiteral("yesterday") << qint64(-1);
    QTest::addRow("month 13") << QStringLiteral("2001-13-09T01:46:40Z") << qint64(-1);
}

void tst_Base::instantsAreReadWithAndWithoutZone()
{
    QFETCH(QString, text);
    QFETCH(qint64, ms);
    QCOMPARE(instantFromIso(text).value_or(-1), ms);
}

NEPHELE_TEST(tst_Base)
#include "tst_base.moc"
