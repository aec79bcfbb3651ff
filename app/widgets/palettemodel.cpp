// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/palettemodel.h"

#include "app/widgets/icons.h"
#include "app/widgets/theme.h"

#include <QFontMetricsF>
#include <QPainter>

namespace nephele {

static constexpr int hitsPerKind = 5;

using Matches = QList<std::pair<int, int>>;

// Where the words of the query stand in the name; nullopt when one of them does not.
static std::optional<Matches> matchesOf(const QString &name, const QStringList &words)
{
    Matches matches;
    for (const QString &word : words) {
        const qsizetype at = name.indexOf(word, 0, Qt::CaseInsensitive);
        if (at < 0)
            return std::nullopt;
        matches.append({ int(at), int(word.size()) });
    }
    std::sort(matches.begin(), matches.end());
    return matches;
}

void PaletteModel::setEntries(const QList<PaletteEntry> &entries)
{
    m_entries = entries;
    setQuery(m_query);
}

QList<PaletteModel::Row> PaletteModel::rowsOf(PaletteEntry::Kind kind, const QString &heading) const
{
    const QStringList words = m_query.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QList<Row> hits;
    for (qsizetype i = 0; i < m_entries.size(); ++i) {
        if (m_entries.at(i).kind != kind)
            continue;
        if (const auto matches = matchesOf(m_entries.at(i).name, words))
            hits.append({ {}, i, *matches });
    }
    const auto startsWithQuery = [](const Row &row) {
        return !row.matches.isEmpty() && row.matches.first().first == 0;
    };
    std::stable_sort(hits.begin(), hits.end(),
        [&](const Row &a, const Row &b) { return startsWithQuery(a) && !startsWithQuery(b); });
    if (hits.size() > hitsPerKind)
        hits.resize(hitsPerKind);
    if (!hits.isEmpty())
        hits.prepend({ heading, -1, {} });
    return hits;
}

void PaletteModel::setQuery(const QString &query)
{
    beginResetModel();
    m_query = query.trimmed();
    m_rows = rowsOf(PaletteEntry::Kind::Action, tr("Actions"));
    m_rows += rowsOf(PaletteEntry::Kind::Server, tr("Servers"));
    m_rows += rowsOf(PaletteEntry::Kind::Elsewhere, tr("Elsewhere"));
    endResetModel();
}

const PaletteEntry *PaletteModel::entryAt(const QModelIndex &index) const
{
    if (!index.isValid() || m_rows.at(index.row()).entry < 0)
        return nullptr;
    return &m_entries.at(m_rows.at(index.row()).entry);
}

int PaletteModel::firstHit() const
{
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_rows.at(row).entry >= 0)
            return row;
    }
    return -1;
}

int PaletteModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant PaletteModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows.at(index.row());
    const PaletteEntry *entry = entryAt(index);
    switch (role) {
    case Qt::DisplayRole:
        return entry ? entry->name : row.heading;
    case HeadingRole:
        return entry == nullptr;
    case MatchesRole:
        return QVariant::fromValue(row.matches);
    case role::Right:
        return entry ? entry->hint : QString();
    case role::IconName:
        return entry ? entry->iconName : QString();
    case role::Sign:
        return entry && entry->sign ? QVariant(int(*entry->sign)) : QVariant();
    case Qt::AccessibleTextRole:
        return entry ? tr("%1, %2", "hit, hint").arg(entry->name, entry->hint) : row.heading;
    default:
        return {};
    }
}

Qt::ItemFlags PaletteModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return entryAt(index) ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::ItemIsEnabled;
}

void PaletteDelegate::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens &t = Theme::tokens();
    const QRect rect = option.rect.adjusted(metric::paneEdge, 0, -metric::paneEdge, 0);
    const QFont caption = Theme::font(Type::Caption);
    const QString name = index.data().toString();
    if (index.data(PaletteModel::HeadingRole).toBool()) {
        paint::text(painter, QRectF(rect).adjusted(0, metric::gapSmall, 0, 0), name, caption, t.muted);
        return;
    }
    if (const QVariant sign = index.data(role::Sign); sign.isValid())
        paint::signGlyph(painter, QPointF(rect.left() + Theme::px(metric::icon) / 2, rect.center().y() + 1),
            Sign(sign.toInt()));
    else
        drawIcon(painter,
            QRect(rect.left(), rect.center().y() - Theme::px(metric::icon) / 2 + 1, Theme::px(metric::icon),
                Theme::px(metric::icon)),
            index.data(role::IconName).toString(), t.muted);

    const QString hint = index.data(role::Right).toString();
    const qreal hintWidth = QFontMetricsF(caption).horizontalAdvance(hint);
    paint::text(painter, rect, hint, caption, t.muted, Qt::AlignRight | Qt::AlignVCenter);

    qreal x = rect.left() + Theme::px(metric::icon) + metric::gap;
    const qreal end = rect.right() - hintWidth - metric::gap;
    const auto write = [&](const QString &words, Type type, const QColor &color) {
        const QFont font = Theme::font(type);
        const qreal width = QFontMetricsF(font).horizontalAdvance(words);
        paint::text(
            painter, QRectF(x, rect.top(), std::min(width + 1, end - x), rect.height()), words, font, color);
        x += width;
    };
    int from = 0;
    for (const auto &[at, length] : index.data(PaletteModel::MatchesRole).value<Matches>()) {
        if (at < from)
            continue; // two words of the query found the same letters
        write(name.mid(from, at - from), Type::Body, t.text);
        write(name.mid(at, length), Type::Strong, t.accent);
        from = at + length;
    }
    write(name.mid(from), Type::Body, t.text);
}

} // namespace nephele
