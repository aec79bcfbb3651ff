// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mainwindow.h"

#include "app/activity/activitypane.h"
#include "app/frame/emptypane.h"
#include "app/frame/panehead.h"
#include "app/frame/sidebar.h"
#include "app/settings/settingspane.h"
#include "app/widgets/activitystrip.h"
#include "app/widgets/commandpalette.h"
#include "app/widgets/noticeline.h"
#include "app/widgets/parts.h"
#include "app/widgets/taskmodel.h"

#include <QAction>
#include <QCloseEvent>
#include <QSettings>
#include <QStackedWidget>
#include <QSystemTrayIcon>

namespace nephele {

static constexpr QSize smallestWindow(1024, 640);
static constexpr QSize firstWindow(1280, 800);

MainWindow::MainWindow(QWidget *parent)
    : QWidget(parent)
    , m_sideBar(new SideBar)
    , m_head(new PaneHead)
    , m_notice(new NoticeLine)
    , m_stack(new QStackedWidget)
    , m_tasks(new TaskModel(this))
    , m_strip(new ActivityStrip(m_tasks))
    , m_settings(new SettingsPane)
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Nephele"));
    setWindowIcon(programIcon());
    setMinimumSize(smallestWindow);
    resize(firstWindow);
    build();
    m_palette = new CommandPalette(this);
    connectParts();
    addEmptyPanes();
    addShortcuts();
    go(Place::Overview);
}

MainWindow::~MainWindow() = default;

void MainWindow::build()
{
    auto *outer = makeRow(this, 0, 0);
    // A stack is never smaller than its largest page; panes adapt to the window, not the window to them.
    outer->setSizeConstraint(QLayout::SetNoConstraint);
    outer->addWidget(m_sideBar);
    outer->addWidget(makeRule(Qt::Vertical));
    auto *column = makeColumn();
    column->addWidget(m_head);
    auto *notice = makeRow();
    notice->setContentsMargins(metric::gap, 0, metric::gap, 0);
    notice->addWidget(m_notice);
    column->addLayout(notice);
    column->addWidget(m_stack, 1);
    column->addWidget(makeRule());
    column->addWidget(m_strip);
    outer->addLayout(column, 1);
    m_notice->setObjectName(QStringLiteral("cloudNotice"));
    m_notice->setClosable(true);
    m_stack->setObjectName(QStringLiteral("paneStack"));
}

void MainWindow::connectParts()
{
    connect(m_sideBar, &SideBar::chosen, this, &MainWindow::go);
    connect(m_sideBar, &SideBar::projectChosen, this, &MainWindow::projectChosen);
    connect(m_sideBar, &SideBar::connectionClicked, this, [this] {
        if (m_status.link == CloudStatus::Link::Lost)
            emit reconnectWanted();
        else
            go(Place::Settings);
    });
    connect(m_head, &PaneHead::searchWanted, this, &MainWindow::openPalette);
    connect(m_strip, &ActivityStrip::activityWanted, this, &MainWindow::showActivity);
    connect(m_notice, &NoticeLine::actionWanted, this, &MainWindow::reconnectWanted);
    connect(m_notice, &NoticeLine::closed, this, [this] { m_dismissed = connectionWords(m_status).warning; });
}

void MainWindow::addEmptyPanes()
{
    for (const PlaceWords &words : allPlaces()) {
        if (words.place == Place::Activity)
            setPane(words.place, new ActivityPane(m_tasks));
        else if (words.place == Place::Settings)
            setPane(words.place, m_settings);
        else
            setPane(words.place, new EmptyPane(words.place));
    }
}

void MainWindow::setPane(Place place, Pane *pane)
{
    if (Pane *old = m_panes.value(place)) {
        m_stack->removeWidget(old);
        old->deleteLater();
    }
    m_panes.insert(place, pane);
    m_stack->addWidget(pane);
    connect(pane, &Pane::headChanged, this, [this, place] {
        if (place == m_place)
            showHead();
    });
    connect(pane, &Pane::countChanged, this,
        [this, place](int count, bool attention) { m_sideBar->setCount(place, count, attention); });
    if (place == m_place) {
        m_stack->setCurrentWidget(pane);
        showHead();
    }
}

Pane *MainWindow::pane(Place place) const
{
    return m_panes.value(place);
}

void MainWindow::go(Place place)
{
    if (m_place != Place::Activity)
        m_before = m_place;
    m_place = place;
    m_stack->setCurrentWidget(m_panes.value(place));
    m_sideBar->setCurrent(place);
    showHead();
    emit placeChanged(place);
}

void MainWindow::showHead()
{
    const Pane &shown = *m_panes.value(m_place);
    m_head->show(shown);
    setWindowTitle(tr("%1 – Nephele").arg(shown.title()));
}

void MainWindow::showActivity()
{
    go(m_place == Place::Activity ? m_before : Place::Activity);
}

void MainWindow::setAccount(const Account &account)
{
    m_sideBar->setAccount(account);
}

void MainWindow::setCloudStatus(const CloudStatus &status)
{
    if (status == m_status)
        return;
    m_status = status;
    m_sideBar->setCloudStatus(status);
    m_settings->setCloudFacts(cloudFacts(status));
    const ConnectionWords words = connectionWords(status);
    if (words.warning.isEmpty() || words.warning != m_dismissed) {
        m_dismissed.clear();
        const bool isLost = status.link == CloudStatus::Link::Lost;
        m_notice->tell(isLost ? NoticeLine::Kind::Error : NoticeLine::Kind::Warning, words.warning,
            isLost ? tr("Try again") : QString());
    }
}

void MainWindow::rememberIn(const QString &settingsGroup)
{
    m_settingsGroup = settingsGroup;
    QSettings settings;
    settings.beginGroup(settingsGroup);
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    Theme::instance().choose(Theme::Choice(qBound(0, settings.value(QStringLiteral("colours")).toInt(), 2)));
    m_settings->showChoice();
    const int place = settings.value(QStringLiteral("place"), int(m_place)).toInt();
    go(Place(qBound(0, place, int(Place::Settings))));
}

void MainWindow::remember()
{
    if (m_settingsGroup.isEmpty())
        return;
    QSettings settings;
    settings.beginGroup(m_settingsGroup);
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    settings.setValue(QStringLiteral("place"), int(m_place));
    settings.setValue(QStringLiteral("colours"), int(Theme::instance().choice()));
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    remember();
    const bool hasTray = QSystemTrayIcon::isSystemTrayAvailable();
    const Closing closing = closingOf(m_status, m_tasks->runningCount(), hasTray);
    if (!m_isQuitting && closing == Closing::StayInTray) {
        event->ignore();
        stayInTray();
        return;
    }
    event->accept();
    emit quitWanted();
}

} // namespace nephele
