// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/tokens.h"

#include <QFont>
#include <QObject>

class QAbstractButton;
class QApplication;
class QWidget;

namespace nephele {

class ColorScheme;

// Steps from the system's own font; no absolute size is named anywhere.
enum class Type { Caption, Body, Strong, Heading, Title, Display, Mono };

// Turns tokens into what Qt understands: a palette, fonts and one generated stylesheet. Follows the system's
// light or dark, its wish for contrast and its font. One per process, window thread only.
class Theme : public QObject
{
    Q_OBJECT

public:
    enum class Choice { System, Light, Dark };

    static Theme &instance();
    static const Tokens &tokens() { return instance().m_tokens; }
    static QFont font(Type type);

    // A measure given for a 10 pt font, grown with the font in force; never smaller than given.
    static int px(int atTenPoints);
    // A height given for a 10 pt font that must also hold this many lines of it.
    static int lineHeight(int atTenPoints, int lines = 1);
    static qreal scale(); // of the font in force against 10 pt; at least 1
    static bool reducesMotion();

    // Sets style, palette, stylesheet and focus ring. Call once, before the first widget is made.
    void install(QApplication &application);
    void choose(Choice choice);
    Choice choice() const { return m_choice; }

signals:
    // For what keeps colours or sizes, such as charts and scenes. Widgets repaint by themselves.
    void changed();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    Theme();
    void apply();
    void applyPalette();
    void applyFonts();

    QApplication *m_application = nullptr;
    ColorScheme *m_scheme = nullptr;
    Tokens m_tokens = lightTokens();
    Choice m_choice = Choice::System;
    bool m_applying = false;
};

// Gives a widget a step of the font and keeps it there when the system's font changes.
void setType(QWidget *widget, Type type);

// The size of the icon of a button, for the font in force.
void fitIcon(QAbstractButton *button);

// The rules for everything the style itself draws in an older taste, chosen by the properties kind, ground,
// tone and rule. They name no font: one in a stylesheet silently wins over setFont() for all below it.
QString styleSheetFor(const Tokens &tokens);

} // namespace nephele
