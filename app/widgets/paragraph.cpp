// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/paragraph.h"

#include <QEvent>
#include <QResizeEvent>

namespace nephele {

Paragraph::Paragraph(const QString &text, QWidget *parent) : QLabel(text, parent)
{
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void Paragraph::setText(const QString &text)
{
    QLabel::setText(text);
    fitHeight();
}

QSize Paragraph::sizeHint() const
{
    // A label's own guess is for a width it invents; it would leave a gap below.
    const QSize guess = QLabel::sizeHint();
    return { guess.width(), text().isEmpty() ? 0 : heightForWidth(isVisible() ? width() : guess.width()) };
}

QSize Paragraph::minimumSizeHint() const
{
    // Any width will do; the height follows from it.
    return { fontMetrics().averageCharWidth() * 12, minimumHeight() };
}

void Paragraph::resizeEvent(QResizeEvent *event)
{
    QLabel::resizeEvent(event);
    fitHeight();
}

void Paragraph::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitHeight();
}

void Paragraph::fitHeight()
{
    const int height = text().isEmpty() ? 0 : heightForWidth(width());
    if (height != minimumHeight())
        setMinimumHeight(height);
}

} // namespace nephele
