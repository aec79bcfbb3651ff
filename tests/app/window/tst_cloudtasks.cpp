// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cloudtasks.h"
#include "app/cloudwindow.h"
#include "tests/support/testregistry.h"

#include <QJsonDocument>

using namespace nephele;

class tst_CloudTasks : public QObject
{
    Q_OBJECT

private slots:
    void workIsToldInWords_data();
    void workIsToldInWords();
    void healthIsRead_data();
    void healthIsRead();
};

void tst_CloudTasks::workIsToldInWords_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<WorkState>("state");
    QTest::addColumn<QString>("title");
    QTest::addColumn<Task::State>("shown");
    const auto row = [](const char *kind, WorkState state, const char *title, Task::State shown) {
        QTest::addRow("%s, %s", kind, title)
            << QString::fromLatin1(kind) << state << QString::fromLatin1(title) << shown;
    };
    row("server.create", WorkState::Waiting, "Creating web", Task::State::Running);
    row("server.create", WorkState::Undoing, "Creating web", Task::State::Running);
    row("server.create", WorkState::Done, "web created", Task::State::Done);
    row("server.create", WorkState::Failed, "web was not created", Task::State::Failed);
    row("server.stop", WorkState::Cancelled, "web did not stop", Task::State::Cancelled);
    row("volume.copy", WorkState::Running, "Working on web", Task::State::Running);
}

void tst_CloudTasks::workIsToldInWords()
{
    QFETCH(QString, kind);
    QFETCH(WorkState, state);
    Work work;
    work.id = OperationId::stored(QStringLiteral("o"));
    work.kind = kind;
    work.state = state;
    work.targetName = QStringLiteral("web");
    work.error = QStringLiteral("why");
    work.createdAtMs = 5;
    work.updatedAtMs = 7;
    const Task task = CloudTasks::taskOf(work);
    QTEST(task.title, "title");
    QTEST(task.state, "shown");
    QCOMPARE(task.finishedAtMs, work.isOver() ? 7 : 0);
    QCOMPARE(task.detail == QStringLiteral("why"), state == WorkState::Failed);
}

void tst_CloudTasks::healthIsRead_data()
{
    QTest::addColumn<QByteArray>("facts");
    QTest::addColumn<int>("hosts");
    QTest::addColumn<bool>("answers");
    QTest::addColumn<bool>("pretends");
    QTest::addRow("nothing") << QByteArray("{}") << 0 << true << false;
    QTest::addRow("kvm") << QByteArray(R"({"hypervisor": {"uri": "qemu:///system", "connected": true,
        "accelerator": "kvm"}})")
                         << 1 << true << false;
    QTest::addRow("away") << QByteArray(R"({"hypervisor": {"uri": "qemu:///system", "connected": false,
        "problem": "no socket"}})")
                          << 1 << false << false;
    QTest::addRow("pretend") << QByteArray(R"({"hypervisor": {"uri": "test:///default", "connected": true,
        "accelerator": "pretend"}})")
                             << 1 << true << true;
    QTest::addRow("wrong types") << QByteArray(R"({"runMode": 5, "hypervisor": [1]})") << 0 << true << false;
}

void tst_CloudTasks::healthIsRead()
{
    QFETCH(QByteArray, facts);
    QFETCH(int, hosts);
    QFETCH(bool, answers);
    CloudStatus status;
    readHealthFacts(QJsonDocument::fromJson(facts).object(), status);
    QCOMPARE(status.hosts.size(), hosts);
    if (hosts > 0)
        QCOMPARE(status.hosts.constFirst().answers, answers);
    QTEST(status.pretendsMachines, "pretends");
    QCOMPARE(status.runMode, CloudStatus::RunMode::Unknown);
}

NEPHELE_TEST(tst_CloudTasks)
#include "tst_cloudtasks.moc"
