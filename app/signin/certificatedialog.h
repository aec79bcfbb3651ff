// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/restconnection.h"

#include <QDialog>

namespace nephele {

// Shows the fingerprint of a certificate nobody vouches for, and asks once whether it is the right one.
// Deletes itself.
class CertificateDialog : public QDialog
{
    Q_OBJECT

public:
    CertificateDialog(const UnknownCertificate &certificate, QWidget *parent);

signals:
    void trusted(const QByteArray &fingerprint);
};

} // namespace nephele
