// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace nephele {

// Only for what cannot be taken back. The title asks with the name ("Delete web-03?"), the text says what
// goes and what stays, the button repeats the verb in red, Cancel has the focus.
struct Question
{
    QString title;
    QString text;
    QString verb; // "Delete web-03"
    QString mustType; // the name or number to type first, from five things on; empty: nothing
};

// Opens over the window and answers by signal; deletes itself.
class ConfirmDialog : public QDialog
{
    Q_OBJECT

public:
    static ConfirmDialog *ask(QWidget *over, const Question &question);

signals:
    void confirmed();

private:
    ConfirmDialog(const Question &question, QWidget *parent);
};

} // namespace nephele
