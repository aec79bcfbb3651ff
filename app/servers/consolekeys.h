// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeyEvent>
#include <QList>

namespace nephele {

// The X11 keysym (keysymdef.h, as RFC 6143 7.5.4 wants it) of a key of Qt's; 0 for one without.
quint32 keysymOf(const QKeyEvent &event);
// The keysyms that type this character: Latin-1 as it is, the rest by X11's rule for Unicode.
quint32 keysymOf(char32_t character);

} // namespace nephele
