// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/consoletickets.h"
#include "tests/support/testregistry.h"

using namespace nephele;

class tst_ConsoleTickets : public QObject
{
    Q_OBJECT

private slots:
    void whatWasNeverIssuedOpensNothing_data();
    void whatWasNeverIssuedOpensNothing();
    void aTicketOpensOnce();
    void aTicketGrowsOld();
    void thereIsAnEndToOpenTickets();
};

void tst_ConsoleTickets::whatWasNeverIssuedOpensNothing_data()
{
    QTest::addColumn<QString>("ticket");
    QTest::addRow("empty") << QString();
    QTest::addRow("right form") << QString(64, QLatin1Char('0'));
    QTest::addRow("very long") << QString(100'000, QLatin1Char('a'));
}

void tst_ConsoleTickets::whatWasNeverIssuedOpensNothing()
{
    QFETCH(QString, ticket);
    ConsoleTickets tickets;
    QVERIFY(tickets.issue(ServerId::create()).ok());
    QVERIFY(!tickets.redeem(ticket));
}

void tst_ConsoleTickets::aTicketOpensOnce()
{
    ConsoleTickets tickets;
    const ServerId first = ServerId::create();
    const ServerId second = ServerId::create();
    const auto ticket = tickets.issue(first);
    const auto other = tickets.issue(second);
    QCOMPARE(ticket->text.size(), 64);
    QVERIFY(ticket->text != other->text);
    QVERIFY(!tickets.redeem(ticket->text.toUpper() + QLatin1Char(' ')));
    QCOMPARE(tickets.redeem(ticket->text), std::optional(first));
    QVERIFY(!tickets.redeem(ticket->text));
    QCOMPARE(tickets.redeem(other->text), std::optional(second));
}

void tst_ConsoleTickets::aTicketGrowsOld()
{
    FakeClock clock(1'000'000);
    ConsoleTickets tickets(clock);
    const auto early = tickets.issue(ServerId::create());
    const auto late = tickets.issue(ServerId::create());
    QCOMPARE(early->expiresAtMs, 1'000'000 + ConsoleTickets::lifetimeMs);
    clock.advanceMs(ConsoleTickets::lifetimeMs - 1);
    QVERIFY(tickets.redeem(early->text));
    clock.advanceMs(1);
    QVERIFY(!tickets.redeem(late->text));
}

void tst_ConsoleTickets::thereIsAnEndToOpenTickets()
{
    FakeClock clock(0);
    ConsoleTickets tickets(clock);
    for (int i = 0; i < ConsoleTickets::mostTickets; ++i)
        QVERIFY(tickets.issue(ServerId::create()).ok());
    const auto refused = tickets.issue(ServerId::create());
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unavailable);
    clock.advanceMs(ConsoleTickets::lifetimeMs);
    QVERIFY(tickets.issue(ServerId::create()).ok());
}

NEPHELE_TEST(tst_ConsoleTickets)
#include "tst_consoletickets.moc"
