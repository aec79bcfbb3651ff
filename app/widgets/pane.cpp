// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/pane.h"

#include <QLineEdit>

namespace nephele {

void Pane::focusFilter()
{
    const auto fields = findChildren<QLineEdit *>(QStringLiteral("filter"));
    for (QLineEdit *field : fields) {
        if (!field->isVisibleTo(this))
            continue;
        field->setFocus(Qt::ShortcutFocusReason);
        field->selectAll();
        return;
    }
}

QList<QWidget *> Pane::regions()
{
    return { this };
}

} // namespace nephele
