// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/keys.h"
#include "tests/server/compute/computefixture.h"
#include "tests/support/hostfixture.h"
#include "tests/support/testregistry.h"

#include <QProcess>
#include <QTemporaryDir>

using namespace nephele;
using namespace nephele::test;

class tst_Keys : public QObject
{
    Q_OBJECT

private slots:
    void onlyPublicKeysAreTaken_data();
    void onlyPublicKeysAreTaken();
    void aMadeKeyIsOneForOpenSsh();
    void keypairsBelongToTheirUser();
};

void tst_Keys::onlyPublicKeysAreTaken_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("taken");
    const QString key = QStringLiteral(
        "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"); // GitHub's host key
    QTest::addRow("with comment") << QStringLiteral("ssh-ed25519 ") + key + QStringLiteral(" me@here")
                                  << true;
    QTest::addRow("without") << QStringLiteral("ssh-ed25519 ") + key << true;
    QTest::addRow("line end") << QStringLiteral("ssh-ed25519 ") + key + QLatin1Char('\n') << true;
    QTest::addRow("empty") << QString() << false;
    QTest::addRow("type alone") << QStringLiteral("ssh-ed25519") << false;
    QTest::addRow("other type") << QStringLiteral("ssh-rsa ") + key << false;
    QTest::addRow("unknown type") << QStringLiteral("ssh-xyz ") + key << false;
    QTest::addRow("no base64") << QStringLiteral("ssh-ed25519 !!!!") << false;
    QTest::addRow("two lines") << QStringLiteral("ssh-ed25519 %1\nssh-ed25519 %1").arg(key) << false;
    QTest::addRow("private key") << QStringLiteral("-----BEGIN RSA PRIVATE KEY-----") << false;
}

void tst_Keys::onlyPublicKeysAreTaken()
{
    QFETCH(QString, text);
    QFETCH(bool, taken);
    const auto key = publicKeyFromText(text);
    QCOMPARE(key.ok(), taken);
    if (taken) // as ssh-keygen -E md5 -l shows it
        QCOMPARE(key->fingerprint, QStringLiteral("65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd"));
    else
        QCOMPARE(key.error().code, ErrorCode::Invalid);
}

void tst_Keys::aMadeKeyIsOneForOpenSsh()
{
    const auto made = makeRsaKey(QStringLiteral("test"));
    QVERIFY(made);
    QVERIFY(made->privateKeyPem.startsWith("-----BEGIN RSA PRIVATE KEY-----"));
    QCOMPARE(publicKeyFromText(made->publicKey.line)->fingerprint, made->publicKey.fingerprint);

    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("key")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(made->privateKeyPem);
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    file.close();
    QProcess keygen;
    keygen.start(
        QStringLiteral("ssh-keygen"), { QStringLiteral("-y"), QStringLiteral("-f"), file.fileName() });
    const bool hasStarted = keygen.waitForStarted();
    QVERIFY2(hasStarted || !isHostRequired(), "ssh-keygen is not installed");
    if (!hasStarted)
        QSKIP("ssh-keygen is not installed");
    QVERIFY(keygen.waitForFinished());
    const QString line = QString::fromUtf8(keygen.readAllStandardOutput()).trimmed();
    QCOMPARE(line.section(QLatin1Char(' '), 0, 1), made->publicKey.line.section(QLatin1Char(' '), 0, 1));
}

void tst_Keys::keypairsBelongToTheirUser()
{
    QTemporaryDir folder;
    const auto cloud = ComputeFixture::open(QStringLiteral("test:///default"), folder.path());
    QVERIFY(cloud);
    ComputeService &service = (*cloud)->service();
    const ProjectId project = (*cloud)->addProject(QStringLiteral("alpha"));
    const Caller alice = (*cloud)->caller(QStringLiteral("alice"), project);
    const Caller bob = (*cloud)->caller(QStringLiteral("bob"), project, Role::Manager);
    const QString name = QStringLiteral("mine");

    for (const char *bad : { "", " ", " mine", "a\tb" })
        QCOMPARE(valueOf(service.generateKeypair(alice, QString::fromLatin1(bad))).error().code,
            ErrorCode::Invalid);
    const auto made = valueOf(service.generateKeypair(alice, name));
    QVERIFY(made);
    QVERIFY(!made->privateKeyPem.isEmpty());
    QCOMPARE(valueOf(service.generateKeypair(alice, name)).error().code, ErrorCode::Conflict);
    QCOMPARE(valueOf(service.importKeypair(alice, name, made->keypair.publicKey)).error().code,
        ErrorCode::Conflict);
    QVERIFY(valueOf(service.importKeypair(bob, name, made->keypair.publicKey))); // his own name
    QCOMPARE(service.keypairs(alice)->size(), 1);
    QCOMPARE(*service.keypair(alice, name), made->keypair);
    QVERIFY(valueOf(service.removeKeypair(bob, name)));
    QCOMPARE(service.keypair(bob, name).error().code, ErrorCode::NotFound);
    QCOMPARE(valueOf(service.removeKeypair(bob, name)).error().code, ErrorCode::NotFound);
    QVERIFY(service.keypair(alice, name));
}

NEPHELE_TEST(tst_Keys)
#include "tst_keys.moc"
