// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/frame/searchbutton.h"

#include "app/widgets/icons.h"
#include "app/widgets/paint.h"
#include "app/widgets/theme.h"

#include <QFontMetricsF>
#include <QKeySequence>
#include <QPainter>

namespace nephele {

SearchButton::SearchButton(QWidget *parent) : QAbstractButton(parent)
{
    setObjectName(QStringLiteral("searchButton"));
    setText(tr("Search or do"));
    setAccessibleName(tr("Search servers, files and actions"));
    setToolTip(tr("Search servers, files and actions (Ctrl+K)"));
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] { updateGeometry(); });
}

QSize SearchButton::sizeHint() const
{
    return { Theme::px(268), Theme::lineHeight(metric::control + 2) };
}

QSize SearchButton::minimumSizeHint() const
{
    return { Theme::px(metric::icon) + 2 * 10, sizeHint().height() };
}

void SearchButton::paintEvent(QPaintEvent *)
{
    constexpr int edge = 10;
    const Tokens &t = Theme::tokens();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen(underMouse() ? t.lineStrong : t.line, 1));
    p.setBrush(t.well);
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::radius, metric::radius);
    drawIcon(&p,
        QRectF(
            edge, (height() - Theme::px(metric::icon)) / 2, Theme::px(metric::icon), Theme::px(metric::icon)),
        QStringLiteral("edit-find"), t.muted);

    const QFont caption = Theme::font(Type::Caption);
    const QString keys = QKeySequence(Qt::CTRL | Qt::Key_K).toString(QKeySequence::NativeText);
    const qreal capWidth = QFontMetricsF(caption).horizontalAdvance(keys) + 14;
    const qreal capHeight = QFontMetricsF(caption).height() + 3;
    const QRectF cap(width() - metric::gapSmall - capWidth, (height() - capHeight) / 2, capWidth, capHeight);
    const qreal left = edge + Theme::px(metric::icon) + metric::gapSmall;
    const qreal words = QFontMetricsF(Theme::font(Type::Body)).horizontalAdvance(text());
    const bool hasRoom = left + words + metric::gapSmall < cap.left();
    if (hasRoom) { // narrow, the words matter more than the key, which the tool tip tells as well
        p.setPen(QPen(t.line, 1));
        p.setBrush(t.surface);
        p.drawRoundedRect(cap, metric::radiusSmall, metric::radiusSmall);
        paint::text(&p, cap, keys, caption, t.muted, Qt::AlignCenter);
    }
    const qreal right = hasRoom ? cap.left() : width() - edge;
    paint::text(&p, QRectF(left, 0, right - left, height()), text(), Theme::font(Type::Body), t.muted);
}

} // namespace nephele
