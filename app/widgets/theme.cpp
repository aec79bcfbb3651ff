// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/theme.h"

#include "app/widgets/colorscheme.h"
#include "app/widgets/focusring.h"
#include "app/widgets/lookstyle.h"

#include <QAbstractButton>
#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetrics>
#include <QPalette>
#include <QScreen>
#include <QStyle>
#include <QToolButton>
#include <QToolTip>
#include <QVariant>
#include <QWidget>

namespace nephele {

static const char typeProperty[] = "nepheleType";

Theme::Theme() = default;

Theme &Theme::instance()
{
    static Theme theme;
    return theme;
}

// A font that is set in pixels has no points; QFontInfo tells what it comes to, rounded to whole pixels.
static qreal bodyPoints()
{
    const QFont font = QApplication::font();
    return font.pointSizeF() > 0 ? font.pointSizeF() : QFontInfo(font).pointSizeF();
}

QFont Theme::font(Type type)
{
    QFont font =
        type == Type::Mono ? QFontDatabase::systemFont(QFontDatabase::FixedFont) : QApplication::font();
    const qreal base = bodyPoints();
    switch (type) {
    case Type::Caption:
        font.setPointSizeF(base - 1);
        break;
    case Type::Body:
        break;
    case Type::Strong:
        font.setWeight(QFont::DemiBold);
        break;
    case Type::Heading:
        font.setPointSizeF(base + 1.5);
        font.setWeight(QFont::DemiBold);
        break;
    case Type::Title:
        font.setPointSizeF(base + 5);
        font.setWeight(QFont::DemiBold);
        break;
    case Type::Display:
        font.setPointSizeF(base + 9);
        font.setWeight(QFont::DemiBold);
        break;
    case Type::Mono:
        font.setPointSizeF(base - 0.5);
        break;
    }
    return font;
}

qreal Theme::scale()
{
    constexpr qreal assumedDotsPerInch = 96;
    const QScreen *screen = QGuiApplication::primaryScreen();
    const qreal density = screen ? screen->logicalDotsPerInch() / assumedDotsPerInch : 1;
    return std::max(1.0, bodyPoints() * density / 10);
}

int Theme::px(int atTenPoints)
{
    return qRound(atTenPoints * scale());
}

int Theme::lineHeight(int atTenPoints, int lines)
{
    const int words = QFontMetrics(QApplication::font()).height() * lines + metric::gapSmall;
    return std::max(px(atTenPoints), words);
}

bool Theme::reducesMotion()
{
    const Theme &theme = instance();
    return theme.m_scheme && theme.m_scheme->reducesMotion();
}

void Theme::install(QApplication &application)
{
    if (m_application)
        return;
    m_application = &application;
    m_scheme = new ColorScheme(&application);
    application.setStyle(new LookStyle); // before any stylesheet, which wraps it
    new FocusRing(&application);
    connect(m_scheme, &ColorScheme::changed, this, &Theme::apply);
    application.installEventFilter(this);
    apply();
}

void Theme::choose(Choice choice)
{
    m_choice = choice;
    if (m_application)
        apply();
}

bool Theme::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::ApplicationFontChange && object == m_application && !m_applying)
        apply();
    return QObject::eventFilter(object, event);
}

void Theme::apply()
{
    m_applying = true; // setStyleSheet() sends font changes of its own
    const bool dark = m_choice == Choice::Dark || (m_choice == Choice::System && m_scheme->prefersDark());
    m_tokens = dark ? darkTokens() : lightTokens();
    if (m_scheme->prefersContrast())
        m_tokens = withMoreContrast(m_tokens);
    applyPalette();
    m_application->setStyleSheet(styleSheetFor(m_tokens));
    applyFonts();
    m_applying = false;
    emit changed();
}

void Theme::applyPalette()
{
    const Tokens &t = m_tokens;
    const std::pair<QPalette::ColorRole, QColor> roles[] = {
        { QPalette::Window, t.surface },
        { QPalette::WindowText, t.text },
        { QPalette::Base, t.surface },
        { QPalette::AlternateBase, t.sunken },
        { QPalette::Text, t.text },
        { QPalette::PlaceholderText, t.muted },
        { QPalette::Button, t.raised },
        { QPalette::ButtonText, t.text },
        { QPalette::BrightText, t.error },
        { QPalette::ToolTipBase, t.raised },
        { QPalette::ToolTipText, t.text },
        { QPalette::Link, t.accent },
        { QPalette::LinkVisited, t.accent },
        // Fusion takes focus and check colours from here, so it stays strong; item views are coloured apart.
        { QPalette::Highlight, t.accentFill },
        { QPalette::HighlightedText, t.onAccent },
        { QPalette::Light, t.raised },
        { QPalette::Midlight, t.line },
        { QPalette::Mid, t.line },
        { QPalette::Dark, t.lineStrong },
        { QPalette::Shadow, t.shadow },
    };
    QPalette palette;
    for (const auto &[role, color] : roles)
        palette.setColor(role, color);
    for (const auto role : { QPalette::WindowText, QPalette::Text, QPalette::ButtonText })
        palette.setColor(QPalette::Disabled, role, t.faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, t.track);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, t.faint);
    m_application->setPalette(palette);
    QToolTip::setPalette(palette);
}

void Theme::applyFonts()
{
    const auto widgets = QApplication::allWidgets();
    for (QWidget *widget : widgets) {
        if (const QVariant type = widget->property(typeProperty); type.isValid())
            widget->setFont(font(static_cast<Type>(type.toInt())));
        if (auto *button = qobject_cast<QAbstractButton *>(widget); button && !button->icon().isNull())
            fitIcon(button);
    }
}

void fitIcon(QAbstractButton *button)
{
    const int side = Theme::px(metric::icon);
    const bool hasWords = !qobject_cast<QToolButton *>(button);
    // 3 px more between icon and words, see icons.cpp.
    button->setIconSize({ hasWords ? side + 3 : side, side });
}

void setType(QWidget *widget, Type type)
{
    widget->setProperty(typeProperty, static_cast<int>(type));
    widget->setFont(Theme::font(type));
}

} // namespace nephele
