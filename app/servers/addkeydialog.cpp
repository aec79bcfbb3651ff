// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/addkeydialog.h"

#include "app/client/answer.h"
#include "app/servers/serverwords.h"
#include "app/widgets/field.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"
#include "app/widgets/segments.h"

#include <QFileDialog>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSaveFile>
#include <QStackedWidget>

namespace nephele {

namespace {

enum How { Bring, Make };

} // namespace

AddKeyDialog::AddKeyDialog(CloudClient &client, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_pages(new QStackedWidget)
    , m_how(new Segments({ tr("I have a key"), tr("Make a new one") }))
    , m_name(new QLineEdit)
    , m_nameField(new Field(tr("Name"), m_name))
    , m_public(new QPlainTextEdit)
    , m_publicField(new Field(tr("Public key"), m_public,
          tr("The line of a .pub file: ssh-ed25519 AAAA… Its private half never leaves your machine.")))
    , m_note(makeParagraph(
          tr("The cloud makes a pair and keeps the public half only. You save the private one now; "
             "nobody can show it again."),
          Type::Body, Tone::Muted))
    , m_add(makeButton(tr("Add the key"), ButtonKind::Primary))
{
    setObjectName(QStringLiteral("addKeyDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Add a key"));
    makeColumn(this)->addWidget(m_pages);
    m_pages->addWidget(makeQuestions());
    m_pages->addWidget(makePrivateKey());

    connect(m_how, &Segments::picked, this, &AddKeyDialog::updateReady);
    connect(m_name, &QLineEdit::textChanged, this, &AddKeyDialog::updateReady);
    connect(m_public, &QPlainTextEdit::textChanged, this, [this] {
        // A key usually carries a name already.
        const QString comment = m_public->toPlainText().trimmed().section(QLatin1Char(' '), 2);
        if (m_name->text().isEmpty())
            m_name->setText(comment.left(255));
        updateReady();
    });
    connect(m_add, &QPushButton::clicked, this, &AddKeyDialog::submit);
    updateReady();
    m_public->setFocus();
}

QWidget *AddKeyDialog::makeQuestions()
{
    auto *page = new QWidget;
    auto *column = makeColumn(page, metric::paneEdge, metric::gap);
    column->addWidget(makeLabel(tr("Add a key"), Type::Heading));
    column->addWidget(m_how, 0, Qt::AlignLeft);
    m_public->setObjectName(QStringLiteral("publicKey"));
    m_public->setTabChangesFocus(true);
    m_public->setFixedHeight(Theme::lineHeight(72, 4));
    setType(m_public, Type::Mono);
    m_name->setObjectName(QStringLiteral("keyName"));
    m_name->setMinimumWidth(Theme::px(380));
    m_add->setObjectName(QStringLiteral("addKeyButton"));
    m_add->setDefault(true);
    column->addWidget(m_publicField);
    column->addWidget(m_note);
    column->addWidget(m_nameField);
    column->addStretch();
    auto *cancel = makeButton(tr("Cancel"));
    auto *buttons = makeRow();
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_add);
    column->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    return page;
}

QWidget *AddKeyDialog::makePrivateKey()
{
    auto *page = new QWidget;
    auto *column = makeColumn(page, metric::paneEdge, metric::gap);
    column->addWidget(makeLabel(tr("Save the private key"), Type::Heading));
    m_private = new QPlainTextEdit;
    m_private->setObjectName(QStringLiteral("privateKey"));
    m_private->setReadOnly(true);
    m_private->setMinimumHeight(Theme::px(160));
    setType(m_private, Type::Mono);
    m_privateField = new Field(tr("Private key"), m_private, tr("It is shown only now and kept nowhere."));
    column->addWidget(m_privateField, 1);
    auto *close = makeButton(tr("Done"));
    auto *save = makeButton(tr("Save the key…"), ButtonKind::Primary, QStringLiteral("document-save"));
    auto *buttons = makeRow();
    buttons->addStretch();
    buttons->addWidget(close);
    buttons->addWidget(save);
    column->addLayout(buttons);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(save, &QPushButton::clicked, this, &AddKeyDialog::savePrivateKey);
    return page;
}

void AddKeyDialog::updateReady()
{
    const bool brings = m_how->current() == Bring;
    m_publicField->setVisible(brings);
    m_note->setVisible(!brings);
    m_nameField->setError({});
    m_publicField->setError({});
    const bool hasKey = !brings || !m_public->toPlainText().trimmed().isEmpty();
    m_add->setEnabled(hasKey && !m_name->text().trimmed().isEmpty());
}

void AddKeyDialog::submit()
{
    m_add->setEnabled(false);
    const QString name = m_name->text().trimmed();
    if (m_how->current() == Bring) {
        onAnswer(m_client.importKeypair(name, m_public->toPlainText().trimmed()), this,
            [this](const Result<> &result) {
                takeResult(result ? std::nullopt : std::optional(result.error()));
                if (result)
                    accept();
            });
        return;
    }
    onAnswer(m_client.generateKeypair(name), this, [this](const Result<NewKeypair> &keypair) {
        takeResult(keypair ? std::nullopt : std::optional(keypair.error()));
        if (keypair)
            showPrivateKey(*keypair);
    });
}

void AddKeyDialog::takeResult(const std::optional<Error> &error)
{
    m_add->setEnabled(true);
    if (!error) {
        emit added(m_name->text().trimmed());
        return;
    }
    if (error->code == ErrorCode::Conflict)
        m_nameField->setError(tr("There is a key of that name already. Choose another name."));
    else if (m_how->current() == Bring)
        m_publicField->setError(words::reason(*error));
    else
        m_nameField->setError(words::reason(*error));
}

void AddKeyDialog::showPrivateKey(const NewKeypair &keypair)
{
    m_made = keypair;
    m_private->setPlainText(QString::fromUtf8(keypair.privateKeyPem));
    m_pages->setCurrentIndex(1);
}

void AddKeyDialog::savePrivateKey()
{
    auto *dialog = new QFileDialog(this, tr("Save the private key"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(m_made.name + QStringLiteral(".pem"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        QSaveFile file(path);
        // ssh refuses a key that others may read.
        const bool written = file.open(QIODevice::WriteOnly)
            && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
            && file.write(m_made.privateKeyPem) == m_made.privateKeyPem.size() && file.commit();
        if (written)
            accept();
        else
            m_privateField->setError(tr("The file could not be written. %1").arg(file.errorString()));
    });
    dialog->open();
}

} // namespace nephele
