// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/smallblocks.h"

#include "model/blocks/durablefile.h"

#include <limits>

namespace nephele {

namespace {

constexpr int pageRows = 500;

// Not among the built-in migrations: this file is no part of the main database and exists on SQLite only.
QList<Migration> smallBlockMigrations()
{
    return { { 1, QStringLiteral("0001_small_block"), R"(
CREATE TABLE schema_version (
    version INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE small_block (
    hash BLOB NOT NULL,
    generation BIGINT NOT NULL,
    written_at_ms BIGINT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (hash, generation)
);
)" } };
}

} // namespace

Result<std::unique_ptr<SmallBlocks>> SmallBlocks::open(const QString &file, const Clock &clock)
{
    DatabaseOptions options;
    options.address.sqliteFile = file;
    options.clock = &clock;
    auto database = Database::open(options, smallBlockMigrations());
    if (!database)
        return database.error();
    return std::unique_ptr<SmallBlocks>(new SmallBlocks(std::move(*database)));
}

Result<> SmallBlocks::put(const BlockHash &hash, qint64 generation, QByteArrayView trimmed)
{
    return putSoon(hash, generation, trimmed).result();
}

QFuture<Result<>> SmallBlocks::putSoon(const BlockHash &hash, qint64 generation, QByteArrayView trimmed)
{
    return m_database->write([hash, generation, content = trimmed.toByteArray()](Transaction &t) -> Result<> {
        const auto done = t.execute(R"(
                INSERT INTO small_block (hash, generation, written_at_ms, content)
                VALUES (:hash, :generation, :now, :content)
                ON CONFLICT (hash, generation) DO NOTHING)",
            { { ":hash", hash }, { ":generation", generation }, { ":now", t.stampMs() },
                { ":content", content } });
        if (!done)
            return done.error();
        return {};
    });
}

Result<QByteArray> SmallBlocks::get(const BlockHash &hash, qint64 generation)
{
    const auto found = m_database->read([&](ReadTransaction &t) {
        return t.row(R"(
            SELECT content
            FROM small_block
            WHERE hash = :hash AND generation = :generation)",
            { { ":hash", hash }, { ":generation", generation } },
            [](const Row &row) { return row.bytes(0); });
    });
    if (!found)
        return found.error();
    if (!*found)
        return notFound(QStringLiteral("A block of the data is missing."));
    return **found;
}

Result<bool> SmallBlocks::has(const BlockHash &hash, qint64 generation)
{
    const auto found = get(hash, generation);
    if (!found && found.error().code != ErrorCode::NotFound)
        return found.error();
    return found.ok();
}

Result<> SmallBlocks::remove(const BlockHash &hash, qint64 generation)
{
    return m_database
        ->write([hash, generation](Transaction &t) -> Result<> {
            const auto done =
                t.execute("DELETE FROM small_block WHERE hash = :hash AND generation = :generation",
                    { { ":hash", hash }, { ":generation", generation } });
            if (!done)
                return done.error();
            return {};
        })
        .result();
}

Result<qint64> SmallBlocks::freeBytes()
{
    const auto space = diskSpace(m_database->address().sqliteFile);
    return space ? Result<qint64>(space->freeBytes) : Result<qint64>(space.error());
}

Result<qint64> SmallBlocks::totalBytes()
{
    const auto space = diskSpace(m_database->address().sqliteFile);
    return space ? Result<qint64>(space->totalBytes) : Result<qint64>(space.error());
}

Result<> SmallBlocks::each(const std::function<bool(const StoredBlock &)> &visit)
{
    StoredBlock last { BlockHash(""), std::numeric_limits<qint64>::min(), 0 };
    for (;;) {
        const auto page = m_database->read([&](ReadTransaction &t) {
            return t.rows(R"(
                SELECT hash, generation, written_at_ms
                FROM small_block
                WHERE hash > :hash OR (hash = :same AND generation > :generation)
                ORDER BY hash, generation
                LIMIT :most)",
                { { ":hash", last.hash }, { ":same", last.hash }, { ":generation", last.generation },
                    { ":most", pageRows } },
                [](const Row &row) {
                    return StoredBlock { row.bytes(0), row.integer(1), row.integer(2) };
                });
        });
        if (!page)
            return page.error();
        for (const StoredBlock &block : *page) {
            if (!visit(block))
                return {};
        }
        if (page->size() < pageRows)
            return {};
        last = page->constLast();
    }
}

} // namespace nephele
