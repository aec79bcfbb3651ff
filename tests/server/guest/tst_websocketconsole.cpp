// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/websocketconsole.h"
#include "tests/server/guest/fakescreen.h"
#include "tests/support/testregistry.h"

#include <QUrl>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace nephele;
using namespace nephele::test;

class tst_WebSocketConsole : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void aGuestThatIsOffClosesTheBrowser();
    void textFramesAreRefused();
    void aFloodOfInputIsCutOff();
    void framesGoBothWays();
    void eitherEndClosesTheOther_data();
    void eitherEndClosesTheOther();
    void aSlowBrowserHoldsTheScreenBack();

private:
    void open(const OpenGraphics &openGraphics);

    std::unique_ptr<QWebSocketServer> m_server;
    std::unique_ptr<QWebSocket> m_browser;
    std::unique_ptr<QWebSocket> m_socket; // the cloud's end
    WebSocketConsole *m_console = nullptr; // its child
};

void tst_WebSocketConsole::init()
{
    m_server = std::make_unique<QWebSocketServer>(QStringLiteral("test"), QWebSocketServer::NonSecureMode);
    QVERIFY(m_server->listen(QHostAddress(QHostAddress::LocalHost)));
}

void tst_WebSocketConsole::cleanup()
{
    m_socket.reset();
    m_browser.reset();
    m_server.reset();
}

void tst_WebSocketConsole::open(const OpenGraphics &openGraphics)
{
    m_browser = std::make_unique<QWebSocket>();
    QSignalSpy connected(m_browser.get(), &QWebSocket::connected);
    m_browser->open(m_server->serverUrl());
    QVERIFY(QTest::qWaitFor([this] { return m_server->hasPendingConnections(); }));
    m_socket.reset(m_server->nextPendingConnection());
    m_console = new WebSocketConsole(m_socket.get(), openGraphics);
    QTRY_COMPARE(connected.size(), 1);
}

void tst_WebSocketConsole::aGuestThatIsOffClosesTheBrowser()
{
    open(FakeScreen::refuse());
    QSignalSpy finished(m_console, &WebSocketConsole::finished);
    QTRY_COMPARE(m_browser->state(), QAbstractSocket::UnconnectedState);
    QVERIFY(m_browser->closeReason().contains(QStringLiteral("cannot be opened")));
}

void tst_WebSocketConsole::textFramesAreRefused()
{
    FakeScreen screen;
    open(screen.open());
    m_browser->sendTextMessage(QStringLiteral("RFB 003.008\n"));
    QTRY_COMPARE(m_browser->state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(screen.guest.state(), QLocalSocket::UnconnectedState);
    QCOMPARE(screen.guest.bytesAvailable(), 0);
}

void tst_WebSocketConsole::aFloodOfInputIsCutOff()
{
    FakeScreen screen;
    screen.guest.setReadBufferSize(1); // the guest takes nothing
    open(screen.open());
    bool isFinished = false;
    // Whoever owns the socket lets it go then, as the edge does.
    connect(m_console, &WebSocketConsole::finished, this, [&] {
        isFinished = true;
        m_socket.release()->deleteLater();
    });
    for (int i = 0; i < 40; ++i)
        m_browser->sendBinaryMessage(QByteArray(256 << 10, 'x'));
    QTRY_VERIFY(isFinished);
    screen.guest.setReadBufferSize(0);
    screen.guest.readAll();
    QTRY_COMPARE(screen.guest.state(), QLocalSocket::UnconnectedState);
}

void tst_WebSocketConsole::framesGoBothWays()
{
    FakeScreen screen;
    open(screen.open());
    QByteArray received;
    connect(m_browser.get(), &QWebSocket::binaryMessageReceived, this,
        [&](const QByteArray &frame) { received += frame; });
    m_browser->sendBinaryMessage("early");
    QTRY_COMPARE(screen.guest.bytesAvailable(), 5);
    QCOMPARE(screen.guest.readAll(), QByteArray("early"));
    QByteArray picture;
    for (int i = 0; i < (3 << 20); ++i)
        picture.append(char(i * 7));
    screen.guest.write(picture);
    QTRY_COMPARE(received.size(), picture.size());
    QCOMPARE(received, picture);
}

void tst_WebSocketConsole::eitherEndClosesTheOther_data()
{
    QTest::addColumn<bool>("byBrowser");
    QTest::addRow("browser") << true;
    QTest::addRow("guest") << false;
}

void tst_WebSocketConsole::eitherEndClosesTheOther()
{
    QFETCH(bool, byBrowser);
    FakeScreen screen;
    open(screen.open());
    m_browser->sendBinaryMessage("x");
    QTRY_COMPARE(screen.guest.bytesAvailable(), 1);
    QSignalSpy finished(m_console, &WebSocketConsole::finished);
    if (byBrowser)
        m_browser->close();
    else
        screen.guest.disconnectFromServer();
    QTRY_COMPARE(m_browser->state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(screen.guest.state(), QLocalSocket::UnconnectedState);
    QTRY_COMPARE(finished.size(), 1);
}

void tst_WebSocketConsole::aSlowBrowserHoldsTheScreenBack()
{
    FakeScreen screen;
    open(screen.open());
    m_browser->setReadBufferSize(1);
    screen.guest.write(QByteArray(64 << 20, 'p'));
    qint64 before = -1;
    QVERIFY(QTest::qWaitFor([&] {
        const bool still = screen.guest.bytesToWrite() == before;
        before = screen.guest.bytesToWrite();
        QTest::qWait(100);
        return still;
    }));
    QVERIFY2(before > (40 << 20), qPrintable(QString::number(before)));
}

NEPHELE_TEST(tst_WebSocketConsole)
#include "tst_websocketconsole.moc"
