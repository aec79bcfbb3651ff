// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace nephele {

class RowView;

// Roles that the generic delegates read. A model's own roles start at OwnRole.
namespace role {
enum {
    SecondLine = Qt::UserRole + 40, // QString, muted, under the first
    Right, // QString, muted, at the right edge of a two-line row
    IconName, // QString; empty draws none
    Sign, // int of Sign
    Faded, // bool: the thing is at rest, its icon is faint
    Tags, // QStringList
    OwnRole
};
}

// Draws the content of one cell; RowView draws the ground. The base draws an optional icon and one line,
// aligned as Qt::TextAlignmentRole says. Numbers belong right, words left.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void paint(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

    // Where a cell's words may stand: columns are padded by 8, the first one so that it starts at the pane's
    // edge.
    static QRect content(const QStyleOptionViewItem &option, const QModelIndex &index);
    static int gutterEnd(const RowView *view); // right edge of the first column's icon and its margin

    // Draws the leading icon of the first column, or the check box in its place; returns what is left.
    static QRect drawGutter(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index,
        const QRect &content);
    static const RowView *viewOf(const QStyleOptionViewItem &option);
};

// Icon or sign, a first line, a muted second line, something short at the right. For one-column lists and for
// the name column of tables (with strong names).
class TwoLineDelegate : public RowDelegate
{
    Q_OBJECT

public:
    enum class Names { Plain, Strong };
    explicit TwoLineDelegate(QObject *parent, Names names = Names::Plain);

    // Flush rows are read, not picked: they start at the edge of their card.
    void setFlush(bool on) { m_isFlush = on; }
    void paint(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const Names m_names;
    bool m_isFlush = false;
};

// The state of a resource: role::Sign and the words of Qt::DisplayRole.
class StatusDelegate : public RowDelegate
{
    Q_OBJECT

public:
    using RowDelegate::RowDelegate;
    void paint(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

// role::Tags as small chips; "+2" for those that find no room.
class TagsDelegate : public RowDelegate
{
    Q_OBJECT

public:
    using RowDelegate::RowDelegate;
    void paint(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace nephele
