// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/syncstore.h"

namespace nephele {

namespace {

constexpr int pageRows = 2000;
constexpr int mostPlaces = 8; // one good place is enough; a few may have changed

// Not among the built-in migrations: this file is no part of a cloud and exists on SQLite only.
QList<Migration> syncMigrations()
{
    return { { 1, QStringLiteral("0001_sync"), R"(
CREATE TABLE schema_version (
    version INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE synced (
    name TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('file', 'folder')),
    hash BLOB NOT NULL,
    executable INTEGER NOT NULL,
    uuid TEXT NOT NULL,
    inode BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE scanned (
    name TEXT NOT NULL PRIMARY KEY,
    size_bytes BIGINT NOT NULL,
    modified_ns BIGINT NOT NULL,
    inode BIGINT NOT NULL,
    root BLOB NOT NULL,
    blocks BLOB NOT NULL
);
CREATE TABLE scanned_block (
    hash BLOB NOT NULL,
    name TEXT NOT NULL REFERENCES scanned (name) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    PRIMARY KEY (hash, name, position)
) WITHOUT ROWID;
CREATE INDEX scanned_block_by_name ON scanned_block (name);
)" } };
}

// All rows, a page after the other, each page a read of its own: none is long enough to hold up the log.
template <class Page>
Result<> eachPage(Database &database, Page page)
{
    QString after;
    for (;;) {
        const auto last =
            database.read([&](ReadTransaction &t) -> Result<QString> { return page(t, after); });
        if (!last)
            return last.error();
        if (last->isEmpty())
            return {};
        after = *last;
    }
}

FileIdentity identityAt(const Row &row, int column)
{
    return { row.integer(column), row.integer(column + 1), quint64(row.integer(column + 2)) };
}

} // namespace

Result<std::unique_ptr<SyncStore>> SyncStore::open(const QString &file)
{
    DatabaseOptions options;
    options.address.sqliteFile = file;
    options.readLimitMs = 10'000;
    auto database = Database::open(options, syncMigrations());
    if (!database)
        return database.error();
    return std::unique_ptr<SyncStore>(new SyncStore(std::move(*database)));
}

Result<KnownEntries> SyncStore::known()
{
    KnownEntries entries;
    const auto done = eachPage(*m_database, [&](ReadTransaction &t, const QString &after) -> Result<QString> {
        QString last;
        const auto read = t.eachRow(R"(
            SELECT name, kind, hash, executable, uuid, inode
            FROM synced
            WHERE name > :after
            ORDER BY name
            LIMIT :most)",
            { { ":after", after }, { ":most", pageRows } }, [&](const Row &row) {
                KnownEntry entry;
                const bool isFile = row.text(1) == QLatin1StringView("file");
                entry.state.kind = isFile ? SyncState::Kind::File : SyncState::Kind::Folder;
                entry.state.hash = isFile ? row.bytes(2) : QByteArray();
                entry.state.isExecutable = row.flag(3);
                entry.uuid = row.text(4);
                entry.inode = quint64(row.integer(5));
                last = row.text(0);
                entries.insert(last, entry);
            });
        return read ? Result<QString>(last) : read.error();
    });
    return done ? Result<KnownEntries>(entries) : done.error();
}

Result<QHash<QString, ScannedFile>> SyncStore::scanned()
{
    QHash<QString, ScannedFile> files;
    const auto done = eachPage(*m_database, [&](ReadTransaction &t, const QString &after) -> Result<QString> {
        QString last;
        const auto read = t.eachRow(R"(
            SELECT name, size_bytes, modified_ns, inode, root
            FROM scanned
            WHERE name > :after
            ORDER BY name
            LIMIT :most)",
            { { ":after", after }, { ":most", pageRows } }, [&](const Row &row) {
                last = row.text(0);
                files.insert(last, { identityAt(row, 1), row.bytes(4) });
            });
        return read ? Result<QString>(last) : read.error();
    });
    return done ? Result<QHash<QString, ScannedFile>>(files) : done.error();
}

Result<std::optional<FileHash>> SyncStore::hashOf(const QString &name, const FileIdentity &identity)
{
    return m_database->read([&](ReadTransaction &t) {
        return t.row(R"(
            SELECT blocks, root
            FROM scanned
            WHERE name = :name
                AND size_bytes = :size
                AND modified_ns = :modified
                AND inode = :inode)",
            { { ":name", name }, { ":size", identity.sizeBytes }, { ":modified", identity.modifiedNs },
                { ":inode", qint64(identity.inode) } },
            [](const Row &row) {
                return FileHash { row.bytes(0), row.bytes(1) };
            });
    });
}

Result<QList<BlockPlace>> SyncStore::placesOf(const BlockHash &hash)
{
    return m_database->read([&](ReadTransaction &t) {
        return t.rows(R"(
            SELECT name, position
            FROM scanned_block
            WHERE hash = :hash
            ORDER BY name, position
            LIMIT :most)",
            { { ":hash", hash }, { ":most", mostPlaces } }, [](const Row &row) {
                return BlockPlace { row.text(0), row.integer(1) };
            });
    });
}

QFuture<Result<>> SyncStore::learn(const Learnt &entries, const QStringList &forgotten)
{
    return m_database->write([entries, forgotten](Transaction &t) -> Result<> {
        for (const QString &name : forgotten) {
            if (const auto done = t.execute("DELETE FROM synced WHERE name = :name", { { ":name", name } });
                !done)
                return done.error();
        }
        for (const auto &[name, entry] : entries) {
            const auto done = t.execute(R"(
                INSERT INTO synced (name, kind, hash, executable, uuid, inode)
                VALUES (:name, :kind, :hash, :executable, :uuid, :inode)
                ON CONFLICT (name) DO UPDATE
                SET kind = excluded.kind, hash = excluded.hash, executable = excluded.executable,
                    uuid = excluded.uuid, inode = excluded.inode)",
                { { ":name", name },
                    { ":kind", entry.state.isFile() ? QStringLiteral("file") : QStringLiteral("folder") },
                    { ":hash", entry.state.isFile() ? entry.state.hash : QByteArray("") },
                    { ":executable", entry.state.isExecutable }, { ":uuid", entry.uuid },
                    { ":inode", qint64(entry.inode) } });
            if (!done)
                return done.error();
        }
        return {};
    });
}

QFuture<Result<>> SyncStore::keepScan(const QString &name, const FileIdentity &identity, const FileHash &hash)
{
    return m_database->write([=](Transaction &t) -> Result<> {
        const auto gone = t.execute("DELETE FROM scanned WHERE name = :name", { { ":name", name } });
        if (!gone)
            return gone.error();
        const auto kept = t.execute(R"(
            INSERT INTO scanned (name, size_bytes, modified_ns, inode, root, blocks)
            VALUES (:name, :size, :modified, :inode, :root, :blocks))",
            { { ":name", name }, { ":size", identity.sizeBytes }, { ":modified", identity.modifiedNs },
                { ":inode", qint64(identity.inode) }, { ":root", hash.root },
                { ":blocks", hash.blocks.isEmpty() ? QByteArray("") : hash.blocks } });
        if (!kept)
            return kept.error();
        for (qsizetype i = 0; i < hash.count(); ++i) {
            const auto placed = t.execute(R"(
                INSERT INTO scanned_block (hash, name, position)
                VALUES (:hash, :name, :position))",
                { { ":hash", hash.block(i) }, { ":name", name }, { ":position", qint64(i) } });
            if (!placed)
                return placed.error();
        }
        return {};
    });
}

QFuture<Result<>> SyncStore::forgetScans(const QStringList &names)
{
    return m_database->write([names](Transaction &t) -> Result<> {
        for (const QString &name : names) {
            if (const auto done = t.execute("DELETE FROM scanned WHERE name = :name", { { ":name", name } });
                !done)
                return done.error();
        }
        return {};
    });
}

} // namespace nephele
