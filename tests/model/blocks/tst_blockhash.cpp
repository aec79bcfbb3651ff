// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/blockhash.h"
#include "tests/support/testregistry.h"

#include <QCryptographicHash>

using namespace nephele;

class tst_BlockHash : public QObject
{
    Q_OBJECT

private slots:
    void onlyNulsAtTheEndAreTrimmed_data();
    void onlyNulsAtTheEndAreTrimmed();
    void theRootIsSynnefos_data();
    void theRootIsSynnefos();
    void digestsAreThoseOfTheWholeStream();
};

void tst_BlockHash::onlyNulsAtTheEndAreTrimmed_data()
{
    QTest::addColumn<QByteArray>("block");
    QTest::addColumn<int>("kept");
    QTest::addRow("empty") << QByteArray() << 0;
    QTest::addRow("one NUL") << QByteArray(1, '\0') << 0;
    QTest::addRow("many NULs") << QByteArray(4097, '\0') << 0;
    QTest::addRow("NULs first") << QByteArray(20, '\0') + "x" << 21;
    QTest::addRow("nothing to trim") << QByteArray("abcdefgh") << 8;
    for (int nuls = 1; nuls <= 17; ++nuls)
        QTest::addRow("%d NULs behind a byte", nuls) << "x" + QByteArray(nuls, '\0') << 1;
    QTest::addRow("eight bytes with one set")
        << "abcdefgh" + QByteArray(7, '\0') + "y" + QByteArray(9, '\0') << 16;
}

void tst_BlockHash::onlyNulsAtTheEndAreTrimmed()
{
    QFETCH(QByteArray, block);
    QFETCH(int, kept);
    QCOMPARE(trimmedBlock(block).toByteArray(), block.first(kept));
}

static QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
}

void tst_BlockHash::theRootIsSynnefos_data()
{
    const QByteArray a = sha256("a");
    const QByteArray b = sha256("b");
    const QByteArray c = sha256("c");
    const QByteArray nothing(32, '\0');
    QTest::addColumn<QList<QByteArray>>("hashes");
    QTest::addColumn<QByteArray>("root");
    QTest::addRow("no block") << QList<QByteArray>() << sha256({});
    QTest::addRow("one block") << QList<QByteArray> { a } << a;
    QTest::addRow("two blocks") << QList<QByteArray> { a, b } << sha256(a + b);
    QTest::addRow("three are padded to four")
        << QList<QByteArray> { a, b, c } << sha256(sha256(a + b) + sha256(c + nothing));
    QTest::addRow("five are padded to eight")
        << QList<QByteArray> { a, b, c, a, b }
        << sha256(sha256(sha256(a + b) + sha256(c + a))
               + sha256(sha256(b + nothing) + sha256(nothing + nothing)));
}

void tst_BlockHash::theRootIsSynnefos()
{
    QFETCH(QList<QByteArray>, hashes);
    QFETCH(QByteArray, root);
    QCOMPARE(merkleRoot(hashes).toHex(), root.toHex());
}

void tst_BlockHash::digestsAreThoseOfTheWholeStream()
{
    Digest md5(Digest::Kind::Md5);
    Digest sha512(Digest::Kind::Sha512);
    for (const char *piece : { "12", "", "3456789" }) {
        md5.add(QByteArrayView(piece));
        sha512.add(QByteArrayView(piece));
    }
    // RFC 1321 A.5 has no such row; Qt's own implementation is the other witness.
    QCOMPARE(md5.result(), QCryptographicHash::hash("123456789", QCryptographicHash::Md5));
    QCOMPARE(sha512.result(), QCryptographicHash::hash("123456789", QCryptographicHash::Sha512));
}

NEPHELE_TEST(tst_BlockHash)
#include "tst_blockhash.moc"
