// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/rowdelegate.h"

#include "app/widgets/icons.h"
#include "app/widgets/paint.h"
#include "app/widgets/rowview.h"
#include "app/widgets/theme.h"

#include <QPainter>
#include <QStyle>

namespace nephele {

static constexpr int cellPadding = metric::gapSmall;
static constexpr int iconGap = 10;

const RowView *RowDelegate::viewOf(const QStyleOptionViewItem &option)
{
    return qobject_cast<const RowView *>(option.widget);
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const RowView *view = viewOf(option);
    const QSize natural = QStyledItemDelegate::sizeHint(option, index);
    return { natural.width(), view ? view->rowHeight() : natural.height() };
}

QRect RowDelegate::content(const QStyleOptionViewItem &option, const QModelIndex &index)
{
    const RowView *view = viewOf(option);
    const int inset = view && index.column() == 0 ? view->inset() : 0;
    return option.rect.adjusted(inset + cellPadding, 0, -cellPadding, 0);
}

int RowDelegate::gutterEnd(const RowView *view)
{
    return view->inset() + cellPadding + Theme::px(metric::icon) + iconGap;
}

QRect RowDelegate::drawGutter(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index, const QRect &content)
{
    const Tokens &t = Theme::tokens();
    const QString name = index.data(role::IconName).toString();
    const RowView *view = viewOf(option);
    const bool checks = view && index.column() == 0 && view->showsCheckMark(index);
    if (name.isEmpty() && !checks)
        return content;
    const QRect place(content.left(), content.center().y() - Theme::px(metric::icon) / 2 + 1,
        Theme::px(metric::icon), Theme::px(metric::icon));
    if (checks) {
        QStyleOption box;
        box.rect = place;
        box.state =
            QStyle::State_Enabled | (view->isRowSelected(index) ? QStyle::State_On : QStyle::State_Off);
        view->style()->drawPrimitive(QStyle::PE_IndicatorCheckBox, &box, painter, nullptr);
    } else {
        drawIcon(painter, place, name, index.data(role::Faded).toBool() ? t.faint : t.muted);
    }
    return content.adjusted(Theme::px(metric::icon) + iconGap, 0, 0, 0);
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QRect rect = drawGutter(painter, option, index, content(option, index));
    const QVariant alignment = index.data(Qt::TextAlignmentRole);
    const Tokens &t = Theme::tokens();
    paint::text(painter, rect, index.data().toString(), Theme::font(Type::Body),
        index.data(role::Faded).toBool() ? t.muted : t.text,
        alignment.isValid() ? Qt::Alignment(alignment.toInt()) : Qt::AlignLeft | Qt::AlignVCenter);
}

TwoLineDelegate::TwoLineDelegate(QObject *parent, Names names) : RowDelegate(parent), m_names(names) { }

void TwoLineDelegate::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens &t = Theme::tokens();
    QRect rect = m_isFlush ? option.rect : content(option, index);
    if (const QVariant sign = index.data(role::Sign); sign.isValid() && m_names == Names::Plain) {
        paint::signGlyph(painter, QPointF(rect.left() + Theme::px(metric::icon) / 2, rect.center().y() + 1),
            Sign(sign.toInt()), 11);
        rect.setLeft(rect.left() + Theme::px(metric::icon) + iconGap);
    } else {
        rect = drawGutter(painter, option, index, rect);
    }

    const QFont caption = Theme::font(Type::Caption);
    if (const QString right = index.data(role::Right).toString(); !right.isEmpty()) {
        const int width = QFontMetrics(caption).horizontalAdvance(right) + 2;
        paint::text(painter, QRectF(rect.right() - width, rect.top(), width, rect.height()), right, caption,
            t.muted, Qt::AlignRight | Qt::AlignVCenter);
        rect.setRight(rect.right() - width - metric::gap);
    }

    const QFont first = Theme::font(m_names == Names::Strong ? Type::Strong : Type::Body);
    const QString second = index.data(role::SecondLine).toString();
    if (second.isEmpty()) {
        paint::text(painter, rect, index.data().toString(), first, t.text);
        return;
    }
    const qreal firstHeight = QFontMetricsF(first).height();
    const qreal secondHeight = QFontMetricsF(caption).height();
    const qreal top = rect.top() + (rect.height() - firstHeight - secondHeight - 2) / 2;
    paint::text(
        painter, QRectF(rect.left(), top, rect.width(), firstHeight), index.data().toString(), first, t.text);
    paint::text(painter, QRectF(rect.left(), top + firstHeight + 2, rect.width(), secondHeight), second,
        caption, t.muted);
}

void StatusDelegate::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QRectF rect = QRectF(content(option, index)).adjusted(-cellPadding * Theme::scale(), 0, 0, 0);
    paint::statusPill(painter, rect, Sign(index.data(role::Sign).toInt()), index.data().toString());
}

void TagsDelegate::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QRect rect = content(option, index);
    const QStringList tags = index.data(role::Tags).toStringList();
    qreal x = rect.left();
    for (qsizetype i = 0; i < tags.size(); ++i) {
        if (x + paint::chipWidth(tags.at(i)) > rect.right()) {
            paint::text(painter, QRectF(x, rect.top(), rect.right() - x, rect.height()),
                QStringLiteral("+%1").arg(tags.size() - i), Theme::font(Type::Caption),
                Theme::tokens().muted);
            return;
        }
        x += paint::chip(painter, QPointF(x, rect.center().y() + 1), tags.at(i)) + metric::gapTiny;
    }
}

} // namespace nephele
