// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QTimer>

#include <functional>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace nephele {

class ElidedLabel;
class SignDot;
class TaskModel;

// What goes on, in one line at the bottom: the newest running task with its progress, how many more run, the
// last result at the right. What was done and can be undone is offered back here for ten seconds.
class ActivityStrip : public QFrame
{
    Q_OBJECT

public:
    explicit ActivityStrip(TaskModel *tasks, QWidget *parent = nullptr);

    // "Stopped web-03" with Undo; the newer offer takes the place of the older.
    void offerUndo(const QString &what, const std::function<void()> &undo);

signals:
    void activityWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showTasks();
    void showRunning();
    void showResult();
    void fitHeight();

    TaskModel *m_tasks;
    SignDot *m_dot;
    ElidedLabel *m_running;
    QProgressBar *m_bar;
    QLabel *m_percent;
    QPushButton *m_more;
    ElidedLabel *m_result;
    QPushButton *m_undo;
    QToolButton *m_open;
    QTimer m_undoTime;
    QTimer m_ageing; // the age of the last result
    QString m_undoWords;
    std::function<void()> m_undoAction;
};

} // namespace nephele
