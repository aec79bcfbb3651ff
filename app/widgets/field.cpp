// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/field.h"

#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"
#include "app/widgets/statuslabel.h"

namespace nephele {

Field::Field(const QString &label, QWidget *editor, const QString &hint, QWidget *parent)
    : QWidget(parent), m_editor(editor), m_note(makeParagraph({}, Type::Caption, Tone::Muted)), m_hint(hint)
{
    auto *column = makeColumn(this, 0, metric::gapTiny);
    if (!label.isEmpty()) {
        QLabel *name = makeLabel(label, Type::Body, Tone::Text);
        name->setBuddy(editor);
        column->addWidget(name);
        if (editor->accessibleName().isEmpty())
            editor->setAccessibleName(label);
    }
    column->addWidget(editor);
    column->addWidget(m_note);
    m_note->setObjectName(QStringLiteral("fieldNote"));
    showNote();
}

void Field::setError(const QString &error)
{
    if (error == m_error)
        return;
    m_error = error;
    m_hasError = !error.isEmpty();
    m_editor->setProperty("invalid", m_hasError);
    restyle(m_editor);
    showNote();
}

void Field::setHint(const QString &hint)
{
    m_hint = hint;
    showNote();
}

void Field::showNote()
{
    const QString &words = m_hasError ? m_error : m_hint;
    m_note->setText(words);
    setTone(m_note, m_hasError ? Tone::Error : Tone::Muted);
    m_note->setVisible(!words.isEmpty());
    m_editor->setAccessibleDescription(words);
    if (m_hasError)
        announceValue(m_editor, words);
}

QWidget *makeSectionHead(const QString &title, const QString &fact)
{
    auto *head = new QWidget;
    auto *row = makeRow(head);
    row->addWidget(makeLabel(title, Type::Heading));
    if (!fact.isEmpty()) {
        // Both stand on the line of the larger one.
        row->addWidget(makeLabel(fact, Type::Caption, Tone::Muted), 0, Qt::AlignBottom);
    }
    row->addStretch();
    return head;
}

} // namespace nephele
