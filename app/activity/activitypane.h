// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/pane.h"

namespace nephele {

class PaneFaces;
class RowView;
class TaskModel;

// What goes on and what went on, the newest first.
class ActivityPane : public Pane
{
    Q_OBJECT

public:
    explicit ActivityPane(TaskModel *tasks, QWidget *parent = nullptr);

    QString title() const override;
    QString fact() const override;

private:
    void refresh();

    TaskModel *m_tasks;
    RowView *m_list;
    PaneFaces *m_faces;
};

} // namespace nephele
