// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/tokens.h"

#include <cmath>

namespace nephele {

const Tokens &lightTokens()
{
    static const Tokens tokens {
        .dark = false,
        .sunken = 0xf2f4f7,
        .surface = 0xffffff,
        .raised = 0xffffff,
        .card = 0xffffff,
        .field = 0xffffff,
        .control = 0xffffff,
        .well = 0xeceff2,
        .hover = 0xf3f5f8,
        .pressed = 0xe6eaef,
        .line = 0xe2e6eb,
        .edge = 0xc3cad3,
        .lineStrong = 0x868f9b,
        .scroll = 0xcdd3da,
        .text = 0x1a1f26,
        .muted = 0x56606c,
        .faint = 0x8a939e,
        .accent = 0x1a5fc4,
        .accentFill = 0x1f66cf,
        .accentFillHover = 0x1857b5,
        .onAccent = 0xffffff,
        .accentSoft = 0xe3edfb,
        .ok = 0x19743f,
        .okSoft = 0xe2f3e9,
        .warn = 0x8a5300,
        .warnSoft = 0xfbefd9,
        .error = 0xb3261e,
        .errorSoft = 0xfce8e6,
        .busy = 0x5b45b8,
        .busySoft = 0xece8fa,
        .off = 0x5f6975,
        .offSoft = 0xeceff2,
        .warnFill = 0xc47a08,
        .errorFill = 0xc0352b,
        .series = { QColor(0x2a6fd6), QColor(0x0f8a83), QColor(0xb4650a), QColor(0x7a55c7), QColor(0xb83a6b),
            QColor(0x5d6b2a) },
        .track = 0xe6eaef,
        .scrim = QColor(16, 22, 32, 70),
        .shadow = QColor(16, 22, 32, 46),
        .consoleGround = 0x11151b,
        .consoleText = 0xd5dbe3,
    };
    return tokens;
}

const Tokens &darkTokens()
{
    static const Tokens tokens {
        .dark = true,
        .sunken = 0x15181c,
        .surface = 0x1b1f24,
        .raised = 0x23282f,
        .card = 0x1f242a,
        .field = 0x15181c,
        .control = 0x23282f,
        .well = 0x15181c,
        .hover = 0x252a31,
        .pressed = 0x2e343d,
        .line = 0x2c323a,
        .edge = 0x454d58,
        .lineStrong = 0x6f7986,
        .scroll = 0x3d454f,
        .text = 0xe3e7ec,
        .muted = 0xa3acb7,
        .faint = 0x6c7683,
        .accent = 0x7ab2ff,
        .accentFill = 0x2c6fd1,
        .accentFillHover = 0x2563bf,
        .onAccent = 0xffffff,
        .accentSoft = 0x223653,
        .ok = 0x5fca91,
        .okSoft = 0x1b3528,
        .warn = 0xe9b055,
        .warnSoft = 0x3b2e17,
        .error = 0xff8f85,
        .errorSoft = 0x442423,
        .busy = 0xb7a5ff,
        .busySoft = 0x2f2a4a,
        .off = 0x9aa4b0,
        .offSoft = 0x2a3038,
        .warnFill = 0xe0a03c,
        .errorFill = 0xc0352b,
        .series = { QColor(0x6aa8ff), QColor(0x4cc4ba), QColor(0xe3a552), QColor(0xb79bf5), QColor(0xee86ad),
            QColor(0xb5c46c) },
        .track = 0x2f363f,
        .scrim = QColor(0, 0, 0, 120),
        .shadow = QColor(0, 0, 0, 150),
        .consoleGround = 0x0e1116,
        .consoleText = 0xd5dbe3,
    };
    return tokens;
}

Tokens withMoreContrast(const Tokens &tokens)
{
    Tokens more = tokens;
    more.edge = tokens.lineStrong;
    more.line = tokens.lineStrong;
    more.muted = tokens.text;
    return more;
}

static double linear(double channel)
{
    return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

static double luminance(const QColor &color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrastRatio(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

} // namespace nephele
