// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/object/objectlisting.h"
#include "model/object/sharing.h"

#include <functional>

namespace nephele {

// How the listings of this folder walk over sorted names, for its sources alone.

inline bool isNameLess(const QString &a, const QString &b)
{
    return a.toUtf8() < b.toUtf8();
}

// No name holds NUL, so this is the first text behind `name`.
inline QString behindName(const QString &name)
{
    return name + QChar(1);
}

// The names from `from` on and below `to`; no `to`: to the end.
struct NameRange
{
    QString from;
    std::optional<QString> to;

    bool isEmpty() const { return to && !isNameLess(from, *to); }
    void raise(const QString &least)
    {
        if (isNameLess(from, least))
            from = least;
    }
    void lower(const QString &end)
    {
        if (!to || isNameLess(end, *to))
            to = end;
    }
};

NameRange nameRangeOf(const NamePage &page);
// The folder a name lies in: up to and with the first delimiter behind the prefix.
std::optional<QString> folderOfName(const QString &name, const NamePage &page);
// Cuts a folder off the side of the range that is read next.
void skipFolder(NameRange &range, const QString &folder, bool isReversed);

// The next stretch of names that count, from a name on; nullopt: there is none.
using NextSpan = std::function<Result<std::optional<NameSpan>>(const QString &from)>;

// A statement in the four forms that bounds and order give it: `select` ends in conditions.
struct RangeStatement
{
    RangeStatement(const QByteArray &select, const QByteArray &name);
    const QByteArray &form(const NamePage &page, const NameRange &range) const
    {
        return forms[page.isReversed][range.to.has_value()];
    }

    QByteArray forms[2][2];
};
Parameters rangeBounds(const NameRange &range, int count);

// What a walk finds, line by line; its cost depends on that alone, not on how many names a folder holds.
template <class Line>
class NameWalk
{
public:
    // The next names of the range in the page's order, at most that many, as lines.
    using Fetch = std::function<Result<QList<Line>>(const NameRange &range, int count)>;

    NameWalk(const NamePage &page, Fetch fetch)
        : m_page(page), m_fetch(std::move(fetch)), m_range(nameRangeOf(page))
    {
        // A marker that is a folder itself was the last line of the page before: the whole folder is behind.
        if (!page.after || page.isReversed || !page.after->startsWith(page.prefix)
            || page.folders == NamePage::Folders::Hidden)
            return;
        if (const auto folder = folderOfName(*page.after, page); folder == page.after)
            skipFolder(m_range, *folder, false);
    }

    Result<QList<Line>> collect()
    {
        if (const auto walked = walk(m_range); !walked)
            return walked.error();
        return m_lines;
    }
    // Only names of these stretches; in order, not reversed.
    Result<QList<Line>> collectWithin(const NextSpan &nextSpan)
    {
        while (m_lines.size() < m_page.limit && !m_range.isEmpty()) {
            const auto span = nextSpan(m_range.from);
            if (!span)
                return span.error();
            if (!*span)
                break;
            NameRange within = m_range;
            within.raise((*span)->from);
            if ((*span)->to)
                within.lower(*(*span)->to);
            if (const auto walked = walk(within); !walked)
                return walked.error();
            if (!(*span)->to)
                break;
            const QString before = m_range.from;
            m_range.raise(within.from);
            m_range.raise(*(*span)->to);
            if (m_range.from == before)
                break; // a stretch in front of where it was asked for leads nowhere
        }
        return m_lines;
    }

private:
    Result<> walk(NameRange &range)
    {
        constexpr int fewest = 4; // names fetched behind a folder; grows while no folder comes
        constexpr int mostAtOnce = 1000;
        int batch = m_page.delimiter.isEmpty() ? mostAtOnce : fewest;
        while (m_lines.size() < m_page.limit && !range.isEmpty()) {
            const int wanted = int(qMin<qsizetype>(batch, m_page.limit - m_lines.size()));
            const Result<QList<Line>> found = m_fetch(range, wanted);
            if (!found)
                return found.error();
            bool hasFolder = false;
            for (const Line &line : *found) {
                hasFolder = take(line, range);
                if (hasFolder)
                    break;
            }
            if (!hasFolder && found->size() < wanted)
                break;
            batch = hasFolder ? fewest : qMin(2 * batch, mostAtOnce);
        }
        return {};
    }

    // True where a folder began: what follows of the batch may lie in it.
    bool take(const Line &line, NameRange &range)
    {
        const auto folder = folderOfName(line.name, m_page);
        if (m_page.isReversed)
            range.lower(line.name);
        else
            range.raise(behindName(line.name));
        if (!folder) {
            m_lines.append(line);
            return false;
        }
        const bool isItself = *folder == line.name;
        if (m_page.folders == NamePage::Folders::Hidden) {
            if (isItself)
                m_lines.append(line);
            // Behind the folder's own name there is nothing more to show; in front of it there may be.
            if (m_page.isReversed && !isItself)
                range.lower(behindName(*folder));
            else if (!m_page.isReversed)
                skipFolder(range, *folder, false);
            return true;
        }
        if (isItself && m_page.folders == NamePage::Folders::RolledUnlessThere) {
            m_lines.append(line);
        } else {
            Line rolled;
            rolled.name = *folder;
            rolled.isFolder = true;
            m_lines.append(rolled);
        }
        skipFolder(range, *folder, m_page.isReversed);
        return true;
    }

    const NamePage m_page;
    const Fetch m_fetch;
    NameRange m_range;
    QList<Line> m_lines;
};

} // namespace nephele
