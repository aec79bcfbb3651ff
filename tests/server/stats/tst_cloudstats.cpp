// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/stats/statsfixture.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// What is counted, and how seldom. On SQLite and on PostgreSQL.
class tst_CloudStats : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init()
    {
        QFETCH_GLOBAL(nephele::Engine, engine);
        m_f = std::make_unique<test::StatsFixture>(engine);
    }
    void cleanup() { m_f.reset(); }
    void anEmptyCloudIsCounted();
    void serversAreSummedByState();
    void moreThanASliceIsCounted();
    void usersAndResourcesAreSummed();
    void anUnlimitedProjectMakesTheWholeUnlimited();
    void limitsBeyondNumbersDoNotOverflow();
    void anAnswerIsGoodForAWhile();
    void manyWhoAskAtOnceShareOneCount();

private:
    ComputeTally computeTally() { return m_f->stats().compute().result()->compute; }
    PeopleTally peopleTally() { return m_f->stats().people().result()->people; }

    std::unique_ptr<test::StatsFixture> m_f;
};

void tst_CloudStats::anEmptyCloudIsCounted()
{
    QCOMPARE(computeTally().present, ServerSum());
    QCOMPARE(computeTally().publicNetworks, 0);
    QCOMPARE(peopleTally().users, 0);
    QVERIFY(peopleTally().resources.contains(u"cyclades.vm"_s));
}

void tst_CloudStats::serversAreSummedByState()
{
    m_f->addServer(ServerState::Running, 2, 512, 3);
    m_f->addServer(ServerState::Running, 2, 1024, 3);
    m_f->addServer(ServerState::Off, 1, 256, 1);
    m_f->addServer(ServerState::Failed, 4, 128, 0);
    m_f->addServer(ServerState::Deleted, 8, 128, 0);
    const ComputeTally tally = computeTally();
    QCOMPARE(tally.servers.value(ServerState::Running), (ServerSum { 2, 4, 1536, 6 }));
    QCOMPARE(tally.servers.value(ServerState::Deleted), (ServerSum { 1, 8, 128, 0 }));
    QCOMPARE(tally.present, (ServerSum { 4, 9, 1920, 7 }));
    QCOMPARE(tally.started.count, 2);
    QCOMPARE(tally.started.byVcpus, (QMap<int, qint64> { { 2, 2 } }));
    QCOMPARE(tally.started.byMemoryMiB, (QMap<int, qint64> { { 512, 1 }, { 1024, 1 } }));
    QCOMPARE(tally.started.byDiskGiB.value(u"file"_s), (QMap<int, qint64> { { 3, 2 } }));
    QCOMPARE(tally.stopped.count, 1);
    QCOMPARE(tally.failed.count, 1);
    QCOMPARE(tally.images, (QMap<QString, qint64> { { u"unknown:unknown"_s, 4 } }));
}

// Slices meet without a gap and without counting anything twice.
void tst_CloudStats::moreThanASliceIsCounted()
{
    constexpr int count = 4001;
    m_f->identity().write([](Transaction &t) -> Result<> {
        for (int i = 0; i < count; ++i) {
            NewProject project;
            project.name = u"p%1"_s.arg(i);
            const auto id = ProjectId::create();
            if (const auto made = ProjectStore::insert(t, id, project); !made)
                return made;
            if (const auto charged = QuotaStore::charge(t, id, UserId::create(), { { u"cyclades.vm"_s, 1 } });
                !charged)
                return charged;
        }
        return {};
    });
    const PeopleTally tally = peopleTally();
    QCOMPARE(tally.resources.value(u"cyclades.vm"_s).used, count);
    QCOMPARE(tally.resources.value(u"cyclades.vm"_s).allocated, count * 20);
}

void tst_CloudStats::usersAndResourcesAreSummed()
{
    const User ann = m_f->identity().addUser(u"ann"_s);
    const User bob = m_f->identity().addUser(u"bob"_s);
    const Project lab = m_f->identity().addProject(u"lab"_s);
    m_f->identity().write([=](Transaction &t) -> Result<> {
        for (const auto &done : { UserStore::setEnabled(t, bob.id, false),
                 QuotaStore::setProjectLimit(t, lab.id, u"cyclades.vm"_s, 5),
                 QuotaStore::charge(t, lab.id, ann.id, { { u"cyclades.vm"_s, 3 } }),
                 QuotaStore::charge(t, ann.systemProject(), ann.id, { { u"cyclades.vm"_s, 4 } }) }) {
            if (!done)
                return done;
        }
        return {};
    });
    PeopleTally tally = peopleTally();
    QCOMPARE(tally.users, 2);
    QCOMPARE(tally.activeUsers, 1);
    QCOMPARE(tally.resources.value(u"cyclades.vm"_s).used, 7);
    QCOMPARE(tally.resources.value(u"cyclades.vm"_s).allocated, 20 + 20 + 5); // two system projects, and lab
    // A disabled project has nothing to give, and still uses what it has.
    m_f->identity().write([=](Transaction &t) { return ProjectStore::setEnabled(t, lab.id, false); });
    m_f->identity().clock().advanceMs(CloudStats::goodForMs);
    tally = peopleTally();
    QCOMPARE(tally.resources.value(u"cyclades.vm"_s).used, 7);
    QCOMPARE(tally.resources.value(u"cyclades.vm"_s).allocated, 40);
}

void tst_CloudStats::anUnlimitedProjectMakesTheWholeUnlimited()
{
    const Project lab = m_f->identity().addProject(u"lab"_s);
    m_f->identity().write(
        [=](Transaction &t) { return QuotaStore::setProjectLimit(t, lab.id, u"cyclades.vm"_s, -1); });
    QCOMPARE(peopleTally().resources.value(u"cyclades.vm"_s).allocated, -1);
    QCOMPARE(peopleTally().resources.value(u"cyclades.cpu"_s).allocated, 40);
}

void tst_CloudStats::limitsBeyondNumbersDoNotOverflow()
{
    for (const QString &name : { u"one"_s, u"two"_s, u"three"_s }) {
        const Project project = m_f->identity().addProject(name);
        m_f->identity().write([=](Transaction &t) {
            return QuotaStore::setProjectLimit(t, project.id, u"cyclades.ram"_s, qint64(1) << 62);
        });
    }
    QCOMPARE(peopleTally().resources.value(u"cyclades.ram"_s).allocated, -1);
}

void tst_CloudStats::anAnswerIsGoodForAWhile()
{
    QCOMPARE(m_f->stats().simpleCompute().result()->compute.present.count, 0);
    QCOMPARE(computeTally().present.count, 0);
    m_f->addServer(ServerState::Running, 1, 1, 1);
    m_f->identity().clock().advanceMs(CloudStats::goodForMs - 1);
    QCOMPARE(computeTally().present.count, 0);
    QCOMPARE(m_f->hostQuestions(), 1);
    m_f->identity().clock().advanceMs(1);
    QCOMPARE(computeTally().present.count, 1);
    QCOMPARE(m_f->hostQuestions(), 2);
    QCOMPARE(m_f->stats().simpleCompute().result()->compute.present.count, 0);
    m_f->identity().clock().advanceMs(CloudStats::simpleGoodForMs);
    QCOMPARE(m_f->stats().simpleCompute().result()->compute.present.count, 1);
    QCOMPARE(m_f->hostQuestions(), 2); // the simple one asks no host
}

void tst_CloudStats::manyWhoAskAtOnceShareOneCount()
{
    QList<QFuture<Result<ComputeStats>>> asked;
    for (int i = 0; i < 50; ++i)
        asked.append(m_f->stats().compute());
    for (auto &one : asked)
        QVERIFY(one.takeResult()); // each has an answer of its own to take
    QCOMPARE(m_f->hostQuestions(), 1);
}

NEPHELE_TEST(tst_CloudStats)
#include "tst_cloudstats.moc"
