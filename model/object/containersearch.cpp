// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/containersearch.h"

#include "model/object/containerstore.h"
#include "model/object/versionstore.h"

#include <QMap>

#include <limits>

namespace nephele {

namespace {

FoundContainer foundFromRow(const Row &row)
{
    FoundContainer found;
    found.container.number = row.integer(0);
    found.container.account = row.id<ProjectId>(1);
    found.container.name = row.text(2);
    found.container.payer = row.text(3).isEmpty() ? found.container.account : row.id<ProjectId>(3);
    found.container.versioning =
        row.text(4) == QLatin1StringView("auto") ? Versioning::Auto : Versioning::None;
    found.container.objects = row.integer(5);
    found.container.bytes = row.integer(6);
    found.container.createdAtMs = row.integer(7);
    found.container.updatedAtMs = row.integer(8);
    found.quota = row.text(9);
    return found;
}

constexpr const char *selectFound = R"(
    SELECT container.number, container.account, container.name, container.payer, container.versioning,
        container.objects, container.bytes, container.created_at_ms, container.updated_at_ms,
        COALESCE(container_property.value, '')
    FROM container
    LEFT JOIN container_property ON container_property.container = container.number
        AND container_property.scope = 'system' AND container_property.name = 'quota-bytes' )";

using Counts = QMap<qint64, CountsThen>;

// What came and went since, of the containers with names from `first` to `last`.
Result<> addCounts(ReadTransaction &t, const char *statement, const Parameters &parameters, Counts &counts)
{
    return t.eachRow(statement, parameters, [&](const Row &row) {
        CountsThen &then = counts[row.integer(0)];
        then.objects += row.integer(1);
        then.bytes += row.integer(2);
    });
}

Result<> setCountsAt(ReadTransaction &t, const ProjectId &account, QList<FoundContainer> &found, qint64 atMs)
{
    if (found.isEmpty())
        return {};
    const Parameters range { { ":account", account.text() }, { ":first", found.constFirst().container.name },
        { ":last", found.constLast().container.name }, { ":at", atMs } };
    Counts begun;
    Counts ended;
    const auto counted = addCounts(t, R"(
        SELECT container, COUNT(*), CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT)
        FROM version
        WHERE valid_to_ms IS NULL AND valid_from_ms > :at AND container IN (
            SELECT number
            FROM container
            WHERE account = :account AND name >= :first AND name <= :last)
        GROUP BY container)",
        range, begun);
    if (!counted)
        return counted.error();
    const auto gone = addCounts(t, R"(
        SELECT container, COUNT(*), CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT)
        FROM version
        WHERE valid_to_ms IS NOT NULL AND valid_to_ms > :at AND valid_from_ms <= :same AND container IN (
            SELECT number
            FROM container
            WHERE account = :account AND name >= :first AND name <= :last)
        GROUP BY container)",
        range + Parameters { { ":same", atMs } }, ended);
    if (!gone)
        return gone.error();
    for (FoundContainer &one : found) {
        ObjectContainer &container = one.container;
        container.objects += ended[container.number].objects - begun[container.number].objects;
        container.bytes += ended[container.number].bytes - begun[container.number].bytes;
    }
    return {};
}

} // namespace

Result<QList<FoundContainer>> ContainerSearch::page(
    ReadTransaction &t, const ProjectId &account, const QString &after, int limit, std::optional<qint64> atMs)
{
    static const QByteArray statement = QByteArray(selectFound) + R"(
        WHERE container.account = :account AND container.name > :after AND container.created_at_ms <= :at
        ORDER BY container.name
        LIMIT :limit)";
    auto found = t.rows(statement,
        { { ":account", account.text() }, { ":after", after }, { ":limit", limit },
            { ":at", atMs.value_or(std::numeric_limits<qint64>::max()) } },
        foundFromRow);
    if (!found || !atMs)
        return found;
    if (const auto counted = setCountsAt(t, account, *found, *atMs); !counted)
        return counted.error();
    return found;
}

Result<QList<FoundContainer>> ContainerSearch::named(
    ReadTransaction &t, const ProjectId &account, const QStringList &names)
{
    static const QByteArray statement =
        QByteArray(selectFound) + "WHERE container.account = :account AND container.name = :name";
    QList<FoundContainer> all;
    for (const QString &name : names) {
        const auto found =
            t.row(statement, { { ":account", account.text() }, { ":name", name } }, foundFromRow);
        if (!found)
            return found.error();
        if (*found)
            all.append(**found);
    }
    return all;
}

Result<ObjectAccount> ContainerSearch::accountAt(
    ReadTransaction &t, const ObjectAccount &account, qint64 atMs)
{
    constexpr int atOnce = 1000;
    ObjectAccount then = account;
    then.containers = 0;
    then.objects = 0;
    then.bytes = 0;
    for (QString after;;) {
        const auto found = page(t, account.id, after, atOnce, atMs);
        if (!found)
            return found.error();
        for (const FoundContainer &one : *found) {
            ++then.containers;
            then.objects += one.container.objects;
            then.bytes += one.container.bytes;
        }
        if (found->size() < atOnce)
            return then;
        after = found->constLast().container.name;
    }
}

} // namespace nephele
