// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/lookstyle.h"

#include "app/widgets/theme.h"

#include <QPainter>
#include <QStyleOption>

namespace nephele {

static constexpr int indicatorSize = 16;

static QPen markPen(const QColor &color, qreal width)
{
    return QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
}

// A check box or radio button, alone and in item views.
static void drawMark(QPainter *p, const QStyleOption &option, bool round)
{
    const Tokens &t = Theme::tokens();
    const bool partly = option.state & QStyle::State_NoChange;
    const bool on = partly || (option.state & QStyle::State_On);
    const bool enabled = option.state & QStyle::State_Enabled;
    const QRectF box = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    const QPointF c = box.center();
    const qreal s = box.width() / (indicatorSize - 1);

    p->setPen(QPen(!enabled ? t.line : on ? t.accentFill : t.lineStrong, 1));
    p->setBrush(!enabled ? QBrush(t.track) : on ? QBrush(t.accentFill) : QBrush(t.surface));
    if (round)
        p->drawEllipse(box);
    else
        p->drawRoundedRect(box, 3.5, 3.5);
    if (!on)
        return;

    const QColor ink = enabled ? t.onAccent : t.faint;
    p->setPen(markPen(ink, 1.8));
    if (partly) {
        p->drawLine(c - QPointF(3, 0) * s, c + QPointF(3, 0) * s);
    } else if (round) {
        p->setPen(Qt::NoPen);
        p->setBrush(ink);
        p->drawEllipse(c, 3 * s, 3 * s);
    } else {
        const QPointF tick[] = { c + QPointF(-3.4, 0.2) * s, c + QPointF(-1, 2.6) * s,
            c + QPointF(3.6, -2.6) * s };
        p->drawPolyline(tick, 3);
    }
}

enum class Towards { Up, Down, Right };

static void drawArrow(QPainter *p, const QStyleOption &option, Towards towards)
{
    const Tokens &t = Theme::tokens();
    const QPointF c = QRectF(option.rect).center();
    p->setPen(markPen(option.state & QStyle::State_Enabled ? t.muted : t.faint, 1.4));
    const qreal sign = towards == Towards::Up ? -1 : 1;
    if (towards == Towards::Right) {
        const QPointF points[] = { c + QPointF(-1.8, -3.5), c + QPointF(1.8, 0), c + QPointF(-1.8, 3.5) };
        p->drawPolyline(points, 3);
    } else {
        const QPointF points[] = { c + QPointF(-3.5, -1.8 * sign), c + QPointF(0, 1.8 * sign),
            c + QPointF(3.5, -1.8 * sign) };
        p->drawPolyline(points, 3);
    }
}

LookStyle::LookStyle() : QProxyStyle(QStringLiteral("Fusion")) { }

void LookStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    switch (element) {
    case PE_FrameFocusRect:
        break; // FocusRing
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        drawMark(painter, *option, false);
        break;
    case PE_IndicatorRadioButton:
        drawMark(painter, *option, true);
        break;
    case PE_IndicatorBranch:
        if (option->state & State_Children)
            drawArrow(painter, *option, option->state & State_Open ? Towards::Down : Towards::Right);
        break;
    case PE_IndicatorArrowDown:
        drawArrow(painter, *option, Towards::Down);
        break;
    case PE_IndicatorArrowUp:
        drawArrow(painter, *option, Towards::Up);
        break;
    case PE_IndicatorArrowRight:
        drawArrow(painter, *option, Towards::Right);
        break;
    default:
        painter->restore();
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        return;
    }
    painter->restore();
}

void LookStyle::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    if (control != CC_ComboBox) {
        QProxyStyle::drawComplexControl(control, option, painter, widget);
        return;
    }
    const Tokens &t = Theme::tokens();
    const bool enabled = option->state & State_Enabled;
    const bool hovered = option->state & State_MouseOver;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(!enabled ? t.line : hovered ? t.lineStrong : t.edge, 1));
    painter->setBrush(enabled ? t.control : t.surface);
    painter->drawRoundedRect(
        QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), metric::radius, metric::radius);
    painter->restore();
    QStyleOption arrow(*option);
    arrow.rect = QRect(option->rect.right() - 22, option->rect.top(), 16, option->rect.height());
    drawPrimitive(PE_IndicatorArrowDown, &arrow, painter, widget);
}

QRect LookStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option,
    SubControl subControl, const QWidget *widget) const
{
    if (control == CC_ComboBox && subControl == SC_ComboBoxEditField)
        return option->rect.adjusted(8, 2, -24, -2); // words start where a field's do
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

QSize LookStyle::sizeFromContents(
    ContentsType type, const QStyleOption *option, const QSize &size, const QWidget *widget) const
{
    const QSize natural = QProxyStyle::sizeFromContents(type, option, size, widget);
    if (type == CT_ComboBox)
        return { natural.width() + 16, std::max(Theme::px(metric::control), natural.height()) };
    return natural;
}

int LookStyle::pixelMetric(PixelMetric which, const QStyleOption *option, const QWidget *widget) const
{
    switch (which) {
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return Theme::px(indicatorSize);
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ToolBarIconSize:
        return Theme::px(metric::icon);
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_SplitterWidth:
        return 1;
    case PM_TreeViewIndentation:
        return 16;
    default:
        return QProxyStyle::pixelMetric(which, option, widget);
    }
}

int LookStyle::styleHint(
    StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *answer) const
{
    switch (hint) {
    case SH_ItemView_ShowDecorationSelected:
    case SH_UnderlineShortcut:
    case SH_EtchDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons:
        return 0;
    case SH_Slider_AbsoluteSetButtons:
        return Qt::LeftButton;
    case SH_Widget_Animate:
    case SH_Widget_Animation_Duration:
        return Theme::reducesMotion() ? 0 : QProxyStyle::styleHint(hint, option, widget, answer);
    default:
        return QProxyStyle::styleHint(hint, option, widget, answer);
    }
}

} // namespace nephele
