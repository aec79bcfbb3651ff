// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;

namespace nephele {

class Paragraph;

// One entry of a form: its label above (never a placeholder), the editor, and under it either a hint or what
// is wrong with what was entered. The editor becomes a child of the field.
class Field : public QWidget
{
    Q_OBJECT

public:
    Field(const QString &label, QWidget *editor, const QString &hint = QString(), QWidget *parent = nullptr);

    // What is wrong, what now; empty takes it away. The editor's edge turns red, and a screen reader is told.
    void setError(const QString &error);
    bool hasError() const { return m_hasError; }
    void setHint(const QString &hint);

private:
    void showNote();

    QWidget *m_editor;
    Paragraph *m_note;
    QString m_hint;
    QString m_error;
    bool m_hasError = false;
};

// The heading of a part of a form with a muted word beside it: "Image  What the disk starts with".
QWidget *makeSectionHead(const QString &title, const QString &fact = QString());

} // namespace nephele
