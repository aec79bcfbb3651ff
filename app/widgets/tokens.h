// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

#include <array>

namespace nephele {

// Every colour of the window, once for light and once for dark. No other file writes a colour down: widgets,
// delegates and panes ask Theme::tokens() for the set in force.
struct Tokens
{
    bool dark;

    // Grounds, from the lowest to the highest.
    QColor sunken; // side bar, activity strip
    QColor surface; // panes and dialogs
    QColor raised; // menus, palette
    QColor card;
    QColor field;
    QColor control; // a button at rest
    QColor well; // ground of segments and of the search button
    QColor hover; // a row or quiet button under the mouse
    QColor pressed;

    // Lines.
    QColor line; // hairline between regions; carries no meaning
    QColor edge; // a button or field at rest; the words in it, not its edge, make it known
    QColor lineStrong; // check boxes, hovered fields, and every edge under "more contrast"; 3:1
    QColor scroll;

    // Words.
    QColor text;
    QColor muted;
    QColor faint; // disabled only

    // The one accent.
    QColor accent; // links, focus ring, tab line, current icon
    QColor accentFill; // the one primary button, the full part of bars
    QColor accentFillHover;
    QColor onAccent; // words on accentFill and on errorFill
    QColor accentSoft; // selected rows

    // States: an ink, and the soft ground it may stand on.
    QColor ok, okSoft;
    QColor warn, warnSoft;
    QColor error, errorSoft;
    QColor busy, busySoft;
    QColor off, offSoft;
    QColor warnFill, errorFill; // graphics, and the ground of a destructive button; never words

    std::array<QColor, 6> series; // lines of charts and lanes, in this order
    QColor track; // the unfilled part of bars and rings
    QColor scrim; // over the window behind the palette
    QColor shadow;
    QColor consoleGround, consoleText; // the guest's screen is the same in both themes
};

const Tokens &lightTokens();
const Tokens &darkTokens();

// The same set for people who asked their desktop for more contrast: edges and second lines gain weight.
Tokens withMoreContrast(const Tokens &tokens);

// Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.1, definition of contrast ratio).
double contrastRatio(const QColor &a, const QColor &b);

// Measures in logical pixels with the system's font at 10 pt. Whatever holds words goes through Theme::px(),
// which lets it grow with the font; gaps and radii stay.
namespace metric {
inline constexpr int gapTiny = 4;
inline constexpr int gapSmall = 8;
inline constexpr int gap = 12;
inline constexpr int gapCard = 16;
inline constexpr int paneEdge = 20;
inline constexpr int gapSection = 24;
inline constexpr int gapLarge = 32;

inline constexpr int radiusSmall = 4; // chip of a tag, key cap
inline constexpr int radius = 6; // control, row
inline constexpr int radiusCard = 8;

inline constexpr int head = 60;
inline constexpr int bar = 44; // above a table
inline constexpr int tableHeader = 32;
inline constexpr int strip = 36;
inline constexpr int control = 30; // button, field
inline constexpr int navEntry = 32;
inline constexpr int rowTree = 32;
inline constexpr int rowFile = 36;
inline constexpr int rowServer = 46;
inline constexpr int rowTwoLines = 52;

inline constexpr int sideBar = 216;
inline constexpr int detailLeast = 360;
inline constexpr int detailMost = 520;
inline constexpr int formMost = 860;
inline constexpr int readingMost = 420;
inline constexpr int narrowPane = 900; // below it the third column leaves

inline constexpr int icon = 16;
inline constexpr int iconLarge = 22;
} // namespace metric

} // namespace nephele
