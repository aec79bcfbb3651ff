// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QRect>
#include <QString>

class QPainter;

namespace nephele {

// The colours an icon may have, as tokens: looked up when it is painted, so a change of theme needs no new
// icons.
enum class Ink { Text, Muted, Faint, Accent, OnAccent, Ok, Warn, Error, Busy };

QColor inkColor(Ink ink);

// The one way to an icon: by its freedesktop name, out of resources/icons, tinted. A name that is not there
// gives an empty icon and a warning in the log; a test looks for every name the sources use.
QIcon icon(const QString &name, Ink ink = Ink::Muted);
bool hasIcon(const QString &name);

// For delegates and widgets that paint themselves. The rectangle is square and in logical pixels.
void drawIcon(QPainter *painter, const QRectF &rect, const QString &name, const QColor &color);

// The sign of the program, in colour.
QIcon programIcon();

} // namespace nephele
