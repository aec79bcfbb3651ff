// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QButtonGroup;

namespace nephele {

// Two to four views of one thing, one of them shown. Never filters: chips do that.
class Segments : public QFrame
{
    Q_OBJECT

public:
    explicit Segments(const QStringList &names, int current = 0, QWidget *parent = nullptr);

    int current() const;
    void setCurrent(int index); // emits nothing

signals:
    void picked(int index); // by the user

private:
    QButtonGroup *m_group;
};

} // namespace nephele
