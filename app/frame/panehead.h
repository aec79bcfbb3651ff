// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QPushButton;

namespace nephele {

class ElidedLabel;
class Pane;
class SearchButton;

// Title, one muted fact, the search button, and the one primary button of the pane.
class PaneHead : public QWidget
{
    Q_OBJECT

public:
    explicit PaneHead(QWidget *parent = nullptr);

    void show(const Pane &pane);

signals:
    void searchWanted();

private:
    void setAction(QAction *action, bool isShown);
    void fitHeight();

    ElidedLabel *m_title;
    ElidedLabel *m_fact;
    SearchButton *m_search;
    QPushButton *m_button;
    QAction *m_action = nullptr;
};

} // namespace nephele
