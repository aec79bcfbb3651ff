// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/vncauth.h"
#include "tests/support/testregistry.h"

#include <QSet>

// Exported by libvncclient, and in none of its headers.
extern "C" void rfbClientEncryptBytes(unsigned char *bytes, char *passwd);

using namespace nephele;

class tst_VncAuth : public QObject
{
    Q_OBJECT

private slots:
    void responsesAreThoseOfAnotherImplementation_data();
    void responsesAreThoseOfAnotherImplementation();
    void onlyTheRightResponseIsTaken();
    void passwordsAndChallengesDiffer();
};

void tst_VncAuth::responsesAreThoseOfAnotherImplementation_data()
{
    QTest::addColumn<QByteArray>("password");
    QTest::addRow("eight letters") << QByteArray("s3cretPW");
    QTest::addRow("short") << QByteArray("ab");
    QTest::addRow("longer than counts") << QByteArray("s3cretPWand more");
    QTest::addRow("one bit") << QByteArray("\x01");
    QTest::addRow("high bits") << QByteArray("\xff\x80\x7f\xc3\xa4\xf0\x81\x03");
}

void tst_VncAuth::responsesAreThoseOfAnotherImplementation()
{
    QFETCH(QByteArray, password);
    const QByteArray challenge = vncChallenge();
    QByteArray theirs = challenge;
    QByteArray theirPassword = password;
    rfbClientEncryptBytes(reinterpret_cast<unsigned char *>(theirs.data()), theirPassword.data());
    QCOMPARE(vncResponse(challenge, password), theirs);
    QVERIFY(isVncResponse(theirs, challenge, password));
}

void tst_VncAuth::onlyTheRightResponseIsTaken()
{
    const QByteArray challenge = vncChallenge();
    const QByteArray right = vncResponse(challenge, "right");
    QVERIFY(!isVncResponse(vncResponse(challenge, "wrong"), challenge, "right"));
    QVERIFY(!isVncResponse(vncResponse(vncChallenge(), "right"), challenge, "right"));
    QVERIFY(!isVncResponse(challenge, challenge, "right"));
    QVERIFY(!isVncResponse({}, challenge, "right"));
    QVERIFY(!isVncResponse({}, {}, "right"));
    QVERIFY(!isVncResponse(right.left(8), challenge, "right"));
    QVERIFY(isVncResponse(right, challenge, "right"));
}

void tst_VncAuth::passwordsAndChallengesDiffer()
{
    QSet<QString> passwords;
    QSet<QByteArray> challenges;
    for (int i = 0; i < 1000; ++i) {
        passwords.insert(oneTimeVncPassword());
        challenges.insert(vncChallenge());
    }
    QCOMPARE(passwords.size(), 1000);
    QCOMPARE(challenges.size(), 1000);
    QCOMPARE(passwords.begin()->size(), 8);
    QCOMPARE(challenges.begin()->size(), qsizetype(vncChallengeBytes));
}

NEPHELE_TEST(tst_VncAuth)
#include "tst_vncauth.moc"
