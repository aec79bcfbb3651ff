// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QList>
#include <QStringList>

#include <optional>

namespace nephele {

// The words after the command, taken away one kind at a time; what is left at the end is a mistake.
class AdminArguments
{
public:
    explicit AdminArguments(QStringList words) : m_words(std::move(words)) { }

    bool takeFlag(const QString &name); // "--admin"
    std::optional<QString> takeValue(const QString &name); // "--email ADDRESS" or "--email=ADDRESS"
    // What remains. Invalid when it is an option, or fewer or more than asked for.
    Result<QStringList> takeRest(int least, int most);

private:
    QStringList m_words;
};

// Columns as wide as their widest cell, two blanks between them, a line of heads first.
class TextTable
{
public:
    explicit TextTable(QStringList heads) : m_rows { std::move(heads) } { }

    void add(QStringList cells) { m_rows.append(std::move(cells)); }
    QString text() const;

private:
    QList<QStringList> m_rows;
};

// "20", "32G", "unlimited" (-1), "default" (nullopt).
Result<std::optional<qint64>> limitFromText(const QString &text);
QString limitText(qint64 limit);

} // namespace nephele
