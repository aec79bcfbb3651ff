// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/objectstore.h"

#include "model/blocks/mapstore.h"

namespace nephele {

namespace {

Result<> ensureAccount(Transaction &t, const ProjectId &account)
{
    const auto done = t.execute(R"(
        INSERT INTO account (id, created_at_ms)
        VALUES (:id, :now)
        ON CONFLICT (id) DO NOTHING)",
        { { ":id", account.text() }, { ":now", t.stampMs() } });
    if (!done)
        return done.error();
    return {};
}

} // namespace

Result<qint64> ObjectStore::ensureContainer(
    Transaction &t, const ProjectId &account, const QString &name, Versioning versioning)
{
    if (const auto there = ensureAccount(t, account); !there)
        return there.error();
    const auto made = t.execute(R"(
        INSERT INTO container (account, name, versioning, created_at_ms, updated_at_ms)
        VALUES (:account, :name, :versioning, :now, :same)
        ON CONFLICT (account, name) DO NOTHING)",
        { { ":account", account.text() }, { ":name", name },
            { ":versioning",
                versioning == Versioning::Auto ? QStringLiteral("auto") : QStringLiteral("none") },
            { ":now", t.stampMs() }, { ":same", t.stampMs() } });
    if (!made)
        return made.error();
    const auto number = t.row("SELECT number FROM container WHERE account = :account AND name = :name",
        { { ":account", account.text() }, { ":name", name } }, [](const Row &row) { return row.integer(0); });
    if (!number)
        return number.error();
    return **number;
}

Result<> ObjectStore::insert(Transaction &t, const ObjectId &id, const ProjectId &account)
{
    if (const auto there = ensureAccount(t, account); !there)
        return there.error();
    const auto done = t.execute(R"(
        INSERT INTO object (id, account, created_at_ms)
        VALUES (:id, :account, :now))",
        { { ":id", id.text() }, { ":account", account.text() }, { ":now", t.stampMs() } });
    if (!done)
        return done.error();
    return {};
}

Result<> ObjectStore::addVersion(Transaction &t, const ObjectVersion &version)
{
    const auto closed = t.execute(R"(
        UPDATE version
        SET valid_to_ms = :now
        WHERE object = :object AND valid_to_ms IS NULL)",
        { { ":now", t.stampMs() }, { ":object", version.object.text() } });
    if (!closed)
        return closed.error();
    const auto done = t.execute(R"(
        INSERT INTO version (object, container, name, map, size_bytes, content_type, author, valid_from_ms)
        VALUES (:object, :container, :name, :map, :size, :type, :author, :now))",
        { { ":object", version.object.text() }, { ":container", version.container },
            { ":name", version.name }, { ":map", version.map }, { ":size", version.sizeBytes },
            { ":type", version.contentType }, { ":author", version.author.text() },
            { ":now", t.stampMs() } });
    if (!done)
        return done.error();
    return {};
}

Result<> ObjectStore::remove(Transaction &t, const ObjectId &id)
{
    const auto maps = t.rows("SELECT map FROM version WHERE object = :object ORDER BY number",
        { { ":object", id.text() } }, [](const Row &row) { return row.integer(0); });
    if (!maps)
        return maps.error();
    const auto versions =
        t.execute("DELETE FROM version WHERE object = :object", { { ":object", id.text() } });
    if (!versions)
        return versions.error();
    for (const qint64 map : *maps) {
        if (const auto unpinned = MapStore::unpin(t, map); !unpinned)
            return unpinned.error();
    }
    const auto done = t.execute("DELETE FROM object WHERE id = :id", { { ":id", id.text() } });
    if (!done)
        return done.error();
    return {};
}

} // namespace nephele
