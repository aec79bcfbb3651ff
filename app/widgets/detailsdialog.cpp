// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/detailsdialog.h"

#include "app/widgets/parts.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPlainTextEdit>

namespace nephele {

DetailsDialog *DetailsDialog::show(QWidget *over, const QString &title, const QString &details)
{
    auto *dialog = new DetailsDialog(title, details, over->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return dialog;
}

DetailsDialog::DetailsDialog(const QString &title, const QString &details, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("detailsDialog"));
    setWindowTitle(tr("Details"));
    auto *column = makeColumn(this, metric::paneEdge, metric::gap);
    column->addWidget(makeLabel(title, Type::Heading));
    auto *text = new QPlainTextEdit(details);
    text->setReadOnly(true);
    text->setAccessibleName(tr("Details"));
    setType(text, Type::Mono);
    text->setMinimumSize(Theme::px(440), Theme::px(180));
    column->addWidget(text, 1);
    auto *buttons = makeRow();
    buttons->addStretch();
    auto *copy = makeButton(tr("Copy"), ButtonKind::Plain, QStringLiteral("edit-copy"));
    auto *close = makeButton(tr("Close"));
    buttons->addWidget(copy);
    buttons->addWidget(close);
    column->addLayout(buttons);
    connect(copy, &QPushButton::clicked, this, [details] { QGuiApplication::clipboard()->setText(details); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace nephele
