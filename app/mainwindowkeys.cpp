// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of the window and what they need: regions, palette, tray.
#include "app/mainwindow.h"

#include "app/frame/sidebar.h"
#include "app/widgets/activitystrip.h"
#include "app/widgets/commandpalette.h"
#include "app/widgets/icons.h"
#include "app/widgets/taskmodel.h"

#include <QAction>
#include <QApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QShortcut>
#include <QSystemTrayIcon>

namespace nephele {

void MainWindow::addShortcuts()
{
    const auto on = [this](const QKeySequence &keys, auto &&what) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, what);
    };
    on(Qt::CTRL | Qt::Key_K, [this] { openPalette(); });
    on(Qt::CTRL | Qt::Key_F, [this] { pane(m_place)->focusFilter(); });
    on(Qt::CTRL | Qt::Key_J, [this] { showActivity(); });
    on(Qt::CTRL | Qt::Key_Q, [this] { quit(); });
    on(Qt::Key_F5, [this] { pane(m_place)->reload(); });
    on(Qt::Key_F6, [this] { moveRegion(1); });
    on(Qt::SHIFT | Qt::Key_F6, [this] { moveRegion(-1); });
    on(Qt::Key_F9, [this] { pane(m_place)->toggleDetail(); });
    on(Qt::Key_F11, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    on(Qt::ALT | Qt::Key_Left, [this] { pane(m_place)->goBack(); });
    on(Qt::CTRL | Qt::Key_N, [this] {
        if (QAction *action = pane(m_place)->primaryAction())
            action->trigger(); // a disabled one does nothing
    });
    addPlaceShortcuts();
}

void MainWindow::addPlaceShortcuts()
{
    constexpr int keys = 9;
    for (int i = 0; i < keys; ++i) {
        auto *shortcut = new QShortcut(Qt::CTRL | Qt::Key(Qt::Key_1 + i), this);
        connect(shortcut, &QShortcut::activated, this, [this, i] { go(Place(i)); });
    }
}

// What no widget wanted: / leads to the filter, Esc leaves a page. As shortcuts they would be taken from
// fields.
void MainWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Slash && event->modifiers() == Qt::NoModifier)
        pane(m_place)->focusFilter();
    else if (event->key() == Qt::Key_Escape)
        pane(m_place)->goBack();
    else
        QWidget::keyPressEvent(event);
}

QList<QWidget *> MainWindow::regions() const
{
    QList<QWidget *> all { m_sideBar };
    all += pane(m_place)->regions();
    all.append(m_strip);
    return all;
}

// The first widget in a region that takes the keyboard, in the order of Tab.
static QWidget *firstStop(QWidget *region)
{
    const auto takesFocus = [](const QWidget *widget) {
        return widget->focusPolicy() & Qt::TabFocus && widget->isEnabled() && widget->isVisible();
    };
    if (takesFocus(region))
        return region;
    for (QWidget *next = region->nextInFocusChain(); next != region; next = next->nextInFocusChain()) {
        if (region->isAncestorOf(next) && takesFocus(next))
            return next;
    }
    return nullptr;
}

// The keyboard starts in the pane, not at the first button of the window.
void MainWindow::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (focusWidget())
        return;
    for (QWidget *region : pane(m_place)->regions()) {
        if (QWidget *stop = firstStop(region)) {
            stop->setFocus(Qt::OtherFocusReason);
            return;
        }
    }
}

void MainWindow::moveRegion(int step)
{
    const QList<QWidget *> all = regions();
    const QWidget *focused = QApplication::focusWidget();
    qsizetype at = step > 0 ? -1 : 0;
    for (qsizetype i = 0; i < all.size(); ++i) {
        if (focused && (all.at(i) == focused || all.at(i)->isAncestorOf(focused)))
            at = i;
    }
    for (qsizetype i = 1; i <= all.size(); ++i) {
        QWidget *region = all.at((at + step * i + 2 * all.size()) % all.size());
        if (region == m_sideBar) {
            m_sideBar->focusCurrent();
            return;
        }
        if (QWidget *stop = firstStop(region)) {
            stop->setFocus(Qt::ShortcutFocusReason);
            return;
        }
    }
}

QList<PaletteEntry> MainWindow::paletteEntries() const
{
    auto *self = const_cast<MainWindow *>(this);
    QList<PaletteEntry> entries;
    // What is in sight first: the pane's primary action and its own entries.
    const auto addAction = [&entries](QAction *action, const QString &hint) {
        if (!action || !action->isEnabled())
            return;
        PaletteEntry entry;
        entry.name = action->text();
        entry.hint = hint;
        entry.iconName = QStringLiteral("list-add");
        entry.run = [action] { action->trigger(); };
        entries.append(entry);
    };
    addAction(pane(m_place)->primaryAction(), tr("Ctrl+N", "key"));
    entries += pane(m_place)->paletteEntries();
    for (const PlaceWords &words : allPlaces()) {
        if (words.place == m_place)
            continue;
        addAction(pane(words.place)->primaryAction(), words.name);
        entries += pane(words.place)->paletteEntries();
    }
    for (const PlaceWords &words : allPlaces()) {
        PaletteEntry entry;
        entry.kind = PaletteEntry::Kind::Elsewhere;
        entry.name = words.name;
        const int key = int(words.place) + 1;
        entry.hint = key <= 9 ? tr("Ctrl+%1", "key").arg(key) : tr("Place");
        entry.iconName = words.iconName;
        entry.run = [self, place = words.place] { self->go(place); };
        entries.append(entry);
    }
    PaletteEntry quitEntry;
    quitEntry.name = tr("Quit Nephele");
    quitEntry.hint = tr("Ctrl+Q", "key");
    quitEntry.iconName = QStringLiteral("application-exit");
    quitEntry.run = [self] { self->quit(); };
    entries.append(quitEntry);
    return entries;
}

void MainWindow::openPalette()
{
    if (m_palette->isOpen())
        m_palette->close();
    else
        m_palette->open(paletteEntries());
}

void MainWindow::stayInTray()
{
    if (!m_tray) {
        m_tray = new QSystemTrayIcon(programIcon(), this);
        auto *menu = new QMenu(this);
        connect(menu->addAction(tr("Show Nephele")), &QAction::triggered, this, &MainWindow::comeBack);
        connect(menu->addAction(tr("Quit")), &QAction::triggered, this, &MainWindow::quit);
        m_tray->setContextMenu(menu);
        connect(m_tray, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
            if (reason == QSystemTrayIcon::Trigger)
                comeBack();
        });
        connect(m_tray, &QSystemTrayIcon::messageClicked, this, &MainWindow::comeBack);
    }
    hide();
    m_tray->setToolTip(tr("Nephele: the cloud goes on"));
    m_tray->show();
    const int running = m_tasks->runningCount();
    m_tray->showMessage(tr("Nephele goes on"),
        running > 0 ? tr("%n tasks are still running. Quit is in this menu.", nullptr, running)
                    : tr("Others may be using this cloud. Quit is in this menu."),
        programIcon());
}

void MainWindow::comeBack()
{
    if (m_tray)
        m_tray->hide();
    show();
    raise();
    activateWindow();
}

void MainWindow::quit()
{
    m_isQuitting = true;
    if (isVisible()) {
        close();
        return;
    }
    remember();
    emit quitWanted();
}

} // namespace nephele
