// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/flowlayout.h"

#include <QWidget>

namespace nephele {

FlowLayout::FlowLayout(QWidget *parent, int spacing) : QLayout(parent)
{
    setContentsMargins({});
    setSpacing(spacing);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

void FlowLayout::addItem(QLayoutItem *item)
{
    m_items.append(item);
}

QLayoutItem *FlowLayout::itemAt(int index) const
{
    return m_items.value(index);
}

QLayoutItem *FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const
{
    return flow(QRect(0, 0, width, 0), Pass::Measure);
}

QSize FlowLayout::sizeHint() const
{
    // All in one line.
    QSize size;
    int shown = 0;
    for (const QLayoutItem *item : m_items) {
        if (item->isEmpty())
            continue;
        size = { size.width() + item->sizeHint().width(),
            std::max(size.height(), item->sizeHint().height()) };
        ++shown;
    }
    const QMargins margins = contentsMargins();
    return size + QSize(std::max(0, shown - 1) * spacing(), 0)
        + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem *item : m_items) {
        if (!item->isEmpty())
            size = size.expandedTo(item->minimumSize());
    }
    const QMargins margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    flow(rect, Pass::Place);
}

int FlowLayout::flow(const QRect &rect, Pass pass) const
{
    const QMargins margins = contentsMargins();
    const QRect inner = rect.marginsRemoved(margins);
    QList<QLayoutItem *> line;
    int x = inner.left();
    int y = inner.top();
    int lineHeight = 0;
    const auto endLine = [&] {
        if (pass == Pass::Place) {
            int at = inner.left();
            for (QLayoutItem *item : line) {
                const QSize size = item->sizeHint().boundedTo({ inner.width(), item->sizeHint().height() });
                item->setGeometry({ QPoint(at, y + (lineHeight - size.height()) / 2), size });
                at += size.width() + spacing();
            }
        }
        line.clear();
    };
    for (QLayoutItem *item : m_items) {
        if (item->isEmpty())
            continue;
        const QSize size = item->sizeHint();
        if (!line.isEmpty() && x + size.width() > inner.right() + 1) {
            endLine();
            y += lineHeight + spacing();
            x = inner.left();
            lineHeight = 0;
        }
        line.append(item);
        x += size.width() + spacing();
        lineHeight = std::max(lineHeight, size.height());
    }
    endLine();
    return y + lineHeight - rect.top() + margins.bottom();
}

} // namespace nephele
