// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/frame/connectionbutton.h"

#include "app/widgets/icons.h"
#include "app/widgets/paint.h"
#include "app/widgets/theme.h"

#include <QFontMetricsF>
#include <QPainter>

namespace nephele {

static constexpr int edge = 18; // in line with the icons and counts of the places

ConnectionButton::ConnectionButton(QWidget *parent) : QAbstractButton(parent)
{
    setObjectName(QStringLiteral("connection"));
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] { updateGeometry(); });
    setCloudStatus({});
}

void ConnectionButton::setCloudStatus(const CloudStatus &status)
{
    m_status = status;
    m_words = connectionWords(status);
    setText(m_words.shortText);
    setToolTip(m_words.details);
    setAccessibleName(m_words.details);
    update();
}

QSize ConnectionButton::sizeHint() const
{
    return { Theme::px(200), Theme::lineHeight(metric::strip) };
}

void ConnectionButton::paintEvent(QPaintEvent *)
{
    const Tokens &t = Theme::tokens();
    QPainter p(this);
    if (underMouse())
        p.fillRect(rect(), t.pressed);
    using Link = CloudStatus::Link;
    using Tone = ConnectionWords::Tone;
    const QColor ink = m_words.tone == Tone::Failed ? t.error
        : m_words.tone == Tone::Warning             ? t.warn
        : m_status.link == Link::Connecting         ? t.muted
                                                    : t.ok;
    const QRectF place(
        edge, (height() - Theme::px(metric::icon)) / 2, Theme::px(metric::icon), Theme::px(metric::icon));
    drawIcon(&p, place,
        m_status.link == Link::Lost ? QStringLiteral("network-disconnect")
                                    : QStringLiteral("network-connect"),
        ink);

    const QFont caption = Theme::font(Type::Caption);
    const qreal taken = QFontMetricsF(caption).horizontalAdvance(m_words.right) + 1;
    const qreal right = width() - edge;
    const bool calm = m_words.tone == Tone::Calm;
    paint::text(&p, QRectF(right - taken, 0, taken, height()), m_words.right, caption, calm ? t.muted : ink,
        Qt::AlignRight | Qt::AlignVCenter);
    const qreal left = edge + Theme::px(metric::icon) + 10;
    paint::text(&p, QRectF(left, 0, right - taken - metric::gapSmall - left, height()), m_words.shortText,
        Theme::font(Type::Body), t.text);
}

} // namespace nephele
