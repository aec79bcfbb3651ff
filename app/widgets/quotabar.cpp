// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/quotabar.h"

#include "app/widgets/paint.h"
#include "app/widgets/statuslabel.h"
#include "app/widgets/theme.h"

#include <QFontMetrics>
#include <QLocale>
#include <QPainter>

namespace nephele {

static constexpr int meterHeight = 6;
static constexpr int ringSize = 84;
static constexpr int sparkHeight = 34;

// At most one digit after the point: a quota is read, not computed with.
static QString number(qreal value)
{
    QLocale locale;
    const bool whole = qFuzzyCompare(value, qRound64(value)) || qFuzzyIsNull(value);
    return locale.toString(value, 'f', whole ? 0 : 1);
}

static int bodyHeight()
{
    return QFontMetrics(Theme::font(Type::Body)).height();
}

QuotaBar::QuotaBar(const QString &name, const QString &unit, QWidget *parent)
    : QWidget(parent), m_name(name), m_unit(unit)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setUsage({});
}

QString QuotaBar::withUnit(qreal value) const
{
    return m_unit.isEmpty() ? number(value) : tr("%1 %2", "number, unit").arg(number(value), m_unit);
}

QString QuotaBar::valueText() const
{
    const Usage &u = m_usage;
    if (u.limit < 0)
        return u.planned > 0 ? tr("%1 + %2").arg(number(u.used), withUnit(u.planned)) : withUnit(u.used);
    if (!u.fits())
        return tr("%1 too many").arg(withUnit(u.used + u.planned - u.limit));
    if (u.planned > 0)
        return tr("%1 + %2 of %3").arg(number(u.used), number(u.planned), withUnit(u.limit));
    return tr("%1 of %2").arg(number(u.used), withUnit(u.limit));
}

void QuotaBar::setUsage(const Usage &usage)
{
    m_usage = usage;
    setAccessibleName(tr("%1: %2", "quota, value").arg(m_name, valueText()));
    announceValue(this, valueText());
    update();
}

int QuotaBar::lineHeight() const
{
    return std::max(20, bodyHeight() + 2);
}

QSize QuotaBar::sizeHint() const
{
    return { Theme::px(180), lineHeight() + 20 };
}

QSize QuotaBar::minimumSizeHint() const
{
    return { Theme::px(120), sizeHint().height() };
}

void QuotaBar::paintEvent(QPaintEvent *)
{
    const Tokens &t = Theme::tokens();
    QPainter p(this);
    const bool over = !m_usage.fits();
    const QFont valueFont = Theme::font(over ? Type::Strong : Type::Caption);
    const QString value = valueText();
    const qreal valueWidth = std::min(QFontMetricsF(valueFont).horizontalAdvance(value) + 2, qreal(width()));
    const QRectF line(0, 0, width(), lineHeight());
    paint::text(
        &p, line.adjusted(0, 0, -valueWidth - metric::gapSmall, 0), m_name, Theme::font(Type::Body), t.text);
    paint::text(&p, line.adjusted(width() - valueWidth, 0, 0, 0), value, valueFont, over ? t.error : t.muted,
        Qt::AlignRight | Qt::AlignVCenter);
    if (m_usage.limit >= 0)
        paint::meter(&p, QRectF(0, lineHeight() + 5, width(), meterHeight), m_usage.part(m_usage.used),
            m_usage.part(m_usage.planned));
}

QuotaRing::QuotaRing(const QString &name, const QString &unit, QWidget *parent)
    : QWidget(parent), m_name(name), m_unit(unit)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setUsage({});
}

QString QuotaRing::valueText() const
{
    const QString used = number(m_usage.used);
    if (m_usage.limit < 0)
        return m_unit.isEmpty() ? used : tr("%1 %2", "number, unit").arg(used, m_unit);
    const QString of = tr("%1 of %2").arg(used, number(m_usage.limit));
    return m_unit.isEmpty() ? of : tr("%1 %2", "number, unit").arg(of, m_unit);
}

void QuotaRing::setUsage(const Usage &usage)
{
    m_usage = usage;
    setAccessibleName(tr("%1: %2", "quota, value").arg(m_name, valueText()));
    announceValue(this, valueText());
    update();
}

QSize QuotaRing::sizeHint() const
{
    return { Theme::px(120), ringSize + metric::gapSmall + 2 * bodyHeight() + metric::gapTiny };
}

QSize QuotaRing::minimumSizeHint() const
{
    return { Theme::px(96), sizeHint().height() };
}

void QuotaRing::paintEvent(QPaintEvent *)
{
    const Tokens &t = Theme::tokens();
    QPainter p(this);
    const QRectF box((width() - ringSize) / 2.0, 0, ringSize, ringSize);
    const qreal part = m_usage.part(m_usage.used);
    paint::ring(&p, box, part, paint::meterColor(part));
    if (m_usage.limit >= 0)
        paint::text(
            &p, box, tr("%1 %").arg(qRound(100 * part)), Theme::font(Type::Heading), t.text, Qt::AlignCenter);
    const qreal line = bodyHeight();
    const qreal top = ringSize + metric::gapSmall;
    paint::text(
        &p, QRectF(0, top, width(), line), m_name, Theme::font(Type::Strong), t.text, Qt::AlignCenter);
    paint::text(&p, QRectF(0, top + line + 2, width(), line), valueText(), Theme::font(Type::Caption),
        t.muted, Qt::AlignCenter);
}

MetricTile::MetricTile(const QString &name, int series, QWidget *parent)
    : QWidget(parent), m_name(name), m_series(series)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setValues({}, {});
}

void MetricTile::setValues(const QString &value, const QList<qreal> &values, qreal top)
{
    m_value = value.isEmpty() ? QStringLiteral("–") : value;
    m_values = values;
    m_top = top;
    setAccessibleName(tr("%1: %2", "quota, value").arg(m_name, m_value));
    update();
}

int MetricTile::lineHeight() const
{
    return std::max(18, bodyHeight());
}

QSize MetricTile::sizeHint() const
{
    return { Theme::px(150), lineHeight() + metric::radius + sparkHeight + 2 };
}

QSize MetricTile::minimumSizeHint() const
{
    return { Theme::px(100), sizeHint().height() };
}

void MetricTile::paintEvent(QPaintEvent *)
{
    const Tokens &t = Theme::tokens();
    QPainter p(this);
    const QFont strong = Theme::font(Type::Strong);
    const QRectF line(0, 0, width(), lineHeight());
    const qreal valueWidth = QFontMetricsF(strong).horizontalAdvance(m_value) + 2;
    paint::text(&p, line.adjusted(0, 0, -valueWidth - metric::gapTiny, 0), m_name, Theme::font(Type::Caption),
        t.muted);
    paint::text(&p, line, m_value, strong, t.text, Qt::AlignRight | Qt::AlignVCenter);
    const QRectF plot(0, lineHeight() + metric::radius, width(), sparkHeight);
    paint::spark(&p, plot, m_values, t.series.at(size_t(m_series) % t.series.size()), m_top);
    p.fillRect(QRectF(0, plot.bottom(), width(), 1), t.line);
}

} // namespace nephele
