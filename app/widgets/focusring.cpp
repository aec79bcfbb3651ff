// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/focusring.h"

#include "app/widgets/theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QPainter>

namespace nephele {

static bool s_keyboardLeads = false;

namespace {

constexpr int reach = 2; // how far the ring stands outside of what it rings

class Ring : public QWidget
{
public:
    explicit Ring(QWidget *window) : QWidget(window)
    {
        setObjectName(QStringLiteral("focusRing"));
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setAttribute(Qt::WA_NoSystemBackground);
        setFocusPolicy(Qt::NoFocus);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(QPen(Theme::tokens().accent, 2));
        p.drawRoundedRect(
            QRectF(rect()).adjusted(1, 1, -1, -1), metric::radius + reach, metric::radius + reach);
    }
};

bool isNavigation(int key)
{
    return key == Qt::Key_Tab || key == Qt::Key_Backtab || (key >= Qt::Key_Left && key <= Qt::Key_Down);
}

} // namespace

FocusRing::FocusRing(QApplication *application) : QObject(application)
{
    application->installEventFilter(this);
}

bool FocusRing::keyboardLeads()
{
    return s_keyboardLeads;
}

void FocusRing::setLead(bool keyboard)
{
    if (s_keyboardLeads == keyboard)
        return;
    s_keyboardLeads = keyboard;
    follow();
    // A view draws the ring of its current row itself.
    if (auto *view = qobject_cast<QAbstractItemView *>(m_target))
        view->viewport()->update();
}

bool FocusRing::eventFilter(QObject *object, QEvent *event)
{
    switch (event->type()) {
    case QEvent::FocusIn:
    case QEvent::FocusOut:
        focusMoved(object, event);
        break;
    case QEvent::KeyPress:
        if (isNavigation(static_cast<QKeyEvent *>(event)->key()))
            setLead(true);
        break;
    case QEvent::MouseButtonPress:
        setLead(false);
        break;
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Hide:
    case QEvent::Show:
        if (m_target && object->isWidgetType()
            && (object == m_target || static_cast<QWidget *>(object)->isAncestorOf(m_target)))
            follow();
        break;
    default:
        break;
    }
    return false;
}

void FocusRing::focusMoved(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::FocusOut) {
        if (object != m_target)
            return;
        m_target.clear();
        follow();
        return;
    }
    const Qt::FocusReason reason = static_cast<QFocusEvent *>(event)->reason();
    // Not TabFocusReason: a widget that is hidden passes its focus on as if by Tab. The key itself is seen
    // above.
    if (reason == Qt::ShortcutFocusReason)
        s_keyboardLeads = true;
    else if (reason == Qt::MouseFocusReason)
        s_keyboardLeads = false;
    if (auto *widget = qobject_cast<QWidget *>(object); widget && widget == QApplication::focusWidget()) {
        m_target = widget;
        follow();
    }
}

void FocusRing::follow()
{
    QWidget *target = m_target;
    const bool wanted = target && s_keyboardLeads && target->isVisible()
        && target->focusPolicy() != Qt::NoFocus && !qobject_cast<QAbstractItemView *>(target)
        && !target->property("noRing").toBool();
    if (!wanted) {
        if (m_ring)
            m_ring->hide();
        return;
    }
    QWidget *window = target->window();
    if (!m_ring || m_ring->parentWidget() != window) {
        delete m_ring;
        m_ring = new Ring(window);
    }
    const QRect place(target->mapTo(window, QPoint()), target->size());
    m_ring->setGeometry(place.adjusted(-reach, -reach, reach, reach));
    m_ring->raise();
    m_ring->show();
}

} // namespace nephele
