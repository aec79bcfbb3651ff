// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/signin/signindialog.h"

#include "app/widgets/field.h"
#include "app/widgets/noticeline.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"

#include <QLineEdit>

namespace nephele {

SignInDialog::SignInDialog(const QUrl &cloud, const Credentials &suggested, QWidget *parent)
    : QDialog(parent)
    , m_user(new QLineEdit(suggested.userName))
    , m_password(new QLineEdit)
    , m_project(new QLineEdit(suggested.projectName))
    , m_passwordField(new Field(tr("Password"), m_password))
    , m_notice(new NoticeLine)
    , m_signIn(makeButton(tr("Sign in"), ButtonKind::Primary))
{
    setObjectName(QStringLiteral("signInDialog"));
    const QString title = tr("Sign in at %1").arg(cloud.host());
    setWindowTitle(title);
    m_user->setObjectName(QStringLiteral("userName"));
    m_password->setObjectName(QStringLiteral("password"));
    m_password->setEchoMode(QLineEdit::Password);
    m_project->setObjectName(QStringLiteral("project"));
    m_signIn->setObjectName(QStringLiteral("signIn"));
    m_signIn->setDefault(true);
    m_user->setMinimumWidth(Theme::px(320));

    auto *column = makeColumn(this, metric::paneEdge, metric::gap);
    column->addWidget(makeLabel(title, Type::Heading));
    column->addWidget(m_notice);
    column->addWidget(new Field(tr("User"), m_user));
    column->addWidget(m_passwordField);
    column->addWidget(new Field(tr("Project"), m_project, tr("Left empty: the one you usually work in.")));
    auto *cancel = makeButton(tr("Cancel"));
    auto *buttons = makeRow();
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_signIn);
    column->addSpacing(metric::gapSmall);
    column->addLayout(buttons);

    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_signIn, &QPushButton::clicked, this, &SignInDialog::submit);
    for (QLineEdit *field : { m_user, m_password })
        connect(field, &QLineEdit::textChanged, this, &SignInDialog::updateReady);
    (suggested.userName.isEmpty() ? m_user : m_password)->setFocus();
    updateReady();
}

void SignInDialog::updateReady()
{
    m_passwordField->setError({});
    m_signIn->setEnabled(!m_isAsking && !m_user->text().isEmpty() && !m_password->text().isEmpty());
}

void SignInDialog::submit()
{
    Credentials credentials;
    credentials.userName = m_user->text();
    credentials.password = m_password->text();
    credentials.projectName = m_project->text().trimmed();
    m_isAsking = true;
    m_notice->clear();
    updateReady();
    emit entered(credentials);
}

void SignInDialog::showFailure(const Error &error)
{
    m_isAsking = false;
    updateReady();
    if (error.code == ErrorCode::Unauthenticated) {
        m_passwordField->setError(tr("The name or the password is wrong, or the project is not yours."));
        m_password->setFocus();
        m_password->selectAll();
        return;
    }
    m_notice->tell(NoticeLine::Kind::Error, error.message);
}

} // namespace nephele
