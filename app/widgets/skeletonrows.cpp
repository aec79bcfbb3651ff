// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/skeletonrows.h"

#include "app/widgets/theme.h"

#include <QPainter>

namespace nephele {

void SkeletonRows::paintEvent(QPaintEvent *)
{
    // Uneven on purpose, and the same each time: words differ in length, and nothing should flicker.
    static constexpr int widths[] = { 150, 118, 176, 132, 98, 164, 140 };
    constexpr int kinds = std::size(widths);
    constexpr int columnsFrom = 300;
    constexpr int columnStep = 170;

    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(Qt::NoPen);
    const auto bar = [&p](int x, int y, int width, int height) {
        p.drawRoundedRect(x, y, width, height, metric::radiusSmall, metric::radiusSmall);
    };
    const int rowHeight = Theme::lineHeight(metric::rowTwoLines, 2);
    for (int row = 0; (row + 1) * rowHeight <= height(); ++row) {
        QColor color = Theme::tokens().track;
        color.setAlphaF(float(std::max(0.12, 1.0 - row / 9.0)));
        p.setBrush(color);
        const int y = row * rowHeight + (rowHeight - 24) / 2;
        bar(metric::paneEdge, y + 3, 18, 18);
        bar(50, y, widths[row % kinds], 10);
        bar(50, y + 16, widths[(row + 3) % kinds] / 2, 8);
        for (int x = columnsFrom; x < width() - 100; x += columnStep)
            bar(x, y + 6, widths[(row + x / columnStep) % kinds] * 2 / 3, 10);
    }
}

} // namespace nephele
