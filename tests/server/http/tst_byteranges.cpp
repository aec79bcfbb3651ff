// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/byteranges.h"
#include "tests/support/testregistry.h"

using namespace nephele;

class tst_ByteRanges : public QObject
{
    Q_OBJECT

private slots:
    void aFieldChoosesParts_data();
    void aFieldChoosesParts();
    void aConditionLetsTheRangeStand_data();
    void aConditionLetsTheRangeStand();
};

namespace {

// "0+10 20+5", "whole" or "none", short enough to read in a row.
QByteArray written(const RangeChoice &choice)
{
    if (choice.answer == RangeChoice::Answer::Whole)
        return "whole";
    if (choice.answer == RangeChoice::Answer::NotSatisfiable)
        return "none";
    QByteArrayList parts;
    for (const ByteRange &part : choice.parts)
        parts.append(QByteArray::number(part.offset) + '+' + QByteArray::number(part.length));
    return parts.join(' ');
}

} // namespace

void tst_ByteRanges::aFieldChoosesParts_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<qint64>("size");
    QTest::addColumn<QByteArray>("shortened"); // RFC 9110
    QTest::addColumn<QByteArray>("refused"); // Pithos
    const auto row = [](const char *field, qint64 size, const char *shortened, const char *refused) {
        QTest::addRow("%s of %lld", field, size)
            << QByteArray(field) << size << QByteArray(shortened) << QByteArray(refused);
    };
    row("", 100, "whole", "whole");
    row("bytes=0-0", 100, "0+1", "0+1");
    row("bytes=0-99", 100, "0+100", "0+100");
    row("bytes=0-100", 100, "0+100", "none");
    row("bytes=99-", 100, "99+1", "99+1");
    row("bytes=100-", 100, "none", "none");
    row("bytes=-1", 100, "99+1", "99+1");
    row("bytes=-100", 100, "0+100", "0+100");
    row("bytes=-101", 100, "0+100", "none");
    row("bytes=-0", 100, "none", "none");
    row("bytes=0-", 0, "none", "none");
    row("bytes=-5", 0, "none", "none");
    row("bytes=5-4", 100, "whole", "whole");
    row("bytes=a-", 100, "whole", "whole");
    row("bytes=5", 100, "whole", "whole");
    row("bytes=-", 100, "whole", "whole");
    row("bytes=+1-2", 100, "whole", "whole");
    row("bytes=1--2", 100, "whole", "whole");
    row("bytes=99999999999999999999-", 100, "whole", "whole");
    row("bytes=0-99999999999999999999", 100, "whole", "whole");
    row("lines=0-1", 100, "whole", "whole");
    row("Bytes=0-1", 100, "0+2", "0+2");
    row("bytes=,", 100, "whole", "whole");
    row("bytes=0-1,4-5", 100, "0+2 4+2", "0+2 4+2");
    row("bytes= 0-1 , 4-5 ,", 100, "0+2 4+2", "0+2 4+2");
    row("bytes=4-5,0-1", 100, "4+2 0+2", "4+2 0+2");
    row("bytes=0-10,5-20", 100, "0+21", "0+21");
    row("bytes=0-9,10-19", 100, "0+20", "0+20");
    row("bytes=0-1,200-300", 100, "0+2", "none");
    row("bytes=0-0,2-2,4-4,6-6,8-8", 100, "whole", "whole"); // more than the four allowed here
    row("bytes=0-0,2-2,4-4,6-6,0-99", 100, "0+100", "0+100"); // joined first
    row("bytes=0-1,x", 100, "whole", "whole");
}

void tst_ByteRanges::aFieldChoosesParts()
{
    QFETCH(QByteArray, field);
    QFETCH(qint64, size);
    QFETCH(QByteArray, shortened);
    QFETCH(QByteArray, refused);
    QCOMPARE(written(chooseRanges(field, size, 4, RangesPastEnd::Shortened)), shortened);
    QCOMPARE(written(chooseRanges(field, size, 4, RangesPastEnd::Refused)), refused);
}

void tst_ByteRanges::aConditionLetsTheRangeStand_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("etag");
    QTest::addColumn<bool>("holds");
    const QByteArray date = "Sun, 09 Sep 2001 01:46:40 GMT";
    QTest::addRow("absent") << QByteArray() << QByteArray("abc") << true;
    QTest::addRow("same tag") << QByteArray("\"abc\"") << QByteArray("\"abc\"") << true;
    QTest::addRow("same tag, ours bare") << QByteArray("\"abc\"") << QByteArray("abc") << true;
    QTest::addRow("other tag") << QByteArray("\"abd\"") << QByteArray("\"abc\"") << false;
    QTest::addRow("weak tag") << QByteArray("W/\"abc\"") << QByteArray("W/\"abc\"") << false;
    QTest::addRow("tag where there is none") << QByteArray("\"\"") << QByteArray() << false;
    QTest::addRow("same date") << date << QByteArray("abc") << true;
    QTest::addRow("other date") << QByteArray("Sun, 09 Sep 2001 01:46:41 GMT") << QByteArray("abc") << false;
}

void tst_ByteRanges::aConditionLetsTheRangeStand()
{
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, etag);
    QFETCH(bool, holds);
    QCOMPARE(ifRangeHolds(field, etag, "Sun, 09 Sep 2001 01:46:40 GMT"), holds);
}

NEPHELE_TEST(tst_ByteRanges)
#include "tst_byteranges.moc"
