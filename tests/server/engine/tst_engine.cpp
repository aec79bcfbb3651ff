// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/operation/operationstore.h"
#include "tests/server/engine/filework.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QSemaphore>
#include <QTemporaryDir>

#include <atomic>

using namespace nephele;
using test::FileWork;

// A loaded machine with a slow disk needs its time; a test that passes does not.
#define WAIT_COMPARE(actual, expected) QTRY_COMPARE_WITH_TIMEOUT(actual, expected, 60'000)
#define WAIT_VERIFY(claim) QTRY_VERIFY_WITH_TIMEOUT(claim, 60'000)

class tst_Engine : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data();
    void init();
    void cleanup();

    void aTargetHasOneLiveOperation();
    void aFailedStepIsUndoneBackwards();
    void aTransientFailureIsTriedAgain();
    void transientFailuresHaveAnEnd();
    void beyondNoReturnItOutlastsTransientFailures();
    void beyondNoReturnNothingIsUndone();
    void aWaitingStepHoldsNoThreadAndLooksWhenWoken();
    void aCancelledOperationIsUndone();
    void aCancelledRunningStepHearsOfIt();
    void beyondNoReturnCancelComesTooLate();
    void aPoolLimitsHowManyRunAtOnce();
    void stoppingLeavesTheRestToTheNextStart();
    void aFormerEngineWritesNothing();
    void theEndMayBeginTheNextOperation();
    void secretsGoWithTheOperation();
    void finishedOnesAreKeptADay();
    void projectsDoNotSeeEachOther();

private:
    using Act = std::function<Result<>(OperationContext &)>;
    std::unique_ptr<OperationEngine> makeEngine(OperationKind kind)
    {
        EngineOptions options;
        options.firstRetryMs = 2;
        options.mostRetryMs = 10;
        options.mostAttempts = 3;
        options.pollMs = 20;
        auto engine = std::make_unique<OperationEngine>(*m_database, options);
        engine->add(std::move(kind));
        return engine;
    }
    // "work" with these steps; counts its ends.
    OperationKind workOf(std::vector<Step> steps)
    {
        OperationKind kind;
        kind.name = QStringLiteral("work");
        kind.steps = std::move(steps);
        kind.settle = FileWork(QString()).kind().settle;
        return kind;
    }
    OperationId begin(const QString &target = QStringLiteral("t"), const QJsonObject &data = {},
        const Ownership &owner = {})
    {
        const auto begun =
            m_database
                ->write([=](Transaction &t) {
                    return OperationEngine::begin(t, QStringLiteral("work"), QStringLiteral("thing"), target,
                        QStringLiteral("a thing"), owner, data);
                })
                .result();
        return begun ? *begun : OperationId();
    }
    Result<> cancel(const OperationId &id)
    {
        return m_database->write([id](Transaction &t) { return OperationEngine::requestCancel(t, id); })
            .result();
    }
    Operation operation(const OperationId &id) const
    {
        const auto found = m_database->read([&](ReadTransaction &t) { return OperationStore::find(t, id); });
        return found && *found ? **found : Operation();
    }
    std::optional<Outcome> outcome(const OperationId &id) const
    {
        return FileWork::outcomeOf(*m_database, id);
    }

    FakeClock m_clock { 1'700'000'000'000 };
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<test::TestDatabase> m_test;
    Database *m_database = nullptr;
};

void tst_Engine::initTestCase_data()
{
    test::addEngineRows();
}

void tst_Engine::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    m_folder = std::make_unique<QTemporaryDir>();
    auto database = test::TestDatabase::open(engine, m_clock);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().detail));
    m_test = std::move(*database);
    m_database = &**m_test;
}

void tst_Engine::cleanup()
{
    m_test.reset();
}

void tst_Engine::aTargetHasOneLiveOperation()
{
    QVERIFY(!begin().isNull());
    const auto second = m_database
                            ->write([](Transaction &t) {
                                return OperationEngine::begin(t, QStringLiteral("other"),
                                    QStringLiteral("thing"), QStringLiteral("t"), {}, {}, {});
                            })
                            .result();
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Busy);
    QVERIFY(!begin(QStringLiteral("another")).isNull());

    const auto engine = makeEngine(workOf({}));
    engine->start();
    OperationId again; // once it has ended, the target is free
    WAIT_VERIFY(!again.isNull() || !(again = begin()).isNull());
}

void tst_Engine::aFailedStepIsUndoneBackwards()
{
    const FileWork work(m_folder->path());
    const auto engine = makeEngine(work.kind());
    engine->start();
    const OperationId id = FileWork::begin(
        *m_database, QStringLiteral("t"), { { QStringLiteral("failAt"), QStringLiteral("three") } });
    engine->wake();
    WAIT_COMPARE(outcome(id), std::optional(Outcome::Failed));
    QCOMPARE(work.log(),
        QStringList({ QStringLiteral("make one"), QStringLiteral("make two"), QStringLiteral("unmake two"),
            QStringLiteral("unmake one") }));
    QCOMPARE(operation(id).state, OperationState::Failed);
    QCOMPARE(operation(id).error, QStringLiteral("It cannot be done."));
}

void tst_Engine::aTransientFailureIsTriedAgain()
{
    std::atomic<int> runs = 0;
    const auto engine =
        makeEngine(workOf({ { "flaky", [&](OperationContext &) -> Result<> {
                                 return ++runs < 3 ? unavailable(QStringLiteral("away")) : Result<>();
                             } } }));
    const OperationId id = begin();
    engine->start();
    WAIT_COMPARE(outcome(id), std::optional(Outcome::Done));
    QCOMPARE(runs, 3);
}

void tst_Engine::transientFailuresHaveAnEnd()
{
    std::atomic<int> undone = 0;
    const auto engine = makeEngine(workOf({ { "never",
        [](OperationContext &) -> Result<> { return unavailable(QStringLiteral("The host is away.")); },
        [&](OperationContext &) -> Result<> {
            ++undone;
            return {};
        } } }));
    const OperationId id = begin();
    engine->start();
    WAIT_COMPARE(outcome(id), std::optional(Outcome::Failed));
    QCOMPARE(undone, 1); // also the step that failed
    QCOMPARE(operation(id).error, QStringLiteral("The host is away."));
}

void tst_Engine::beyondNoReturnItOutlastsTransientFailures()
{
    std::atomic<int> runs = 0;
    const auto engine = makeEngine(workOf({ { "gone",
        [&](OperationContext &) -> Result<> {
            return ++runs < 9 ? unavailable(QStringLiteral("away")) : Result<>();
        },
        {}, true } }));
    const OperationId id = begin();
    engine->start();
    WAIT_COMPARE(outcome(id), std::optional(Outcome::Done));
    QCOMPARE(runs, 9);
}

void tst_Engine::beyondNoReturnNothingIsUndone()
{
    std::atomic<int> undone = 0;
    const Act undo = [&](OperationContext &) -> Result<> {
        ++undone;
        return {};
    };
    const auto engine = makeEngine(workOf({ { "first", [](OperationContext &) { return Result<>(); }, undo },
        { "erase", [](OperationContext &) { return Result<>(); }, undo, true },
        { "broken", [](OperationContext &) -> Result<> { return conflict(QStringLiteral("no")); }, undo } }));
    const OperationId id = begin();
    engine->start();
    WAIT_COMPARE(outcome(id), std::optional(Outcome::Failed));
    QCOMPARE(undone, 0);
}

void tst_Engine::aWaitingStepHoldsNoThreadAndLooksWhenWoken()
{
    std::atomic<bool> isThere = false;
    std::atomic<int> looks = 0;
    const auto engine = makeEngine(workOf({ { "wait", [&](OperationContext &context) -> Result<> {
                                                 ++looks;
                                                 if (!isThere)
                                                     context.lookAgainIn(3'600'000);
                                                 return {};
                                             } } }));
    engine->start();
    QList<OperationId> ids;
    for (int i = 0; i < 100; ++i) // more than any pool holds
        ids.append(begin(QString::number(i)));
    engine->wake();
    WAIT_COMPARE(looks, 100);
    isThere = true;
    engine->wakeTarget(QStringLiteral("thing"), QStringLiteral("7"));
    WAIT_COMPARE(outcome(ids.at(7)), std::optional(Outcome::Done));
    QVERIFY(!outcome(ids.at(8)));
    QCOMPARE(looks, 101);
}

void tst_Engine::aCancelledOperationIsUndone()
{
    std::atomic<int> undone = 0;
    const auto engine = makeEngine(workOf({ { "wait",
        [](OperationContext &context) -> Result<> {
            context.lookAgainIn(3'600'000);
            return {};
        },
        [&](OperationContext &) -> Result<> {
            ++undone;
            return {};
        } } }));
    const OperationId id = begin();
    engine->start();
    WAIT_COMPARE(operation(id).state, OperationState::Running);
    QVERIFY(cancel(id));
    engine->wake();
    WAIT_COMPARE(outcome(id), std::optional(Outcome::Cancelled));
    QCOMPARE(undone, 1);
    QCOMPARE(operation(id).state, OperationState::Cancelled);
    QCOMPARE(cancel(id).error().code, ErrorCode::Conflict);
}

void tst_Engine::aCancelledRunningStepHearsOfIt()
{
    QSemaphore began;
    const auto engine = makeEngine(workOf({ { "copy", [&](OperationContext &context) -> Result<> {
                                                 began.release();
                                                 while (!context.isCancelled())
                                                     QThread::msleep(1);
                                                 return unavailable(QStringLiteral("stopped half way"));
                                             } } }));
    const OperationId id = begin();
    engine->start();
    QVERIFY(began.tryAcquire(1, 60'000));
    QVERIFY(cancel(id));
    engine->wake();
    WAIT_COMPARE(outcome(id), std::optional(Outcome::Cancelled));
    QCOMPARE(began.available(), 0); // it was not tried again
}

void tst_Engine::beyondNoReturnCancelComesTooLate()
{
    std::atomic<bool> isThere = false;
    QSemaphore began;
    const auto engine = makeEngine(workOf({ { "erase",
        [&](OperationContext &context) -> Result<> {
            began.release();
            if (!isThere)
                context.lookAgainIn(5);
            return {};
        },
        {}, true } }));
    const OperationId id = begin();
    engine->start();
    QVERIFY(began.tryAcquire(1, 60'000));
    QVERIFY(cancel(id));
    engine->wake();
    QVERIFY(began.tryAcquire(10, 60'000));
    isThere = true;
    WAIT_COMPARE(outcome(id), std::optional(Outcome::Done));
}

void tst_Engine::aPoolLimitsHowManyRunAtOnce()
{
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    std::atomic<int> all = 0;
    Step step { "start", [&](OperationContext &) -> Result<> {
                   const int now = ++running;
                   for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) { }
                   QThread::msleep(5);
                   --running;
                   ++all;
                   return {};
               } };
    step.pool = "few";
    const auto engine = makeEngine(workOf({ step }));
    engine->limitPool("few", 2);
    for (int i = 0; i < 20; ++i)
        begin(QString::number(i));
    engine->start();
    WAIT_COMPARE(all, 20);
    QCOMPARE(most, 2);
}

void tst_Engine::stoppingLeavesTheRestToTheNextStart()
{
    std::atomic<int> first = 0;
    std::atomic<int> second = 0;
    std::atomic<bool> mayGoOn = false;
    const std::vector<Step> steps { { "first",
                                        [&](OperationContext &) -> Result<> {
                                            ++first;
                                            return {};
                                        } },
        { "second", [&](OperationContext &context) -> Result<> {
             ++second;
             if (mayGoOn)
                 return {};
             while (!context.isCancelled())
                 QThread::msleep(1);
             return conflict(QStringLiteral("it was told to stop"));
         } } };
    const OperationId id = begin();
    {
        const auto engine = makeEngine(workOf(steps));
        engine->start();
        WAIT_COMPARE(second, 1);
        engine->stop();
    }
    QCOMPARE(operation(id).state, OperationState::Running);
    QCOMPARE(operation(id).step, 1);
    mayGoOn = true;
    const auto engine = makeEngine(workOf(steps));
    engine->start();
    WAIT_COMPARE(outcome(id), std::optional(Outcome::Done));
    QCOMPARE(first, 1);
    QCOMPARE(second, 2);
}

void tst_Engine::aFormerEngineWritesNothing()
{
    std::atomic<bool> isHeld = true;
    QSemaphore began;
    Result<> former;
    const auto held = makeEngine(workOf({ { "act", [&](OperationContext &context) -> Result<> {
                                               began.release();
                                               while (isHeld)
                                                   QThread::msleep(1);
                                               former = context.save({ { QStringLiteral("who"), 1 } });
                                               return former;
                                           } } }));
    const auto letGo = qScopeGuard([&] { isHeld = false; });
    const OperationId id = begin();
    held->start();
    QVERIFY(began.tryAcquire(1, 60'000));

    const auto newer = makeEngine(workOf({ { "act", [](OperationContext &context) -> Result<> {
                                                return context.save({ { QStringLiteral("who"), 2 } });
                                            } } }));
    newer->start();
    WAIT_COMPARE(outcome(id), std::optional(Outcome::Done));
    isHeld = false;
    held->stop();
    QVERIFY(!former);
    QCOMPARE(former.error().code, ErrorCode::Conflict);
    QCOMPARE(operation(id).state, OperationState::Done);
}

void tst_Engine::theEndMayBeginTheNextOperation()
{
    OperationKind kind = workOf({});
    kind.settle = [](Transaction &t, const Operation &done, Outcome,
                      const std::optional<Error> &) -> Result<> {
        const int round = done.data.value(QStringLiteral("round")).toInt();
        if (round == 3) {
            const auto noted = t.execute("INSERT INTO setting (name, value) VALUES ('rounds', '3')");
            return noted ? Result<>() : noted.error();
        }
        const auto begun = OperationEngine::begin(t, done.kind, done.targetKind, done.target, done.targetName,
            done.owner, { { QStringLiteral("round"), round + 1 } });
        return begun ? Result<>() : begun.error();
    };
    const auto engine = makeEngine(std::move(kind));
    begin();
    engine->start();
    const auto rounds = [this] {
        const auto row = m_database->read([](ReadTransaction &t) {
            return t.row("SELECT value FROM setting WHERE name = 'rounds'", {},
                [](const Row &found) { return found.text(0); });
        });
        return row && *row ? **row : QString();
    };
    WAIT_COMPARE(rounds(), QStringLiteral("3"));
}

void tst_Engine::secretsGoWithTheOperation()
{
    const auto engine = makeEngine(workOf({}));
    const OperationId id =
        begin(QStringLiteral("t"), { { QStringLiteral("secret"), QStringLiteral("hunter2") } });
    engine->start();
    WAIT_VERIFY(outcome(id));
    QCOMPARE(operation(id).data, QJsonObject());
}

void tst_Engine::finishedOnesAreKeptADay()
{
    const OperationId old = begin(QStringLiteral("old"));
    {
        const auto engine = makeEngine(workOf({}));
        engine->start();
        WAIT_VERIFY(outcome(old));
    }
    m_clock.advanceMs(23 * 3'600'000);
    const OperationId young = begin(QStringLiteral("young"));
    {
        const auto engine = makeEngine(workOf({}));
        engine->start();
        WAIT_VERIFY(outcome(young));
        QCOMPARE(operation(old).id, old);
    }
    m_clock.advanceMs(2 * 3'600'000);
    const auto engine = makeEngine(workOf({}));
    engine->start();
    WAIT_VERIFY(operation(old).id.isNull());
    QCOMPARE(operation(young).id, young);
}

void tst_Engine::projectsDoNotSeeEachOther()
{
    Caller alice;
    alice.user = UserId::create();
    const ProjectId hers = ProjectId::create();
    const ProjectId foreign = ProjectId::create();
    alice.scope.insert(hers, Role::Member);
    const UserId bob = UserId::create();
    const OperationId own = begin(QStringLiteral("1"), {}, { hers, alice.user, false });
    const OperationId shared = begin(QStringLiteral("2"), {}, { hers, bob, true });
    begin(QStringLiteral("3"), {}, { hers, bob, false });
    begin(QStringLiteral("4"), {}, { foreign, bob, true });
    begin(QStringLiteral("5"), {}, { foreign, alice.user, true });
    const auto seen = [this](const Caller &caller) {
        const auto operations =
            m_database->read([&](ReadTransaction &t) { return OperationStore::visible(t, caller, {}); });
        QList<OperationId> ids;
        for (const Operation &operation : operations ? *operations : QList<Operation>())
            ids.append(operation.id);
        return ids;
    };
    QCOMPARE(seen(alice), QList({ shared, own })); // the newest first
    alice.scope.insert(hers, Role::Manager);
    QCOMPARE(seen(alice).size(), 3);
    alice.scope.clear();
    QCOMPARE(seen(alice).size(), 0);
}

NEPHELE_TEST(tst_Engine)
#include "tst_engine.moc"
