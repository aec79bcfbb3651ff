// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/busyclock.h"

#include "app/widgets/theme.h"

#include <QPainter>
#include <QWidget>

namespace nephele {

static constexpr int stepMs = 100;
static constexpr int stepDegrees = 30;

BusyClock::BusyClock()
{
    m_timer.setInterval(stepMs);
    connect(&m_timer, &QTimer::timeout, this, &BusyClock::step);
}

BusyClock &BusyClock::instance()
{
    static BusyClock clock;
    return clock;
}

int BusyClock::angle()
{
    return instance().m_angle;
}

bool BusyClock::isRunning()
{
    return instance().m_timer.isActive();
}

void BusyClock::painted(QPainter *painter, const QRectF &where)
{
    // A grab paints on a pixmap: nothing to repaint there.
    auto *widget = dynamic_cast<QWidget *>(painter->device());
    if (!widget || Theme::reducesMotion())
        return;
    BusyClock &clock = instance();
    auto &place = clock.m_places[widget];
    place.first = widget;
    place.second += painter->worldTransform().mapRect(where).toAlignedRect();
    if (!clock.m_timer.isActive())
        clock.m_timer.start();
}

void BusyClock::step()
{
    m_angle = (m_angle + stepDegrees) % 360;
    const auto places = std::exchange(m_places, {});
    for (const auto &[widget, region] : places) {
        if (widget && widget->isVisible())
            widget->update(region);
    }
    if (places.isEmpty())
        m_timer.stop();
}

} // namespace nephele
