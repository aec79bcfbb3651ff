// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/frame/cloudstatus.h"

#include <QAbstractButton>

namespace nephele {

// Whose cloud this is, and how fast it answers; all the rest in the tool tip.
class ConnectionButton : public QAbstractButton
{
    Q_OBJECT

public:
    explicit ConnectionButton(QWidget *parent = nullptr);

    void setCloudStatus(const CloudStatus &status);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    CloudStatus m_status;
    ConnectionWords m_words;
};

} // namespace nephele
