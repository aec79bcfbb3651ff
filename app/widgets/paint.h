// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QList>
#include <QRectF>
#include <QString>

class QPainter;

namespace nephele {

// The states a resource can show. Each has a shape of its own, so that it reads without colour; the words
// come from the pane, which knows the resource.
enum class Sign {
    Running, // disc
    Stopped, // ring
    Paused, // two bars; also saved and shelved
    Busy, // arc that turns: building, copying, stopping
    Failed, // triangle
    Rescue, // cross
    Unknown, // broken ring: the host is away
    Done, // tick: a finished task
};

// Small drawings shared by delegates and widgets. Each takes a rectangle in logical pixels and draws from
// tokens only; the painter is left as it was found.
namespace paint {

struct SignLook
{
    QColor ink;
    QColor soft;
    bool isLoud; // asks for somebody, so it gets a ground
};
SignLook signLook(Sign sign);

// size for a 10 pt font; it grows with the font.
void signGlyph(QPainter *p, QPointF centre, Sign sign, qreal size = 10);

// Glyph and words, on a soft ground when the state is loud. Draws from the left edge of the rectangle, in
// the middle of its height; returns the width it took. Without a ground the glyph stands 4 px inside, so
// that the words of all states start on one line.
qreal statusPill(QPainter *p, const QRectF &rect, Sign sign, const QString &words);
qreal statusPillWidth(const QString &words);

// Values from 0 to top, oldest first. Fewer than two draw nothing.
void spark(QPainter *p, const QRectF &rect, const QList<qreal> &values, const QColor &color, qreal top = 100);

qreal chip(QPainter *p, QPointF leftCentre, const QString &words);
qreal chipWidth(const QString &words);

// used and planned are parts of the limit: 1 is full, and more than 1 is allowed.
void meter(QPainter *p, const QRectF &rect, qreal used, qreal planned = 0);
void ring(QPainter *p, const QRectF &rect, qreal used, const QColor &color);
QColor meterColor(qreal used); // calm, then warnFill from 0.85, then error beyond 1

// One line, cut with an ellipsis where it does not fit.
void text(QPainter *p, const QRectF &rect, const QString &words, const QFont &font, const QColor &color,
    Qt::Alignment alignment = Qt::AlignLeft | Qt::AlignVCenter);

// Twelve translucent rounded rectangles: QGraphicsEffect would draw the panel through a pixmap.
void softShadow(QPainter *p, const QRectF &panel);

} // namespace paint
} // namespace nephele
