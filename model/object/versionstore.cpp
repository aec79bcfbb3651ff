// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/versionstore.h"

#include "model/object/objectstore.h"
#include "model/object/propertystore.h"
#include "model/object/versionrow.h"

#include <algorithm>

namespace nephele {

namespace {

QByteArray selectVersions(const char *rest)
{
    return "SELECT " + versionColumns() + " FROM version " + rest;
}

CountsThen countsFromRow(const Row &row)
{
    return { row.integer(0), row.integer(1) };
}

} // namespace

Result<QList<ObjectVersion>> VersionStore::ofName(
    ReadTransaction &t, qint64 container, const QString &name, int most)
{
    static const QByteArray past = selectVersions(R"(
        WHERE container = :container AND name = :name AND valid_to_ms IS NOT NULL
        ORDER BY valid_to_ms DESC, number DESC
        LIMIT :most)");
    static const QByteArray current =
        selectVersions("WHERE container = :container AND name = :name AND valid_to_ms IS NULL");
    auto versions =
        t.rows(past, { { ":container", container }, { ":name", name }, { ":most", most } }, versionFromRow);
    if (!versions)
        return versions;
    std::reverse(versions->begin(), versions->end());
    const auto now = t.row(current, { { ":container", container }, { ":name", name } }, versionFromRow);
    if (!now)
        return now.error();
    if (*now)
        versions->append(**now);
    return versions;
}

Result<std::optional<ObjectVersion>> VersionStore::find(
    ReadTransaction &t, qint64 container, const QString &name, qint64 number)
{
    auto found = ObjectStore::findVersion(t, number);
    if (found && *found && ((*found)->container != container || (*found)->name != name))
        return std::optional<ObjectVersion>();
    return found;
}

Result<std::optional<ObjectVersion>> VersionStore::at(
    ReadTransaction &t, qint64 container, const QString &name, qint64 atMs)
{
    // The state that ended first after that time, if it had begun.
    static const QByteArray past = selectVersions(R"(
        WHERE container = :container AND name = :name AND valid_to_ms IS NOT NULL AND valid_to_ms > :at
        ORDER BY valid_to_ms
        LIMIT 1)");
    static const QByteArray current = selectVersions(R"(
        WHERE container = :container AND name = :name AND valid_to_ms IS NULL AND valid_from_ms <= :at)");
    const Parameters key { { ":container", container }, { ":name", name }, { ":at", atMs } };
    auto found = t.row(past, key, versionFromRow);
    if (!found)
        return found;
    if (*found)
        return (*found)->validFromMs <= atMs ? found : Result<std::optional<ObjectVersion>>(std::nullopt);
    return t.row(current, key, versionFromRow);
}

Result<std::optional<QString>> VersionStore::nextName(
    ReadTransaction &t, qint64 container, const QString &from, const std::optional<QString> &to)
{
    std::optional<QString> next;
    for (const char *statement : { R"(
            SELECT name
            FROM version
            WHERE container = :container AND valid_to_ms IS NULL AND name >= :from
            ORDER BY name
            LIMIT 1)",
             R"(
            SELECT name
            FROM version
            WHERE container = :container AND valid_to_ms IS NOT NULL AND name >= :from
            ORDER BY name
            LIMIT 1)" }) {
        const auto found = t.row(statement, { { ":container", container }, { ":from", from } },
            [](const Row &row) { return row.text(0); });
        if (!found)
            return found.error();
        if (*found && (!next || (*found)->toUtf8() < next->toUtf8()))
            next = **found;
    }
    return next && to && next->toUtf8() >= to->toUtf8() ? std::optional<QString>() : next;
}

Result<qint64> VersionStore::dropName(
    Transaction &t, qint64 container, const QString &name, qint64 untilMs, int most)
{
    static const QByteArray statement = selectVersions(R"(
        WHERE container = :container AND name = :name AND valid_to_ms IS NOT NULL AND valid_from_ms <= :until
        ORDER BY valid_to_ms
        LIMIT :most)");
    const auto versions = t.rows(statement,
        { { ":container", container }, { ":name", name }, { ":until", untilMs }, { ":most", most } },
        versionFromRow);
    if (!versions)
        return versions.error();
    return ObjectStore::dropVersions(t, *versions);
}

Result<qint64> VersionStore::dropAll(Transaction &t, qint64 container, qint64 untilMs, int most)
{
    static const QByteArray statement = selectVersions(R"(
        WHERE container = :container AND valid_to_ms IS NOT NULL AND valid_from_ms <= :until
        ORDER BY valid_from_ms
        LIMIT :most)");
    const auto versions = t.rows(
        statement, { { ":container", container }, { ":until", untilMs }, { ":most", most } }, versionFromRow);
    if (!versions)
        return versions.error();
    return ObjectStore::dropVersions(t, *versions);
}

Result<qint64> VersionStore::setEtags(Transaction &t, qint64 map, const QString &md5, int most)
{
    return t.execute(R"(
        UPDATE version
        SET etag = :md5
        WHERE number IN (
            SELECT number
            FROM version
            WHERE map = :map AND etag = '' AND kind = 'plain'
            ORDER BY number
            LIMIT :most))",
        { { ":md5", md5 }, { ":map", map }, { ":most", most } });
}

Result<CountsThen> VersionStore::countsAt(ReadTransaction &t, const ObjectContainer &container, qint64 atMs)
{
    const Parameters key { { ":container", container.number }, { ":at", atMs } };
    const auto begun = t.row(R"(
        SELECT COUNT(*), CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT)
        FROM version
        WHERE container = :container AND valid_to_ms IS NULL AND valid_from_ms > :at)",
        key, countsFromRow);
    if (!begun)
        return begun.error();
    const auto ended = t.row(R"(
        SELECT COUNT(*), CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT)
        FROM version
        WHERE container = :container AND valid_to_ms IS NOT NULL AND valid_to_ms > :at
            AND valid_from_ms <= :same)",
        key + Parameters { { ":same", atMs } }, countsFromRow);
    if (!ended)
        return ended.error();
    return CountsThen { container.objects - (*begun)->objects + (*ended)->objects,
        container.bytes - (*begun)->bytes + (*ended)->bytes };
}

} // namespace nephele
