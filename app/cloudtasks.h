// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"
#include "app/widgets/taskmodel.h"

#include <QTimer>

namespace nephele {

// Tells the activity strip what the cloud works on: reads its operations when something changed, and every
// second while one of them runs. Window thread.
class CloudTasks : public QObject
{
    Q_OBJECT

public:
    CloudTasks(CloudClient &client, TaskModel &tasks, QObject *parent = nullptr);

    void refresh();

    // One operation in the words of the strip.
    static Task taskOf(const Work &work);

private:
    void take(const QList<Work> &works);

    CloudClient &m_client;
    TaskModel &m_tasks;
    QTimer m_timer;
    bool m_isReading = false;
    bool m_isWantedAgain = false;
};

} // namespace nephele
