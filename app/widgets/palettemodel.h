// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/pane.h"
#include "app/widgets/rowdelegate.h"

#include <QAbstractListModel>

namespace nephele {

// rows: a heading for each kind that has hits, then its hits, at most five, best first. A hit matches when
// every word of the query is in its name; names that begin with the query come first.
class PaletteModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { HeadingRole = role::OwnRole, MatchesRole };

    using QAbstractListModel::QAbstractListModel;

    void setEntries(const QList<PaletteEntry> &entries);
    void setQuery(const QString &query);
    const PaletteEntry *entryAt(const QModelIndex &index) const; // null: a heading
    int firstHit() const; // row; -1: nothing matches

    int rowCount(const QModelIndex &parent = QModelIndex()) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    struct Row
    {
        QString heading; // empty: a hit
        qsizetype entry = -1;
        QList<std::pair<int, int>> matches; // start and length in the name
    };
    QList<Row> rowsOf(PaletteEntry::Kind kind, const QString &heading) const;

    QList<PaletteEntry> m_entries;
    QString m_query;
    QList<Row> m_rows;
};

// One line: sign or icon, the name with its matched letters strong, the hint at the right.
class PaletteDelegate : public RowDelegate
{
    Q_OBJECT

public:
    using RowDelegate::RowDelegate;
    void paint(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace nephele
