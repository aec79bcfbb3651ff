// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/admintext.h"

#include <limits>

namespace nephele {

using namespace Qt::StringLiterals;

bool AdminArguments::takeFlag(const QString &name)
{
    return m_words.removeAll(name) > 0;
}

std::optional<QString> AdminArguments::takeValue(const QString &name)
{
    for (qsizetype i = 0; i < m_words.size(); ++i) {
        if (m_words.at(i).startsWith(name + u'='))
            return m_words.takeAt(i).mid(name.size() + 1);
        if (m_words.at(i) == name && i + 1 < m_words.size()) {
            m_words.removeAt(i);
            return m_words.takeAt(i);
        }
    }
    return std::nullopt;
}

Result<QStringList> AdminArguments::takeRest(int least, int most)
{
    for (const QString &word : std::as_const(m_words)) {
        if (word.startsWith("--"_L1))
            return invalid(u"The option %1 is not known here, or misses its value."_s.arg(word));
    }
    if (m_words.size() < least)
        return invalid(u"Something is missing: see nephele admin --help."_s);
    if (m_words.size() > most)
        return invalid(u"'%1' is too much: see nephele admin --help."_s.arg(m_words.at(most)));
    return std::exchange(m_words, {});
}

QString TextTable::text() const
{
    QList<qsizetype> widths(m_rows.first().size(), 0);
    for (const QStringList &row : m_rows) {
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths.at(i), row.at(i).size());
    }
    QString text;
    for (const QStringList &row : m_rows) {
        QString line;
        for (qsizetype i = 0; i < row.size(); ++i)
            line += row.at(i).leftJustified(widths.at(i) + 2);
        text += line.trimmed() + u'\n';
    }
    return text;
}

Result<std::optional<qint64>> limitFromText(const QString &text)
{
    if (text == "default"_L1)
        return std::optional<qint64>();
    if (text == "unlimited"_L1)
        return std::optional<qint64>(-1);
    static const QString units = u"KMGT"_s;
    const qsizetype unit = text.isEmpty() ? -1 : units.indexOf(text.back().toUpper());
    const qint64 factor = unit < 0 ? 1 : qint64(1) << (10 * (unit + 1));
    bool ok = false;
    const qint64 number = (unit < 0 ? text : text.chopped(1)).toLongLong(&ok);
    if (!ok || number < 0 || number > std::numeric_limits<qint64>::max() / factor)
        return invalid(
            u"'%1' is no limit: give a number, or with K, M, G or T, unlimited or default."_s.arg(text));
    return std::optional(number * factor);
}

QString limitText(qint64 limit)
{
    return limit < 0 ? u"unlimited"_s : QString::number(limit);
}

} // namespace nephele
