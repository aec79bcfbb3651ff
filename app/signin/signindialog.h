// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/session.h"
#include "model/base/result.h"

#include <QDialog>
#include <QUrl>

class QLineEdit;
class QPushButton;

namespace nephele {

class Field;
class NoticeLine;

// Asks who signs in at another machine's cloud. Opens over the window and stays open until somebody is in or
// it is cancelled: the owner answers entered() by showFailure() or accept(). Keeps nothing.
class SignInDialog : public QDialog
{
    Q_OBJECT

public:
    SignInDialog(const QUrl &cloud, const Credentials &suggested, QWidget *parent);

    void showFailure(const Error &error);

signals:
    void entered(const nephele::Credentials &credentials);

private:
    void submit();
    void updateReady();

    QLineEdit *m_user;
    QLineEdit *m_password;
    QLineEdit *m_project;
    Field *m_passwordField;
    NoticeLine *m_notice;
    QPushButton *m_signIn;
    bool m_isAsking = false;
};

} // namespace nephele
