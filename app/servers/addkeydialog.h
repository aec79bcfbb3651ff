// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"

#include <QDialog>

class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace nephele {

class Field;
class Paragraph;
class Segments;

// Brings a public key along, or has the cloud make a pair: then its private half is shown here once, to be
// saved. Deletes itself.
class AddKeyDialog : public QDialog
{
    Q_OBJECT

public:
    AddKeyDialog(CloudClient &client, QWidget *parent);

signals:
    void added(const QString &name);

private:
    QWidget *makeQuestions();
    QWidget *makePrivateKey();
    void updateReady();
    void submit();
    void takeResult(const std::optional<Error> &error);
    void showPrivateKey(const NewKeypair &keypair);
    void savePrivateKey();

    CloudClient &m_client;
    QStackedWidget *m_pages;
    Segments *m_how;
    QLineEdit *m_name;
    Field *m_nameField;
    QPlainTextEdit *m_public;
    Field *m_publicField;
    Paragraph *m_note;
    QPushButton *m_add;
    QPlainTextEdit *m_private = nullptr;
    Field *m_privateField = nullptr;
    NewKeypair m_made;
};

} // namespace nephele
