// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/vncauth.h"
#include "server/guest/vncproxy.h"
#include "tests/server/guest/fakescreen.h"
#include "tests/support/testregistry.h"

#include <QTcpSocket>

using namespace nephele;
using namespace nephele::test;

namespace {

const QByteArray version = "RFB 003.008\n";
const QByteArray password = "s3cretPW";

} // namespace

class tst_VncProxy : public QObject
{
    Q_OBJECT

private slots:
    void passwordsOfAWrongLengthAreRefused();
    void aClientOutOfStepIsShownOut_data();
    void aClientOutOfStepIsShownOut();
    void aWrongPasswordGetsAReason();
    void aGuestThatIsOffGetsAReason();
    void aScreenThatAsksForAPasswordGetsAReason();
    void nobodyCameInTime();
    void somebodyCameAndSaidNothing();
    void bytesGoBothWays();
    void theSecondConnectionFindsNobody();
    void aScreenThatClosesEndsTheClient();
    void aSlowClientHoldsTheScreenBack();

private:
    // From the first byte to the verdict, as a client that gives `words` for a password.
    static QByteArray signIn(QTcpSocket &client, const VncProxy &proxy, const QByteArray &words);
    static bool readExactly(QIODevice &from, qint64 bytes, QByteArray &out);
    static bool serveHandshake(QLocalSocket &guest);
};

bool tst_VncProxy::readExactly(QIODevice &from, qint64 bytes, QByteArray &out)
{
    if (!QTest::qWaitFor([&] { return from.bytesAvailable() >= bytes; }, 3000))
        return false;
    out = from.read(bytes);
    return true;
}

QByteArray tst_VncProxy::signIn(QTcpSocket &client, const VncProxy &proxy, const QByteArray &words)
{
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    QByteArray got;
    if (!readExactly(client, version.size(), got) || got != version)
        return "no version: " + got;
    client.write(version);
    if (!readExactly(client, 2, got) || got != QByteArray("\x01\x02"))
        return "no offer: " + got;
    client.write("\x02");
    if (!readExactly(client, vncChallengeBytes, got))
        return "no challenge";
    client.write(vncResponse(got, words));
    return {};
}

// What QEMU says to a client that need not sign in.
bool tst_VncProxy::serveHandshake(QLocalSocket &guest)
{
    QByteArray got;
    guest.write(version);
    if (!readExactly(guest, version.size(), got) || got != version)
        return false;
    guest.write("\x01\x01");
    if (!readExactly(guest, 1, got) || got != QByteArray("\x01"))
        return false;
    return guest.write(QByteArray(4, '\0')) == 4;
}

void tst_VncProxy::passwordsOfAWrongLengthAreRefused()
{
    for (const QByteArray &words : { QByteArray(), QByteArray("ninechars") }) {
        const auto proxy = VncProxy::listen({ .password = words }, FakeScreen::refuse());
        QVERIFY(!proxy);
        QCOMPARE(proxy.error().code, ErrorCode::Invalid);
    }
}

void tst_VncProxy::aClientOutOfStepIsShownOut_data()
{
    QTest::addColumn<QByteArray>("said");
    QTest::addRow("HTTP") << QByteArray("GET / HTTP/1.1\r\n\r\n");
    QTest::addRow("an older RFB") << QByteArray("RFB 003.003\n");
    QTest::addRow("no authentication, please") << version + "\x01";
    QTest::addRow("zeroes") << QByteArray(64, '\0');
}

void tst_VncProxy::aClientOutOfStepIsShownOut()
{
    QFETCH(QByteArray, said);
    auto proxy = VncProxy::listen({ .password = password }, FakeScreen::refuse());
    QVERIFY(proxy.ok());
    QSignalSpy finished(proxy->get(), &VncProxy::finished);
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), (*proxy)->port());
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    client.write(said);
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(finished.size(), 1);
}

void tst_VncProxy::aWrongPasswordGetsAReason()
{
    FakeScreen screen;
    auto proxy = VncProxy::listen({ .password = password }, screen.open());
    QSignalSpy finished(proxy->get(), &VncProxy::finished);
    QTcpSocket client;
    QCOMPARE(signIn(client, **proxy, "s3cretPw"), QByteArray());
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(client.readAll(), QByteArray("\0\0\0\x01\0\0\0\x0fWrong password.", 23));
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(screen.guest.bytesAvailable(), 0);
}

void tst_VncProxy::aGuestThatIsOffGetsAReason()
{
    auto proxy = VncProxy::listen({ .password = password }, FakeScreen::refuse());
    QTcpSocket client;
    QCOMPARE(signIn(client, **proxy, password), QByteArray());
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    const QByteArray verdict = client.readAll();
    QVERIFY(verdict.startsWith(QByteArray("\0\0\0\x01", 4)));
    QVERIFY(verdict.endsWith("cannot be opened."));
}

void tst_VncProxy::aScreenThatAsksForAPasswordGetsAReason()
{
    FakeScreen screen;
    auto proxy = VncProxy::listen({ .password = password }, screen.open());
    QTcpSocket client;
    QCOMPARE(signIn(client, **proxy, password), QByteArray());
    screen.guest.write(version + "\x01\x02");
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(client.readAll().endsWith("asks for a password."));
}

void tst_VncProxy::nobodyCameInTime()
{
    auto proxy = VncProxy::listen({ .password = password, .limitMs = 50 }, FakeScreen::refuse());
    QSignalSpy finished(proxy->get(), &VncProxy::finished);
    QTRY_COMPARE(finished.size(), 1);
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), (*proxy)->port());
    QTRY_COMPARE(client.error(), QAbstractSocket::ConnectionRefusedError);
}

void tst_VncProxy::somebodyCameAndSaidNothing()
{
    auto proxy = VncProxy::listen({ .password = password, .limitMs = 100 }, FakeScreen::refuse());
    QSignalSpy finished(proxy->get(), &VncProxy::finished);
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), (*proxy)->port());
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(finished.size(), 1);
}

void tst_VncProxy::bytesGoBothWays()
{
    FakeScreen screen;
    auto proxy = VncProxy::listen({ .password = password }, screen.open());
    QTcpSocket client;
    QCOMPARE(signIn(client, **proxy, password), QByteArray());
    QVERIFY(serveHandshake(screen.guest));
    QByteArray got;
    QVERIFY(readExactly(client, 4, got));
    QCOMPARE(got, QByteArray(4, '\0'));

    client.write("\x01");
    QVERIFY(readExactly(screen.guest, 1, got));
    QCOMPARE(got, QByteArray("\x01"));
    const QByteArray picture(3 << 20, 'p');
    screen.guest.write(picture);
    QVERIFY(QTest::qWaitFor(
        [&, received = qint64(0)]() mutable { return (received += client.readAll().size()) == (3 << 20); }));
    client.write("typed");
    QVERIFY(readExactly(screen.guest, 5, got));
    QCOMPARE(got, QByteArray("typed"));
    QSignalSpy finished(proxy->get(), &VncProxy::finished);
    client.disconnectFromHost();
    QTRY_COMPARE(screen.guest.state(), QLocalSocket::UnconnectedState);
    QTRY_COMPARE(finished.size(), 1);
}

void tst_VncProxy::theSecondConnectionFindsNobody()
{
    auto proxy = VncProxy::listen({ .password = password }, FakeScreen::refuse());
    QTcpSocket first;
    first.connectToHost(QHostAddress(QHostAddress::LocalHost), (*proxy)->port());
    QTRY_COMPARE(first.bytesAvailable(), version.size());
    QTcpSocket second;
    second.connectToHost(QHostAddress(QHostAddress::LocalHost), (*proxy)->port());
    QTRY_COMPARE(second.error(), QAbstractSocket::ConnectionRefusedError);
}

void tst_VncProxy::aScreenThatClosesEndsTheClient()
{
    FakeScreen screen;
    auto proxy = VncProxy::listen({ .password = password }, screen.open());
    QSignalSpy finished(proxy->get(), &VncProxy::finished);
    QTcpSocket client;
    QCOMPARE(signIn(client, **proxy, password), QByteArray());
    QVERIFY(serveHandshake(screen.guest));
    screen.guest.write("last words");
    screen.guest.disconnectFromServer();
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(client.readAll(), QByteArray(4, '\0') + "last words");
    QTRY_COMPARE(finished.size(), 1);
}

void tst_VncProxy::aSlowClientHoldsTheScreenBack()
{
    FakeScreen screen;
    auto proxy = VncProxy::listen({ .password = password }, screen.open());
    QTcpSocket client;
    QCOMPARE(signIn(client, **proxy, password), QByteArray());
    QVERIFY(serveHandshake(screen.guest));
    client.setReadBufferSize(1);
    screen.guest.write(QByteArray(64 << 20, 'p'));
    // What is under way in the proxy and in two sockets is bounded; the rest stays with the guest.
    const auto waiting = [&] { return screen.guest.bytesToWrite(); };
    qint64 before = -1;
    QVERIFY(QTest::qWaitFor([&] {
        const bool still = waiting() == before;
        before = waiting();
        QTest::qWait(100);
        return still;
    }));
    QVERIFY2(waiting() > (40 << 20), qPrintable(QString::number(waiting())));
}

NEPHELE_TEST(tst_VncProxy)
#include "tst_vncproxy.moc"
