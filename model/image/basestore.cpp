// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/image/basestore.h"

#include "model/blocks/mapstore.h"

namespace nephele {

Result<> BaseStore::addRef(Transaction &t, qint64 mapNumber, const ServerId &server)
{
    const auto added = t.execute(R"(
        INSERT INTO base_ref (map, server)
        SELECT number, :server
        FROM map
        WHERE number = :map AND state = 'live'
        ON CONFLICT (map, server) DO NOTHING)",
        { { ":server", server.text() }, { ":map", mapNumber } });
    if (!added)
        return added.error();
    if (*added > 0)
        return MapStore::pin(t, mapNumber);
    const auto there = t.row("SELECT 1 FROM base_ref WHERE map = :map AND server = :server",
        { { ":map", mapNumber }, { ":server", server.text() } },
        [](const Row &row) { return row.integer(0); });
    if (!there)
        return there.error();
    if (!*there)
        return notFound(QStringLiteral("The image's data is gone."));
    return {};
}

Result<> BaseStore::dropRef(Transaction &t, qint64 mapNumber, const ServerId &server)
{
    const auto dropped = t.execute("DELETE FROM base_ref WHERE map = :map AND server = :server",
        { { ":map", mapNumber }, { ":server", server.text() } });
    if (!dropped)
        return dropped.error();
    if (*dropped == 0)
        return {};
    return MapStore::unpin(t, mapNumber);
}

Result<std::optional<BaseRow>> BaseStore::find(ReadTransaction &t, qint64 mapNumber)
{
    return t.row(R"(
        SELECT map, generation, size_bytes
        FROM base
        WHERE map = :map AND state = 'live')",
        { { ":map", mapNumber } }, [](const Row &row) {
            return BaseRow { row.integer(0), row.integer(1), row.integer(2) };
        });
}

Result<> BaseStore::settle(Transaction &t, const BaseRow &base)
{
    const auto former = t.execute(
        "UPDATE base SET state = 'dying' WHERE map = :map AND state = 'live'", { { ":map", base.map } });
    if (!former)
        return former.error();
    const auto done = t.execute(R"(
        INSERT INTO base (map, generation, state, size_bytes, made_at_ms)
        VALUES (:map, :generation, 'live', :size, :now))",
        { { ":map", base.map }, { ":generation", base.generation }, { ":size", base.sizeBytes },
            { ":now", t.stampMs() } });
    if (!done)
        return done.error();
    return {};
}

Result<QList<BaseRow>> BaseStore::takeUnused(Transaction &t, qint64 beforeMs, int most)
{
    const auto marked = t.execute(R"(
        UPDATE base
        SET state = 'dying'
        WHERE state = 'live' AND made_at_ms <= :before
            AND NOT EXISTS (SELECT 1 FROM base_ref WHERE base_ref.map = base.map)
            AND NOT EXISTS (
                SELECT 1
                FROM version
                JOIN image ON image.id = version.object
                WHERE version.map = base.map AND version.valid_to_ms IS NULL))",
        { { ":before", beforeMs } });
    if (!marked)
        return marked.error();
    return t.rows(R"(
        SELECT map, generation, size_bytes
        FROM base
        WHERE state = 'dying'
        ORDER BY map, generation
        LIMIT :most)",
        { { ":most", most } }, [](const Row &row) {
            return BaseRow { row.integer(0), row.integer(1), row.integer(2) };
        });
}

Result<> BaseStore::forget(Transaction &t, const BaseRow &base)
{
    const auto done =
        t.execute("DELETE FROM base WHERE map = :map AND generation = :generation AND state = 'dying'",
            { { ":map", base.map }, { ":generation", base.generation } });
    if (!done)
        return done.error();
    return {};
}

} // namespace nephele
