// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/durablefile.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace nephele;

// Files as they are on the disk, on a file system that can be written past the page cache and on one in
// memory.
class tst_DurableFile : public QObject
{
    Q_OBJECT

private slots:
    void nothingIsLeftOfWhatWasNotNamed();
    void aFolderThatIsMissingIsAnError();
    void aWholeFileIsWhatWasWritten_data();
    void aWholeFileIsWhatWasWritten();
};

void tst_DurableFile::nothingIsLeftOfWhatWasNotNamed()
{
    const QTemporaryDir dir;
    {
        DurableFile file;
        QVERIFY(file.create(dir.filePath(QStringLiteral("a")), 0600));
        QVERIFY(file.writeWhole(QByteArray(1 << 20, 'x')));
    }
    QVERIFY(QDir(dir.path()).isEmpty());
}

void tst_DurableFile::aFolderThatIsMissingIsAnError()
{
    const QTemporaryDir dir;
    DurableFile file;
    QVERIFY(!file.create(dir.filePath(QStringLiteral("missing/a")), 0600));
}

void tst_DurableFile::aWholeFileIsWhatWasWritten_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<int>("bytes");
    for (const char *folder : { "/var/tmp", "/dev/shm" }) {
        for (const int bytes : { 0, 1, 4095, 4096, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, (1 << 20) - 1,
                 1 << 20, (1 << 20) + 4096, (1 << 20) + 4097, 4 << 20, (4 << 20) - 511 })
            QTest::addRow("%d bytes in %s", bytes, folder) << QString::fromLatin1(folder) << bytes;
    }
}

void tst_DurableFile::aWholeFileIsWhatWasWritten()
{
    QFETCH(QString, folder);
    QFETCH(int, bytes);
    const QTemporaryDir dir(folder + QStringLiteral("/nephele-test-XXXXXX"));
    QVERIFY(dir.isValid());
    // No two pieces of 4 KiB are alike, and the last byte is none that padding could be taken for.
    QByteArray wanted(bytes, Qt::Uninitialized);
    for (int at = 0; at < bytes; ++at)
        wanted[at] = char((at / 4096 * 31 + at * 7) | 1);
    DurableFile file;
    QVERIFY(file.create(dir.filePath(QStringLiteral("a")), 0600));
    const auto written = file.writeWhole(wanted);
    QVERIFY2(written, written ? "" : qPrintable(written.error().detail));
    QVERIFY(file.commit(dir.filePath(QStringLiteral("b"))));
    QFile read(dir.filePath(QStringLiteral("b")));
    QVERIFY(read.open(QIODevice::ReadOnly));
    QCOMPARE(read.size(), bytes);
    QVERIFY(read.readAll() == wanted);
}

NEPHELE_TEST(tst_DurableFile)
#include "tst_durablefile.moc"
