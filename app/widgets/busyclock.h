// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QRegion>
#include <QTimer>

class QPainter;
class QWidget;

namespace nephele {

// Turns the arc of everything that is busy, one step each 100 ms, with one timer for the whole program.
// Whoever paints an arc says so; at the next step just those places are painted again. What is hidden does
// not paint, so the clock stops by itself. Under "reduce motion" it never starts. Window thread.
class BusyClock : public QObject
{
    Q_OBJECT

public:
    static int angle(); // degrees, clockwise, in steps
    static void painted(QPainter *painter, const QRectF &where);
    static bool isRunning();

private:
    BusyClock();
    static BusyClock &instance();
    void step();

    QTimer m_timer;
    int m_angle = 0;
    QHash<QWidget *, std::pair<QPointer<QWidget>, QRegion>> m_places;
};

} // namespace nephele
