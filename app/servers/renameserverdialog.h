// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace nephele {

class Field;

// A new name for one server; stays open with the reason when the cloud refuses it. Deletes itself.
class RenameServerDialog : public QDialog
{
    Q_OBJECT

public:
    RenameServerDialog(CloudClient &client, const Server &server, QWidget *parent);

signals:
    void renamed();

private:
    void submit();

    CloudClient &m_client;
    const ServerId m_server;
    QLineEdit *m_name;
    Field *m_field;
    QPushButton *m_rename;
};

} // namespace nephele
