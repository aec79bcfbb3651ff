// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace nephele {

// What is behind "Show details": the code, the request and the server's own words, with Copy. Opens over the
// window of the widget and deletes itself.
class DetailsDialog : public QDialog
{
    Q_OBJECT

public:
    static DetailsDialog *show(QWidget *over, const QString &title, const QString &details);

private:
    DetailsDialog(const QString &title, const QString &details, QWidget *parent);
};

} // namespace nephele
