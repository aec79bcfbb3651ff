// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/objectlisting.h"

#include "model/object/namewalk.h"

namespace nephele {

namespace {

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
        const auto found = t.row(statement->form(page, range),
            rangeBounds(range, 1) + Parameters { { ":container", container } },
            [](const Row &row) { return row.text(0); });
        if (!found)
            return found.error();
        if (*found && (!next || isNameLess(**found, *next) != page.isReversed))
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

Result<QList<ObjectLine>> ObjectListing::objects(
    ReadTransaction &t, qint64 container, const NamePage &page, qint64 nowMs)
{
    static const RangeStatement statement(R"(
        SELECT name, COALESCE(shown_bytes, size_bytes), etag, content_type, valid_from_ms
        FROM version
        WHERE container = :container AND valid_to_ms IS NULL
            AND (delete_at_ms IS NULL OR delete_at_ms > :now))",
        "name");
    return NameWalk<ObjectLine>(page, [&](const NameRange &range, int count) {
        return t.rows(statement.form(page, range),
            rangeBounds(range, count) + Parameters { { ":container", container }, { ":now", nowMs } },
            objectLine);
    }).collect();
}

Result<QList<ContainerLine>> ObjectListing::containers(
    ReadTransaction &t, const ProjectId &account, const NamePage &page)
{
    static const RangeStatement statement(R"(
        SELECT name, objects, bytes, updated_at_ms
        FROM container
        WHERE account = :account)",
        "name");
    return NameWalk<ContainerLine>(page, [&](const NameRange &range, int count) {
        return t.rows(statement.form(page, range),
            rangeBounds(range, count) + Parameters { { ":account", account.text() } }, [](const Row &row) {
                return ContainerLine { row.text(0), false, row.integer(1), row.integer(2), row.integer(3) };
            });
    }).collect();
}

Result<QList<ObjectLine>> ObjectListing::objectsAt(
    ReadTransaction &t, qint64 container, const NamePage &page, qint64 atMs)
{
    return NameWalk<ObjectLine>(page, [&](NameRange range, int count) -> Result<QList<ObjectLine>> {
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
                range.raise(behindName(**name));
        }
        return lines;
    }).collect();
}

} // namespace nephele
