// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/seriallog.h"
#include "tests/support/testregistry.h"

#include <QFile>

using namespace nephele;

class tst_SerialLog : public QObject
{
    Q_OBJECT

private slots:
    void theLastLinesAreRead_data();
    void theLastLinesAreRead();
    void thePartBeforeTheLogWasTurnedIsReadOn_data();
    void thePartBeforeTheLogWasTurnedIsReadOn();
    void aLogOfManyChunks();
    void noLogYetIsEmpty();

private:
    static bool write(const QString &path, const QByteArray &text)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }
    QTemporaryDir m_folder;
};

void tst_SerialLog::theLastLinesAreRead_data()
{
    QTest::addColumn<QByteArray>("log");
    QTest::addColumn<int>("lines"); // -1: all
    QTest::addColumn<qint64>("mostBytes");
    QTest::addColumn<QByteArray>("tail");
    const qint64 much = 1 << 20;
    QTest::addRow("empty log") << QByteArray() << 3 << much << QByteArray();
    QTest::addRow("no lines") << QByteArray("a\nb\n") << 0 << much << QByteArray();
    QTest::addRow("negative lines") << QByteArray("a\nb\n") << -7 << much << QByteArray();
    QTest::addRow("no bytes") << QByteArray("a\nb\n") << 2 << qint64(0) << QByteArray();
    QTest::addRow("one") << QByteArray("a\nb\n") << 1 << much << QByteArray("b\n");
    QTest::addRow("two of three") << QByteArray("a\nb\nc\n") << 2 << much << QByteArray("b\nc\n");
    QTest::addRow("exactly as many") << QByteArray("a\nb\n") << 2 << much << QByteArray("a\nb\n");
    QTest::addRow("more than there are") << QByteArray("a\nb\n") << 9 << much << QByteArray("a\nb\n");
    QTest::addRow("all") << QByteArray("a\nb\n") << -1 << much << QByteArray("a\nb\n");
    QTest::addRow("unfinished last line") << QByteArray("a\nb\nc") << 2 << much << QByteArray("b\nc");
    QTest::addRow("one unfinished line") << QByteArray("abc") << 1 << much << QByteArray("abc");
    QTest::addRow("empty lines") << QByteArray("a\n\n\n") << 2 << much << QByteArray("\n\n");
    QTest::addRow("only a line break") << QByteArray("\n") << 1 << much << QByteArray("\n");
    QTest::addRow("not text") << QByteArray("\xff\x00\n\x1b[0m\n", 8) << 1 << much << QByteArray("\x1b[0m\n");
    QTest::addRow("bound by bytes") << QByteArray("abcdef\n") << 1 << qint64(3) << QByteArray("ef\n");
}

void tst_SerialLog::theLastLinesAreRead()
{
    QFETCH(QByteArray, log);
    QFETCH(int, lines);
    QFETCH(qint64, mostBytes);
    QFETCH(QByteArray, tail);
    const QString path = m_folder.filePath(QStringLiteral("serial.log"));
    QVERIFY(write(path, log));
    const auto read = serialLogTail(path, lines == -1 ? std::nullopt : std::optional(lines), mostBytes);
    QVERIFY(read.ok());
    QCOMPARE(*read, tail);
}

void tst_SerialLog::thePartBeforeTheLogWasTurnedIsReadOn_data()
{
    QTest::addColumn<int>("lines");
    QTest::addColumn<QByteArray>("tail");
    QTest::addRow("newer is enough") << 1 << QByteArray("c\n");
    QTest::addRow("one of the older") << 2 << QByteArray("b\nc\n");
    QTest::addRow("all of both") << 9 << QByteArray("a\nb\nc\n");
}

void tst_SerialLog::thePartBeforeTheLogWasTurnedIsReadOn()
{
    QFETCH(int, lines);
    QFETCH(QByteArray, tail);
    const QString path = m_folder.filePath(QStringLiteral("turned.log"));
    QVERIFY(write(path + QStringLiteral(".0"), "a\nb\n"));
    QVERIFY(write(path, "c\n"));
    QCOMPARE(*serialLogTail(path, lines), tail);
}

void tst_SerialLog::aLogOfManyChunks()
{
    QByteArray log;
    for (int i = 0; i < 100'000; ++i)
        log += "line " + QByteArray::number(i) + '\n';
    const QString path = m_folder.filePath(QStringLiteral("long.log"));
    QVERIFY(write(path, log));
    QCOMPARE(*serialLogTail(path, 1), QByteArray("line 99999\n"));
    const auto many = serialLogTail(path, 20'000);
    QCOMPARE(many->count('\n'), 20'000);
    QVERIFY(many->startsWith("line 80000\n"));
    QCOMPARE(serialLogTail(path, std::nullopt)->size(), 1 << 20);
}

void tst_SerialLog::noLogYetIsEmpty()
{
    const auto read = serialLogTail(m_folder.filePath(QStringLiteral("none")), 5);
    QVERIFY(read.ok());
    QVERIFY(read->isEmpty());
}

NEPHELE_TEST(tst_SerialLog)
#include "tst_seriallog.moc"
