// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/consolescreen.h"

#include "app/servers/consolekeys.h"
#include "app/widgets/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <rfb/keysym.h>

#include <cmath>

namespace nephele {

namespace {

constexpr int wheelStep = 120; // eighths of a degree in one notch
constexpr QSize textScreen(720, 400); // until the guest tells its own

int buttonBit(Qt::MouseButton button)
{
    switch (button) {
    case Qt::LeftButton:
        return 1;
    case Qt::MiddleButton:
        return 2;
    case Qt::RightButton:
        return 4;
    default:
        return 0;
    }
}

// The same key on press and release, whatever the modifiers did to its meaning in between.
quint32 keyNumber(const QKeyEvent &event)
{
    return event.nativeScanCode() != 0 ? event.nativeScanCode() : 0x80000000u | quint32(event.key());
}

bool isCtrlAlt(quint32 keysym)
{
    return keysym == XK_Control_L || keysym == XK_Control_R || keysym == XK_Alt_L || keysym == XK_Alt_R;
}

} // namespace

ConsoleScreen::ConsoleScreen(ConsoleSession &session, QWidget *parent) : QWidget(parent), m_session(&session)
{
    setObjectName(QStringLiteral("consoleScreen"));
    setAccessibleName(tr("Screen of the server"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAttribute(Qt::WA_InputMethodEnabled, false); // keys are the guest's, composing included
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&session, &ConsoleSession::painted, this, &ConsoleScreen::updatePicture);
    connect(&session, &ConsoleSession::resized, this, [this] {
        updateGeometry();
        update();
    });
    connect(&session, &ConsoleSession::stateChanged, this, [this](ConsoleSession::State state) {
        if (state != ConsoleSession::State::Connected)
            giveKeysBack();
        update();
    });
}

int ConsoleScreen::heightForWidth(int width) const
{
    const QSize frame = m_session ? m_session->frameSize() : QSize();
    const QSize size = frame.isEmpty() ? textScreen : frame;
    return int(std::lround(qreal(width) * size.height() / size.width()));
}

QSize ConsoleScreen::sizeHint() const
{
    return { 360, heightForWidth(360) };
}

QRectF ConsoleScreen::pictureRect() const
{
    const QSize frame = m_session ? m_session->frameSize() : QSize();
    if (frame.isEmpty())
        return {};
    // In the screen's own pixels, so that a fitting picture is not smeared.
    const qreal ratio = devicePixelRatioF();
    const QSizeF room = QSizeF(size()) * ratio;
    qreal scale = qMin(room.width() / frame.width(), room.height() / frame.height());
    if (scale > 1 && scale < 2)
        scale = 1;
    const QSizeF picture = QSizeF(frame) * scale / ratio;
    const QPointF corner((width() - picture.width()) / 2, (height() - picture.height()) / 2);
    return { QPointF(std::floor(corner.x() * ratio) / ratio, std::floor(corner.y() * ratio) / ratio),
        picture };
}

QPoint ConsoleScreen::toGuest(QPointF position) const
{
    const QRectF picture = pictureRect();
    const QSize frame = m_session->frameSize();
    if (picture.isEmpty())
        return {};
    const QPointF inside = position - picture.topLeft();
    return { qBound(0, int(inside.x() * frame.width() / picture.width()), frame.width() - 1),
        qBound(0, int(inside.y() * frame.height() / picture.height()), frame.height() - 1) };
}

void ConsoleScreen::updatePicture(const QRegion &region)
{
    const QRectF picture = pictureRect();
    const QSize frame = m_session->frameSize();
    if (picture.isEmpty())
        return;
    const qreal scale = picture.width() / frame.width();
    const QRectF part(region.boundingRect());
    // One more pixel around: smooth scaling mixes neighbours.
    update(QRectF(picture.topLeft() + part.topLeft() * scale, part.size() * scale)
               .adjusted(-2, -2, 2, 2)
               .toAlignedRect());
}

void ConsoleScreen::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor ground = Theme::tokens().consoleGround;
    painter.fillRect(rect(), ground);
    if (!m_session)
        return;
    const QRectF picture = pictureRect();
    m_session->withFrame([&](const QImage &frame) {
        if (frame.isNull() || picture.isEmpty())
            return;
        const QSize pixels = (picture.size() * devicePixelRatioF()).toSize();
        // Drawn smaller, letters stay readable only when every pixel of the guest counts.
        if (pixels.width() < frame.width())
            painter.drawImage(picture, frame.scaled(pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        else
            painter.drawImage(picture, frame);
    });
    if (m_session->state() == ConsoleSession::State::Lost) {
        painter.setOpacity(0.65); // what is seen is over
        painter.fillRect(rect(), ground);
    }
}

void ConsoleScreen::takeKeys()
{
    setFocus(Qt::OtherFocusReason);
    if (m_hasKeys || !m_session || m_session->state() != ConsoleSession::State::Connected)
        return;
    m_hasKeys = true;
    emit keysTaken();
}

void ConsoleScreen::giveKeysBack()
{
    releaseAll();
    if (!m_hasKeys)
        return;
    m_hasKeys = false;
    emit keysGivenBack();
}

void ConsoleScreen::releaseAll()
{
    if (m_session) {
        for (const quint32 keysym : std::as_const(m_down))
            m_session->sendKey(keysym, false);
    }
    m_down.clear();
    m_onlyCtrlAlt = false;
}

void ConsoleScreen::sendCtrlAltDelete()
{
    for (const quint32 keysym : { XK_Control_L, XK_Alt_L, XK_Delete })
        m_session->sendKey(keysym, true);
    for (const quint32 keysym : { XK_Delete, XK_Alt_L, XK_Control_L })
        m_session->sendKey(keysym, false);
}

void ConsoleScreen::typeText(const QString &text)
{
    for (const char32_t character : text.toUcs4()) {
        const quint32 keysym = keysymOf(character);
        if (keysym == 0)
            continue;
        m_session->sendKey(keysym, true);
        m_session->sendKey(keysym, false);
    }
}

bool ConsoleScreen::event(QEvent *event)
{
    // Whoever wants this key as a shortcut does not get it: a key press follows here instead.
    if (event->type() == QEvent::ShortcutOverride && m_hasKeys) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

bool ConsoleScreen::focusNextPrevChild(bool next)
{
    return m_hasKeys ? false : QWidget::focusNextPrevChild(next);
}

void ConsoleScreen::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_F11) {
        if (!event->isAutoRepeat())
            emit fullScreenWanted();
        return;
    }
    if (!m_hasKeys)
        return QWidget::keyPressEvent(event);
    const quint32 keysym = keysymOf(*event);
    if (keysym == 0)
        return;
    const quint32 key = keyNumber(*event);
    // A key held down repeats inside the guest by its own rule as long as it is down; some guests (text
    // consoles over VNC) count on repeated presses.
    m_session->sendKey(m_down.value(key, keysym), true);
    m_down.insert(key, m_down.value(key, keysym));
    if (!event->isAutoRepeat()) {
        const bool allCtrlAlt = std::all_of(m_down.cbegin(), m_down.cend(), isCtrlAlt);
        m_onlyCtrlAlt = allCtrlAlt && m_down.size() == 2;
    }
}

void ConsoleScreen::keyReleaseEvent(QKeyEvent *event)
{
    if (!m_hasKeys || event->isAutoRepeat())
        return QWidget::keyReleaseEvent(event);
    const auto down = m_down.constFind(keyNumber(*event));
    if (down == m_down.cend())
        return;
    const quint32 keysym = *down;
    m_down.erase(down);
    m_session->sendKey(keysym, false);
    if (m_onlyCtrlAlt && isCtrlAlt(keysym))
        giveKeysBack();
}

void ConsoleScreen::sendPointer(QPointF position, int buttons)
{
    if (m_session)
        m_session->sendPointer(toGuest(position), buttons);
}

void ConsoleScreen::mousePressEvent(QMouseEvent *event)
{
    takeKeys();
    m_buttons |= buttonBit(event->button());
    sendPointer(event->position(), m_buttons);
}

void ConsoleScreen::mouseReleaseEvent(QMouseEvent *event)
{
    m_buttons &= ~buttonBit(event->button());
    sendPointer(event->position(), m_buttons);
}

void ConsoleScreen::mouseDoubleClickEvent(QMouseEvent *event)
{
    mousePressEvent(event);
}

void ConsoleScreen::mouseMoveEvent(QMouseEvent *event)
{
    sendPointer(event->position(), m_buttons);
}

void ConsoleScreen::wheelEvent(QWheelEvent *event)
{
    m_wheel += event->angleDelta();
    // Bits 3 to 6: up, down, left, right; one press and release a notch.
    while (std::abs(m_wheel.y()) >= wheelStep) {
        const bool up = m_wheel.y() > 0;
        sendPointer(event->position(), m_buttons | (up ? 0x08 : 0x10));
        sendPointer(event->position(), m_buttons);
        m_wheel.ry() -= up ? wheelStep : -wheelStep;
    }
    while (std::abs(m_wheel.x()) >= wheelStep) {
        const bool left = m_wheel.x() > 0;
        sendPointer(event->position(), m_buttons | (left ? 0x20 : 0x40));
        sendPointer(event->position(), m_buttons);
        m_wheel.rx() -= left ? wheelStep : -wheelStep;
    }
    event->accept();
}

void ConsoleScreen::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void ConsoleScreen::focusOutEvent(QFocusEvent *event)
{
    giveKeysBack();
    QWidget::focusOutEvent(event);
    update();
}

} // namespace nephele
