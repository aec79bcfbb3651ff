// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/certificate.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslServer>
#include <QSslSocket>
#include <QTemporaryDir>

using namespace nephele;

class tst_Certificate : public QObject
{
    Q_OBJECT

private slots:
    void filesThatHoldNoneAreRefused_data();
    void filesThatHoldNoneAreRefused();
    void aSelfSignedOneIsKept();
    void aClientThatTrustsItConnects();
};

void tst_Certificate::filesThatHoldNoneAreRefused_data()
{
    QTest::addColumn<QByteArray>("certificate");
    QTest::addColumn<QByteArray>("key");
    QTest::addRow("empty") << QByteArray() << QByteArray();
    QTest::addRow("words") << QByteArray("hello") << QByteArray("world");
}

void tst_Certificate::filesThatHoldNoneAreRefused()
{
    QFETCH(QByteArray, certificate);
    QFETCH(QByteArray, key);
    const QTemporaryDir dir;
    const QString names[] = { dir.filePath(QStringLiteral("c.pem")), dir.filePath(QStringLiteral("k.pem")) };
    for (int i = 0; i < 2; ++i) {
        QFile file(names[i]);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(i == 0 ? certificate : key);
    }
    const auto tls = tlsFromFiles(names[0], names[1]);
    QVERIFY(!tls);
    QCOMPARE(tls.error().code, ErrorCode::Invalid);
}

void tst_Certificate::aSelfSignedOneIsKept()
{
    const QTemporaryDir dir;
    const auto first = selfSignedTls(dir.path(), {});
    QVERIFY(first);
    const auto second = selfSignedTls(dir.path(), {});
    QVERIFY(second);
    QCOMPARE(fingerprint(*second), fingerprint(*first));
    QCOMPARE(fingerprint(*first).size(), 32 * 3 - 1);
    QCOMPARE(
        QFile::permissions(dir.filePath(QStringLiteral("key.pem"))) & (QFile::ReadGroup | QFile::ReadOther),
        0);
}

void tst_Certificate::aClientThatTrustsItConnects()
{
    const QTemporaryDir dir;
    const auto tls =
        selfSignedTls(dir.path(), { QStringLiteral("cloud.example"), QStringLiteral("192.0.2.7") });
    QVERIFY(tls);
    const auto names = tls->localCertificate().subjectAlternativeNames();
    QVERIFY(names.contains(QSsl::DnsEntry, QStringLiteral("cloud.example")));
    QVERIFY(names.contains(QSsl::IpAddressEntry, QStringLiteral("192.0.2.7")));

    QSslServer server;
    server.setSslConfiguration(*tls);
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QSslSocket client;
    QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
    trusting.setCaCertificates({ tls->localCertificate() });
    client.setSslConfiguration(trusting);
    // 127.0.0.1 is an address of this machine, so it stands in the certificate: no error is ignored here.
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), server.serverPort());
    QTRY_VERIFY2(client.isEncrypted(), qPrintable(client.errorString()));
}

NEPHELE_TEST(tst_Certificate)
#include "tst_certificate.moc"
