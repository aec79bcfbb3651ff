// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cloudtasks.h"

#include "app/client/answer.h"

#include <algorithm>

namespace nephele {

namespace {

constexpr int pollMs = 1000;

// One kind of work: while it goes on, when it is done, when it failed. %1 is what it is done to.
struct WorkWords
{
    QString running;
    QString done;
    QString failed;
};

WorkWords wordsOf(const QString &kind)
{
    if (kind == QStringLiteral("server.create"))
        return { CloudTasks::tr("Creating %1"), CloudTasks::tr("%1 created"),
            CloudTasks::tr("%1 was not created") };
    if (kind == QStringLiteral("server.delete"))
        return { CloudTasks::tr("Deleting %1"), CloudTasks::tr("%1 deleted"),
            CloudTasks::tr("%1 was not deleted") };
    if (kind == QStringLiteral("server.start"))
        return { CloudTasks::tr("Starting %1"), CloudTasks::tr("%1 started"),
            CloudTasks::tr("%1 did not start") };
    if (kind == QStringLiteral("server.stop"))
        return { CloudTasks::tr("Stopping %1"), CloudTasks::tr("%1 stopped"),
            CloudTasks::tr("%1 did not stop") };
    if (kind == QStringLiteral("server.reboot"))
        return { CloudTasks::tr("Restarting %1"), CloudTasks::tr("%1 restarted"),
            CloudTasks::tr("%1 did not restart") };
    return { CloudTasks::tr("Working on %1"), CloudTasks::tr("Work on %1 done"),
        CloudTasks::tr("Work on %1 failed") };
}

// The steps a person may wait for; what passes at once, or is new to this window, needs no word.
QString stepWords(const QString &step)
{
    if (step == QStringLiteral("base"))
        return CloudTasks::tr("preparing the image");
    if (step == QStringLiteral("disk"))
        return CloudTasks::tr("making the disk");
    if (step == QStringLiteral("network"))
        return CloudTasks::tr("connecting the network");
    if (step == QStringLiteral("start"))
        return CloudTasks::tr("starting the machine");
    if (step == QStringLiteral("shutdown"))
        return CloudTasks::tr("waiting for the guest to shut down");
    return {};
}

} // namespace

CloudTasks::CloudTasks(CloudClient &client, TaskModel &tasks, QObject *parent)
    : QObject(parent), m_client(client), m_tasks(tasks)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(pollMs);
    connect(&m_timer, &QTimer::timeout, this, &CloudTasks::refresh);
}

void CloudTasks::refresh()
{
    if (m_isReading) {
        m_isWantedAgain = true;
        return;
    }
    m_isReading = true;
    onAnswer(m_client.works(), this, [this](const Result<QList<Work>> &works) {
        m_isReading = false;
        // A cloud that is away is the feed's news, not the strip's.
        if (works)
            take(*works);
        if (std::exchange(m_isWantedAgain, false))
            refresh();
    });
}

void CloudTasks::take(const QList<Work> &works)
{
    QList<Work> inOrder = works;
    std::stable_sort(inOrder.begin(), inOrder.end(),
        [](const Work &a, const Work &b) { return a.createdAtMs < b.createdAtMs; });
    for (const Work &work : std::as_const(inOrder))
        m_tasks.put(taskOf(work));
    // What runs and is no longer listed ended while we were away.
    const QList<Task> tasks = m_tasks.tasks();
    for (const Task &task : tasks) {
        const bool isListed = std::any_of(
            works.cbegin(), works.cend(), [&](const Work &work) { return work.id.text() == task.id; });
        if (task.state == Task::State::Running && !isListed)
            m_tasks.remove(task.id);
    }
    if (m_tasks.runningCount() > 0)
        m_timer.start();
}

Task CloudTasks::taskOf(const Work &work)
{
    const WorkWords words = wordsOf(work.kind);
    Task task;
    task.id = work.id.text();
    task.startedAtMs = work.createdAtMs;
    task.finishedAtMs = work.isOver() ? work.updatedAtMs : 0;
    const QString target = work.targetName.isEmpty() ? work.target : work.targetName;
    switch (work.state) {
    case WorkState::Waiting:
    case WorkState::Running:
        task.title = words.running.arg(target);
        task.percent = work.progress;
        task.detail = stepWords(work.step);
        break;
    case WorkState::Undoing:
        task.title = words.running.arg(target);
        task.detail = tr("taking it back");
        break;
    case WorkState::Done:
        task.state = Task::State::Done;
        task.title = words.done.arg(target);
        break;
    case WorkState::Failed:
        task.state = Task::State::Failed;
        task.title = words.failed.arg(target);
        task.detail = work.error;
        break;
    case WorkState::Cancelled:
        task.state = Task::State::Cancelled;
        task.title = words.failed.arg(target);
        task.detail = tr("cancelled");
        break;
    }
    return task;
}

} // namespace nephele
