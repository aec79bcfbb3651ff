// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/secret.h"
#include "tests/support/testregistry.h"

#include <QSet>

using namespace nephele;

class tst_Secret : public QObject
{
    Q_OBJECT

private slots:
    void nothingFitsABrokenHash_data();
    void nothingFitsABrokenHash();
    void anAbsurdCostIsRefused_data();
    void anAbsurdCostIsRefused();
    void aPasswordFitsItsOwnHashOnly_data();
    void aPasswordFitsItsOwnHashOnly();
    void theFunctionIsThatOfTheStandard();
    void aDecoyCostsAsMuchAndFitsNothing();
    void tokensAreLongAndDiffer();
};

void tst_Secret::nothingFitsABrokenHash_data()
{
    QTest::addColumn<QString>("hash");
    const auto good = scryptHash(QStringLiteral("secret"), ScryptCost::cheapest());
    QVERIFY(good);
    QTest::addRow("empty") << QString();
    QTest::addRow("no scheme") << QStringLiteral("secret");
    QTest::addRow("the scheme alone") << QStringLiteral("scrypt$");
    QTest::addRow("a part missing") << good->section(QLatin1Char('$'), 0, 4);
    QTest::addRow("a part too many") << *good + QStringLiteral("$x");
    QTest::addRow("empty key") << good->section(QLatin1Char('$'), 0, 4) + QLatin1Char('$');
    QTest::addRow("key cut short") << good->chopped(4);
    QTest::addRow("cost not a number") << QString(*good).replace(7, 1, QLatin1Char('x'));
    QTest::addRow("cost of a terabyte") << QString(*good).replace(7, 1, QStringLiteral("40"));
    QTest::addRow("sha256 without a digest") << QStringLiteral("sha256$");
}

void tst_Secret::nothingFitsABrokenHash()
{
    QFETCH(QString, hash);
    QVERIFY(!fitsHash(QStringLiteral("secret"), hash));
    QVERIFY(!fitsHash(QString(), hash));
}

void tst_Secret::anAbsurdCostIsRefused_data()
{
    QTest::addColumn<int>("log2N");
    QTest::addColumn<int>("r");
    QTest::addColumn<int>("p");
    QTest::addRow("no work") << 0 << 8 << 1;
    QTest::addRow("memory without bounds") << 30 << 8 << 1;
    QTest::addRow("no blocks") << 4 << 0 << 1;
    QTest::addRow("no lanes") << 4 << 8 << 0;
}

void tst_Secret::anAbsurdCostIsRefused()
{
    QFETCH(int, log2N);
    QFETCH(int, r);
    QFETCH(int, p);
    const auto hash = scryptHash(QStringLiteral("secret"), { log2N, r, p });
    QVERIFY(!hash);
    QCOMPARE(hash.error().code, ErrorCode::Internal);
}

void tst_Secret::aPasswordFitsItsOwnHashOnly_data()
{
    QTest::addColumn<QString>("password");
    QTest::addColumn<QString>("other");
    QTest::addRow("another word") << QStringLiteral("secret") << QStringLiteral("Secret");
    QTest::addRow("longer") << QStringLiteral("secret") << QStringLiteral("secret ");
    QTest::addRow("shorter") << QStringLiteral("secret") << QStringLiteral("secre");
    QTest::addRow("empty against a word") << QStringLiteral("secret") << QString();
    QTest::addRow("beyond ASCII") << QStringLiteral("géheim\U0001F511") << QStringLiteral("geheim\U0001F511");
    QTest::addRow("4096 characters") << QString(4096, QLatin1Char('x')) << QString(4095, QLatin1Char('x'));
}

void tst_Secret::aPasswordFitsItsOwnHashOnly()
{
    QFETCH(QString, password);
    QFETCH(QString, other);
    const auto hash = scryptHash(password, ScryptCost::cheapest());
    QVERIFY(hash);
    QVERIFY(fitsHash(password, *hash));
    QVERIFY(!fitsHash(other, *hash));
    QVERIFY(*hash != *scryptHash(password, ScryptCost::cheapest())); // salted
}

// RFC 7914 section 12, the second vector (N = 1024, r = 8, p = 16), cut to the length we keep.
void tst_Secret::theFunctionIsThatOfTheStandard()
{
    const QByteArray key =
        QByteArray::fromHex("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162");
    const auto base64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
    const QString hash = QStringLiteral("scrypt$10$8$16$%1$%2")
                             .arg(QLatin1StringView(QByteArray("NaCl").toBase64(base64)),
                                 QLatin1StringView(key.toBase64(base64)));
    QVERIFY(fitsHash(QStringLiteral("password"), hash));
}

void tst_Secret::aDecoyCostsAsMuchAndFitsNothing()
{
    const QString decoy = decoyHash(ScryptCost::cheapest());
    const auto real = scryptHash(QString(), ScryptCost::cheapest());
    QVERIFY(isSlowHash(decoy));
    QCOMPARE(decoy.section(QLatin1Char('$'), 0, 3), real->section(QLatin1Char('$'), 0, 3));
    QVERIFY(!fitsHash(QString(), decoy));
    QVERIFY(!fitsHash(decoy, decoy));
}

void tst_Secret::tokensAreLongAndDiffer()
{
    QSet<QByteArray> seen;
    for (int i = 0; i < 100; ++i) {
        const QByteArray token = newToken();
        QCOMPARE(token.size(), 43);
        QVERIFY(!token.contains('+') && !token.contains('/') && !token.contains('='));
        seen.insert(token);
        QCOMPARE(newPassword().size(), 24);
    }
    QCOMPARE(seen.size(), 100);
}

NEPHELE_TEST(tst_Secret)
#include "tst_secret.moc"
