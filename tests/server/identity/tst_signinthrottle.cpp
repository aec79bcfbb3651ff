// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/signinthrottle.h"
#include "tests/support/testregistry.h"

using namespace nephele;

using Outcome = SignInThrottle::Outcome;

class tst_SignInThrottle : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void eachFailureBeyondTheFreeOnesDoublesTheWait();
    void theWaitHasAnEnd();
    void guessesUnderWayCount();
    void successIsNeverLimited();
    void successForgetsFailures();
    void aCheckThatDidNotHappenCountsForNothing();
    void othersAreNotHeldUp_data();
    void othersAreNotHeldUp();
    void aQuietHourForgets();
    void floodingWithNamesStaysBounded();

private:
    void fail(const SignInThrottle::Key &key, int times);

    std::unique_ptr<FakeClock> m_clock;
    std::unique_ptr<SignInThrottle> m_throttle;
    const SignInThrottle::Key m_key { QStringLiteral("ann"), QStringLiteral("192.0.2.1") };
};

void tst_SignInThrottle::init()
{
    m_throttle.reset();
    m_clock = std::make_unique<FakeClock>(1'000'000);
    SignInThrottle::Rules rules;
    rules.mostKeys = 100;
    m_throttle = std::make_unique<SignInThrottle>(*m_clock, rules);
}

// Waits out whatever is asked before each failure.
void tst_SignInThrottle::fail(const SignInThrottle::Key &key, int times)
{
    for (int i = 0; i < times; ++i) {
        auto admitted = m_throttle->admit(key);
        if (!admitted) {
            m_clock->advanceMs(qint64(admitted.error().retryAfterSeconds) * 1000);
            admitted = m_throttle->admit(key);
        }
        QVERIFY(admitted);
        m_throttle->settle(key, Outcome::Failed);
    }
}

void tst_SignInThrottle::eachFailureBeyondTheFreeOnesDoublesTheWait()
{
    for (int i = 0; i < 5; ++i) {
        QVERIFY(m_throttle->admit(m_key));
        m_throttle->settle(m_key, Outcome::Failed);
    }
    for (const int seconds : { 1, 2, 4, 8 }) {
        const auto refused = m_throttle->admit(m_key);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::TooManyRequests);
        QCOMPARE(refused.error().retryAfterSeconds, seconds);
        m_clock->advanceMs(seconds * 1000 - 1);
        QVERIFY(!m_throttle->admit(m_key)); // asking too early does not make it longer
        m_clock->advanceMs(1);
        QVERIFY(m_throttle->admit(m_key));
        m_throttle->settle(m_key, Outcome::Failed);
    }
}

void tst_SignInThrottle::theWaitHasAnEnd()
{
    fail(m_key, 60);
    QCOMPARE(m_throttle->admit(m_key).error().retryAfterSeconds, 300);
}

void tst_SignInThrottle::guessesUnderWayCount()
{
    fail(m_key, 1);
    int admitted = 0;
    while (admitted < 100 && m_throttle->admit(m_key))
        ++admitted;
    QCOMPARE(admitted, 4);
}

void tst_SignInThrottle::successIsNeverLimited()
{
    for (int i = 0; i < 50; ++i)
        QVERIFY(m_throttle->admit(m_key)); // many at once, as storage clients do
    for (int i = 0; i < 50; ++i)
        m_throttle->settle(m_key, Outcome::Fitted);
    QVERIFY(m_throttle->admit(m_key));
}

void tst_SignInThrottle::successForgetsFailures()
{
    fail(m_key, 4);
    QVERIFY(m_throttle->admit(m_key));
    m_throttle->settle(m_key, Outcome::Fitted);
    for (int i = 0; i < 5; ++i) {
        QVERIFY(m_throttle->admit(m_key));
        m_throttle->settle(m_key, Outcome::Failed);
    }
    QVERIFY(!m_throttle->admit(m_key));
}

void tst_SignInThrottle::aCheckThatDidNotHappenCountsForNothing()
{
    for (int i = 0; i < 20; ++i) {
        QVERIFY(m_throttle->admit(m_key));
        m_throttle->settle(m_key, Outcome::NotChecked);
    }
    QVERIFY(m_throttle->admit(m_key));
}

void tst_SignInThrottle::othersAreNotHeldUp_data()
{
    QTest::addColumn<QString>("guesser");
    QTest::addColumn<QString>("account");
    QTest::addColumn<QString>("other");
    QTest::addColumn<bool>("held");
    QTest::newRow("the same address") << "192.0.2.1"
                                      << "ann"
                                      << "192.0.2.1" << true;
    QTest::newRow("the same, mapped into IPv6") << "192.0.2.1"
                                                << "ann"
                                                << "::ffff:192.0.2.1" << true;
    QTest::newRow("the same IPv6 network") << "2001:db8::1"
                                           << "ann"
                                           << "2001:db8::ffff:2" << true;
    QTest::newRow("another address") << "192.0.2.1"
                                     << "ann"
                                     << "192.0.2.2" << false;
    QTest::newRow("another IPv6 network") << "2001:db8::1"
                                          << "ann"
                                          << "2001:db8:0:1::1" << false;
    QTest::newRow("another account") << "192.0.2.1"
                                     << "bob"
                                     << "192.0.2.1" << false;
}

void tst_SignInThrottle::othersAreNotHeldUp()
{
    QFETCH(QString, guesser);
    QFETCH(QString, account);
    QFETCH(QString, other);
    QFETCH(bool, held);
    fail(SignInThrottle::keyFor(QStringLiteral("ann"), QHostAddress(guesser)), 6);
    QCOMPARE(!m_throttle->admit(SignInThrottle::keyFor(account, QHostAddress(other))), held);
}

void tst_SignInThrottle::aQuietHourForgets()
{
    fail(m_key, 20);
    m_clock->advanceMs(3'600'001);
    for (int i = 0; i < 5; ++i) {
        QVERIFY(m_throttle->admit(m_key));
        m_throttle->settle(m_key, Outcome::Failed);
    }
}

void tst_SignInThrottle::floodingWithNamesStaysBounded()
{
    fail(m_key, 6);
    for (int i = 0; i < 1000; ++i) {
        m_clock->advanceMs(1);
        fail({ QString::number(i), QStringLiteral("192.0.2.9") }, 1);
    }
    // The flood pushed the record out: the table is bounded, at the price of forgetting.
    QVERIFY(m_throttle->admit(m_key));
    // What is recent is still known.
    const SignInThrottle::Key recent { QStringLiteral("999"), QStringLiteral("192.0.2.9") };
    fail(recent, 4);
    QVERIFY(!m_throttle->admit(recent));
}

NEPHELE_TEST(tst_SignInThrottle)
#include "tst_signinthrottle.moc"
