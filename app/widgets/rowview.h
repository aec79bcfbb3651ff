// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QTimer>
#include <QTreeView>

namespace nephele {

// One column of a table, and what it does when the table narrows.
struct ColumnPlan
{
    int column;
    int width; // least, for a 10 pt font
    int rank; // 0 stays always; of the others the highest leaves first
    int stretch = 0; // its share of what is left over
};

// The list behind every table, list and tree: rounded, inset grounds under whole rows for hover, selected and
// current; uniform heights, so that 10,000 rows lay out at once; nothing scrolls sideways. Delegates draw
// content only. With check marks on, the leading icon's place holds a check box while the row is hovered or
// several are selected, and a click there toggles.
class RowView : public QTreeView
{
    Q_OBJECT

public:
    explicit RowView(QWidget *parent = nullptr);

    // Height for a 10 pt font, and how many lines of words it must hold at any.
    void setRowHeight(int atTenPoints, int lines = 1);
    int rowHeight() const;
    void setInset(int inset) { m_inset = inset; } // of the row grounds from the view's edges
    int inset() const { return m_inset; }
    void setWholeRows(bool on) { m_wholeRows = on; } // for cards: no half row at the bottom
    void setColumnPlan(const QList<ColumnPlan> &plan);
    void setCheckMarks(bool on) { m_checkMarks = on; }

    bool isHovered(const QModelIndex &index) const;
    bool isHovering() const { return m_hovered.isValid(); }
    bool showsCheckMark(const QModelIndex &index) const;
    bool isRowSelected(const QModelIndex &index) const;

    // The ground of a row that changed its state fades away within 600 ms.
    void flashRow(const QModelIndex &index);

signals:
    void opened(const QModelIndex &index); // Enter or double click
    void hoverLeft(); // rows that wait may now be inserted

protected:
    void drawRow(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void drawBranches(QPainter *painter, const QRect &rect, const QModelIndex &index) const override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;

private:
    void setHovered(const QModelIndex &index);
    void fitColumns();
    void fitHeader();
    bool isInCheckGutter(const QPoint &at) const;
    qreal flashOf(const QModelIndex &index) const;
    void stepFlashes();

    int m_rowHeight;
    int m_rowLines = 1;
    int m_inset;
    bool m_wholeRows = false;
    bool m_checkMarks = false;
    QList<ColumnPlan> m_plan;
    QPersistentModelIndex m_hovered;
    QHash<QPersistentModelIndex, QElapsedTimer> m_flashes;
    QTimer m_flashTimer;
};

} // namespace nephele
