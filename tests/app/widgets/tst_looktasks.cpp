// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/activitystrip.h"
#include "app/widgets/relativetime.h"
#include "app/widgets/rowdelegate.h"
#include "app/widgets/taskmodel.h"
#include "tests/support/testregistry.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

using namespace nephele;

class tst_LookTasks : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void timesAreToldAsOneWouldSay_data();
    void timesAreToldAsOneWouldSay();
    void aChangedTaskStaysInItsRow();
    void anUnchangedTaskTellsNothing();
    void removingWhatIsNotThereIsNothing();
    void onlyTheLastFinishedAreKept();
    void theStripShowsTheNewestAndCountsTheRest();
    void theStripOffersUndoOnce();
};

static Task task(const QString &id, Task::State state, qint64 finishedAtMs = 0)
{
    Task made;
    made.id = id;
    made.title = QStringLiteral("Task %1").arg(id);
    made.state = state;
    made.startedAtMs = 1;
    made.finishedAtMs = finishedAtMs;
    return made;
}

void tst_LookTasks::init()
{
    QLocale::setDefault(QLocale::c());
}

void tst_LookTasks::timesAreToldAsOneWouldSay_data()
{
    QTest::addColumn<qint64>("ageMs");
    QTest::addColumn<QString>("text");
    const qint64 minute = 60'000, hour = 60 * minute, day = 24 * hour;
    QTest::addRow("to come") << -hour << QStringLiteral("now");
    QTest::addRow("this second") << qint64(0) << QStringLiteral("now");
    QTest::addRow("under a minute") << minute - 1 << QStringLiteral("now");
    QTest::addRow("a minute") << minute << QStringLiteral("1 min");
    QTest::addRow("under an hour") << hour - 1 << QStringLiteral("59 min");
    QTest::addRow("two hours") << 2 * hour << QStringLiteral("2 h");
    QTest::addRow("under a day") << day - 1 << QStringLiteral("23 h");
    QTest::addRow("a day") << day << QStringLiteral("1 day");
    QTest::addRow("six days") << 7 * day - 1 << QStringLiteral("6 days");
}

void tst_LookTasks::timesAreToldAsOneWouldSay()
{
    QFETCH(qint64, ageMs);
    QFETCH(QString, text);
    const qint64 now = 1'790'000'000'000;
    QCOMPARE(relativeTime(now - ageMs, now), text);
    QVERIFY(relativeTime(0, now).isEmpty());
    // A week and more is a date.
    const qint64 old = now - 8 * qint64(86'400'000);
    QCOMPARE(relativeTime(old, now),
        QLocale().toString(QDateTime::fromMSecsSinceEpoch(old).date(), QLocale::ShortFormat));
}

void tst_LookTasks::aChangedTaskStaysInItsRow()
{
    TaskModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.put(task(QStringLiteral("a"), Task::State::Running));
    model.put(task(QStringLiteral("b"), Task::State::Running));
    QCOMPARE(model.data(model.index(0), TaskModel::TaskIdRole).toString(), QStringLiteral("b"));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    model.put(task(QStringLiteral("a"), Task::State::Failed, 7));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.first().first().toModelIndex().row(), 1);
    QVERIFY(inserted.isEmpty());
    QCOMPARE(model.runningCount(), 1);
    QCOMPARE(model.lastFinished()->id, QStringLiteral("a"));
}

void tst_LookTasks::anUnchangedTaskTellsNothing()
{
    TaskModel model;
    model.put(task(QStringLiteral("a"), Task::State::Running));
    QSignalSpy summary(&model, &TaskModel::summaryChanged);
    model.put(task(QStringLiteral("a"), Task::State::Running));
    QVERIFY(summary.isEmpty());
}

void tst_LookTasks::removingWhatIsNotThereIsNothing()
{
    TaskModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.remove(QStringLiteral("a"));
    QVERIFY(!model.newestRunning());
    QVERIFY(!model.lastFinished());
    model.put(task(QStringLiteral("a"), Task::State::Running));
    model.remove(QStringLiteral("a"));
    QCOMPARE(model.rowCount(), 0);
}

void tst_LookTasks::onlyTheLastFinishedAreKept()
{
    TaskModel model;
    model.put(task(QStringLiteral("runs"), Task::State::Running));
    for (int i = 0; i < 250; ++i)
        model.put(task(QString::number(i), Task::State::Done, 1000 + i));
    QCOMPARE(model.rowCount(), 201);
    QCOMPARE(model.runningCount(), 1); // the oldest of all, and still there
    QCOMPARE(model.lastFinished()->id, QStringLiteral("249"));
}

void tst_LookTasks::theStripShowsTheNewestAndCountsTheRest()
{
    TaskModel model;
    ActivityStrip strip(&model);
    const auto *running = strip.findChild<QLabel *>(QStringLiteral("stripRunning"));
    const auto *more = strip.findChild<QPushButton *>(QStringLiteral("stripMore"));
    const auto *result = strip.findChild<QLabel *>(QStringLiteral("stripResult"));
    QVERIFY(running->isHidden());
    QCOMPARE(result->text(), QStringLiteral("Nothing is running"));
    model.put(task(QStringLiteral("a"), Task::State::Running));
    QVERIFY(more->isHidden());
    Task newest = task(QStringLiteral("b"), Task::State::Running);
    newest.detail = QStringLiteral("copying");
    model.put(newest);
    QCOMPARE(running->text(), QStringLiteral("Task b: copying"));
    QVERIFY(!more->isHidden());
    QCOMPARE(more->text(), QStringLiteral("1 more running"));
    model.put(task(QStringLiteral("b"), Task::State::Done, QDateTime::currentMSecsSinceEpoch()));
    QCOMPARE(running->text(), QStringLiteral("Task a"));
    QCOMPARE(result->text(), QStringLiteral("Task b, now"));
}

void tst_LookTasks::theStripOffersUndoOnce()
{
    TaskModel model;
    ActivityStrip strip(&model);
    auto *undo = strip.findChild<QPushButton *>(QStringLiteral("stripUndo"));
    QVERIFY(undo->isHidden());
    int undone = 0;
    strip.offerUndo(QStringLiteral("Stopped web-03"), [&undone] { ++undone; });
    QVERIFY(!undo->isHidden());
    undo->click();
    undo->click();
    QCOMPARE(undone, 1);
    QVERIFY(undo->isHidden());
}

NEPHELE_TEST(tst_LookTasks)
#include "tst_looktasks.moc"
