// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/consolekeys.h"
#include "app/servers/consolescreen.h"
#include "app/servers/consolesession.h"
#include "tests/app/servers/rfbserver.h"
#include "tests/support/testregistry.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QWheelEvent>

using namespace nephele;
using namespace nephele::test;
using State = ConsoleSession::State;
using Key = RfbServer::Key;

namespace {

// Of X11's keysymdef.h.
constexpr quint32 shiftLeft = 0xffe1;
constexpr quint32 controlLeft = 0xffe3;
constexpr quint32 altLeft = 0xffe9;
constexpr quint32 tab = 0xff09;
constexpr quint32 deleteKey = 0xffff;

QRgb pixelAt(const ConsoleSession &session, QPoint point)
{
    QRgb pixel = 0;
    session.withFrame([&](const QImage &frame) {
        if (frame.rect().contains(point))
            pixel = frame.pixel(point) & 0xffffff;
    });
    return pixel;
}

// A WebSocket that says fixed bytes and no more: what no proper guest says.
class BadGuest : public QObject
{
public:
    explicit BadGuest(QList<QByteArray> words)
        : m_listener(QStringLiteral("bad"), QWebSocketServer::NonSecureMode), m_words(std::move(words))
    {
        connect(&m_listener, &QWebSocketServer::newConnection, this, [this] {
            QWebSocket *socket = m_listener.nextPendingConnection();
            socket->setParent(this);
            for (const QByteArray &word : std::as_const(m_words))
                socket->sendBinaryMessage(word);
        });
        m_listener.listen(QHostAddress::LocalHost);
    }
    QUrl url() const { return QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(m_listener.serverPort())); }

private:
    QWebSocketServer m_listener;
    QList<QByteArray> m_words;
};

} // namespace

class tst_Console : public QObject
{
    Q_OBJECT

private slots:
    void aConnectionThatCannotBeIsLost();
    void aServerThatSpeaksNoRfbIsLost_data();
    void aServerThatSpeaksNoRfbIsLost();
    void aServerThatSaysNothingIsGivenUp();
    void aSessionMayDieInEveryState();
    void thePictureArrivesAndFollows();
    void aChangeOfModeChangesTheSize();
    void aLostScreenSaysWhyAndComesBack();
    void typedKeysArriveInOrder();
    void aKeyIsReleasedAsItWasPressed();
    void tabAndShortcutsBelongToTheGuest();
    void ctrlAltGivesTheKeysBack();
    void ctrlAltWithAnotherKeyIsTheGuests();
    void losingTheFocusReleasesWhatIsDown();
    void theMouseIsScaledToTheGuest();
    void theWheelTurnsInNotches();
    void keysHaveKeysyms_data();
    void keysHaveKeysyms();
};

void tst_Console::aConnectionThatCannotBeIsLost()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const QUrl url(QStringLiteral("ws://127.0.0.1:%1/").arg(closed.serverPort()));
    closed.close();
    ConsoleSession session;
    session.open(url, {});
    QCOMPARE(session.state(), State::Connecting);
    QTRY_COMPARE(session.state(), State::Lost);
    QVERIFY(!session.whyLost().isEmpty());
}

void tst_Console::aServerThatSpeaksNoRfbIsLost_data()
{
    // RFC 6143 7.1: version, security types, result, then width, height, pixel format, name.
    const QByteArray version = "RFB 003.008\n";
    const QByteArray noneOffered = QByteArray::fromHex("0101");
    const QByteArray accepted = QByteArray::fromHex("00000000");
    const QByteArray format = QByteArray::fromHex("20180001"
                                                  "00ff00ff00ff"
                                                  "100800"
                                                  "000000");
    const QByteArray noName = QByteArray::fromHex("00000000");
    QTest::addColumn<QList<QByteArray>>("words");
    QTest::addRow("another protocol") << QList<QByteArray> { "SSH-2.0-OpenSSH_9.2\r\n" };
    QTest::addRow("no security type") << QList<QByteArray> { version,
        QByteArray::fromHex("00"
                            "00000004")
            + "full" };
    QTest::addRow("refused") << QList<QByteArray> { version, noneOffered,
        QByteArray::fromHex("00000001"
                            "00000002")
            + "no" };
    QTest::addRow("a screen beyond measure") << QList<QByteArray> { version, noneOffered, accepted,
        QByteArray::fromHex("ffffffff") + format + noName };
    QTest::addRow("a screen without extent") << QList<QByteArray> { version, noneOffered, accepted,
        QByteArray::fromHex("00000000") + format + noName };
    QTest::addRow("an unknown message") << QList<QByteArray> { version, noneOffered, accepted,
        QByteArray::fromHex("00100010") + format + noName, QByteArray::fromHex("f7") + QByteArray(300, 0) };
}

void tst_Console::aServerThatSpeaksNoRfbIsLost()
{
    QFETCH(QList<QByteArray>, words);
    const BadGuest guest(words);
    ConsoleSession session;
    session.open(guest.url(), {});
    QTRY_COMPARE(session.state(), State::Lost);
}

void tst_Console::aServerThatSaysNothingIsGivenUp()
{
    const BadGuest guest({ "RFB 003.008\n" });
    ConsoleSession session;
    session.setPatienceMs(150);
    session.open(guest.url(), {});
    QTRY_COMPARE(session.state(), State::Lost);
    QVERIFY(!session.whyLost().isEmpty());
}

void tst_Console::aSessionMayDieInEveryState()
{
    RfbServer server(64, 48);
    {
        ConsoleSession connecting;
        connecting.open(server.url(), {});
    }
    auto session = std::make_unique<ConsoleSession>();
    session->open(server.url(), {});
    QTRY_COMPARE(session->state(), State::Connected);
    ConsoleScreen screen(*session);
    session.reset(); // a view outlives its session
    screen.resize(100, 100);
    QVERIFY(!screen.grab().isNull());
    QVERIFY(screen.pictureRect().isEmpty());
}

void tst_Console::thePictureArrivesAndFollows()
{
    RfbServer server(64, 48);
    server.fill({ 0, 0, 64, 48 }, 0x102030);
    server.fill({ 10, 5, 4, 4 }, 0xff8000);
    ConsoleSession session;
    session.open(server.url(), {});
    QTRY_COMPARE(session.state(), State::Connected);
    QCOMPARE(session.frameSize(), QSize(64, 48));
    QTRY_COMPARE(pixelAt(session, { 0, 0 }), QRgb(0x102030));
    QTRY_COMPARE(pixelAt(session, { 10, 5 }), QRgb(0xff8000));
    QCOMPARE(pixelAt(session, { 14, 5 }), QRgb(0x102030));
    server.fill({ 40, 30, 8, 8 }, 0x00ff00);
    QTRY_COMPARE(pixelAt(session, { 47, 37 }), QRgb(0x00ff00));

    // And on the widget, letterboxed: twice as large, so every pixel is four.
    ConsoleScreen screen(session);
    screen.resize(128, 120);
    QCOMPARE(screen.pictureRect(), QRectF(0, 12, 128, 96));
    const QImage shown = screen.grab().toImage();
    QCOMPARE(shown.pixel(21, 23) & 0xffffff, QRgb(0xff8000));
    QCOMPARE(shown.pixel(64, 4) & 0xffffff, shown.pixel(0, 0) & 0xffffff);
}

void tst_Console::aChangeOfModeChangesTheSize()
{
    RfbServer server(64, 48);
    ConsoleSession session;
    QSignalSpy resized(&session, &ConsoleSession::resized);
    session.open(server.url(), {});
    QTRY_COMPARE(session.state(), State::Connected);
    server.resize(100, 80);
    QTRY_COMPARE(session.frameSize(), QSize(100, 80));
    server.fill({ 90, 70, 10, 10 }, 0x0000ff);
    QTRY_COMPARE(pixelAt(session, { 99, 79 }), QRgb(0x0000ff));
    QCOMPARE(resized.constLast().at(0).toSize(), QSize(100, 80));
}

void tst_Console::aLostScreenSaysWhyAndComesBack()
{
    RfbServer server(64, 48);
    server.fill({ 0, 0, 64, 48 }, 0x445566);
    ConsoleSession session;
    session.open(server.url(), {});
    QTRY_COMPARE(pixelAt(session, { 1, 1 }), QRgb(0x445566));
    server.hangUp();
    QTRY_COMPARE(session.state(), State::Lost);
    QCOMPARE(session.whyLost(), QStringLiteral("The server was stopped."));
    QCOMPARE(pixelAt(session, { 1, 1 }), QRgb(0x445566)); // the last picture stays
    session.sendKey('a', true); // and nothing is sent any more
    session.open(server.url(), {});
    QTRY_COMPARE(session.state(), State::Connected);
    QCOMPARE(server.connections(), 2);
    QCOMPARE(server.keys().size(), 0);
}

namespace {

// A screen with the keys, in a window of its own, on a guest of 64 x 48.
struct Console
{
    Console()
    {
        session.open(server.url(), {});
        screen.resize(128, 96);
        screen.show();
    }
    bool isReady()
    {
        if (session.state() != State::Connected)
            return false;
        screen.takeKeys();
        return screen.hasKeys();
    }
    // QTest::keyPress would press the modifiers once more.
    void press(int key, Qt::KeyboardModifiers modifiers, const QString &text = {})
    {
        QKeyEvent event(QEvent::KeyPress, key, modifiers, text);
        QCoreApplication::sendEvent(&screen, &event);
    }
    void release(int key, Qt::KeyboardModifiers modifiers, const QString &text = {})
    {
        QKeyEvent event(QEvent::KeyRelease, key, modifiers, text);
        QCoreApplication::sendEvent(&screen, &event);
    }
    RfbServer server { 64, 48 };
    ConsoleSession session;
    ConsoleScreen screen { session };
};

} // namespace

void tst_Console::typedKeysArriveInOrder()
{
    Console console;
    QTRY_VERIFY(console.isReady());
    QTest::keyClick(&console.screen, Qt::Key_A);
    QTest::keyClick(&console.screen, Qt::Key_Delete);
    console.screen.typeText(QStringLiteral("ü€"));
    const QList<Key> expected { { 'a', true }, { 'a', false }, { deleteKey, true }, { deleteKey, false },
        { 0xfc, true }, { 0xfc, false }, { 0x010020ac, true }, { 0x010020ac, false } };
    QTRY_COMPARE(console.server.keys(), expected);
}

void tst_Console::aKeyIsReleasedAsItWasPressed()
{
    Console console;
    QTRY_VERIFY(console.isReady());
    // Shift is let go first, so the key that was "A" comes up as "a".
    console.press(Qt::Key_Shift, Qt::ShiftModifier);
    console.press(Qt::Key_A, Qt::ShiftModifier, QStringLiteral("A"));
    console.release(Qt::Key_Shift, {});
    console.release(Qt::Key_A, {}, QStringLiteral("a"));
    const QList<Key> expected { { shiftLeft, true }, { 'A', true }, { shiftLeft, false }, { 'A', false } };
    QTRY_COMPARE(console.server.keys(), expected);
}

void tst_Console::tabAndShortcutsBelongToTheGuest()
{
    Console console;
    QTRY_VERIFY(console.isReady());
    QTest::keyClick(&console.screen, Qt::Key_Tab);
    QKeyEvent shortcut(QEvent::ShortcutOverride, Qt::Key_K, Qt::ControlModifier);
    shortcut.ignore();
    QCoreApplication::sendEvent(&console.screen, &shortcut);
    QVERIFY(shortcut.isAccepted());
    const QList<Key> expected { { tab, true }, { tab, false } };
    QTRY_COMPARE(console.server.keys(), expected);
    QVERIFY(console.screen.hasKeys());
}

void tst_Console::ctrlAltGivesTheKeysBack()
{
    Console console;
    QTRY_VERIFY(console.isReady());
    console.press(Qt::Key_Control, Qt::ControlModifier);
    console.press(Qt::Key_Alt, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(console.screen.hasKeys());
    console.release(Qt::Key_Alt, Qt::ControlModifier);
    QVERIFY(!console.screen.hasKeys());
    // Nothing stays down inside.
    QTRY_COMPARE(console.server.keys().size(), 4);
    QCOMPARE(console.server.keys().mid(0, 2), (QList<Key> { { controlLeft, true }, { altLeft, true } }));
    QVERIFY(console.server.keys().contains(Key { controlLeft, false }));
    QVERIFY(console.server.keys().contains(Key { altLeft, false }));
    QTest::keyClick(&console.screen, Qt::Key_B);
    QTest::mouseClick(&console.screen, Qt::LeftButton);
    QVERIFY(console.screen.hasKeys());
    QTRY_VERIFY(!console.server.pointers().isEmpty());
    QCOMPARE(console.server.keys().size(), 4);
}

void tst_Console::ctrlAltWithAnotherKeyIsTheGuests()
{
    Console console;
    QTRY_VERIFY(console.isReady());
    const auto both = Qt::ControlModifier | Qt::AltModifier;
    console.press(Qt::Key_Control, Qt::ControlModifier);
    console.press(Qt::Key_Alt, both);
    console.press(Qt::Key_F1, both);
    console.release(Qt::Key_F1, both);
    console.release(Qt::Key_Alt, Qt::ControlModifier);
    console.release(Qt::Key_Control, {});
    QTRY_COMPARE(console.server.keys().size(), 6);
    QVERIFY(console.screen.hasKeys());
}

void tst_Console::losingTheFocusReleasesWhatIsDown()
{
    Console console;
    QTRY_VERIFY(console.isReady());
    QTest::keyPress(&console.screen, Qt::Key_X);
    QFocusEvent out(QEvent::FocusOut, Qt::ActiveWindowFocusReason);
    QCoreApplication::sendEvent(&console.screen, &out);
    QVERIFY(!console.screen.hasKeys());
    const QList<Key> expected { { 'x', true }, { 'x', false } };
    QTRY_COMPARE(console.server.keys(), expected);
}

void tst_Console::theMouseIsScaledToTheGuest()
{
    Console console;
    QTRY_VERIFY(console.isReady());
    QCOMPARE(console.screen.pictureRect(), QRectF(0, 0, 128, 96));
    QTest::mousePress(&console.screen, Qt::RightButton, {}, { 127, 95 });
    QTest::mouseRelease(&console.screen, Qt::RightButton, {}, { 1, 1 });
    const QList<RfbServer::Pointer> expected { { { 63, 47 }, 4 }, { { 0, 0 }, 0 } };
    QTRY_COMPARE(console.server.pointers(), expected);
    // Beside the picture is its edge.
    console.screen.resize(228, 96);
    QTest::mouseMove(&console.screen, { 227, 50 });
    QTRY_COMPARE(console.server.pointers().constLast().position, QPoint(63, 25));
}

void tst_Console::theWheelTurnsInNotches()
{
    Console console;
    QTRY_VERIFY(console.isReady());
    const auto turn = [&](int eighths) {
        QWheelEvent event({ 10, 10 }, console.screen.mapToGlobal(QPoint(10, 10)), {}, { 0, eighths },
            Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&console.screen, &event);
    };
    turn(60); // half a notch is none yet
    turn(60);
    turn(-120);
    const QList<RfbServer::Pointer> expected { { { 5, 5 }, 8 }, { { 5, 5 }, 0 }, { { 5, 5 }, 16 },
        { { 5, 5 }, 0 } };
    QTRY_COMPARE(console.server.pointers(), expected);
}

void tst_Console::keysHaveKeysyms_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("modifiers");
    QTest::addColumn<QString>("text");
    QTest::addColumn<quint32>("keysym");
    const auto row = [](const char *name, int key, Qt::KeyboardModifiers modifiers, const QString &text,
                         quint32 keysym) {
        QTest::addRow("%s", name) << key << int(modifiers) << text << keysym;
    };
    row("a", Qt::Key_A, {}, QStringLiteral("a"), 'a');
    row("A", Qt::Key_A, Qt::ShiftModifier, QStringLiteral("A"), 'A');
    row("Ctrl+C has a control character", Qt::Key_C, Qt::ControlModifier, QStringLiteral("\x03"), 'c');
    row("no text at all", Qt::Key_Q, Qt::AltModifier, {}, 'q');
    row("euro", Qt::Key_unknown, {}, QStringLiteral("€"), 0x010020ac);
    row("beyond the first plane", Qt::Key_unknown, {}, QString::fromUtf8("\xf0\x9f\x99\x82"), 0x0101f642);
    row("sharp s", Qt::Key_ssharp, {}, QStringLiteral("ß"), 0xdf);
    row("Return", Qt::Key_Return, {}, QStringLiteral("\r"), 0xff0d);
    row("Enter of the keypad", Qt::Key_Enter, Qt::KeypadModifier, QStringLiteral("\r"), 0xff8d);
    row("5 of the keypad", Qt::Key_5, Qt::KeypadModifier, QStringLiteral("5"), 0xffb5);
    row("5", Qt::Key_5, {}, QStringLiteral("5"), '5');
    row("Backspace", Qt::Key_Backspace, {}, QStringLiteral("\b"), 0xff08);
    row("F1", Qt::Key_F1, {}, {}, 0xffbe);
    row("F12", Qt::Key_F12, {}, {}, 0xffc9);
    row("Backtab is Tab", Qt::Key_Backtab, Qt::ShiftModifier, {}, 0xff09);
    row("a key without", Qt::Key_MediaPlay, {}, {}, 0);
}

void tst_Console::keysHaveKeysyms()
{
    QFETCH(int, key);
    QFETCH(int, modifiers);
    QFETCH(QString, text);
    const QKeyEvent event(QEvent::KeyPress, key, Qt::KeyboardModifiers(modifiers), text);
    QTEST(keysymOf(event), "keysym");
}

NEPHELE_TEST(tst_Console)
#include "tst_console.moc"
