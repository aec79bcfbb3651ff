// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/servers/serversfilter.h"

#include <QStackedWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace nephele {

class ServerActions;

// What stands above the table of servers: the filter and its chips, or, with two or more rows selected, the
// actions in the same place, so that nothing jumps.
class ServersBar : public QStackedWidget
{
    Q_OBJECT

public:
    explicit ServersBar(ServerActions &actions, QWidget *parent = nullptr);

    void setCounts(int all, int running, int attention);
    void setSelected(int count);
    QString showText(ServersFilter::Show show) const; // as on its chip
    void clearFilter();

signals:
    void wordsChanged(const QString &words);
    void showChanged(nephele::ServersFilter::Show show);
    void clearSelectionWanted();

private:
    QWidget *makeFilterBar();
    QWidget *makeChips();
    QWidget *makeActionBar(ServerActions &actions);

    QLineEdit *m_field = nullptr;
    QWidget *m_chipRow = nullptr; // hidden until there is something to count
    QList<QPushButton *> m_chips; // in the order of ServersFilter::Show
    QLabel *m_selected = nullptr;
};

} // namespace nephele
