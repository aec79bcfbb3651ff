// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/activitystrip.h"

#include "app/widgets/elidedlabel.h"
#include "app/widgets/parts.h"
#include "app/widgets/relativetime.h"
#include "app/widgets/statuslabel.h"
#include "app/widgets/taskmodel.h"

#include <QDateTime>
#include <QProgressBar>

namespace nephele {

static constexpr int undoMs = 10'000;
static constexpr int ageingMs = 30'000;

ActivityStrip::ActivityStrip(TaskModel *tasks, QWidget *parent)
    : QFrame(parent)
    , m_tasks(tasks)
    , m_dot(new SignDot(Sign::Busy))
    , m_running(makeElided({}, Type::Body, Tone::Text))
    , m_bar(new QProgressBar)
    , m_percent(makeLabel({}, Type::Caption, Tone::Muted))
    , m_more(makeButton({}, ButtonKind::Link))
    , m_result(makeElided({}, Type::Caption, Tone::Muted))
    , m_undo(makeButton(tr("Undo"), ButtonKind::Link))
    , m_open(makeToolButton(QStringLiteral("go-up"), tr("Show all activity (Ctrl+J)")))
{
    setObjectName(QStringLiteral("activityStrip"));
    setAccessibleName(tr("Activity"));
    setGround(this, Ground::Sunken);
    m_running->setObjectName(QStringLiteral("stripRunning"));
    m_more->setObjectName(QStringLiteral("stripMore"));
    m_result->setObjectName(QStringLiteral("stripResult"));
    m_undo->setObjectName(QStringLiteral("stripUndo"));
    m_open->setObjectName(QStringLiteral("stripOpen"));
    m_bar->setObjectName(QStringLiteral("stripBar"));
    m_bar->setTextVisible(false);

    auto *row = makeRow(this);
    row->setContentsMargins(metric::paneEdge, 0, metric::gap, 0);
    row->addWidget(m_dot);
    row->addWidget(m_running);
    row->addSpacing(metric::gapTiny);
    row->addWidget(m_bar);
    row->addWidget(m_percent);
    row->addWidget(m_more);
    row->addStretch(1);
    row->addWidget(m_result);
    row->addWidget(m_undo);
    row->addWidget(m_open);

    m_undoTime.setSingleShot(true);
    m_undoTime.setInterval(undoMs);
    m_ageing.setInterval(ageingMs);
    connect(&m_undoTime, &QTimer::timeout, this, [this] {
        m_undoAction = {};
        showResult();
    });
    connect(&m_ageing, &QTimer::timeout, this, &ActivityStrip::showResult);
    connect(m_undo, &QPushButton::clicked, this, [this] {
        m_undoTime.stop();
        const auto undo = std::exchange(m_undoAction, {});
        showResult();
        if (undo)
            undo();
    });
    connect(m_more, &QPushButton::clicked, this, &ActivityStrip::activityWanted);
    connect(m_open, &QToolButton::clicked, this, &ActivityStrip::activityWanted);
    connect(m_tasks, &TaskModel::summaryChanged, this, &ActivityStrip::showTasks);
    connect(&Theme::instance(), &Theme::changed, this, &ActivityStrip::fitHeight);
    fitHeight();
    showTasks();
}

void ActivityStrip::fitHeight()
{
    setFixedHeight(Theme::lineHeight(metric::strip));
    m_bar->setFixedWidth(Theme::px(140));
}

// With a large font in a small window the bar leaves first: the percentage says the same; then the last
// result.
void ActivityStrip::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    showTasks();
}

void ActivityStrip::offerUndo(const QString &what, const std::function<void()> &undo)
{
    m_undoWords = what;
    m_undoAction = undo;
    m_undoTime.start();
    showResult();
}

void ActivityStrip::showTasks()
{
    showRunning();
    showResult();
}

void ActivityStrip::showRunning()
{
    const Task *task = m_tasks->newestRunning();
    const bool runs = task != nullptr;
    m_dot->setVisible(runs);
    m_running->setVisible(runs);
    m_bar->setVisible(runs && width() >= Theme::px(620));
    const int more = m_tasks->runningCount() - 1;
    m_more->setVisible(more > 0);
    m_percent->setVisible(runs && task->percent >= 0);
    if (!runs)
        return;
    const QString words =
        task->detail.isEmpty() ? task->title : tr("%1: %2", "task, step").arg(task->title, task->detail);
    m_running->setText(words);
    m_running->setToolTip(words);
    m_more->setText(tr("%n more running", nullptr, more));
    m_percent->setText(tr("%1 %").arg(task->percent));
    m_bar->setRange(0, 100);
    m_bar->setValue(std::max(0, task->percent));
    m_bar->setAccessibleName(task->percent < 0 ? words : tr("%1, %2 per cent").arg(words).arg(task->percent));
}

void ActivityStrip::showResult()
{
    const Task *last = m_tasks->lastFinished();
    const bool offers = bool(m_undoAction);
    m_undo->setVisible(offers);
    m_result->setVisible(offers || width() >= Theme::px(460));
    m_ageing.stop();
    if (offers) {
        m_result->setText(m_undoWords);
        setTone(m_result, Tone::Text);
    } else if (last) {
        const QString age = relativeTime(last->finishedAtMs, QDateTime::currentMSecsSinceEpoch());
        m_result->setText(tr("%1, %2", "what ended, when").arg(last->title, age));
        m_result->setToolTip(last->detail);
        setTone(m_result, last->state == Task::State::Failed ? Tone::Error : Tone::Muted);
        m_ageing.start();
    } else {
        m_result->setText(m_tasks->newestRunning() ? QString() : tr("Nothing is running"));
        setTone(m_result, Tone::Muted);
    }
}

} // namespace nephele
