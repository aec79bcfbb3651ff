// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/card.h"

#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"

#include <QFormLayout>

namespace nephele {

Card::Card(const QString &title, QWidget *parent)
    : QFrame(parent), m_body(makeColumn(this, metric::gapCard, metric::gap)), m_head(makeRow())
{
    setGround(this, Ground::Card);
    m_head->addWidget(makeLabel(title, Type::Heading));
    m_head->addStretch();
    // The same height with and without a button, so that first lines of neighbours stand on one line.
    auto *head = new QWidget;
    head->setLayout(m_head);
    head->setMinimumHeight(Theme::px(metric::control));
    m_body->addWidget(head);
}

FactList::FactList(QWidget *parent) : QWidget(parent)
{
    auto *form = new QFormLayout(this);
    form->setContentsMargins({});
    form->setHorizontalSpacing(metric::gapSection);
    form->setVerticalSpacing(metric::radius);
    form->setLabelAlignment(Qt::AlignLeft);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
}

void FactList::setFact(const QString &name, const QString &value, Face face)
{
    auto *form = static_cast<QFormLayout *>(layout());
    Paragraph *shown = nullptr;
    for (int row = 0; row < form->rowCount() && !shown; ++row) {
        auto *label = qobject_cast<QLabel *>(form->itemAt(row, QFormLayout::LabelRole)->widget());
        if (!label || label->text() != name)
            continue;
        if (value.isEmpty()) {
            form->removeRow(row);
            return;
        }
        shown = static_cast<Paragraph *>(form->itemAt(row, QFormLayout::FieldRole)->widget());
    }
    if (value.isEmpty())
        return;
    if (!shown) {
        shown = makeParagraph({});
        shown->setTextInteractionFlags(Qt::TextSelectableByMouse);
        form->addRow(makeLabel(name, Type::Body, Tone::Muted), shown);
    }
    setType(shown, face == Face::Mono ? Type::Mono : Type::Body);
    shown->setText(value);
    shown->setAccessibleName(tr("%1: %2", "fact, value").arg(name, value));
}

void FactList::clear()
{
    auto *form = static_cast<QFormLayout *>(layout());
    while (form->rowCount() > 0)
        form->removeRow(0);
}

} // namespace nephele
