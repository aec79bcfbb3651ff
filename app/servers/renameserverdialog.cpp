// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/renameserverdialog.h"

#include "app/client/answer.h"
#include "app/servers/serverwords.h"
#include "app/widgets/field.h"
#include "app/widgets/parts.h"

#include <QLineEdit>

namespace nephele {

RenameServerDialog::RenameServerDialog(CloudClient &client, const Server &server, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_server(server.id)
    , m_name(new QLineEdit(server.name))
    , m_field(new Field(tr("Name"), m_name, tr("The name inside the guest stays as it is.")))
    , m_rename(makeButton(tr("Rename"), ButtonKind::Primary))
{
    setObjectName(QStringLiteral("renameServerDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    const QString title = tr("Rename %1").arg(server.name);
    setWindowTitle(title);
    m_name->setObjectName(QStringLiteral("serverName"));
    m_name->setMaxLength(255);
    m_name->setMinimumWidth(Theme::px(320));
    m_name->selectAll();
    m_rename->setObjectName(QStringLiteral("renameButton"));
    m_rename->setDefault(true);

    auto *column = makeColumn(this, metric::paneEdge, metric::gap);
    column->addWidget(makeLabel(title, Type::Heading));
    column->addWidget(m_field);
    auto *cancel = makeButton(tr("Cancel"));
    auto *buttons = makeRow();
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_rename);
    column->addLayout(buttons);

    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_rename, &QPushButton::clicked, this, &RenameServerDialog::submit);
    connect(m_name, &QLineEdit::textChanged, this, [this](const QString &name) {
        m_rename->setEnabled(!name.trimmed().isEmpty());
        m_field->setError({});
    });
}

void RenameServerDialog::submit()
{
    m_rename->setEnabled(false);
    onAnswer(m_client.renameServer(m_server, m_name->text().trimmed()), this, [this](const Result<> &result) {
        m_rename->setEnabled(true);
        if (!result) {
            m_field->setError(words::reason(result.error()));
            return;
        }
        emit renamed();
        accept();
    });
}

} // namespace nephele
