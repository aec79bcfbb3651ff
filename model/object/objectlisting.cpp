// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/objectlisting.h"

namespace nephele {

namespace {

constexpr int fewest = 4; // names fetched behind a folder; grows while no folder comes
constexpr int mostAtOnce = 1000;

bool isLess(const QString &a, const QString &b)
{
    return a.toUtf8() < b.toUtf8();
}

// The names from `from` on and below `to`; no `to`: to the end.
struct NameRange
{
    QString from;
    std::optional<QString> to;

    bool isEmpty() const { return to && !isLess(from, *to); }
    void raise(const QString &least)
    {
        if (isLess(from, least))
            from = least;
    }
    void lower(const QString &end)
    {
        if (!to || isLess(end, *to))
            to = end;
    }
};

// No name holds NUL, so this is the first text behind `name`.
QString behind(const QString &name)
{
    return name + QChar(1);
}

NameRange rangeOf(const NamePage &page)
{
    NameRange range { page.prefix, behindPrefix(page.prefix) };
    const auto &lowest = page.isReversed ? page.before : page.after;
    const auto &end = page.isReversed ? page.after : page.before;
    if (lowest)
        range.raise(behind(*lowest));
    if (end)
        range.lower(*end);
    return range;
}

// The folder a name lies in: up to and with the first delimiter behind the prefix.
std::optional<QString> folderOf(const QString &name, const NamePage &page)
{
    if (page.delimiter.isEmpty())
        return std::nullopt;
    const qsizetype at = name.indexOf(page.delimiter, page.prefix.size());
    if (at < 0)
        return std::nullopt;
    return name.left(at + page.delimiter.size());
}

// Cuts a folder off the side of the range that is read next.
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

// fetch(range, count): the next names of the range in the page's order, as lines.
template <class Line, class Fetch>
Result<QList<Line>> collect(const NamePage &page, Fetch fetch)
{
    QList<Line> lines;
    NameRange range = rangeOf(page);
    // A marker that is a folder itself was the last line of the page before: the whole folder is behind.
    if (page.after && !page.isReversed && page.after->startsWith(page.prefix)) {
        const auto folder = folderOf(*page.after, page);
        if (folder == page.after && page.folders == NamePage::Folders::Rolled)
            skipFolder(range, *folder, false);
    }
    int batch = page.delimiter.isEmpty() ? mostAtOnce : fewest;
    while (lines.size() < page.limit && !range.isEmpty()) {
        const int wanted = int(qMin<qsizetype>(batch, page.limit - lines.size()));
        const Result<QList<Line>> found = fetch(range, wanted);
        if (!found)
            return found.error();
        bool hasFolder = false;
        for (const Line &line : *found) {
            const auto folder = folderOf(line.name, page);
            if (page.isReversed)
                range.lower(line.name);
            else
                range.raise(behind(line.name));
            if (!folder) {
                lines.append(line);
                continue;
            }
            hasFolder = true;
            if (page.folders == NamePage::Folders::Hidden) {
                if (*folder == line.name)
                    lines.append(line);
                // Behind the folder's own name there is nothing more to show; in front of it there may be.
                if (!page.isReversed || *folder != line.name) {
                    if (page.isReversed)
                        range.lower(behind(*folder));
                    else
                        skipFolder(range, *folder, false);
                }
                break;
            }
            Line rolled;
            rolled.name = *folder;
            rolled.isFolder = true;
            lines.append(rolled);
            skipFolder(range, *folder, page.isReversed);
            break;
        }
        if (!hasFolder && found->size() < wanted)
            break;
        batch = hasFolder ? fewest : qMin(2 * batch, mostAtOnce);
    }
    return lines;
}

// A statement in the four forms that bounds and order give it: `select` ends in conditions.
struct RangeStatement
{
    RangeStatement(const QByteArray &select, const QByteArray &name)
    {
        for (const bool isReversed : { false, true }) {
            for (const bool isBounded : { false, true })
                forms[isReversed][isBounded] = select + " AND " + name + " >= :from"
                    + (isBounded ? " AND " + name + " < :to" : QByteArray()) + " ORDER BY " + name
                    + (isReversed ? " DESC" : "") + " LIMIT :most";
        }
    }
    const QByteArray &form(const NamePage &page, const NameRange &range) const
    {
        return forms[page.isReversed][range.to.has_value()];
    }

    QByteArray forms[2][2];
};

Parameters bounds(const NameRange &range, int count)
{
    Parameters parameters { { ":from", range.from }, { ":most", count } };
    if (range.to)
        parameters.append({ ":to", *range.to });
    return parameters;
}

ObjectLine objectLine(const Row &row)
{
    return { row.text(0), false, row.integer(1), row.text(2), row.text(3), row.integer(4) };
}

// The next name that has, or had, anything to do with the time asked for; of two sets.
Result<std::optional<QString>> nextNameAt(
    ReadTransaction &t, qint64 container, const NamePage &page, const NameRange &range)
{
    static const RangeStatement current(R"(
        SELECT name
        FROM version
        WHERE container = :container AND valid_to_ms IS NULL)",
        "name");
    static const RangeStatement past(R"(
        SELECT name
        FROM version
        WHERE container = :container AND valid_to_ms IS NOT NULL)",
        "name");
    std::optional<QString> next;
    for (const RangeStatement *statement : { &current, &past }) {
        const auto found =
            t.row(statement->form(page, range), bounds(range, 1) + Parameters { { ":container", container } },
                [](const Row &row) { return row.text(0); });
        if (!found)
            return found.error();
        if (*found && (!next || isLess(**found, *next) != page.isReversed))
            next = **found;
    }
    return next;
}

// What the name was at that time.
Result<std::optional<ObjectLine>> stateAt(
    ReadTransaction &t, qint64 container, const QString &name, qint64 atMs)
{
    const Parameters key { { ":container", container }, { ":name", name }, { ":at", atMs } };
    const auto past = t.row(R"(
        SELECT name, COALESCE(shown_bytes, size_bytes), etag, content_type, valid_from_ms
        FROM version
        WHERE container = :container AND name = :name AND valid_to_ms IS NOT NULL AND valid_to_ms > :at
        ORDER BY valid_to_ms
        LIMIT 1)",
        key, objectLine);
    if (!past)
        return past.error();
    if (*past)
        return (*past)->modifiedAtMs <= atMs ? past : Result<std::optional<ObjectLine>>(std::nullopt);
    return t.row(R"(
        SELECT name, COALESCE(shown_bytes, size_bytes), etag, content_type, valid_from_ms
        FROM version
        WHERE container = :container AND name = :name AND valid_to_ms IS NULL AND valid_from_ms <= :at)",
        key, objectLine);
}

} // namespace

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

Result<QList<ObjectLine>> ObjectListing::objects(
    ReadTransaction &t, qint64 container, const NamePage &page, qint64 nowMs)
{
    static const RangeStatement statement(R"(
        SELECT name, COALESCE(shown_bytes, size_bytes), etag, content_type, valid_from_ms
        FROM version
        WHERE container = :container AND valid_to_ms IS NULL
            AND (delete_at_ms IS NULL OR delete_at_ms > :now))",
        "name");
    return collect<ObjectLine>(page, [&](const NameRange &range, int count) {
        return t.rows(statement.form(page, range),
            bounds(range, count) + Parameters { { ":container", container }, { ":now", nowMs } }, objectLine);
    });
}

Result<QList<ContainerLine>> ObjectListing::containers(
    ReadTransaction &t, const ProjectId &account, const NamePage &page)
{
    static const RangeStatement statement(R"(
        SELECT name, objects, bytes, updated_at_ms
        FROM container
        WHERE account = :account)",
        "name");
    return collect<ContainerLine>(page, [&](const NameRange &range, int count) {
        return t.rows(statement.form(page, range),
            bounds(range, count) + Parameters { { ":account", account.text() } }, [](const Row &row) {
                return ContainerLine { row.text(0), false, row.integer(1), row.integer(2), row.integer(3) };
            });
    });
}

Result<QList<ObjectLine>> ObjectListing::objectsAt(
    ReadTransaction &t, qint64 container, const NamePage &page, qint64 atMs)
{
    return collect<ObjectLine>(page, [&](NameRange range, int count) -> Result<QList<ObjectLine>> {
        QList<ObjectLine> lines;
        while (lines.size() < count && !range.isEmpty()) {
            const auto name = nextNameAt(t, container, page, range);
            if (!name)
                return name.error();
            if (!*name)
                break;
            const auto state = stateAt(t, container, **name, atMs);
            if (!state)
                return state.error();
            if (*state)
                lines.append(**state);
            if (page.isReversed)
                range.lower(**name);
            else
                range.raise(behind(**name));
        }
        return lines;
    });
}

} // namespace nephele
