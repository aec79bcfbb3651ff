// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/paint.h"

#include "app/widgets/busyclock.h"
#include "app/widgets/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

namespace nephele::paint {

namespace {

class Saved
{
public:
    explicit Saved(QPainter *p) : m_painter(p)
    {
        p->save();
        p->setRenderHint(QPainter::Antialiasing);
    }
    ~Saved() { m_painter->restore(); }
    Q_DISABLE_COPY_MOVE(Saved)

private:
    QPainter *m_painter;
};

QPen roundPen(const QColor &color, qreal width)
{
    return QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
}

QColor faded(QColor color, float alpha)
{
    color.setAlphaF(alpha);
    return color;
}

QRectF circle(QPointF c, qreal radius)
{
    return { c.x() - radius, c.y() - radius, 2 * radius, 2 * radius };
}

void drawRing(QPainter *p, QPointF c, qreal radius, const QColor &ink)
{
    p->setBrush(Qt::NoBrush);
    p->setPen(QPen(ink, 1.6));
    p->drawEllipse(c, radius, radius);
}

void drawArc(QPainter *p, QPointF c, qreal radius, const QColor &ink)
{
    constexpr int sixteenths = 16;
    const QRectF box = circle(c, radius);
    p->setBrush(Qt::NoBrush);
    p->setPen(QPen(faded(ink, 0.3f), 2));
    p->drawEllipse(box);
    p->setPen(roundPen(ink, 2));
    p->drawArc(box, (90 - BusyClock::angle()) * sixteenths, -130 * sixteenths);
}

void drawTriangle(QPainter *p, QPointF c, qreal radius, const QColor &ink)
{
    const QPointF corners[] = { c + QPointF(0, -radius), c + QPointF(radius * 1.12, radius * 0.92),
        c + QPointF(-radius * 1.12, radius * 0.92) };
    p->setPen(roundPen(ink, 1));
    p->drawPolygon(corners, 3);
    p->setPen(roundPen(Theme::tokens().surface, 1.3));
    p->drawLine(c + QPointF(0, -radius * 0.3), c + QPointF(0, radius * 0.2));
    p->drawPoint(c + QPointF(0, radius * 0.6));
}

void drawBars(QPainter *p, QPointF c, qreal radius)
{
    const QRectF bar(c.x() - radius * 0.75, c.y() - radius * 0.8, radius * 0.55, radius * 1.6);
    p->drawRoundedRect(bar, 1, 1);
    p->drawRoundedRect(bar.translated(radius * 0.95, 0), 1, 1);
}

void drawCross(QPainter *p, QPointF c, qreal radius)
{
    const QRectF upright(c.x() - radius * 0.28, c.y() - radius * 0.9, radius * 0.56, radius * 1.8);
    const QRectF across(c.x() - radius * 0.9, c.y() - radius * 0.28, radius * 1.8, radius * 0.56);
    p->drawRoundedRect(upright, 1, 1);
    p->drawRoundedRect(across, 1, 1);
}

void drawBrokenRing(QPainter *p, QPointF c, qreal radius, const QColor &ink)
{
    p->setBrush(Qt::NoBrush);
    QPen pen(ink, 1.6);
    pen.setDashPattern({ 1.6, 1.35 });
    pen.setCapStyle(Qt::FlatCap);
    p->setPen(pen);
    p->drawEllipse(c, radius, radius);
}

void drawTick(QPainter *p, QPointF c, qreal radius, const QColor &ink)
{
    const QPointF points[] = { c + QPointF(-radius * 0.8, 0.1 * radius),
        c + QPointF(-radius * 0.2, radius * 0.7), c + QPointF(radius * 0.9, -radius * 0.7) };
    p->setBrush(Qt::NoBrush);
    p->setPen(roundPen(ink, 1.8));
    p->drawPolyline(points, 3);
}

constexpr qreal pillGlyph = 13; // centre of the glyph from the pill's left edge
constexpr qreal pillWords = 24; // start of the words
constexpr qreal pillEnd = 9;
constexpr qreal chipPadding = 7;

qreal bodyHeight()
{
    return QFontMetricsF(Theme::font(Type::Body)).height();
}

} // namespace

SignLook signLook(Sign sign)
{
    const Tokens &t = Theme::tokens();
    switch (sign) {
    case Sign::Running:
        return { t.ok, t.okSoft, false };
    case Sign::Done:
        return { t.ok, t.okSoft, false };
    case Sign::Stopped:
    case Sign::Paused:
        return { t.off, t.offSoft, false };
    case Sign::Busy:
        return { t.busy, t.busySoft, true };
    case Sign::Failed:
        return { t.error, t.errorSoft, true };
    case Sign::Rescue:
        return { t.warn, t.warnSoft, true };
    case Sign::Unknown:
        return { t.off, t.offSoft, true };
    }
    return { t.off, t.offSoft, false };
}

void signGlyph(QPainter *p, QPointF centre, Sign sign, qreal size)
{
    const Saved saved(p);
    const QColor ink = signLook(sign).ink;
    const qreal radius = size * Theme::scale() / 2;
    p->setPen(Qt::NoPen);
    p->setBrush(ink);
    switch (sign) {
    case Sign::Running:
        p->drawEllipse(centre, radius * 0.84, radius * 0.84);
        break;
    case Sign::Stopped:
        drawRing(p, centre, radius * 0.76, ink);
        break;
    case Sign::Paused:
        drawBars(p, centre, radius);
        break;
    case Sign::Busy:
        drawArc(p, centre, radius * 0.8, ink);
        BusyClock::painted(p, circle(centre, radius + 2));
        break;
    case Sign::Failed:
        drawTriangle(p, centre, radius, ink);
        break;
    case Sign::Rescue:
        drawCross(p, centre, radius);
        break;
    case Sign::Unknown:
        drawBrokenRing(p, centre, radius * 0.8, ink);
        break;
    case Sign::Done:
        drawTick(p, centre, radius, ink);
        break;
    }
}

qreal statusPillWidth(const QString &words)
{
    return (pillWords + pillEnd) * Theme::scale()
        + QFontMetricsF(Theme::font(Type::Body)).horizontalAdvance(words);
}

qreal statusPill(QPainter *p, const QRectF &rect, Sign sign, const QString &words)
{
    const SignLook look = signLook(sign);
    const Tokens &t = Theme::tokens();
    const qreal width = std::min(statusPillWidth(words), rect.width());
    const qreal height = std::max(22.0, bodyHeight() + 4);
    const QRectF box(rect.left(), rect.center().y() - height / 2, width, height);
    if (look.isLoud) {
        const Saved saved(p);
        p->setPen(Qt::NoPen);
        p->setBrush(look.soft);
        p->drawRoundedRect(box, height / 2, height / 2);
    }
    signGlyph(p, { box.left() + pillGlyph * Theme::scale(), box.center().y() }, sign);
    const bool isCalmFact = sign == Sign::Running || sign == Sign::Done;
    text(p, box.adjusted(pillWords * Theme::scale(), 0, 0, 0), words, Theme::font(Type::Body),
        look.isLoud      ? look.ink
            : isCalmFact ? t.text
                         : t.muted);
    return width;
}

void spark(QPainter *p, const QRectF &rect, const QList<qreal> &values, const QColor &color, qreal top)
{
    if (values.size() < 2 || top <= 0)
        return;
    const Saved saved(p);
    QPainterPath line;
    for (qsizetype i = 0; i < values.size(); ++i) {
        const qreal part = qBound(0.0, values.at(i) / top, 1.0);
        const QPointF at(
            rect.left() + rect.width() * i / (values.size() - 1), rect.bottom() - rect.height() * part);
        if (i == 0)
            line.moveTo(at);
        else
            line.lineTo(at);
    }
    QPainterPath area = line;
    area.lineTo(rect.bottomRight());
    area.lineTo(rect.bottomLeft());
    p->fillPath(area, faded(color, Theme::tokens().dark ? 0.20f : 0.13f));
    p->strokePath(line, roundPen(color, 1.3));
}

qreal chipWidth(const QString &words)
{
    return QFontMetricsF(Theme::font(Type::Caption)).horizontalAdvance(words) + 2 * chipPadding;
}

qreal chip(QPainter *p, QPointF leftCentre, const QString &words)
{
    const QFont font = Theme::font(Type::Caption);
    const qreal height = QFontMetricsF(font).height() + 5;
    const QRectF box(leftCentre.x(), leftCentre.y() - height / 2, chipWidth(words), height);
    {
        const Saved saved(p);
        p->setPen(Qt::NoPen);
        p->setBrush(Theme::tokens().offSoft);
        p->drawRoundedRect(box, metric::radiusSmall, metric::radiusSmall);
    }
    text(p, box.adjusted(chipPadding, 0, 0, 0), words, font, Theme::tokens().muted);
    return box.width();
}

QColor meterColor(qreal used)
{
    constexpr qreal nearlyFull = 0.85;
    constexpr qreal full = 1.0001; // sums of fractions
    const Tokens &t = Theme::tokens();
    return used > full ? t.error : used >= nearlyFull ? t.warnFill : t.accentFill;
}

void meter(QPainter *p, const QRectF &rect, qreal used, qreal planned)
{
    const Tokens &t = Theme::tokens();
    const Saved saved(p);
    QPainterPath clip;
    clip.addRoundedRect(rect, rect.height() / 2, rect.height() / 2);
    p->setClipPath(clip);
    p->fillRect(rect, t.track);

    const auto part = [&rect](qreal of) {
        return QRectF(rect.left(), rect.top(), rect.width() * qBound(0.0, of, 1.0), rect.height());
    };
    const QColor color = meterColor(used + planned);
    const bool isOver = planned > 0 && used + planned > 1;
    if (planned > 0)
        p->fillRect(part(used + planned), faded(color, 0.45f));
    p->fillRect(part(used), isOver ? t.accentFill : color);
    if (planned > 0) // the notch keeps "now" and "with this one" apart without colour
        p->fillRect(QRectF(part(used).right() - 1, rect.top(), 2, rect.height()), t.surface);
}

void ring(QPainter *p, const QRectF &rect, qreal used, const QColor &color)
{
    constexpr qreal width = 7;
    constexpr int sixteenths = 16;
    const Saved saved(p);
    const QRectF arc = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2);
    p->setBrush(Qt::NoBrush);
    p->setPen(QPen(Theme::tokens().track, width));
    p->drawEllipse(arc);
    p->setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap));
    if (used > 0)
        p->drawArc(arc, 90 * sixteenths, -int(std::min(1.0, used) * 360 * sixteenths));
}

void text(QPainter *p, const QRectF &rect, const QString &words, const QFont &font, const QColor &color,
    Qt::Alignment alignment)
{
    if (rect.width() <= 0 || words.isEmpty())
        return;
    const Saved saved(p);
    p->setFont(font);
    p->setPen(color);
    p->drawText(rect, int(alignment) | Qt::TextSingleLine,
        QFontMetricsF(font).elidedText(words, Qt::ElideRight, rect.width() + 0.5));
}

void softShadow(QPainter *p, const QRectF &panel)
{
    constexpr int reach = 12;
    constexpr int drop = 5;
    const Saved saved(p);
    QColor layer = Theme::tokens().shadow;
    layer.setAlpha(layer.alpha() / (reach + 2));
    p->setPen(Qt::NoPen);
    p->setBrush(layer);
    for (int i = reach; i > 0; --i)
        p->drawRoundedRect(
            panel.adjusted(-i, -i + drop, i, i + drop), metric::radiusCard + i, metric::radiusCard + i);
}

} // namespace nephele::paint
