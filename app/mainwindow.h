// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/frame/cloudstatus.h"
#include "app/frame/place.h"
#include "app/widgets/pane.h"

#include <QHash>
#include <QWidget>

class QStackedWidget;
class QSystemTrayIcon;

namespace nephele {

class ActivityPane;
class ActivityStrip;
class CommandPalette;
class NoticeLine;
class PaneHead;
class SettingsPane;
class SideBar;
class TaskModel;

// The frame: side bar, head, panes, activity strip, palette, and the keys that work everywhere. Knows the
// panes by place and nothing of what they show; does not talk to the cloud. It starts with an honest empty
// pane in every place, and Activity and Settings of its own. Window thread; make it after Theme::install().
class MainWindow : public QWidget
{
    Q_OBJECT

public:
    explicit MainWindow(QWidget *parent = nullptr);
    ~MainWindow() override;

    // Takes the pane over in exchange for the one that stood there.
    void setPane(Place place, Pane *pane);
    Pane *pane(Place place) const;
    Place place() const { return m_place; }
    void go(Place place);

    void setAccount(const Account &account);
    void setCloudStatus(const CloudStatus &status);
    const CloudStatus &cloudStatus() const { return m_status; }
    TaskModel *tasks() const { return m_tasks; } // fed by whoever watches the cloud
    CommandPalette *palette() const { return m_palette; }

    // Geometry and place of the last time, and back when it closes; without it nothing is kept (tests).
    void rememberIn(const QString &settingsGroup);

signals:
    void projectChosen(const QString &projectId);
    void placeChanged(nephele::Place place);
    void reconnectWanted(); // the connection was clicked while it was lost
    // The window is closed for good, or Quit was chosen in the tray: the program ends its cloud in order.
    void quitWanted();

protected:
    void closeEvent(QCloseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void build();
    void connectParts();
    void addEmptyPanes();
    void addShortcuts();
    void addPlaceShortcuts();
    void showHead();
    void showActivity();
    void moveRegion(int step);
    QList<QWidget *> regions() const;
    void openPalette();
    QList<PaletteEntry> paletteEntries() const;
    void stayInTray();
    void comeBack();
    void quit();
    void remember();

    SideBar *m_sideBar;
    PaneHead *m_head;
    NoticeLine *m_notice;
    QStackedWidget *m_stack;
    TaskModel *m_tasks;
    ActivityStrip *m_strip;
    CommandPalette *m_palette;
    SettingsPane *m_settings;
    QSystemTrayIcon *m_tray = nullptr; // made when first needed, and only where there is a tray
    QHash<Place, Pane *> m_panes;
    Place m_place = Place::Overview;
    Place m_before = Place::Overview; // Ctrl+J goes to Activity and back
    CloudStatus m_status;
    QString m_settingsGroup;
    QString m_dismissed; // the warning the user has closed
    bool m_isQuitting = false;
};

} // namespace nephele
