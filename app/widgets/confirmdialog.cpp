// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/confirmdialog.h"

#include "app/widgets/field.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"

#include <QLineEdit>

namespace nephele {

ConfirmDialog *ConfirmDialog::ask(QWidget *over, const Question &question)
{
    auto *dialog = new ConfirmDialog(question, over->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return dialog;
}

ConfirmDialog::ConfirmDialog(const Question &question, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("confirmDialog"));
    setWindowTitle(question.title);
    setAccessibleDescription(question.text);
    auto *column = makeColumn(this, metric::paneEdge, metric::gap);
    auto *title = makeParagraph(question.title, Type::Heading);
    column->addWidget(title);
    auto *text = makeParagraph(question.text);
    text->setMinimumWidth(Theme::px(380));
    column->addWidget(text);

    auto *verb = makeButton(question.verb, ButtonKind::Danger);
    verb->setObjectName(QStringLiteral("confirmButton"));
    if (!question.mustType.isEmpty()) {
        auto *typed = new QLineEdit;
        typed->setObjectName(QStringLiteral("confirmTyped"));
        column->addWidget(new Field(tr("Type %1 to go on").arg(question.mustType), typed));
        verb->setEnabled(false);
        connect(typed, &QLineEdit::textChanged, verb,
            [verb, wanted = question.mustType](const QString &now) { verb->setEnabled(now == wanted); });
    }
    column->addSpacing(metric::gapSmall);
    auto *cancel = makeButton(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("cancelButton"));
    auto *buttons = makeRow();
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(verb);
    column->addLayout(buttons);
    cancel->setDefault(true); // Enter must not be what cannot be taken back
    cancel->setFocus();

    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(verb, &QPushButton::clicked, this, [this] {
        emit confirmed();
        accept();
    });
}

} // namespace nephele
