// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/objectsearch.h"

#include "model/object/namewalk.h"
#include "model/object/propertystore.h"
#include "model/object/versionrow.h"
#include "model/object/versionstore.h"

#include <algorithm>

namespace nephele {

namespace {

FoundObject foundFromRow(const Row &row)
{
    FoundObject found;
    found.version = versionFromRow(row);
    found.name = found.version.name;
    found.root = row.bytes(versionColumnCount);
    return found;
}

QByteArray selectFound(const QByteArray &rest)
{
    return "SELECT " + versionColumns() + ", map.root FROM version JOIN map ON map.number = version.map "
        + rest;
}

bool holds(const MetaQuery::Term &term, const QString &value)
{
    const QByteArray has = value.toUtf8();
    const QByteArray wanted = term.value.toUtf8();
    switch (term.compare) {
    case MetaQuery::Compare::Equal:
        return has == wanted;
    case MetaQuery::Compare::Unequal:
        return has != wanted;
    case MetaQuery::Compare::Less:
        return has < wanted;
    case MetaQuery::Compare::AtMost:
        return has <= wanted;
    case MetaQuery::Compare::Greater:
        return has > wanted;
    case MetaQuery::Compare::AtLeast:
        return has >= wanted;
    }
    Q_UNREACHABLE();
}

// Metadata that every object asked for has, to look up by.
struct Lead
{
    QString name;
    std::optional<QString> value;
};

std::optional<Lead> leadOf(const MetaQuery &query)
{
    for (const MetaQuery::Term &term : query.terms) {
        if (term.compare == MetaQuery::Compare::Equal)
            return Lead { term.name, term.value };
    }
    if (!query.terms.isEmpty())
        return Lead { query.terms.constFirst().name, std::nullopt };
    if (query.anyOf.size() == 1)
        return Lead { query.anyOf.constFirst(), std::nullopt };
    return std::nullopt;
}

// The next current objects of the range, whatever else is asked for.
Result<QList<FoundObject>> candidates(ReadTransaction &t, qint64 container, const ObjectSearch &search,
    const NameRange &range, int count, qint64 nowMs)
{
    static const RangeStatement all(selectFound(R"(
        WHERE version.container = :container AND version.valid_to_ms IS NULL
            AND (version.delete_at_ms IS NULL OR version.delete_at_ms > :now))"),
        "version.name");
    static const QByteArray byMeta = "SELECT " + versionColumns() + R"(, map.root
        FROM object_meta
        JOIN version ON version.number = object_meta.version
        JOIN map ON map.number = version.map
        WHERE object_meta.container = :container AND object_meta.name = :name
            AND (version.delete_at_ms IS NULL OR version.delete_at_ms > :now))";
    static const RangeStatement having(byMeta, "object_meta.object_name");
    static const RangeStatement being(byMeta + " AND object_meta.value = :value", "object_meta.object_name");
    Parameters parameters = rangeBounds(range, count);
    parameters.append({ ":container", container });
    parameters.append({ ":now", nowMs });
    const auto lead = leadOf(search.meta);
    if (!lead)
        return t.rows(all.form(search.page, range), parameters, foundFromRow);
    parameters.append({ ":name", lead->name });
    if (!lead->value)
        return t.rows(having.form(search.page, range), parameters, foundFromRow);
    parameters.append({ ":value", *lead->value });
    return t.rows(being.form(search.page, range), parameters, foundFromRow);
}

// The next objects of the range as they were at a time.
Result<QList<FoundObject>> candidatesAt(
    ReadTransaction &t, qint64 container, NameRange range, int count, qint64 atMs)
{
    QList<FoundObject> found;
    while (found.size() < count && !range.isEmpty()) {
        const auto name = VersionStore::nextName(t, container, range.from, range.to);
        if (!name)
            return name.error();
        if (!*name)
            break;
        const auto state = VersionStore::at(t, container, **name, atMs);
        if (!state)
            return state.error();
        if (*state) {
            const auto root = t.row("SELECT root FROM map WHERE number = :map", { { ":map", (*state)->map } },
                [](const Row &row) { return row.bytes(0); });
            if (!root)
                return root.error();
            found.append({ **name, false, **state, root->value_or(QByteArray()) });
        }
        range.raise(behindName(**name));
    }
    return found;
}

Result<QList<FoundObject>> fetch(ReadTransaction &t, qint64 container, const ObjectSearch &search,
    NameRange range, int count, qint64 nowMs)
{
    QList<FoundObject> fitting;
    for (;;) {
        const auto found = search.atMs ? candidatesAt(t, container, range, count, *search.atMs)
                                       : candidates(t, container, search, range, count, nowMs);
        if (!found || search.meta.isEmpty())
            return found;
        for (const FoundObject &one : *found) {
            const auto properties = PropertyStore::ofVersion(t, one.version.number);
            if (!properties)
                return properties.error();
            if (search.meta.fits(properties->user))
                fitting.append(one);
            if (fitting.size() == count)
                return fitting;
        }
        if (found->size() < count)
            return fitting;
        range.raise(behindName(found->constLast().name));
    }
}

} // namespace

bool MetaQuery::fits(const PropertyMap &metadata) const
{
    const auto isThere = [&](const QString &name) { return metadata.contains(name); };
    if (!anyOf.isEmpty() && std::none_of(anyOf.cbegin(), anyOf.cend(), isThere))
        return false;
    if (std::any_of(noneOf.cbegin(), noneOf.cend(), isThere))
        return false;
    return std::all_of(terms.cbegin(), terms.cend(),
        [&](const Term &term) { return isThere(term.name) && holds(term, metadata.value(term.name)); });
}

Result<QList<FoundObject>> ObjectSearch::run(
    ReadTransaction &t, qint64 container, const ObjectSearch &search, qint64 nowMs)
{
    NameWalk<FoundObject> walk(search.page,
        [&](const NameRange &range, int count) { return fetch(t, container, search, range, count, nowMs); });
    return search.within ? walk.collectWithin(search.within) : walk.collect();
}

} // namespace nephele
