// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/consolekeys.h"

#include <QGuiApplication>
#include <QHash>

#include <rfb/keysym.h>

namespace nephele {

namespace {

const QHash<int, quint32> &namedKeys()
{
    static const QHash<int, quint32> keys {
        { Qt::Key_Escape, XK_Escape },
        { Qt::Key_Tab, XK_Tab },
        { Qt::Key_Backtab, XK_Tab },
        { Qt::Key_Backspace, XK_BackSpace },
        { Qt::Key_Return, XK_Return },
        { Qt::Key_Enter, XK_KP_Enter },
        { Qt::Key_Insert, XK_Insert },
        { Qt::Key_Delete, XK_Delete },
        { Qt::Key_Pause, XK_Pause },
        { Qt::Key_Print, XK_Print },
        { Qt::Key_SysReq, XK_Sys_Req },
        { Qt::Key_Home, XK_Home },
        { Qt::Key_End, XK_End },
        { Qt::Key_Left, XK_Left },
        { Qt::Key_Up, XK_Up },
        { Qt::Key_Right, XK_Right },
        { Qt::Key_Down, XK_Down },
        { Qt::Key_PageUp, XK_Page_Up },
        { Qt::Key_PageDown, XK_Page_Down },
        { Qt::Key_Shift, XK_Shift_L },
        { Qt::Key_Control, XK_Control_L },
        { Qt::Key_Meta, XK_Super_L },
        { Qt::Key_Super_L, XK_Super_L },
        { Qt::Key_Super_R, XK_Super_R },
        { Qt::Key_Alt, XK_Alt_L },
        { Qt::Key_AltGr, XK_ISO_Level3_Shift },
        { Qt::Key_CapsLock, XK_Caps_Lock },
        { Qt::Key_NumLock, XK_Num_Lock },
        { Qt::Key_ScrollLock, XK_Scroll_Lock },
        { Qt::Key_Menu, XK_Menu },
        { Qt::Key_Help, XK_Help },
    };
    return keys;
}

quint32 keypadKeysym(int key)
{
    if (key >= Qt::Key_0 && key <= Qt::Key_9)
        return XK_KP_0 + quint32(key - Qt::Key_0);
    switch (key) {
    case Qt::Key_Plus:
        return XK_KP_Add;
    case Qt::Key_Minus:
        return XK_KP_Subtract;
    case Qt::Key_Asterisk:
        return XK_KP_Multiply;
    case Qt::Key_Slash:
        return XK_KP_Divide;
    case Qt::Key_Period:
    case Qt::Key_Comma:
        return XK_KP_Decimal;
    default:
        return 0;
    }
}

// X11 and Wayland tell the keysym themselves, layout and level applied.
bool platformTellsKeysyms()
{
    static const bool tells = QGuiApplication::platformName() == QStringLiteral("xcb")
        || QGuiApplication::platformName().startsWith(QStringLiteral("wayland"));
    return tells;
}

// Of a letter pressed with Ctrl the text is a control character: then the key itself says which.
char32_t characterOf(const QKeyEvent &event)
{
    const auto typed = event.text().toUcs4();
    if (typed.size() == 1 && typed.constFirst() >= 0x20 && typed.constFirst() != 0x7f)
        return typed.constFirst();
    const int key = event.key();
    if (key >= Qt::Key_A && key <= Qt::Key_Z && !(event.modifiers() & Qt::ShiftModifier))
        return char32_t(key - Qt::Key_A + 'a');
    return key > 0 && key < 0x01000000 ? char32_t(key) : 0;
}

} // namespace

quint32 keysymOf(char32_t character)
{
    if ((character >= 0x20 && character <= 0x7e) || (character >= 0xa0 && character <= 0xff))
        return quint32(character);
    if (character == U'\n' || character == U'\r')
        return XK_Return;
    if (character == U'\t')
        return XK_Tab;
    return character >= 0x100 && character <= 0x10ffff ? 0x01000000u | quint32(character) : 0;
}

quint32 keysymOf(const QKeyEvent &event)
{
    if (platformTellsKeysyms() && event.nativeVirtualKey() != 0)
        return event.nativeVirtualKey();
    const int key = event.key();
    if (event.modifiers() & Qt::KeypadModifier) {
        if (const quint32 keysym = keypadKeysym(key))
            return keysym;
    }
    if (const auto named = namedKeys().constFind(key); named != namedKeys().cend())
        return *named;
    if (key >= Qt::Key_F1 && key <= Qt::Key_F35)
        return XK_F1 + quint32(key - Qt::Key_F1);
    return keysymOf(characterOf(event));
}

} // namespace nephele
