// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotarecount.h"

#include "model/compute/serverstore.h"
#include "tests/model/quota/quotafixture.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using test::QuotaFixture;

// Every case on SQLite and on PostgreSQL.
class tst_QuotaRecount : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void rightBooksAreLeftAlone();
    void wrongBooksAreTold_data();
    void wrongBooksAreTold();
    void aCorrectionGoesNotUnderWhatIsPending();
    void waitingApplicationsAreCounted();
    void everyProjectIsVisited();

private:
    Result<> addServer(Transaction &t, bool isRunning);
    QList<QuotaDifference> differences()
    {
        const auto found = m_f->database().read(
            [this](ReadTransaction &t) { return QuotaRecount::differences(t, m_f->lab); });
        if (!found)
            qFatal("%s", qUtf8Printable(found.error().detail));
        return *found;
    }
    void correct()
    {
        m_f->write([this](Transaction &t) -> Result<> {
            const auto found = QuotaRecount::differences(t, m_f->lab);
            return found ? QuotaRecount::correct(t, *found) : Result<>(found.error());
        });
    }

    std::unique_ptr<QuotaFixture> m_f;
    int m_number = 0;
};

void tst_QuotaRecount::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    m_f = std::make_unique<QuotaFixture>(engine);
    m_number = 0;
}

// Two CPUs, 512 MiB, 3 GiB; charged as servers are.
Result<> tst_QuotaRecount::addServer(Transaction &t, bool isRunning)
{
    ServerRecord record;
    record.server.id = ServerId::create();
    record.server.number = ServerNumber(++m_number);
    record.server.owner = { m_f->lab, m_f->ann, false };
    record.server.state = isRunning ? ServerState::Running : ServerState::Off;
    record.server.flavor.vcpus = 2;
    record.server.flavor.memoryMiB = 512;
    record.server.flavor.diskGiB = 3;
    record.isPowerCharged = isRunning;
    if (const auto inserted = ServerStore::insert(t, record); !inserted)
        return inserted;
    QList<Charge> charges { { QStringLiteral("cyclades.vm"), 1 }, { QStringLiteral("cyclades.total_cpu"), 2 },
        { QStringLiteral("cyclades.total_ram"), qint64(512) << 20 },
        { QStringLiteral("cyclades.disk"), qint64(3) << 30 } };
    if (isRunning)
        charges +=
            { { QStringLiteral("cyclades.cpu"), 2 }, { QStringLiteral("cyclades.ram"), qint64(512) << 20 } };
    return QuotaStore::charge(t, m_f->lab, m_f->ann, charges);
}

void tst_QuotaRecount::rightBooksAreLeftAlone()
{
    QCOMPARE(differences(), {});
    m_f->write([this](Transaction &t) { return addServer(t, true); });
    m_f->write([this](Transaction &t) { return addServer(t, false); });
    NewCommission open;
    open.component = QStringLiteral("archive");
    open.provisions = { { { m_f->lab, m_f->bob, QuotaFixture::tapes }, 3 },
        { { m_f->lab, {}, QuotaFixture::tapes }, 3 } };
    NewCommission taking = open;
    taking.component = QStringLiteral("cyclades");
    for (Provision &provision : taking.provisions)
        provision.holding.resource = QuotaFixture::vm;
    for (const NewCommission &wanted : { open, taking })
        m_f->write([=](Transaction &t) { return CommissionStore::issue(t, wanted); });
    QCOMPARE(differences(), {});
    QCOMPARE(m_f->line(m_f->ann, QuotaFixture::vm).projectUsage, 5);
}

void tst_QuotaRecount::wrongBooksAreTold_data()
{
    QTest::addColumn<QByteArray>("damage");
    QTest::addColumn<int>("count");
    QTest::newRow("a user uses too much")
        << QByteArray("UPDATE quota_user SET used = used + 5 WHERE resource = 'cyclades.vm'") << 1;
    QTest::newRow("a user uses too little")
        << QByteArray("UPDATE quota_user SET used = 0 WHERE resource = 'cyclades.ram'") << 1;
    QTest::newRow("a user's row is gone")
        << QByteArray("DELETE FROM quota_user WHERE resource = 'cyclades.disk'") << 1;
    QTest::newRow("the project uses too much")
        << QByteArray("UPDATE quota_project SET used = used + 1 WHERE resource = 'cyclades.cpu'") << 1;
    QTest::newRow("the project's row is gone")
        << QByteArray("DELETE FROM quota_project WHERE resource = 'cyclades.cpu'") << 1;
    QTest::newRow("both levels forgot everything") << QByteArray("UPDATE quota_user SET used = 0") << 6;
}

void tst_QuotaRecount::wrongBooksAreTold()
{
    QFETCH(QByteArray, damage);
    QFETCH(int, count);
    m_f->write([this](Transaction &t) { return addServer(t, true); });
    const auto before = m_f->database().read([this](ReadTransaction &t) { return QuotaStore::sums(t); });
    m_f->write([=](Transaction &t) -> Result<> {
        const auto damaged = t.execute(damage);
        return damaged ? Result<>() : Result<>(damaged.error());
    });
    QCOMPARE(differences().size(), count);
    correct();
    QCOMPARE(differences(), {});
    const auto after = m_f->database().read([this](ReadTransaction &t) { return QuotaStore::sums(t); });
    QCOMPARE(*after, *before);
}

void tst_QuotaRecount::aCorrectionGoesNotUnderWhatIsPending()
{
    m_f->write([this](Transaction &t) {
        return QuotaStore::charge(t, m_f->lab, m_f->ann, { { QuotaFixture::vm, 4 } }); // of no server
    });
    NewCommission giving;
    giving.component = QStringLiteral("cyclades");
    giving.provisions = { { { m_f->lab, m_f->ann, QuotaFixture::vm }, -3 },
        { { m_f->lab, {}, QuotaFixture::vm }, -3 } };
    const auto issued = m_f->write([=](Transaction &t) { return CommissionStore::issue(t, giving); });
    correct();
    QCOMPARE(m_f->line(m_f->ann, QuotaFixture::vm).usage, 3);
    QCOMPARE(m_f->line(m_f->ann, QuotaFixture::vm).projectUsage, 3);
    const bool decided = m_f->write([=](Transaction &t) {
        return CommissionStore::decide(
            t, giving.component, std::get<qint64>(issued), CommissionStore::Decision::Accept);
    });
    QVERIFY(decided);
    QCOMPARE(m_f->line(m_f->ann, QuotaFixture::vm).usage, 0);
    QCOMPARE(differences(), {});
}

void tst_QuotaRecount::waitingApplicationsAreCounted()
{
    const auto own = ProjectId::stored(m_f->ann.text());
    const QString pending = QStringLiteral("astakos.pending_app");
    m_f->write([=, this](Transaction &t) -> Result<> {
        const auto wanted = ProjectId::create();
        const auto alive = t.execute(R"(
            INSERT INTO project_life (project, state, name, homepage, description, end_at_ms, join_policy,
                leave_policy, max_members, is_private, created_at_ms)
            VALUES (:id, 'uninitialized', 'new', '', '', 1, 'auto', 'auto', 1, 0, 1))",
            { { ":id", wanted.text() } });
        if (!alive)
            return alive.error();
        const auto asked = t.execute(R"(
            INSERT INTO project_application (project, state, applicant, is_charged, comments, reason,
                created_at_ms)
            VALUES (:id, 'pending', :ann, 1, '', '', 1))",
            { { ":id", wanted.text() }, { ":ann", m_f->ann.text() } });
        return asked ? Result<>() : Result<>(asked.error());
    });
    const auto found = [&] {
        return *m_f->database().read([&](ReadTransaction &t) { return QuotaRecount::differences(t, own); });
    };
    QCOMPARE(found(),
        (QList<QuotaDifference> { { { own, m_f->ann, pending }, 0, 1 }, { { own, {}, pending }, 0, 1 } }));
    m_f->write([=, this](Transaction &t) {
        return QuotaStore::charge(t, own, m_f->ann, { { pending, 1 } });
    });
    QCOMPARE(found(), {});
}

void tst_QuotaRecount::everyProjectIsVisited()
{
    QList<ProjectId> visited;
    for (ProjectId last;;) {
        const auto page =
            m_f->database().read([&](ReadTransaction &t) { return QuotaRecount::projects(t, last, 2); });
        QVERIFY(page);
        if (page->isEmpty())
            break;
        visited += *page;
        last = visited.last();
    }
    QCOMPARE(visited.size(), 3); // lab, and those of ann and bob
    QVERIFY(std::is_sorted(visited.cbegin(), visited.cend()));
}

NEPHELE_TEST(tst_QuotaRecount)
#include "tst_quotarecount.moc"
