// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/objectstore.h"

#include "model/blocks/mapstore.h"
#include "model/object/containerstore.h"
#include "model/object/propertystore.h"

namespace nephele {

namespace {

constexpr QByteArrayView versionColumns = R"(
    SELECT object, container, name, map, size_bytes, content_type, author, etag, kind, shown_bytes,
        delete_at_ms, number, valid_from_ms, valid_to_ms
    FROM version )";

QByteArray selectVersions(QByteArrayView rest)
{
    return versionColumns.toByteArray() + rest.toByteArray();
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

ObjectKind kindFromText(const QString &text)
{
    return text == QLatin1StringView("slo")    ? ObjectKind::StaticManifest
        : text == QLatin1StringView("dlo")     ? ObjectKind::DynamicManifest
        : text == QLatin1StringView("symlink") ? ObjectKind::Symlink
                                               : ObjectKind::Plain;
}

ObjectVersion versionFromRow(const Row &row)
{
    ObjectVersion version;
    version.object = row.id<ObjectId>(0);
    version.container = row.integer(1);
    version.name = row.text(2);
    version.map = row.integer(3);
    version.sizeBytes = row.integer(4);
    version.contentType = row.text(5);
    version.author = row.id<UserId>(6);
    version.etag = row.text(7);
    version.kind = kindFromText(row.text(8));
    version.shownBytes = row.optionalInteger(9);
    version.deleteAtMs = row.optionalInteger(10);
    version.number = row.integer(11);
    version.validFromMs = row.integer(12);
    version.validToMs = row.optionalInteger(13);
    return version;
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
    CountChange change { -1, -current.sizeBytes, current.sizeBytes };
    if (const auto dropped = dropTooMany(t, current, change); !dropped)
        return dropped.error();
    return change;
}

Result<> insertRow(Transaction &t, const ObjectVersion &version)
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
    return PropertyStore::insertForVersion(t, **number, version.properties);
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

Result<qint64> dropRows(Transaction &t, const QList<ObjectVersion> &versions)
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

Result<> ObjectStore::addVersion(Transaction &t, const ObjectVersion &version)
{
    const auto former = currentOf(t, version.object);
    if (!former)
        return former.error();
    CountChange change { 1, version.sizeBytes, 0 };
    if (*former) {
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
    if (const auto inserted = insertRow(t, version); !inserted)
        return inserted.error();
    return ContainerStore::count(t, version.container, change);
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
    if (const auto dropped = dropUnusedObject(t, current.object); !dropped)
        return dropped.error();
    return ContainerStore::count(t, current.container, *change);
}

Result<> ObjectStore::move(
    Transaction &t, const ObjectVersion &current, qint64 toContainer, const QString &toName)
{
    ObjectVersion moved = current;
    moved.container = toContainer;
    moved.name = toName;
    if (const auto pinned = MapStore::pin(t, moved.map); !pinned)
        return pinned.error();
    return addVersion(t, moved);
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
    return dropRows(t, *versions);
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
    return dropRows(t, *versions);
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
    return dropRows(t, *versions);
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
