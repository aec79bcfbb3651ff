// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/paint.h"

#include <QFrame>

class QAction;
class QLabel;
class QMenu;
class QStackedWidget;
class QTabBar;
class QToolButton;
class QVBoxLayout;

namespace nephele {

class ElidedLabel;
class FlowLayout;
class Paragraph;
class StatusLabel;

// The panel beside a table: of one row its name, state, the three likely actions, the rest in a menu, and
// tabs; it keeps its tab from row to row. With several rows selected it shows their sum and the list instead.
class DetailPanel : public QFrame
{
    Q_OBJECT

public:
    explicit DetailPanel(QWidget *parent = nullptr);

    void setName(const QString &name);
    void setStatus(Sign sign, const QString &words, const QString &reason = QString());
    // The three likely actions as buttons, all others in the menu. All are kept by the pane.
    void setActions(const QList<QAction *> &likely, const QList<QAction *> &others);
    int addTab(const QString &name, QWidget *page); // the panel owns the page
    void setTabEnabled(int tab, bool on, const QString &why = QString());
    int currentTab() const;
    void setCurrentTab(int tab);

    void showOne();
    // "4 servers", "Together 10 vCPU, 28 GB of memory", and a widget with the list, which the pane keeps.
    void showSeveral(const QString &title, const QString &sum, QWidget *list);

    // 2/7 of the pane, 360 to 520 at 10 pt.
    static int widthFor(int paneWidth);

signals:
    void closeWanted();
    void tabChanged(int tab);

private:
    QWidget *makeHead();

    ElidedLabel *m_name;
    StatusLabel *m_status;
    FlowLayout *m_actions;
    QToolButton *m_more;
    QMenu *m_menu;
    QTabBar *m_tabs;
    QStackedWidget *m_pages;
    QStackedWidget *m_faces;
    QLabel *m_severalTitle;
    Paragraph *m_severalSum;
    QVBoxLayout *m_severalBody;
};

} // namespace nephele
