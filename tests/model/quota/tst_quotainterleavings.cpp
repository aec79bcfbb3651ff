// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/compute/serverstore.h"
#include "model/quota/quotarecount.h"
#include "tests/model/quota/quotafixture.h"
#include "tests/support/testregistry.h"

#include <QMutex>
#include <QRandomGenerator>
#include <QThread>

using namespace nephele;
using test::QuotaFixture;
using Decision = CommissionStore::Decision;

namespace {

using Key = std::pair<UserId, QString>;

// What several threads did to the books, as each of them was told.
struct Ledger
{
    QMutex mutex;
    QMap<Key, qint64> accepted; // by commissions, of a user
    QHash<qint64, QMap<Key, qint64>> open; // by serial
    int issued = 0;
    int refused = 0;
    int decided = 0;
    int charged = 0;
    QStringList broken; // what must never be
};

} // namespace

// Servers come and go, commissions are issued and decided, by several threads at once and at random: the
// books always are the sum of what there is. On SQLite and on PostgreSQL.
class tst_QuotaInterleavings : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void theBooksAreTheSumOfWhatThereIs_data();
    void theBooksAreTheSumOfWhatThereIs();

private:
    template <class Closure>
    auto again(Closure closure)
    {
        auto done = m_f->tryWrite(closure);
        // PostgreSQL gives up a closure that lost its races; its caller is told to try again.
        while (!done && done.error().code == ErrorCode::Unavailable)
            done = m_f->tryWrite(closure);
        return done;
    }
    void play(quint32 seed, bool mayForce, Ledger &ledger);
    void changeServers(QRandomGenerator &random, Ledger &ledger);
    void issue(QRandomGenerator &random, bool mayForce, Ledger &ledger);
    void decideOne(QRandomGenerator &random, Ledger &ledger);
    void look(bool mayForce, Ledger &ledger);
    UserId someone(QRandomGenerator &random) const { return random.bounded(2) ? m_f->ann : m_f->bob; }

    std::unique_ptr<QuotaFixture> m_f;
    std::atomic<int> m_number = 0;
    static constexpr qint64 mostOfLab = 12;
    static constexpr qint64 mostOfAnn = 7;
};

void tst_QuotaInterleavings::theBooksAreTheSumOfWhatThereIs_data()
{
    QTest::addColumn<bool>("mayForce");
    QTest::newRow("within limits") << false;
    QTest::newRow("with force") << true;
}

// A server: its row and its charge are one closure.
void tst_QuotaInterleavings::changeServers(QRandomGenerator &random, Ledger &ledger)
{
    const UserId user = someone(random);
    const int vcpus = random.bounded(1, 4);
    const bool makes = random.bounded(5) < 3;
    const auto done = again([=, this](Transaction &t) -> Result<bool> {
        const auto charge = [&](qint64 sign, qint64 cpus) -> Result<bool> {
            const auto charged = QuotaStore::charge(t, m_f->lab, user,
                { { QuotaFixture::vm, sign }, { QStringLiteral("cyclades.total_cpu"), sign * cpus } });
            return charged ? Result<bool>(true) : Result<bool>(charged.error());
        };
        if (makes) {
            ServerRecord record;
            record.server.id = ServerId::create();
            record.server.number = ServerNumber(++m_number);
            record.server.owner = { m_f->lab, user, false };
            record.server.flavor = {};
            record.server.flavor.vcpus = vcpus;
            record.server.flavor.memoryMiB = record.server.flavor.diskGiB = 0; // not charged here
            const auto inserted = ServerStore::insert(t, record);
            return inserted ? charge(1, vcpus) : Result<bool>(inserted.error());
        }
        const auto one = t.row("SELECT id, vcpus FROM server WHERE owner = :owner ORDER BY id LIMIT 1",
            { { ":owner", user.text() } },
            [](const Row &row) { return std::pair(row.text(0), row.integer(1)); });
        if (!one)
            return one.error();
        if (!*one)
            return false;
        const auto removed = t.execute("DELETE FROM server WHERE id = :id", { { ":id", (*one)->first } });
        return removed ? charge(-1, (*one)->second) : Result<bool>(removed.error());
    });
    const QMutexLocker locker(&ledger.mutex);
    if (!done && done.error().code != ErrorCode::QuotaExceeded)
        ledger.broken.append(done.error().message + done.error().detail);
    ledger.charged += done && *done ? 1 : 0;
}

void tst_QuotaInterleavings::issue(QRandomGenerator &random, bool mayForce, Ledger &ledger)
{
    NewCommission wanted;
    wanted.component = QStringLiteral("archive");
    wanted.isForced = mayForce && random.bounded(3) == 0;
    wanted.isAccepted = random.bounded(4) == 0;
    QMap<Key, qint64> amounts;
    for (int i = random.bounded(1, 3); i > 0; --i) {
        const UserId user = someone(random);
        const qint64 quantity = random.bounded(-3, 5);
        wanted.provisions += { { { m_f->lab, user, QuotaFixture::tapes }, quantity },
            { { m_f->lab, {}, QuotaFixture::tapes }, quantity } };
        amounts[{ user, QuotaFixture::tapes }] += quantity;
    }
    const auto done = again([=](Transaction &t) { return CommissionStore::issue(t, wanted); });
    const QMutexLocker locker(&ledger.mutex);
    if (!done) {
        ledger.broken.append(done.error().message + done.error().detail);
        return;
    }
    if (std::holds_alternative<CommissionRefusal>(*done)) {
        ++ledger.refused;
        return;
    }
    ++ledger.issued;
    if (!wanted.isAccepted) {
        ledger.open.insert(std::get<qint64>(*done), amounts);
        return;
    }
    for (auto it = amounts.cbegin(); it != amounts.cend(); ++it)
        ledger.accepted[it.key()] += it.value();
}

void tst_QuotaInterleavings::decideOne(QRandomGenerator &random, Ledger &ledger)
{
    qint64 serial = 0;
    QMap<Key, qint64> amounts;
    {
        const QMutexLocker locker(&ledger.mutex);
        if (ledger.open.isEmpty())
            return;
        serial = std::next(ledger.open.cbegin(), random.bounded(int(ledger.open.size()))).key();
        amounts = ledger.open.take(serial);
    }
    const auto decision = random.bounded(2) ? Decision::Accept : Decision::Reject;
    const auto done = again([=](Transaction &t) {
        return CommissionStore::decide(t, QStringLiteral("archive"), serial, decision);
    });
    const QMutexLocker locker(&ledger.mutex);
    if (!done || !*done)
        ledger.broken.append(QStringLiteral("commission %1 could not be decided").arg(serial));
    ++ledger.decided;
    if (decision == Decision::Reject)
        return;
    for (auto it = amounts.cbegin(); it != amounts.cend(); ++it)
        ledger.accepted[it.key()] += it.value();
}

// At every moment, whoever looks.
void tst_QuotaInterleavings::look(bool mayForce, Ledger &ledger)
{
    QStringList broken;
    for (const QString &resource : { QuotaFixture::vm, QuotaFixture::tapes }) {
        const QuotaLine ann = m_f->line(m_f->ann, resource);
        if (ann.usage < ann.pending || ann.pending < 0 || ann.projectUsage < ann.projectPending)
            broken.append(
                QStringLiteral("%1: %2 used, %3 pending").arg(resource).arg(ann.usage).arg(ann.pending));
        const bool keepsLimits = ann.usage <= ann.limit && ann.projectUsage <= ann.projectLimit;
        if (!keepsLimits && (!mayForce || resource == QuotaFixture::vm))
            broken.append(QStringLiteral("%1: %2 of %3, %4 of %5")
                              .arg(resource)
                              .arg(ann.usage)
                              .arg(ann.limit)
                              .arg(ann.projectUsage)
                              .arg(ann.projectLimit));
    }
    const QMutexLocker locker(&ledger.mutex);
    ledger.broken += broken;
}

void tst_QuotaInterleavings::play(quint32 seed, bool mayForce, Ledger &ledger)
{
    QRandomGenerator random(seed);
    for (int turn = 0; turn < 60; ++turn) {
        switch (random.bounded(6)) {
        case 0:
        case 1:
            changeServers(random, ledger);
            break;
        case 2:
        case 3:
            issue(random, mayForce, ledger);
            break;
        case 4:
            decideOne(random, ledger);
            break;
        default:
            look(mayForce, ledger);
        }
    }
}

void tst_QuotaInterleavings::theBooksAreTheSumOfWhatThereIs()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    QFETCH(bool, mayForce);
    m_f = std::make_unique<QuotaFixture>(engine);
    m_f->write([this](Transaction &t) -> Result<> {
        for (const QString &resource : { QuotaFixture::vm, QuotaFixture::tapes }) {
            if (const auto set = QuotaStore::setProjectLimit(t, m_f->lab, resource, mostOfLab); !set)
                return set;
            if (const auto set = QuotaStore::setUserLimit(t, m_f->lab, m_f->ann, resource, mostOfAnn); !set)
                return set;
        }
        return {};
    });
    Ledger ledger;
    std::vector<std::unique_ptr<QThread>> crowd;
    for (quint32 seed = 1; seed <= 4; ++seed) {
        crowd.emplace_back(QThread::create([&, seed] { play(seed, mayForce, ledger); }));
        crowd.back()->start();
    }
    for (const auto &thread : crowd)
        thread->wait();
    QVERIFY2(ledger.broken.isEmpty(), qPrintable(ledger.broken.join(u'\n')));
    QVERIFY(ledger.issued > 0 && ledger.refused > 0 && ledger.decided > 0 && ledger.charged > 0);

    // The servers' part, counted from the servers themselves.
    const auto differences =
        m_f->database().read([this](ReadTransaction &t) { return QuotaRecount::differences(t, m_f->lab); });
    QVERIFY(differences);
    for (const QuotaDifference &difference : *differences)
        QVERIFY2(difference.holding.resource == QuotaFixture::tapes, qPrintable(difference.holding.resource));
    for (const UserId &user : { m_f->ann, m_f->bob }) {
        const Key key(user, QuotaFixture::tapes);
        qint64 taken = ledger.accepted.value(key);
        qint64 pending = 0;
        for (const auto &amounts : std::as_const(ledger.open)) {
            taken += std::max<qint64>(0, amounts.value(key));
            pending += std::abs(amounts.value(key));
        }
        QCOMPARE(m_f->line(user, QuotaFixture::tapes).usage, taken);
        QCOMPARE(m_f->line(user, QuotaFixture::tapes).pending, pending);
    }
    // Nothing stands in the way of a decision, whatever came between.
    const QList<qint64> open = ledger.open.keys();
    for (const qint64 serial : open) {
        const auto done = again([=](Transaction &t) {
            return CommissionStore::decide(t, QStringLiteral("archive"), serial, Decision::Reject);
        });
        QVERIFY(done && *done);
    }
    qint64 tapes = 0;
    for (const UserId &user : { m_f->ann, m_f->bob }) {
        const QuotaLine line = m_f->line(user, QuotaFixture::tapes);
        QCOMPARE(line.usage, ledger.accepted.value({ user, QuotaFixture::tapes }));
        QCOMPARE(line.pending, 0);
        tapes += line.usage;
    }
    QCOMPARE(m_f->line(m_f->ann, QuotaFixture::tapes).projectUsage, tapes);
    QCOMPARE(m_f->line(m_f->ann, QuotaFixture::tapes).projectPending, 0);
}

NEPHELE_TEST(tst_QuotaInterleavings)
#include "tst_quotainterleavings.moc"
