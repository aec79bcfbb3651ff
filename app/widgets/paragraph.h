// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace nephele {

// A wrapped label that gets the height its words need at the width it has. A plain one between stretches is
// given one line, and the rest is cut without a word.
class Paragraph : public QLabel
{
    Q_OBJECT

public:
    explicit Paragraph(const QString &text, QWidget *parent = nullptr);

    void setText(const QString &text); // hides QLabel's, which would keep the old height
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fitHeight();
};

} // namespace nephele
