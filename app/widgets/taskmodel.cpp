// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/taskmodel.h"

#include "app/widgets/paint.h"
#include "app/widgets/relativetime.h"
#include "app/widgets/rowdelegate.h"

#include <QDateTime>

namespace nephele {

static constexpr int keptFinished = 200;

static Sign signOf(Task::State state)
{
    switch (state) {
    case Task::State::Running:
        return Sign::Busy;
    case Task::State::Done:
        return Sign::Done;
    case Task::State::Failed:
        return Sign::Failed;
    case Task::State::Cancelled:
        return Sign::Stopped;
    }
    return Sign::Unknown;
}

void TaskModel::put(const Task &task)
{
    const auto known =
        std::find_if(m_tasks.begin(), m_tasks.end(), [&](const Task &t) { return t.id == task.id; });
    if (known != m_tasks.end()) {
        if (*known == task)
            return;
        *known = task;
        const QModelIndex changed = index(int(known - m_tasks.begin()));
        emit dataChanged(changed, changed);
    } else {
        beginInsertRows({}, 0, 0);
        m_tasks.prepend(task);
        endInsertRows();
        dropOldest();
    }
    emit summaryChanged();
}

void TaskModel::dropOldest()
{
    if (m_tasks.size() - runningCount() <= keptFinished)
        return;
    for (int row = int(m_tasks.size()) - 1; row >= 0; --row) {
        if (m_tasks.at(row).state != Task::State::Running) {
            beginRemoveRows({}, row, row);
            m_tasks.removeAt(row);
            endRemoveRows();
            return;
        }
    }
}

void TaskModel::remove(const QString &id)
{
    for (int row = 0; row < m_tasks.size(); ++row) {
        if (m_tasks.at(row).id != id)
            continue;
        beginRemoveRows({}, row, row);
        m_tasks.removeAt(row);
        endRemoveRows();
        emit summaryChanged();
        return;
    }
}

void TaskModel::clear()
{
    if (m_tasks.isEmpty())
        return;
    beginResetModel();
    m_tasks.clear();
    endResetModel();
    emit summaryChanged();
}

int TaskModel::runningCount() const
{
    return int(std::count_if(
        m_tasks.begin(), m_tasks.end(), [](const Task &task) { return task.state == Task::State::Running; }));
}

const Task *TaskModel::newestRunning() const
{
    for (const Task &task : m_tasks) {
        if (task.state == Task::State::Running)
            return &task;
    }
    return nullptr;
}

const Task *TaskModel::lastFinished() const
{
    const Task *last = nullptr;
    for (const Task &task : m_tasks) {
        if (task.state != Task::State::Running && (!last || task.finishedAtMs > last->finishedAtMs))
            last = &task;
    }
    return last;
}

int TaskModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_tasks.size());
}

QVariant TaskModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Task &task = m_tasks.at(index.row());
    const bool runs = task.state == Task::State::Running;
    switch (role) {
    case Qt::DisplayRole:
        return task.title;
    case role::SecondLine:
        return task.detail;
    case role::Sign:
        return int(signOf(task.state));
    case role::Right:
        if (runs)
            return task.percent < 0 ? tr("running") : tr("%1 %").arg(task.percent);
        return relativeTime(task.finishedAtMs, QDateTime::currentMSecsSinceEpoch());
    case Qt::ToolTipRole:
        return exactTime(runs ? task.startedAtMs : task.finishedAtMs);
    case Qt::AccessibleTextRole:
        return tr("%1, %2").arg(task.title, task.detail);
    case TaskIdRole:
        return task.id;
    case PercentRole:
        return task.percent;
    case StateRole:
        return int(task.state);
    default:
        return {};
    }
}

} // namespace nephele
