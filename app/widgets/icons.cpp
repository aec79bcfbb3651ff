// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/icons.h"

#include "app/widgets/theme.h"

#include <QFile>
#include <QIconEngine>
#include <QLoggingCategory>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace nephele {

static Q_LOGGING_CATEGORY(log, "nephele.look")

    static QString pathOf(const QString &name)
{
    return QStringLiteral(":/icons/%1.svg").arg(name);
}

// Drawn at the size in device pixels, so that no scale of the screen blurs it or asks for another picture.
static QPixmap tinted(const QString &name, qreal size, qreal scale, const QColor &color)
{
    const int pixels = qCeil(size * scale);
    const QString key =
        QStringLiteral("nephele/%1/%2/%3/%4").arg(name).arg(pixels).arg(scale).arg(color.rgba());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QSvgRenderer drawing(pathOf(name));
    if (!drawing.isValid()) {
        qCWarning(log) << "no icon named" << name;
        return {};
    }
    pixmap = QPixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QPainter p(&pixmap);
    drawing.render(&p, QRectF(0, 0, pixels, pixels));
    p.setCompositionMode(QPainter::CompositionMode_SourceIn);
    p.fillRect(pixmap.rect(), color);
    p.end();
    pixmap.setDevicePixelRatio(scale);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

namespace {

class TintedEngine : public QIconEngine
{
public:
    TintedEngine(const QString &name, Ink ink) : m_name(name), m_ink(ink) { }

    void paint(QPainter *p, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        drawIcon(p, rect, m_name, color(mode));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }

    // A box wider than high gets the icon at its left: buttons have a fixed gap of 4 between icon and
    // words, and this is how it becomes 7.
    QPixmap scaledPixmap(const QSize &deviceSize, QIcon::Mode mode, QIcon::State, qreal scale) override
    {
        QPixmap box(deviceSize);
        box.fill(Qt::transparent);
        box.setDevicePixelRatio(scale);
        const qreal side = std::min(deviceSize.width(), deviceSize.height()) / scale;
        QPainter(&box).drawPixmap(QPointF(), tinted(m_name, side, scale, color(mode)));
        return box;
    }

    QIconEngine *clone() const override { return new TintedEngine(*this); }

private:
    QColor color(QIcon::Mode mode) const
    {
        return mode == QIcon::Disabled ? Theme::tokens().faint : inkColor(m_ink);
    }

    QString m_name;
    Ink m_ink;
};

} // namespace

QColor inkColor(Ink ink)
{
    const Tokens &t = Theme::tokens();
    switch (ink) {
    case Ink::Text:
        return t.text;
    case Ink::Muted:
        return t.muted;
    case Ink::Faint:
        return t.faint;
    case Ink::Accent:
        return t.accent;
    case Ink::OnAccent:
        return t.onAccent;
    case Ink::Ok:
        return t.ok;
    case Ink::Warn:
        return t.warn;
    case Ink::Error:
        return t.error;
    case Ink::Busy:
        return t.busy;
    }
    return t.text;
}

QIcon icon(const QString &name, Ink ink)
{
    if (!hasIcon(name)) {
        qCWarning(log) << "no icon named" << name;
        return {};
    }
    return QIcon(new TintedEngine(name, ink));
}

bool hasIcon(const QString &name)
{
    return QFile::exists(pathOf(name));
}

void drawIcon(QPainter *painter, const QRectF &rect, const QString &name, const QColor &color)
{
    const qreal scale = painter->device()->devicePixelRatioF();
    const qreal side = std::min(rect.width(), rect.height());
    painter->drawPixmap(rect.topLeft(), tinted(name, side, scale, color));
}

QIcon programIcon()
{
    return QIcon(pathOf(QStringLiteral("nephele")));
}

} // namespace nephele
