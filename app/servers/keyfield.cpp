// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/keyfield.h"

#include "app/client/answer.h"
#include "app/servers/addkeydialog.h"
#include "app/widgets/parts.h"

#include <QComboBox>

namespace nephele {

KeyField::KeyField(CloudClient &client, QWidget *parent)
    : QWidget(parent), m_client(client), m_keys(new QComboBox)
{
    m_keys->setObjectName(QStringLiteral("serverKey"));
    m_keys->setAccessibleName(tr("SSH key"));
    m_keys->setMinimumWidth(Theme::px(260));
    auto *add = makeButton(tr("Add a key…"), ButtonKind::Quiet, QStringLiteral("list-add"));
    add->setObjectName(QStringLiteral("addKey"));
    auto *row = makeRow(this, 0, metric::gap);
    row->addWidget(m_keys);
    row->addWidget(add);
    row->addStretch();
    show({});
    connect(m_keys, &QComboBox::currentIndexChanged, this, &KeyField::chosenChanged);
    connect(add, &QPushButton::clicked, this, &KeyField::openDialog);
}

void KeyField::load()
{
    onAnswer(m_client.keypairs(), this, [this](const Result<QList<Keypair>> &keypairs) {
        if (keypairs)
            show(*keypairs);
    });
}

void KeyField::show(const QList<Keypair> &keypairs)
{
    const QString wanted = m_wanted.isEmpty() ? chosen() : m_wanted;
    m_keys->clear();
    for (const Keypair &keypair : keypairs) {
        // "ssh-ed25519 AAAA... comment": the kind is the first word.
        const QString kind = keypair.publicKey.section(QLatin1Char(' '), 0, 0).remove(QStringLiteral("ssh-"));
        m_keys->addItem(tr("%1  (%2)", "key, its kind").arg(keypair.name, kind), keypair.name);
    }
    m_keys->addItem(tr("No key"), QString());
    const int row = m_keys->findData(wanted);
    m_keys->setCurrentIndex(row >= 0 && !wanted.isEmpty() ? row : 0);
    m_wanted.clear();
}

QString KeyField::chosen() const
{
    return m_keys->currentData().toString();
}

void KeyField::openDialog()
{
    auto *dialog = new AddKeyDialog(m_client, window());
    connect(dialog, &AddKeyDialog::added, this, [this](const QString &name) {
        m_wanted = name;
        load();
    });
    dialog->open();
}

} // namespace nephele
