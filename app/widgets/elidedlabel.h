// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace nephele {

// One line that gives way: where it does not fit it ends in an ellipsis, and the tool tip has the whole of
// it.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(const QString &text = QString(), QWidget *parent = nullptr);

    // How much of it must stay readable; 4 unless told.
    void setLeastCharacters(int count);
    void setElideMode(Qt::TextElideMode mode);
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    int m_leastCharacters = 4;
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

} // namespace nephele
