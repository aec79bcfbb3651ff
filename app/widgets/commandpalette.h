// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/pane.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QLineEdit;

namespace nephele {

class PaletteModel;
class RowView;

// Ctrl+K: one field that finds actions, servers and the rest, at most five of each, with the matched letters
// marked. A child of the window, so it needs no window manager; the rest of the window dims under it.
class CommandPalette : public QWidget
{
    Q_OBJECT

public:
    explicit CommandPalette(QWidget *window);

    // What there is to find just now. Kept until the palette closes.
    void open(const QList<PaletteEntry> &entries, const QString &query = QString());
    void close();
    bool isOpen() const { return isVisible(); }

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void filter(const QString &query);
    void layOut();
    void moveCurrent(int step);
    void run(const QModelIndex &index);
    bool keyPressed(int key);

    QWidget *m_panel;
    QLineEdit *m_field;
    RowView *m_list;
    PaletteModel *m_model;
    QLabel *m_nothing;
    QPointer<QWidget> m_focusBefore;
};

} // namespace nephele
