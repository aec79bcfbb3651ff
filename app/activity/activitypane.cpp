// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/activity/activitypane.h"

#include "app/widgets/panefaces.h"
#include "app/widgets/parts.h"
#include "app/widgets/rowdelegate.h"
#include "app/widgets/rowview.h"
#include "app/widgets/taskmodel.h"

namespace nephele {

ActivityPane::ActivityPane(TaskModel *tasks, QWidget *parent)
    : Pane(parent), m_tasks(tasks), m_list(new RowView), m_faces(new PaneFaces(m_list))
{
    setObjectName(QStringLiteral("activityPane"));
    m_list->setObjectName(QStringLiteral("activityList"));
    m_list->setAccessibleName(tr("Activity"));
    m_list->setHeaderHidden(true);
    m_list->setRowHeight(metric::rowTwoLines, 2);
    m_list->setModel(tasks);
    m_list->setItemDelegate(new TwoLineDelegate(m_list));
    m_list->setColumnPlan({ { 0, 300, 0, 1 } });
    m_faces->setEmptyWords({ QStringLiteral("view-history"), tr("Nothing has happened yet"),
        tr("Whatever is created, copied, started or deleted is listed here while it goes on, and after it "
           "has "
           "ended.") });
    makeColumn(this)->addWidget(m_faces);
    connect(tasks, &TaskModel::summaryChanged, this, &ActivityPane::refresh);
    refresh();
}

void ActivityPane::refresh()
{
    if (m_tasks->rowCount() == 0)
        m_faces->showEmpty();
    else
        m_faces->showContent();
    emit headChanged();
    const int running = m_tasks->runningCount();
    emit countChanged(running > 0 ? running : -1, false);
}

QString ActivityPane::title() const
{
    return tr("Activity");
}

QString ActivityPane::fact() const
{
    const int running = m_tasks->runningCount();
    return running == 0 ? QString() : tr("%n running", nullptr, running);
}

} // namespace nephele
