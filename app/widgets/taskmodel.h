// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>

namespace nephele {

// Something that goes on or went on in the cloud, as the strip and the Activity pane show it.
struct Task
{
    enum class State { Running, Done, Failed, Cancelled };

    QString id;
    QString title; // "Creating web-03"
    QString detail; // "copying the image"; of a failed one, the reason
    int percent = -1; // -1: not known
    State state = State::Running;
    qint64 startedAtMs = 0; // UTC
    qint64 finishedAtMs = 0; // 0 while it runs

    bool operator==(const Task &) const = default;
};

// rows: one Task each, the newest first. Fed by whoever watches the cloud; keeps the running ones and the
// last 200 finished ones. Window thread.
class TaskModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { TaskIdRole = Qt::UserRole + 1, PercentRole, StateRole };

    using QAbstractListModel::QAbstractListModel;

    // Adds the task, or changes the one with this id.
    void put(const Task &task);
    void remove(const QString &id);
    void clear();

    const QList<Task> &tasks() const { return m_tasks; }
    int runningCount() const;
    const Task *newestRunning() const; // null: nothing runs
    const Task *lastFinished() const; // null: nothing has ended yet

    int rowCount(const QModelIndex &parent = QModelIndex()) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

signals:
    void summaryChanged(); // what the strip shows is another thing now

private:
    void dropOldest();

    QList<Task> m_tasks;
};

} // namespace nephele
