// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/paint.h"

#include <QWidget>

namespace nephele {

// The state of one resource beside its name: glyph, words, and a soft ground when it asks for somebody. The
// tool tip tells the reason; a screen reader is told when it changes.
class StatusLabel : public QWidget
{
    Q_OBJECT

public:
    explicit StatusLabel(QWidget *parent = nullptr);

    void setStatus(Sign sign, const QString &words, const QString &reason = QString());

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Sign m_sign = Sign::Unknown;
    QString m_words;
};

// The glyph alone, where words stand beside it.
class SignDot : public QWidget
{
    Q_OBJECT

public:
    explicit SignDot(Sign sign, QWidget *parent = nullptr);
    void setSign(Sign sign);
    Sign sign() const { return m_sign; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Sign m_sign;
};

// Tells screen readers that what a widget shows is another value now.
void announceValue(QWidget *widget, const QVariant &value);

} // namespace nephele
