// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/frame/cloudstatus.h"

#include <QAbstractButton>

class QMenu;

namespace nephele {

// Which project is shown, and as whom; a menu of the others.
class ProjectSwitcher : public QAbstractButton
{
    Q_OBJECT

public:
    explicit ProjectSwitcher(QWidget *parent = nullptr);

    void setAccount(const Account &account);
    QSize sizeHint() const override;

signals:
    void chosen(const QString &projectId);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void openMenu();

    Account m_account;
    QMenu *m_menu;
};

// Two letters for a badge: of the first two words, or the first two letters ("physics-lab": PL).
QString initialsOf(const QString &name);

} // namespace nephele
