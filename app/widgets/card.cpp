// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/card.h"

#include "app/widgets/elidedlabel.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"

#include <QAction>
#include <QClipboard>
#include <QFormLayout>
#include <QGuiApplication>

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

// Ids and keys have nowhere to break: they are cut in the middle, and their menu copies the whole.
static QLabel *makeTyped(const QString &value)
{
    ElidedLabel *label = makeElided(value, Type::Mono);
    label->setElideMode(Qt::ElideMiddle);
    label->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copy = new QAction(FactList::tr("Copy"), label);
    QObject::connect(
        copy, &QAction::triggered, label, [label] { QGuiApplication::clipboard()->setText(label->text()); });
    label->addAction(copy);
    return label;
}

static QLabel *makeValue(const QString &value, FactList::Face face)
{
    if (face == FactList::Face::Mono)
        return makeTyped(value);
    Paragraph *label = makeParagraph(value);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void FactList::setFact(const QString &name, const QString &value, Face face)
{
    auto *form = static_cast<QFormLayout *>(layout());
    int at = form->rowCount();
    for (int row = 0; row < form->rowCount(); ++row) {
        const auto *label = qobject_cast<QLabel *>(form->itemAt(row, QFormLayout::LabelRole)->widget());
        const auto *shown = qobject_cast<QLabel *>(form->itemAt(row, QFormLayout::FieldRole)->widget());
        if (!label || label->text() != name)
            continue;
        if (shown && shown->text() == value)
            return; // a refresh must not take a selection away
        form->removeRow(row);
        at = row;
        break;
    }
    if (value.isEmpty())
        return;
    QLabel *shown = makeValue(value, face);
    shown->setAccessibleName(tr("%1: %2", "fact, value").arg(name, value));
    form->insertRow(at, makeLabel(name, Type::Body, Tone::Muted), shown);
}

void FactList::clear()
{
    auto *form = static_cast<QFormLayout *>(layout());
    while (form->rowCount() > 0)
        form->removeRow(0);
}

} // namespace nephele
