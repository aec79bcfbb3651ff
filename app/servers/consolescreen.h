// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/servers/consolesession.h"

#include <QHash>
#include <QPointer>
#include <QWidget>

namespace nephele {

// Shows a guest's screen on black, scaled to fit with its shape kept (enlarged by whole steps only when it
// would be less than double), and sends keys and mouse to it. While it has the keys, every key but F11 is
// the guest's, shortcuts and Tab included; pressing and letting go Ctrl+Alt gives them back, a click takes
// them again. Does not own the session.
class ConsoleScreen : public QWidget
{
    Q_OBJECT

public:
    explicit ConsoleScreen(ConsoleSession &session, QWidget *parent = nullptr);

    bool hasKeys() const { return m_hasKeys; }
    void takeKeys();
    void giveKeysBack();
    // Ctrl+Alt+Del, which the machine itself would take.
    void sendCtrlAltDelete();
    // Types a text key by key, for guests without a clipboard of their own.
    void typeText(const QString &text);

    // Where the guest's picture lies in the widget.
    QRectF pictureRect() const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

signals:
    void keysTaken();
    void keysGivenBack();
    void fullScreenWanted(); // F11

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool focusNextPrevChild(bool next) override;

private:
    QPoint toGuest(QPointF position) const;
    void sendPointer(QPointF position, int buttons);
    void releaseAll();
    void updatePicture(const QRegion &region);

    QPointer<ConsoleSession> m_session;
    QHash<quint32, quint32> m_down; // key of the keyboard -> keysym we sent for it
    bool m_hasKeys = false;
    bool m_onlyCtrlAlt = false; // nothing else was pressed since both are down
    int m_buttons = 0;
    QPoint m_wheel; // eighths of a degree not yet sent
};

} // namespace nephele
