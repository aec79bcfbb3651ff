// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/frame/cloudstatus.h"
#include "app/frame/place.h"

#include <QFrame>
#include <QHash>

namespace nephele {

class ConnectionButton;
class NavButton;
class ProjectSwitcher;

// Project at the top, places in groups, connection at the bottom in line with the activity strip.
class SideBar : public QFrame
{
    Q_OBJECT

public:
    explicit SideBar(QWidget *parent = nullptr);

    void setCurrent(Place place);
    void setCount(Place place, int count, bool attention); // -1: none
    void setAccount(const Account &account);
    void setCloudStatus(const CloudStatus &status);
    void focusCurrent();

signals:
    void chosen(nephele::Place place);
    void projectChosen(const QString &projectId);
    void connectionClicked();

private:
    void fitWidth();

    ProjectSwitcher *m_projects;
    ConnectionButton *m_connection;
    QHash<Place, NavButton *> m_places;
};

} // namespace nephele
