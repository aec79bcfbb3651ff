// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/rowview.h"

#include "app/widgets/focusring.h"
#include "app/widgets/rowdelegate.h"
#include "app/widgets/theme.h"

#include <QHeaderView>
#include <QMouseEvent>
#include <QPainter>

namespace nephele {

static constexpr int flashMs = 600;
static constexpr int flashStepMs = 40;

RowView::RowView(QWidget *parent) : QTreeView(parent), m_rowHeight(metric::rowFile), m_inset(metric::gap)
{
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setSelectionMode(ExtendedSelection);
    setSelectionBehavior(SelectRows);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setEditTriggers(NoEditTriggers);
    setMouseTracking(true);
    setAllColumnsShowFocus(true);
    setItemDelegate(new RowDelegate(this));
    header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header()->setHighlightSections(false);
    header()->setStretchLastSection(false);
    header()->setMinimumSectionSize(24);
    header()->setSectionResizeMode(QHeaderView::Fixed);
    setType(header(), Type::Caption);
    fitHeader();
    m_flashTimer.setInterval(flashStepMs);
    connect(&m_flashTimer, &QTimer::timeout, this, &RowView::stepFlashes);
    // Grounds of other rows depend on where the keyboard is.
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        fitHeader();
        scheduleDelayedItemsLayout();
    });
}

void RowView::fitHeader()
{
    header()->setFixedHeight(Theme::px(metric::tableHeader));
}

void RowView::setRowHeight(int atTenPoints, int lines)
{
    m_rowHeight = atTenPoints;
    m_rowLines = lines;
    scheduleDelayedItemsLayout();
}

int RowView::rowHeight() const
{
    return Theme::lineHeight(m_rowHeight, m_rowLines);
}

void RowView::setColumnPlan(const QList<ColumnPlan> &plan)
{
    m_plan = plan;
    fitColumns();
}

bool RowView::isHovered(const QModelIndex &index) const
{
    return m_hovered.isValid() && index.siblingAtColumn(0) == m_hovered;
}

bool RowView::isRowSelected(const QModelIndex &index) const
{
    return selectionModel() && selectionModel()->isRowSelected(index.row(), index.parent());
}

bool RowView::showsCheckMark(const QModelIndex &index) const
{
    if (!m_checkMarks || !selectionModel())
        return false;
    return isHovered(index) || selectionModel()->selectedRows().size() > 1;
}

void RowView::flashRow(const QModelIndex &index)
{
    if (Theme::reducesMotion() || !index.isValid())
        return;
    m_flashes[index.siblingAtColumn(0)].start();
    m_flashTimer.start();
}

qreal RowView::flashOf(const QModelIndex &index) const
{
    const auto it = m_flashes.constFind(QPersistentModelIndex(index.siblingAtColumn(0)));
    return it == m_flashes.cend() ? 0 : std::max(0.0, 1 - double(it->elapsed()) / flashMs);
}

void RowView::stepFlashes()
{
    m_flashes.removeIf([](const auto &flash) { return flash.value().hasExpired(flashMs); });
    if (m_flashes.isEmpty())
        m_flashTimer.stop();
    viewport()->update();
}

void RowView::drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens &t = Theme::tokens();
    const QRectF ground(
        m_inset, option.rect.top() + 1, viewport()->width() - 2 * m_inset, option.rect.height() - 2);
    const bool selected = isRowSelected(index);
    const bool current = index.siblingAtColumn(0) == currentIndex().siblingAtColumn(0);

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    const auto fill = [&](const QColor &color) {
        painter->setBrush(color);
        painter->drawRoundedRect(ground, metric::radius, metric::radius);
    };
    if (selected)
        fill(t.accentSoft);
    else if (isHovered(index))
        fill(t.hover);
    if (const qreal flash = flashOf(index); flash > 0 && !selected) {
        QColor color = t.accentSoft;
        color.setAlphaF(float(flash));
        fill(color);
    }
    if (hasFocus() && current && FocusRing::keyboardLeads()) {
        painter->setPen(QPen(t.accent, 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(ground.adjusted(1, 1, -1, -1), metric::radius, metric::radius);
    }
    painter->restore();

    QStyleOptionViewItem plain = option; // the ground is drawn; keep the style's own away
    plain.state &= ~(QStyle::State_Selected | QStyle::State_MouseOver | QStyle::State_HasFocus);
    QTreeView::drawRow(painter, plain, index);
}

void RowView::drawBranches(QPainter *painter, const QRect &rect, const QModelIndex &index) const
{
    if (rootIsDecorated())
        QTreeView::drawBranches(painter, rect, index);
}

bool RowView::isInCheckGutter(const QPoint &at) const
{
    if (!m_checkMarks)
        return false;
    const QModelIndex index = indexAt(at);
    return index.isValid() && index.column() == 0 && at.x() < RowDelegate::gutterEnd(this);
}

void RowView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && isInCheckGutter(event->position().toPoint())) {
        const QModelIndex index = indexAt(event->position().toPoint());
        selectionModel()->setCurrentIndex(index, QItemSelectionModel::Toggle | QItemSelectionModel::Rows);
        return;
    }
    QTreeView::mousePressEvent(event);
}

void RowView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QPoint at = event->position().toPoint();
    if (isInCheckGutter(at)) {
        mousePressEvent(event); // two quick clicks on a check box are two clicks
        return;
    }
    QTreeView::mouseDoubleClickEvent(event);
    if (const QModelIndex index = indexAt(at); index.isValid() && event->button() == Qt::LeftButton)
        emit opened(index);
}

void RowView::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (currentIndex().isValid())
            emit opened(currentIndex());
        return;
    case Qt::Key_Escape:
        if (selectionModel() && selectionModel()->hasSelection()) {
            clearSelection();
            return;
        }
        break;
    case Qt::Key_Slash: // the filter's key, not the start of a search by letters
        event->ignore();
        return;
    default:
        break;
    }
    QTreeView::keyPressEvent(event);
}

void RowView::mouseMoveEvent(QMouseEvent *event)
{
    setHovered(indexAt(event->position().toPoint()));
    QTreeView::mouseMoveEvent(event);
}

void RowView::leaveEvent(QEvent *event)
{
    setHovered({});
    QTreeView::leaveEvent(event);
}

void RowView::setHovered(const QModelIndex &index)
{
    const QModelIndex row = index.siblingAtColumn(0);
    if (row == m_hovered)
        return;
    m_hovered = row;
    viewport()->update();
    if (!row.isValid())
        emit hoverLeft();
}

void RowView::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTreeView::selectionChanged(selected, deselected);
    viewport()->update(); // grounds and check boxes reach over all columns
}

void RowView::changeEvent(QEvent *event)
{
    QTreeView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        fitHeader();
        fitColumns();
    }
}

void RowView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    if (m_wholeRows)
        setViewportMargins(0, 0, 0, height() % rowHeight());
    fitColumns();
}

// Columns leave by rank when the table narrows; what is left over goes where the plan says. Nothing scrolls
// sideways, so a table too narrow for its first rank cuts words with an ellipsis instead.
void RowView::fitColumns()
{
    if (m_plan.isEmpty() || !model())
        return;
    const int room = viewport()->width() - m_inset;
    QList<ColumnPlan> byRank = m_plan;
    std::stable_sort(
        byRank.begin(), byRank.end(), [](const auto &a, const auto &b) { return a.rank < b.rank; });
    int used = 0;
    int stretches = 0;
    QList<int> shown;
    for (const ColumnPlan &plan : byRank) {
        const int width = Theme::px(plan.width);
        if (plan.rank > 0 && used + width > room)
            break;
        used += width;
        stretches += plan.stretch;
        shown.append(plan.column);
    }
    const int spare = room - used;
    for (const ColumnPlan &plan : m_plan) {
        const bool isShown = shown.contains(plan.column);
        setColumnHidden(plan.column, !isShown);
        if (!isShown)
            continue;
        const int share = spare > 0 ? (stretches ? spare * plan.stretch / stretches : 0)
                                    : spare * Theme::px(plan.width) / std::max(1, used);
        header()->resizeSection(plan.column, Theme::px(plan.width) + share);
    }
}

} // namespace nephele
