// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/frame/navbutton.h"

#include "app/widgets/icons.h"
#include "app/widgets/paint.h"
#include "app/widgets/theme.h"

#include <QFontMetrics>
#include <QLocale>
#include <QPainter>

namespace nephele {

static constexpr int iconLeft = 10;
static constexpr int edge = 10;

NavButton::NavButton(const PlaceWords &words, QWidget *parent)
    : QAbstractButton(parent), m_iconName(words.iconName)
{
    setText(words.name);
    setObjectName(QStringLiteral("nav%1").arg(int(words.place)));
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    const int key = int(words.place) + 1;
    if (key <= 9)
        setToolTip(tr("%1 (Ctrl+%2)").arg(words.name).arg(key));
    setCount(-1, false);
    connect(&Theme::instance(), &Theme::changed, this, [this] { updateGeometry(); });
}

void NavButton::setCount(int count, bool attention)
{
    m_count = count;
    m_attention = attention;
    QString name = count < 0 ? text() : tr("%1, %2", "place, count").arg(text(), QLocale().toString(count));
    if (attention)
        name = tr("%1, needs attention").arg(name);
    setAccessibleName(name);
    update();
}

QSize NavButton::sizeHint() const
{
    return { Theme::px(160), Theme::lineHeight(metric::navEntry) };
}

void NavButton::paintEvent(QPaintEvent *)
{
    const Tokens &t = Theme::tokens();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    if (isChecked() || underMouse()) {
        p.setPen(Qt::NoPen);
        p.setBrush(isChecked() ? t.accentSoft : t.pressed);
        p.drawRoundedRect(rect(), metric::radius, metric::radius);
    }
    const QRectF place(
        iconLeft, (height() - Theme::px(metric::icon)) / 2, Theme::px(metric::icon), Theme::px(metric::icon));
    drawIcon(&p, place, m_iconName, isChecked() ? t.accent : t.muted);

    qreal right = width() - edge;
    if (m_count >= 0) {
        const QString count = QLocale().toString(m_count);
        const QFont caption = Theme::font(Type::Caption);
        const qreal taken = QFontMetricsF(caption).horizontalAdvance(count) + 1;
        paint::text(&p, QRectF(right - taken, 0, taken, height()), count, caption, t.muted,
            Qt::AlignRight | Qt::AlignVCenter);
        right -= taken + metric::gapSmall;
    }
    if (m_attention) {
        const int size = Theme::px(10);
        paint::signGlyph(&p, { right - size / 2.0, height() / 2.0 }, Sign::Failed);
        right -= size + metric::gapSmall;
    }
    const qreal left = iconLeft + Theme::px(metric::icon) + 10;
    paint::text(&p, QRectF(left, 0, right - left, height()), text(),
        Theme::font(isChecked() ? Type::Strong : Type::Body), t.text);
}

} // namespace nephele
