// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/statuslabel.h"

#include "app/widgets/theme.h"

#include <QAccessible>
#include <QFontMetrics>
#include <QPainter>

namespace nephele {

static constexpr int groundlessShift = 8; // a state without a ground starts where its glyph does

StatusLabel::StatusLabel(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void StatusLabel::setStatus(Sign sign, const QString &words, const QString &reason)
{
    setToolTip(reason);
    if (sign == m_sign && words == m_words)
        return;
    m_sign = sign;
    m_words = words;
    setAccessibleName(words);
    announceValue(this, words);
    updateGeometry();
    update();
}

QSize StatusLabel::sizeHint() const
{
    const int height = std::max(24, QFontMetrics(Theme::font(Type::Body)).height() + 6);
    return { qCeil(paint::statusPillWidth(m_words)), height };
}

QSize StatusLabel::minimumSizeHint() const
{
    return { std::min(sizeHint().width(), 60), sizeHint().height() };
}

void StatusLabel::paintEvent(QPaintEvent *)
{
    QPainter p(this);
    const int shift = paint::signLook(m_sign).isLoud ? 0 : -qRound(groundlessShift * Theme::scale());
    paint::statusPill(&p, QRectF(rect()).adjusted(shift, 0, 0, 0), m_sign, m_words);
}

SignDot::SignDot(Sign sign, QWidget *parent) : QWidget(parent), m_sign(sign)
{
    const auto fit = [this] { setFixedSize(Theme::px(metric::icon), Theme::px(metric::icon)); };
    fit();
    connect(&Theme::instance(), &Theme::changed, this, fit);
}

void SignDot::setSign(Sign sign)
{
    m_sign = sign;
    update();
}

void SignDot::paintEvent(QPaintEvent *)
{
    QPainter p(this);
    paint::signGlyph(&p, QRectF(rect()).center(), m_sign, 11);
}

void announceValue(QWidget *widget, const QVariant &value)
{
    QAccessibleValueChangeEvent event(widget, value);
    QAccessible::updateAccessibility(&event);
}

} // namespace nephele
