// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/objectstore.h"

#include "model/blocks/mapstore.h"
#include "model/object/containerstore.h"
#include "model/object/objectmetastore.h"
#include "model/object/propertystore.h"
#include "model/object/publicstore.h"
#include "model/object/sharingstore.h"
#include "model/object/versionrow.h"

namespace nephele {

namespace {

QByteArray selectVersions(QByteArrayView rest)
{
    return "SELECT " + versionColumns() + " FROM version " + rest.toByteArray();
}

QString kindText(ObjectKind kind)
{
    switch (kind) {
    case ObjectKind::Plain:
        break;
    case ObjectKind::StaticManifest:
        return QStringLiteral("slo");
    case ObjectKind::DynamicManifest:
        return QStringLiteral("dlo");
    case ObjectKind::Symlink:
        return QStringLiteral("symlink");
    }
    return QStringLiteral("plain");
}

QVariant orNull(std::optional<qint64> value)
{
    return value ? QVariant(*value) : QVariant();
}

Result<bool> keepsHistory(ReadTransaction &t, qint64 container)
{
    const auto versioning = t.row("SELECT versioning FROM container WHERE number = :number",
        { { ":number", container } }, [](const Row &row) { return row.text(0); });
    if (!versioning)
        return versioning.error();
    return *versioning == QLatin1StringView("auto");
}

Result<std::optional<ObjectVersion>> currentOf(ReadTransaction &t, const ObjectId &object)
{
    return t.row(selectVersions("WHERE object = :object AND valid_to_ms IS NULL"),
        { { ":object", object.text() } }, versionFromRow);
}

// The row and its pin; counters are the caller's.
Result<> dropVersion(Transaction &t, const ObjectVersion &version)
{
    const auto gone =
        t.execute("DELETE FROM version WHERE number = :number", { { ":number", version.number } });
    if (!gone)
        return gone.error();
    return MapStore::unpin(t, version.map);
}

Result<> dropUnusedObject(Transaction &t, const ObjectId &id)
{
    const auto done = t.execute(R"(
        DELETE FROM object
        WHERE id = :id AND NOT EXISTS (SELECT 1 FROM version WHERE version.object = object.id)
            AND NOT EXISTS (SELECT 1 FROM image WHERE image.id = object.id))",
        { { ":id", id.text() } });
    return done ? Result<>() : Result<>(done.error());
}

// How many former states of an object its container keeps.
Result<int> mostVersionsIn(ReadTransaction &t, qint64 container)
{
    const auto rule = t.row(R"(
        SELECT value
        FROM container_property
        WHERE container = :container AND scope = 'system' AND name = 'history-versions')",
        { { ":container", container } }, [](const Row &row) { return row.text(0).toInt(); });
    if (!rule)
        return rule.error();
    return qMin(rule->value_or(ObjectStore::mostVersions), ObjectStore::mostVersions);
}

// `change` is of the container the object lies in now; older states may be of another.
Result<> dropTooMany(Transaction &t, const ObjectVersion &current, CountChange &change)
{
    const auto most = mostVersionsIn(t, current.container);
    if (!most)
        return most.error();
    // More than one only after the rule was made stricter.
    const auto oldest = t.rows(selectVersions(R"(
        WHERE object = :object AND valid_to_ms IS NOT NULL
        ORDER BY valid_from_ms DESC
        LIMIT 10 OFFSET :most)"),
        { { ":object", current.object.text() }, { ":most", *most } }, versionFromRow);
    if (!oldest)
        return oldest.error();
    for (const ObjectVersion &version : *oldest) {
        if (const auto dropped = dropVersion(t, version); !dropped)
            return dropped.error();
        if (version.container == current.container) {
            change.historyBytes -= version.sizeBytes;
            continue;
        }
        const auto counted = ContainerStore::count(t, version.container, { 0, 0, -version.sizeBytes });
        if (!counted)
            return counted.error();
    }
    return {};
}

// Ends it; what that does to the counters of its container.
Result<CountChange> endRow(Transaction &t, const ObjectVersion &current)
{
    const auto keeps = keepsHistory(t, current.container);
    if (!keeps)
        return keeps.error();
    if (!*keeps) {
        if (const auto dropped = dropVersion(t, current); !dropped)
            return dropped.error();
        return CountChange { -1, -current.sizeBytes, 0 };
    }
    const auto closed = t.execute("UPDATE version SET valid_to_ms = :now WHERE number = :number",
        { { ":now", t.stampMs() }, { ":number", current.number } });
    if (!closed)
        return closed.error();
    if (const auto dropped = ObjectMetaStore::drop(t, current.number); !dropped)
        return dropped.error();
    CountChange change { -1, -current.sizeBytes, current.sizeBytes };
    if (const auto dropped = dropTooMany(t, current, change); !dropped)
        return dropped.error();
    return change;
}

Result<qint64> insertRow(Transaction &t, const ObjectVersion &version)
{
    const auto number = t.row(R"(
        INSERT INTO version (object, container, name, map, size_bytes, content_type, author, etag, kind,
            shown_bytes, delete_at_ms, valid_from_ms)
        VALUES (:object, :container, :name, :map, :size, :type, :author, :etag, :kind, :shown, :delete_at,
            :now)
        RETURNING number)",
        { { ":object", version.object.text() }, { ":container", version.container },
            { ":name", version.name }, { ":map", version.map }, { ":size", version.sizeBytes },
            { ":type", version.contentType }, { ":author", version.author.text() }, { ":etag", version.etag },
            { ":kind", kindText(version.kind) }, { ":shown", orNull(version.shownBytes) },
            { ":delete_at", orNull(version.deleteAtMs) }, { ":now", t.stampMs() } },
        [](const Row &row) { return row.integer(0); });
    if (!number)
        return number.error();
    if (const auto kept = PropertyStore::insertForVersion(t, **number, version.properties); !kept)
        return kept.error();
    if (const auto kept = ObjectMetaStore::insert(t, **number, version); !kept)
        return kept.error();
    return **number;
}

Result<std::optional<ObjectVersion>> withProperties(
    ReadTransaction &t, Result<std::optional<ObjectVersion>> found)
{
    if (!found || !*found)
        return found;
    auto properties = PropertyStore::ofVersion(t, (*found)->number);
    if (!properties)
        return properties.error();
    (*found)->properties = *std::move(properties);
    return found;
}

} // namespace

Result<qint64> ObjectStore::ensureContainer(
    Transaction &t, const ProjectId &account, const QString &name, Versioning versioning)
{
    const auto there = ContainerStore::findPlain(t, account, name);
    if (!there)
        return there.error();
    if (*there)
        return (*there)->number;
    const auto made = ContainerStore::insert(t, account, name, versioning);
    if (!made)
        return made.error();
    return made->number;
}

Result<> ObjectStore::insert(Transaction &t, const ObjectId &id, const ProjectId &account)
{
    if (const auto there = ContainerStore::ensureAccount(t, account); !there)
        return there.error();
    const auto done = t.execute(R"(
        INSERT INTO object (id, account, created_at_ms)
        VALUES (:id, :account, :now))",
        { { ":id", id.text() }, { ":account", account.text() }, { ":now", t.stampMs() } });
    return done ? Result<>() : Result<>(done.error());
}

Result<qint64> ObjectStore::addVersion(Transaction &t, const ObjectVersion &version)
{
    const auto former = currentOf(t, version.object);
    if (!former)
        return former.error();
    CountChange change { 1, version.sizeBytes, 0 };
    if (*former) {
        const bool stays = (*former)->container == version.container && (*former)->name == version.name;
        if (const auto dropped = stays ? Result<>() : ObjectStore::dropRights(t, version.object); !dropped)
            return dropped.error();
        const auto ended = endRow(t, **former);
        if (!ended)
            return ended.error();
        if ((*former)->container == version.container) {
            change.objects += ended->objects;
            change.bytes += ended->bytes;
            change.historyBytes += ended->historyBytes;
        } else if (const auto counted = ContainerStore::count(t, (*former)->container, *ended); !counted) {
            return counted.error();
        }
    }
    const auto number = insertRow(t, version);
    if (!number)
        return number.error();
    if (const auto counted = ContainerStore::count(t, version.container, change); !counted)
        return counted.error();
    return *number;
}

Result<> ObjectStore::remove(Transaction &t, const ObjectId &id)
{
    const auto versions = t.rows(selectVersions("WHERE object = :object ORDER BY number"),
        { { ":object", id.text() } }, versionFromRow);
    if (!versions)
        return versions.error();
    QMap<qint64, CountChange> counts;
    for (const ObjectVersion &version : *versions) {
        if (const auto dropped = dropVersion(t, version); !dropped)
            return dropped.error();
        CountChange &change = counts[version.container];
        if (version.validToMs) {
            change.historyBytes -= version.sizeBytes;
        } else {
            change.objects -= 1;
            change.bytes -= version.sizeBytes;
        }
    }
    const auto done = t.execute("DELETE FROM object WHERE id = :id", { { ":id", id.text() } });
    if (!done)
        return done.error();
    for (const auto &[container, change] : counts.asKeyValueRange()) {
        if (const auto counted = ContainerStore::count(t, container, change); !counted)
            return counted.error();
    }
    return {};
}

Result<std::optional<ObjectVersion>> ObjectStore::find(
    ReadTransaction &t, qint64 container, const QString &name)
{
    return withProperties(t,
        t.row(selectVersions("WHERE container = :container AND name = :name AND valid_to_ms IS NULL"),
            { { ":container", container }, { ":name", name } }, versionFromRow));
}

Result<QMap<QString, PropertyMap>> ObjectStore::linksAmong(
    ReadTransaction &t, qint64 container, const std::pair<QString, QString> &names)
{
    const bool isReversed = names.second.toUtf8() < names.first.toUtf8();
    QMap<QString, PropertyMap> links;
    const auto done = t.eachRow(R"(
        SELECT version.name, version_property.name, version_property.value
        FROM version
        JOIN version_property ON version_property.version = version.number
        WHERE version.container = :container AND version.name >= :first AND version.name <= :last
            AND version.kind = 'symlink' AND version.valid_to_ms IS NULL
            AND version_property.scope = 'system')",
        { { ":container", container }, { ":first", isReversed ? names.second : names.first },
            { ":last", isReversed ? names.first : names.second } },
        [&](const Row &row) { links[row.text(0)].insert(row.text(1), row.text(2)); });
    if (!done)
        return done.error();
    return links;
}

Result<std::optional<ObjectVersion>> ObjectStore::findVersion(ReadTransaction &t, qint64 number)
{
    return withProperties(
        t, t.row(selectVersions("WHERE number = :number"), { { ":number", number } }, versionFromRow));
}

Result<> ObjectStore::end(Transaction &t, const ObjectVersion &current)
{
    const auto change = endRow(t, current);
    if (!change)
        return change.error();
    if (const auto dropped = dropRights(t, current.object); !dropped)
        return dropped.error();
    if (const auto dropped = dropUnusedObject(t, current.object); !dropped)
        return dropped.error();
    return ContainerStore::count(t, current.container, *change);
}

Result<> ObjectStore::dropRights(Transaction &t, const ObjectId &object)
{
    if (const auto dropped = SharingStore::drop(t, object); !dropped)
        return dropped.error();
    return PublicStore::drop(t, object);
}

Result<qint64> ObjectStore::move(
    Transaction &t, const ObjectVersion &current, qint64 toContainer, const QString &toName)
{
    ObjectVersion moved = current;
    moved.container = toContainer;
    moved.name = toName;
    if (const auto pinned = MapStore::pin(t, moved.map); !pinned)
        return pinned.error();
    return addVersion(t, moved);
}

Result<> ObjectStore::giveTo(Transaction &t, const ObjectId &id, const ProjectId &account)
{
    const auto done = t.execute("UPDATE object SET account = :account WHERE id = :id",
        { { ":account", account.text() }, { ":id", id.text() } });
    return done ? Result<>() : Result<>(done.error());
}

Result<qint64> ObjectStore::dropVersions(Transaction &t, const QList<ObjectVersion> &versions)
{
    QMap<qint64, CountChange> counts;
    for (const ObjectVersion &version : versions) {
        if (const auto dropped = dropVersion(t, version); !dropped)
            return dropped.error();
        if (const auto dropped = dropUnusedObject(t, version.object); !dropped)
            return dropped.error();
        counts[version.container].historyBytes -= version.sizeBytes;
    }
    for (const auto &[container, change] : counts.asKeyValueRange()) {
        if (const auto counted = ContainerStore::count(t, container, change); !counted)
            return counted.error();
    }
    return versions.size();
}

Result<qint64> ObjectStore::dropHistory(Transaction &t, qint64 container, int most)
{
    const auto versions = t.rows(selectVersions(R"(
        WHERE container = :container AND valid_to_ms IS NOT NULL
        ORDER BY name, valid_to_ms
        LIMIT :most)"),
        { { ":container", container }, { ":most", most } }, versionFromRow);
    if (!versions)
        return versions.error();
    return dropVersions(t, *versions);
}

Result<qint64> ObjectStore::dropHistoryBefore(Transaction &t, qint64 beforeMs, int most)
{
    const auto versions = t.rows(selectVersions(R"(
        WHERE valid_to_ms IS NOT NULL AND valid_to_ms <= :before
        ORDER BY valid_to_ms
        LIMIT :most)"),
        { { ":before", beforeMs }, { ":most", most } }, versionFromRow);
    if (!versions)
        return versions.error();
    return dropVersions(t, *versions);
}

Result<qint64> ObjectStore::dropHistoryIn(Transaction &t, qint64 container, qint64 beforeMs, int most)
{
    const auto versions = t.rows(selectVersions(R"(
        WHERE container = :container AND valid_to_ms IS NOT NULL AND valid_to_ms <= :before
        ORDER BY valid_to_ms
        LIMIT :most)"),
        { { ":container", container }, { ":before", beforeMs }, { ":most", most } }, versionFromRow);
    if (!versions)
        return versions.error();
    return dropVersions(t, *versions);
}

Result<QList<HistoryRule>> ObjectStore::historyRules(ReadTransaction &t, qint64 behind, int most)
{
    return t.rows(R"(
        SELECT container, value
        FROM container_property
        WHERE scope = 'system' AND name = 'history-days' AND container > :behind
        ORDER BY container
        LIMIT :most)",
        { { ":behind", behind }, { ":most", most } }, [](const Row &row) {
            return HistoryRule { row.integer(0), row.text(1).toInt() };
        });
}

Result<> ObjectStore::keepForGood(Transaction &t, qint64 number)
{
    const auto done =
        t.execute("UPDATE version SET delete_at_ms = NULL WHERE number = :number", { { ":number", number } });
    return done ? Result<>() : Result<>(done.error());
}

Result<QList<ObjectVersion>> ObjectStore::expired(ReadTransaction &t, qint64 nowMs, int most)
{
    return t.rows(selectVersions(R"(
        WHERE delete_at_ms IS NOT NULL AND valid_to_ms IS NULL AND delete_at_ms <= :now
        ORDER BY delete_at_ms
        LIMIT :most)"),
        { { ":now", nowMs }, { ":most", most } }, versionFromRow);
}

Result<QList<ObjectVersion>> ObjectStore::expiredIn(
    ReadTransaction &t, qint64 container, qint64 nowMs, int most)
{
    return t.rows(selectVersions(R"(
        WHERE container = :container AND delete_at_ms IS NOT NULL AND valid_to_ms IS NULL
            AND delete_at_ms <= :now
        ORDER BY delete_at_ms
        LIMIT :most)"),
        { { ":container", container }, { ":now", nowMs }, { ":most", most } }, versionFromRow);
}

} // namespace nephele
