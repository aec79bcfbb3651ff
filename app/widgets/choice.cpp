// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/choice.h"

#include "app/widgets/icons.h"
#include "app/widgets/paint.h"
#include "app/widgets/theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <QStyle>
#include <QStyleOption>

namespace nephele {

static int badgeSize()
{
    return Theme::px(32);
}

ChoiceButton::ChoiceButton(QWidget *parent) : QAbstractButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    connect(&Theme::instance(), &Theme::changed, this, [this] { updateGeometry(); });
}

void ChoiceButton::setWarning(const QString &words)
{
    if (words == m_warning)
        return;
    m_warning = words;
    changed();
}

void ChoiceButton::changed()
{
    setAccessibleName(
        m_warning.isEmpty() ? spokenName() : tr("%1, %2", "choice, warning").arg(spokenName(), m_warning));
    update();
}

ChoiceCard::ChoiceCard(
    const QString &name, const QString &second, int series, const QString &iconName, QWidget *parent)
    : ChoiceButton(parent), m_iconName(iconName), m_series(series)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setWords(name, second);
}

void ChoiceCard::setWords(const QString &name, const QString &second)
{
    setText(name);
    m_second = second;
    changed();
}

QString ChoiceCard::spokenName() const
{
    return tr("%1, %2", "choice, what it is").arg(text(), m_second);
}

QSize ChoiceCard::sizeHint() const
{
    return { Theme::px(220), std::max(Theme::lineHeight(62, 2), badgeSize() + 2 * metric::gap) };
}

QSize ChoiceCard::minimumSizeHint() const
{
    return { Theme::px(120), sizeHint().height() };
}

void ChoiceCard::drawBadge(QPainter *p, const QRectF &badge) const
{
    const Tokens &t = Theme::tokens();
    const bool plain = !m_iconName.isEmpty();
    const qreal inset = badge.width() / 4;
    const QColor ink = plain ? t.muted : t.series.at(size_t(m_series) % t.series.size());
    QColor soft = plain ? t.off : ink;
    soft.setAlphaF(0.15f);
    p->setPen(Qt::NoPen);
    p->setBrush(soft);
    p->drawRoundedRect(badge, metric::radius, metric::radius);
    if (plain)
        drawIcon(p, badge.marginsRemoved(QMarginsF(inset, inset, inset, inset)), m_iconName, ink);
    else
        paint::text(p, badge, text().left(1).toUpper(), Theme::font(Type::Heading), ink, Qt::AlignCenter);
}

void ChoiceCard::paintEvent(QPaintEvent *)
{
    const Tokens &t = Theme::tokens();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const bool chosen = isChecked();
    const qreal edge = chosen ? 2 : 1;
    p.setPen(QPen(chosen ? t.accent : underMouse() ? t.lineStrong : t.line, edge));
    p.setBrush(chosen ? t.accentSoft : underMouse() ? t.hover : t.card);
    const qreal half = edge / 2;
    p.drawRoundedRect(
        QRectF(rect()).adjusted(half, half, -half, -half), metric::radiusCard, metric::radiusCard);

    drawBadge(&p, QRectF(metric::gap, (height() - badgeSize()) / 2.0, badgeSize(), badgeSize()));
    const qreal left = metric::gap + badgeSize() + metric::gap;
    const qreal right = width() - metric::gap;
    const QFont strong = Theme::font(Type::Strong);
    const QFont caption = Theme::font(Type::Caption);
    const qreal lineHeight = QFontMetricsF(strong).height();
    const qreal top = (height() - lineHeight - QFontMetricsF(caption).height() - 2) / 2;
    const qreal tick = chosen ? Theme::px(metric::icon) + metric::gapTiny : 0;
    paint::text(&p, QRectF(left, top, right - left - tick, lineHeight), text(), strong,
        warning().isEmpty() ? t.text : t.muted);
    const QRectF below(left, top + lineHeight + 2, right - left, QFontMetricsF(caption).height());
    if (warning().isEmpty()) {
        paint::text(&p, below, m_second, caption, t.muted);
    } else {
        paint::signGlyph(&p, { below.left() + 6, below.center().y() }, Sign::Failed);
        paint::text(&p, below.adjusted(16, 0, 0, 0), warning(), caption, t.error);
    }
    if (chosen)
        drawIcon(&p,
            QRectF(right - Theme::px(metric::icon), metric::gap, Theme::px(metric::icon),
                Theme::px(metric::icon)),
            QStringLiteral("dialog-ok"), t.accent);
}

ChoiceRow::ChoiceRow(const QString &name, const QStringList &facts, QWidget *parent)
    : ChoiceButton(parent), m_facts(facts)
{
    setText(name);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    changed();
}

QString ChoiceRow::spokenName() const
{
    return (QStringList { text() } + m_facts).join(QStringLiteral(", "));
}

QSize ChoiceRow::sizeHint() const
{
    return { Theme::px(480), Theme::lineHeight(metric::rowFile) };
}

QSize ChoiceRow::minimumSizeHint() const
{
    return { Theme::px(200), sizeHint().height() };
}

void ChoiceRow::drawWarning(QPainter *p, const QRectF &cell) const
{
    paint::signGlyph(p, { cell.left() + 6, cell.center().y() }, Sign::Failed);
    paint::text(p, cell.adjusted(18, 0, 0, 0), warning(), Theme::font(Type::Body), Theme::tokens().error);
}

void ChoiceRow::paintEvent(QPaintEvent *)
{
    const Tokens &t = Theme::tokens();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    if (isChecked() || underMouse()) {
        p.setPen(Qt::NoPen);
        p.setBrush(isChecked() ? t.accentSoft : t.hover);
        p.drawRoundedRect(rect(), metric::radius, metric::radius);
    }
    QStyleOption mark;
    mark.rect = QRect(metric::gap, (height() - Theme::px(metric::icon)) / 2, Theme::px(metric::icon),
        Theme::px(metric::icon));
    mark.state = QStyle::State_Enabled | (isChecked() ? QStyle::State_On : QStyle::State_Off);
    style()->drawPrimitive(QStyle::PE_IndicatorRadioButton, &mark, &p, this);

    const QColor ink = warning().isEmpty() ? t.text : t.muted;
    const qreal left = metric::gap + Theme::px(metric::icon) + metric::gap;
    const qreal cell = (width() - left - metric::gap) / (m_facts.size() + 1.0);
    paint::text(
        &p, QRectF(left, 0, cell - metric::gapSmall, height()), text(), Theme::font(Type::Strong), ink);
    for (qsizetype i = 0; i < m_facts.size(); ++i) {
        const QRectF place(left + cell * (i + 1), 0, cell - metric::gapSmall, height());
        const bool isLast = i == m_facts.size() - 1;
        if (isLast && !warning().isEmpty())
            drawWarning(&p, place);
        else
            paint::text(&p, place, m_facts.at(i), Theme::font(Type::Body), ink);
    }
}

} // namespace nephele
