// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"

#include <QWidget>

class QComboBox;

namespace nephele {

// Which of the user's keys goes into the server, or none; a new one can be added without leaving the page.
class KeyField : public QWidget
{
    Q_OBJECT

public:
    explicit KeyField(CloudClient &client, QWidget *parent = nullptr);

    void load();
    QString chosen() const; // empty: no key

signals:
    void chosenChanged();

private:
    void show(const QList<Keypair> &keypairs);
    void openDialog();

    CloudClient &m_client;
    QComboBox *m_keys;
    QString m_wanted; // to be chosen when the list has it
};

} // namespace nephele
