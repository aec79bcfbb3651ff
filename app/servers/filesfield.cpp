// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/filesfield.h"

#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QLocale>

namespace nephele {

FilesField::FilesField(QWidget *parent)
    : QWidget(parent), m_rows(nullptr), m_words(makeParagraph({}, Type::Caption, Tone::Error))
{
    auto *column = makeColumn(this, 0, metric::gapSmall);
    m_rows = makeColumn(nullptr, 0, metric::gapSmall);
    column->addLayout(m_rows);
    column->addWidget(m_words);
    m_words->hide();
    auto *add = makeButton(tr("Add a file…"), ButtonKind::Quiet, QStringLiteral("list-add"));
    add->setObjectName(QStringLiteral("addFile"));
    column->addWidget(add, 0, Qt::AlignLeft);
    connect(add, &QPushButton::clicked, this, &FilesField::chooseFile);
}

QList<ServerOrder::File> FilesField::files() const
{
    QList<ServerOrder::File> files;
    for (const Entry &entry : m_entries)
        files.append({ entry.path->text().trimmed(), entry.contents });
    return files;
}

void FilesField::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Add a file"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &FilesField::addFile);
    dialog->open();
}

void FilesField::addFile(const QString &localPath)
{
    QFile file(localPath);
    const QString name = QFileInfo(localPath).fileName();
    QString problem;
    if (!file.open(QIODevice::ReadOnly))
        problem = tr("%1 could not be read. %2").arg(name, file.errorString());
    else if (file.size() > mostBytes)
        problem =
            tr("%1 has %2; a file may have %3 here. Fetch larger ones by user data.")
                .arg(name, QLocale().formattedDataSize(file.size()), QLocale().formattedDataSize(mostBytes));
    m_words->setText(problem);
    m_words->setVisible(!problem.isEmpty());
    if (!problem.isEmpty())
        return;

    Entry entry;
    entry.contents = file.readAll();
    entry.row = new QWidget;
    auto *row = makeRow(entry.row, 0, metric::gap);
    entry.path = new QLineEdit(QStringLiteral("/root/") + name);
    entry.path->setAccessibleName(tr("Path inside the server"));
    row->addWidget(entry.path, 1);
    row->addWidget(makeLabel(QLocale().formattedDataSize(entry.contents.size()), Type::Caption, Tone::Muted));
    auto *remove = makeToolButton(QStringLiteral("window-close"), tr("Leave %1 out").arg(name));
    row->addWidget(remove);
    m_rows->addWidget(entry.row);
    m_entries.append(entry);
    connect(remove, &QToolButton::clicked, this, [this, widget = entry.row] {
        m_entries.removeIf([widget](const Entry &each) { return each.row == widget; });
        widget->deleteLater();
        emit changed();
    });
    emit changed();
}

} // namespace nephele
