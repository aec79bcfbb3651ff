// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/frame/place.h"

#include <QAbstractButton>

namespace nephele {

// One place: icon, name, a count at the right, and a triangle before it when something in there has failed.
class NavButton : public QAbstractButton
{
    Q_OBJECT

public:
    explicit NavButton(const PlaceWords &words, QWidget *parent = nullptr);

    void setCount(int count, bool attention);
    int count() const { return m_count; }

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_iconName;
    int m_count = -1;
    bool m_attention = false;
};

} // namespace nephele
