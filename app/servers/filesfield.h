// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"

#include <QWidget>

class QLineEdit;
class QVBoxLayout;

namespace nephele {

class Paragraph;

// Small files put into the guest before its first start: each read when it is added, its path inside the
// guest to be edited.
class FilesField : public QWidget
{
    Q_OBJECT

public:
    static constexpr qint64 mostBytes = 10 * 1024; // of one file, as Nova's limits have it by default

    explicit FilesField(QWidget *parent = nullptr);

    QList<ServerOrder::File> files() const;
    // Reads the file now; says under the list why it cannot be taken.
    void addFile(const QString &localPath);

signals:
    void changed();

private:
    void chooseFile();

    struct Entry
    {
        QWidget *row;
        QLineEdit *path;
        QByteArray contents;
    };
    QList<Entry> m_entries;
    QVBoxLayout *m_rows;
    Paragraph *m_words;
};

} // namespace nephele
