// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/segments.h"

#include "app/widgets/parts.h"

#include <QButtonGroup>

namespace nephele {

Segments::Segments(const QStringList &names, int current, QWidget *parent)
    : QFrame(parent), m_group(new QButtonGroup(this))
{
    setGround(this, Ground::Segments);
    auto *row = makeRow(this, 2, 0);
    for (int i = 0; i < names.size(); ++i) {
        auto *button = makeButton(names.at(i), ButtonKind::Segment);
        button->setCheckable(true);
        m_group->addButton(button, i);
        row->addWidget(button);
    }
    setCurrent(current);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_group, &QButtonGroup::idClicked, this, &Segments::picked);
}

int Segments::current() const
{
    return m_group->checkedId();
}

void Segments::setCurrent(int index)
{
    if (auto *button = m_group->button(index))
        button->setChecked(true);
}

} // namespace nephele
