// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/namewalk.h"

namespace nephele {

NameRange nameRangeOf(const NamePage &page)
{
    NameRange range { page.prefix, behindPrefix(page.prefix) };
    const auto &lowest = page.isReversed ? page.before : page.after;
    const auto &end = page.isReversed ? page.after : page.before;
    if (lowest)
        range.raise(behindName(*lowest));
    if (end)
        range.lower(*end);
    return range;
}

std::optional<QString> folderOfName(const QString &name, const NamePage &page)
{
    if (page.delimiter.isEmpty())
        return std::nullopt;
    const qsizetype at = name.indexOf(page.delimiter, page.prefix.size());
    if (at < 0)
        return std::nullopt;
    return name.left(at + page.delimiter.size());
}

void skipFolder(NameRange &range, const QString &folder, bool isReversed)
{
    if (isReversed) {
        range.lower(folder);
        return;
    }
    if (const auto next = behindPrefix(folder))
        range.raise(*next);
    else
        range.to = range.from;
}

RangeStatement::RangeStatement(const QByteArray &select, const QByteArray &name)
{
    for (const bool isReversed : { false, true }) {
        for (const bool isBounded : { false, true })
            forms[isReversed][isBounded] = select + " AND " + name + " >= :from"
                + (isBounded ? " AND " + name + " < :to" : QByteArray()) + " ORDER BY " + name
                + (isReversed ? " DESC" : "") + " LIMIT :most";
    }
}

Parameters rangeBounds(const NameRange &range, int count)
{
    Parameters parameters { { ":from", range.from }, { ":most", count } };
    if (range.to)
        parameters.append({ ":to", *range.to });
    return parameters;
}

std::optional<QString> behindPrefix(const QString &prefix)
{
    QList<uint> points = prefix.toUcs4();
    while (!points.isEmpty()) {
        uint &last = points.last();
        if (last < 0x10FFFF) {
            last = last == 0xD7FF ? 0xE000 : last + 1;
            QString next;
            for (const uint point : points)
                next.append(QChar::fromUcs4(point));
            return next;
        }
        points.removeLast();
    }
    return std::nullopt;
}

} // namespace nephele
