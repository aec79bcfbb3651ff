// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotastore.h"

#include "model/identity/projectstore.h"
#include "model/identity/userstore.h"
#include "model/quota/resources.h"
#include "model/quota/resourcestore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QThread>

using namespace nephele;

// Every case on SQLite and on PostgreSQL.
class tst_QuotaStore : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void aChargeOverALimitIsRefused_data();
    void aChargeOverALimitIsRefused();
    void theRefusalSaysWhatIsUsed();
    void oneRefusedResourceChargesNone();
    void theUsersOwnLimitHoldsToo();
    void anUnknownResourceIsOurMistake();
    void anUnknownProjectIsNotCharged();
    void givingBackMoreThanIsUsedEndsAtZero();
    void aLimitUnderWhatIsUsedLetsThingsGo();
    void severalChargesOfOneResourceAreSummed();
    void theDefaultCanBeOverruled();
    void aMembersLimitHoldsForEveryMember();
    void aDisabledProjectHasNoQuota();
    void aSystemProjectHasItsOwnDefault();
    void registeredResourcesHaveLines();
    void linesOfAMemberAreThoseOfHisProjects();
    void linesNameEveryResourceOnce();
    void manyAtOnceNeverGetPastTheLimit();

private:
    Result<> charge(const UserId &user, const QList<Charge> &charges);
    Result<> limit(const QString &resource, std::optional<qint64> most);
    QuotaLine line(const UserId &user, const QString &resource);

    std::unique_ptr<test::TestDatabase> m_database;
    const ProjectId m_project = ProjectId::create();
    const UserId m_ann = UserId::create();
    const UserId m_bob = UserId::create();
};

static const QString vm = QStringLiteral("cyclades.vm");
static const QString ram = QStringLiteral("cyclades.ram");

void tst_QuotaStore::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto database = test::TestDatabase::open(engine);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message + database.error().detail));
    m_database = std::move(*database);
    NewProject project;
    project.name = QStringLiteral("p");
    const auto made =
        (*m_database)
            ->write([=, this](Transaction &t) { return ProjectStore::insert(t, m_project, project); })
            .result();
    QVERIFY(made);
}

Result<> tst_QuotaStore::charge(const UserId &user, const QList<Charge> &charges)
{
    return (*m_database)
        ->write([=, this](Transaction &t) { return QuotaStore::charge(t, m_project, user, charges); })
        .result();
}

Result<> tst_QuotaStore::limit(const QString &resource, std::optional<qint64> most)
{
    return (*m_database)
        ->write(
            [=, this](Transaction &t) { return QuotaStore::setProjectLimit(t, m_project, resource, most); })
        .result();
}

QuotaLine tst_QuotaStore::line(const UserId &user, const QString &resource)
{
    const auto lines =
        (*m_database)->read([&](ReadTransaction &t) { return QuotaStore::lines(t, user, { m_project }); });
    for (const QuotaLine &found : lines ? *lines : QList<QuotaLine>()) {
        if (found.resource == resource)
            return found;
    }
    return {};
}

void tst_QuotaStore::aChargeOverALimitIsRefused_data()
{
    QTest::addColumn<qint64>("limit");
    QTest::addColumn<qint64>("used");
    QTest::addColumn<qint64>("amount");
    QTest::addColumn<bool>("fits");
    const qint64 huge = std::numeric_limits<qint64>::max();
    QTest::newRow("nothing allowed") << qint64(0) << qint64(0) << qint64(1) << false;
    QTest::newRow("one over") << qint64(3) << qint64(2) << qint64(2) << false;
    QTest::newRow("as large as numbers get") << qint64(3) << qint64(2) << huge << false;
    const qint64 large = qint64(1) << 40;
    QTest::newRow("more than 32 bits") << large << large - 1 << large << false;
    QTest::newRow("more than 32 bits, fits") << 2 * large << large << large << true;
    QTest::newRow("the last one") << qint64(3) << qint64(2) << qint64(1) << true;
    QTest::newRow("all at once") << qint64(3) << qint64(0) << qint64(3) << true;
    QTest::newRow("nothing asked, nothing allowed") << qint64(0) << qint64(0) << qint64(0) << true;
    QTest::newRow("without limit") << qint64(-1) << qint64(5) << qint64(1) << true;
}

void tst_QuotaStore::aChargeOverALimitIsRefused()
{
    QFETCH(qint64, limit);
    QFETCH(qint64, used);
    QFETCH(qint64, amount);
    QFETCH(bool, fits);
    QVERIFY(this->limit(vm, -1));
    QVERIFY(charge(m_ann, { { vm, used } }));
    QVERIFY(this->limit(vm, limit));
    const auto charged = charge(m_ann, { { vm, amount } });
    QCOMPARE(charged.ok(), fits);
    if (!fits)
        QCOMPARE(charged.error().code, ErrorCode::QuotaExceeded);
    QCOMPARE(line(m_ann, vm).usage, fits ? used + amount : used);
    QCOMPARE(line(m_ann, vm).projectUsage, fits ? used + amount : used);
}

void tst_QuotaStore::theRefusalSaysWhatIsUsed()
{
    QVERIFY(limit(vm, 3));
    QVERIFY(charge(m_ann, { { vm, 3 } }));
    const QString message = charge(m_bob, { { vm, 1 } }).error().message;
    QVERIFY2(message.contains(QStringLiteral("cyclades.vm")), qPrintable(message));
    QVERIFY2(message.contains(QStringLiteral("3 of 3")), qPrintable(message));
    QVERIFY2(message.contains(QStringLiteral("1 more")), qPrintable(message));
}

void tst_QuotaStore::oneRefusedResourceChargesNone()
{
    QVERIFY(limit(vm, 0));
    QVERIFY(!charge(m_ann, { { ram, 1024 }, { vm, 1 } }));
    QCOMPARE(line(m_ann, ram).usage, 0);
    QCOMPARE(line(m_ann, ram).projectUsage, 0);
}

void tst_QuotaStore::theUsersOwnLimitHoldsToo()
{
    const auto set =
        (*m_database)
            ->write([this](Transaction &t) { return QuotaStore::setUserLimit(t, m_project, m_ann, vm, 1); })
            .result();
    QVERIFY(set);
    QVERIFY(charge(m_ann, { { vm, 1 } }));
    const auto refused = charge(m_ann, { { vm, 1 } });
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::QuotaExceeded);
    QCOMPARE(line(m_ann, vm).projectUsage, 1); // the project's half of the charge went back
    QCOMPARE(line(m_ann, vm).limit, 1);
    QVERIFY(charge(m_bob, { { vm, 1 } }));
    QCOMPARE(line(m_bob, vm).projectUsage, 2);
}

void tst_QuotaStore::anUnknownResourceIsOurMistake()
{
    const auto refused = charge(m_ann, { { QStringLiteral("cyclades.unicorns"), 1 } });
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Internal);
}

void tst_QuotaStore::anUnknownProjectIsNotCharged()
{
    const auto refused = (*m_database)
                             ->write([this](Transaction &t) {
                                 return QuotaStore::charge(t, ProjectId::create(), m_ann, { { vm, 1 } });
                             })
                             .result();
    QVERIFY(!refused);
}

void tst_QuotaStore::givingBackMoreThanIsUsedEndsAtZero()
{
    QVERIFY(charge(m_ann, { { vm, 1 } }));
    QVERIFY(charge(m_bob, { { vm, 2 } }));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cyclades.vm: 2 given back, 1")));
    QVERIFY(charge(m_ann, { { vm, -2 } }));
    QCOMPARE(line(m_ann, vm).usage, 0);
    QCOMPARE(line(m_ann, vm).projectUsage, 1);
    // What then no longer adds up is what --check looks for.
    const auto sums = (*m_database)->read([](ReadTransaction &t) { return QuotaStore::sums(t); });
    QVERIFY(sums);
    QCOMPARE(*sums, (QList<QuotaSum> { { m_project, vm, 1, 2 } }));
}

void tst_QuotaStore::aLimitUnderWhatIsUsedLetsThingsGo()
{
    QVERIFY(charge(m_ann, { { vm, 5 } }));
    QVERIFY(limit(vm, 2));
    QVERIFY(!charge(m_ann, { { vm, 1 } }));
    QVERIFY(charge(m_ann, { { vm, -1 } }));
    QCOMPARE(line(m_ann, vm).usage, 4);
}

void tst_QuotaStore::severalChargesOfOneResourceAreSummed()
{
    QVERIFY(limit(vm, 2));
    QVERIFY(charge(m_ann, { { vm, 3 }, { vm, -1 } }));
    QCOMPARE(line(m_ann, vm).usage, 2);
}

void tst_QuotaStore::theDefaultCanBeOverruled()
{
    QCOMPARE(line(m_ann, vm).projectLimit, findResource(vm)->defaultMost);
    const auto set =
        (*m_database)
            ->write([](Transaction &t) {
                return t.execute("INSERT INTO quota_default (resource, most) VALUES ('cyclades.vm', 1)");
            })
            .result();
    QVERIFY(set);
    QCOMPARE(line(m_ann, vm).limit, 1);
    QVERIFY(charge(m_ann, { { vm, 1 } }));
    QVERIFY(!charge(m_ann, { { vm, 1 } }));
    QVERIFY(limit(vm, 2)); // a project's own limit counts before it
    QVERIFY(charge(m_ann, { { vm, 1 } }));
    QVERIFY(limit(vm, std::nullopt));
    QCOMPARE(line(m_ann, vm).projectLimit, 1);
}

void tst_QuotaStore::aMembersLimitHoldsForEveryMember()
{
    const auto limitMembers = [this](std::optional<qint64> most) {
        return (*m_database)
            ->write([=, this](Transaction &t) { return QuotaStore::setMemberLimit(t, m_project, vm, most); })
            .result();
    };
    QVERIFY(limitMembers(1));
    QVERIFY(charge(m_ann, { { vm, 1 } }));
    QVERIFY(!charge(m_ann, { { vm, 1 } }));
    QVERIFY(charge(m_bob, { { vm, 1 } }));
    QCOMPARE(line(m_bob, vm).limit, 1);
    QCOMPARE(line(m_bob, vm).projectLimit, findResource(vm)->defaultMost);
    const auto own =
        (*m_database)
            ->write([this](Transaction &t) { return QuotaStore::setUserLimit(t, m_project, m_ann, vm, 2); })
            .result();
    QVERIFY(own); // his own counts before every member's
    QVERIFY(charge(m_ann, { { vm, 1 } }));
    QVERIFY(!charge(m_ann, { { vm, 1 } }));
    QVERIFY(limitMembers(0));
    QVERIFY(!charge(m_bob, { { vm, 1 } }));
    QVERIFY(limitMembers(std::nullopt));
    QVERIFY(charge(m_bob, { { vm, 1 } }));
}

void tst_QuotaStore::aDisabledProjectHasNoQuota()
{
    const auto setEnabled = [this](bool isEnabled) {
        return (*m_database)
            ->write([=, this](Transaction &t) { return ProjectStore::setEnabled(t, m_project, isEnabled); })
            .result();
    };
    QVERIFY(limit(vm, 5));
    QVERIFY(limit(ram, -1));
    QVERIFY(charge(m_ann, { { vm, 2 } }));
    QVERIFY(setEnabled(false));
    QVERIFY(!charge(m_ann, { { vm, 1 } }));
    QVERIFY(!charge(m_ann, { { ram, 1 } }));
    QCOMPARE(line(m_ann, vm).limit, 0);
    QCOMPARE(line(m_ann, vm).projectLimit, 0);
    QCOMPARE(line(m_ann, vm).usage, 2);
    QVERIFY(charge(m_ann, { { vm, -1 } }));
    QVERIFY(setEnabled(true));
    QCOMPARE(line(m_ann, vm).projectLimit, 5);
    QVERIFY(charge(m_ann, { { vm, 4 } }));
}

void tst_QuotaStore::aSystemProjectHasItsOwnDefault()
{
    const ProjectId own = ProjectId::create();
    const auto made = (*m_database)
                          ->write([=](Transaction &t) -> Result<> {
                              NewProject project;
                              project.name = QStringLiteral("own");
                              project.isSystem = true;
                              if (const auto inserted = ProjectStore::insert(t, own, project); !inserted)
                                  return inserted.error();
                              return ResourceStore::setDefaults(t, vm, ResourceStore::Defaults { 1, 3 });
                          })
                          .result();
    QVERIFY(made);
    QVERIFY(charge(m_ann, { { vm, 1 } }));
    QVERIFY(!charge(m_ann, { { vm, 1 } }));
    const auto chargeOwn = [&](qint64 amount) {
        return (*m_database)
            ->write([=, this](Transaction &t) {
                return QuotaStore::charge(t, own, m_ann, { { vm, amount } });
            })
            .result();
    };
    QVERIFY(chargeOwn(3));
    QVERIFY(!chargeOwn(1));
    const auto lines =
        (*m_database)->read([&](ReadTransaction &t) { return QuotaStore::lines(t, m_ann, { own }); });
    for (const QuotaLine &found : *lines) {
        if (found.resource == vm)
            QCOMPARE(found.projectLimit, 3);
    }
}

void tst_QuotaStore::registeredResourcesHaveLines()
{
    QuotaResource tapes;
    tapes.name = QStringLiteral("archive.tapes");
    tapes.service = QStringLiteral("archive");
    tapes.projectMost = 7;
    const auto added =
        (*m_database)->write([=](Transaction &t) { return ResourceStore::add(t, tapes); }).result();
    QVERIFY(added);
    QCOMPARE(line(m_ann, tapes.name).projectLimit, 7);
    const auto again =
        (*m_database)->write([=](Transaction &t) { return ResourceStore::add(t, tapes); }).result();
    QCOMPARE(again.error().code, ErrorCode::Conflict);
    const auto removed =
        (*m_database)->write([=](Transaction &t) { return ResourceStore::remove(t, tapes.name); }).result();
    QVERIFY(removed);
    QVERIFY(line(m_ann, tapes.name).resource.isEmpty());
}

void tst_QuotaStore::linesOfAMemberAreThoseOfHisProjects()
{
    const UserId cid = UserId::create();
    const ProjectId own = ProjectId::stored(cid.text());
    const auto made =
        (*m_database)
            ->write([=, this](Transaction &t) -> Result<> {
                NewProject project;
                project.name = QStringLiteral("cid");
                project.isSystem = true;
                NewUser user;
                user.name = QStringLiteral("cid");
                for (const auto &done : { ProjectStore::insert(t, own, project),
                         UserStore::insert(t, cid, user), ProjectStore::setMember(t, own, cid, Role::Member),
                         ProjectStore::setMember(t, m_project, cid, Role::Member),
                         ProjectStore::setEnabled(t, m_project, false) }) {
                    if (!done)
                        return done.error();
                }
                return QuotaStore::charge(t, own, cid, { { vm, 2 } });
            })
            .result();
    QVERIFY(made);
    const auto lines =
        (*m_database)->read([&](ReadTransaction &t) { return QuotaStore::linesOfMember(t, cid); });
    QVERIFY(lines);
    QMap<ProjectId, QuotaLine> found;
    for (const QuotaLine &line : *lines) {
        if (line.resource == vm)
            found.insert(line.project, line);
    }
    QCOMPARE(found.size(), 2);
    QCOMPARE(found.value(own).usage, 2);
    QCOMPARE(found.value(m_project).projectLimit, 0);
    const auto others =
        (*m_database)->read([&](ReadTransaction &t) { return QuotaStore::linesOfMember(t, m_ann); });
    QVERIFY(others && others->isEmpty());
}

void tst_QuotaStore::linesNameEveryResourceOnce()
{
    const auto lines =
        (*m_database)->read([&](ReadTransaction &t) { return QuotaStore::lines(t, m_ann, { m_project }); });
    QVERIFY(lines);
    QStringList names;
    for (const QuotaLine &found : *lines)
        names.append(found.resource);
    QStringList sorted = names;
    sorted.sort();
    QCOMPARE(names, sorted);
    QCOMPARE(names.removeDuplicates(), 0);
    QCOMPARE(names.size(), qsizetype(allResources().size()));
}

// Charged from several threads, the project's limit and one user's own stop the same crowd.
void tst_QuotaStore::manyAtOnceNeverGetPastTheLimit()
{
    constexpr int threads = 4;
    constexpr int attempts = 15;
    constexpr int most = 25;
    QVERIFY(limit(vm, most));
    std::atomic<int> charged = 0;
    std::atomic<int> refused = 0;
    std::vector<std::unique_ptr<QThread>> crowd;
    for (int i = 0; i < threads; ++i) {
        const UserId user = i % 2 ? m_ann : m_bob;
        crowd.emplace_back(QThread::create([&, user] {
            for (int attempt = 0; attempt < attempts; ++attempt) {
                auto done = charge(user, { { vm, 1 }, { ram, 1 << 20 } });
                // PostgreSQL gives up a closure that lost five races; its caller is told to try again.
                while (!done && done.error().code == ErrorCode::Unavailable)
                    done = charge(user, { { vm, 1 }, { ram, 1 << 20 } });
                if (done)
                    ++charged;
                else if (done.error().code == ErrorCode::QuotaExceeded)
                    ++refused;
            }
        }));
        crowd.back()->start();
    }
    for (const auto &thread : crowd)
        thread->wait();
    QCOMPARE(line(m_ann, vm).projectUsage, charged.load());
    QCOMPARE(line(m_ann, vm).usage + line(m_bob, vm).usage, charged.load());
    QCOMPARE(line(m_ann, ram).projectUsage, qint64(charged) << 20);
    QCOMPARE(charged.load(), most);
    QCOMPARE(refused.load(), threads * attempts - most);
}

NEPHELE_TEST(tst_QuotaStore)
#include "tst_quotastore.moc"
