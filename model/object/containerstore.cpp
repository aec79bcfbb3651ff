// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/containerstore.h"

#include "model/object/objectstore.h"
#include "model/object/propertystore.h"

namespace nephele {

namespace {

constexpr int mostHistoryAtOnce = 100;

QString versioningText(Versioning versioning)
{
    return versioning == Versioning::Auto ? QStringLiteral("auto") : QStringLiteral("none");
}

ObjectContainer containerFromRow(const Row &row)
{
    ObjectContainer container;
    container.number = row.integer(0);
    container.account = row.id<ProjectId>(1);
    container.name = row.text(2);
    container.payer = row.text(3).isEmpty() ? container.account : row.id<ProjectId>(3);
    container.versioning = row.text(4) == QLatin1StringView("auto") ? Versioning::Auto : Versioning::None;
    container.objects = row.integer(5);
    container.bytes = row.integer(6);
    container.historyBytes = row.integer(7);
    container.createdAtMs = row.integer(8);
    container.updatedAtMs = row.integer(9);
    return container;
}

} // namespace

Result<ObjectAccount> ContainerStore::account(ReadTransaction &t, const ProjectId &account)
{
    const auto found = t.row(R"(
        SELECT containers, objects, bytes, created_at_ms, updated_at_ms
        FROM account
        WHERE id = :id)",
        { { ":id", account.text() } }, [&](const Row &row) {
            return ObjectAccount { account, row.integer(0), row.integer(1), row.integer(2), row.integer(3),
                row.integer(4), {} };
        });
    if (!found)
        return found.error();
    ObjectAccount known = found->value_or(ObjectAccount { account, 0, 0, 0, 0, 0, {} });
    if (!*found)
        return known;
    auto properties = PropertyStore::ofAccount(t, account);
    if (!properties)
        return properties.error();
    known.properties = *std::move(properties);
    return known;
}

Result<> ContainerStore::ensureAccount(Transaction &t, const ProjectId &account)
{
    const auto done = t.execute(R"(
        INSERT INTO account (id, created_at_ms, updated_at_ms)
        VALUES (:id, :now, :same)
        ON CONFLICT (id) DO NOTHING)",
        { { ":id", account.text() }, { ":now", t.stampMs() }, { ":same", t.stampMs() } });
    return done ? Result<>() : Result<>(done.error());
}

Result<> ContainerStore::changeAccount(Transaction &t, const ProjectId &account, const Properties &changes)
{
    if (const auto there = ensureAccount(t, account); !there)
        return there.error();
    if (const auto changed = PropertyStore::changeAccount(t, account, changes); !changed)
        return changed.error();
    const auto done = t.execute("UPDATE account SET updated_at_ms = :now WHERE id = :id",
        { { ":now", t.stampMs() }, { ":id", account.text() } });
    return done ? Result<>() : Result<>(done.error());
}

Result<std::optional<ObjectContainer>> ContainerStore::findPlain(
    ReadTransaction &t, const ProjectId &account, const QString &name)
{
    return t.row(R"(
        SELECT number, account, name, payer, versioning, objects, bytes, history_bytes, created_at_ms,
            updated_at_ms
        FROM container
        WHERE account = :account AND name = :name)",
        { { ":account", account.text() }, { ":name", name } }, containerFromRow);
}

Result<std::optional<ObjectContainer>> ContainerStore::find(
    ReadTransaction &t, const ProjectId &account, const QString &name)
{
    auto found = findPlain(t, account, name);
    if (!found || !*found)
        return found;
    auto properties = PropertyStore::ofContainer(t, (*found)->number);
    if (!properties)
        return properties.error();
    (*found)->properties = *std::move(properties);
    return found;
}

Result<QList<ObjectContainer>> ContainerStore::writableByOthers(
    ReadTransaction &t, const ProjectId &account, int most)
{
    return t.rows(R"(
        SELECT container.number, container.account, container.name, container_property.name,
            container_property.value
        FROM container
        JOIN container_property ON container_property.container = container.number
        WHERE container.account = :account AND container_property.scope = 'system'
            AND container_property.name = 'write-acl'
        ORDER BY container.name
        LIMIT :most)",
        { { ":account", account.text() }, { ":most", most } }, [](const Row &row) {
            ObjectContainer container;
            container.number = row.integer(0);
            container.account = row.id<ProjectId>(1);
            container.name = row.text(2);
            container.properties.system.insert(row.text(3), row.text(4));
            return container;
        });
}

Result<ObjectContainer> ContainerStore::insert(
    Transaction &t, const ProjectId &account, const QString &name, Versioning versioning)
{
    if (const auto there = ensureAccount(t, account); !there)
        return there.error();
    const auto made = t.row(R"(
        INSERT INTO container (account, name, versioning, created_at_ms, updated_at_ms)
        VALUES (:account, :name, :versioning, :now, :same)
        RETURNING number, account, name, payer, versioning, objects, bytes, history_bytes, created_at_ms,
            updated_at_ms)",
        { { ":account", account.text() }, { ":name", name }, { ":versioning", versioningText(versioning) },
            { ":now", t.stampMs() }, { ":same", t.stampMs() } },
        containerFromRow);
    if (!made)
        return made.error();
    const auto counted = t.execute(R"(
        UPDATE account
        SET containers = containers + 1, updated_at_ms = :now
        WHERE id = :id)",
        { { ":now", t.stampMs() }, { ":id", account.text() } });
    if (!counted)
        return counted.error();
    return **made;
}

Result<> ContainerStore::change(Transaction &t, qint64 container, const Properties &changes)
{
    if (const auto changed = PropertyStore::changeContainer(t, container, changes); !changed)
        return changed.error();
    const auto done = t.execute("UPDATE container SET updated_at_ms = :now WHERE number = :number",
        { { ":now", t.stampMs() }, { ":number", container } });
    return done ? Result<>() : Result<>(done.error());
}

Result<> ContainerStore::setVersioning(Transaction &t, qint64 container, Versioning versioning)
{
    const auto done = t.execute("UPDATE container SET versioning = :versioning WHERE number = :number",
        { { ":versioning", versioningText(versioning) }, { ":number", container } });
    return done ? Result<>() : Result<>(done.error());
}

Result<> ContainerStore::setPayer(Transaction &t, qint64 container, const ProjectId &payer)
{
    const auto done = t.execute(R"(
        UPDATE container
        SET payer = CASE WHEN account = :payer THEN '' ELSE :payer END, updated_at_ms = :now
        WHERE number = :number)",
        { { ":payer", payer.text() }, { ":now", t.stampMs() }, { ":number", container } });
    return done ? Result<>() : Result<>(done.error());
}

Result<bool> ContainerStore::remove(Transaction &t, const ObjectContainer &container)
{
    const auto current =
        t.row("SELECT number FROM version WHERE container = :container AND valid_to_ms IS NULL LIMIT 1",
            { { ":container", container.number } }, [](const Row &row) { return row.integer(0); });
    if (!current)
        return current.error();
    if (*current)
        return conflict(QStringLiteral(
            "There was a conflict when trying to complete your request. The container is not empty."));
    const auto cleared = ObjectStore::dropHistory(t, container.number, mostHistoryAtOnce);
    if (!cleared)
        return cleared.error();
    if (*cleared == mostHistoryAtOnce)
        return false;
    const auto done =
        t.execute("DELETE FROM container WHERE number = :number", { { ":number", container.number } });
    if (!done)
        return done.error();
    if (*done == 0)
        return notFound(QStringLiteral("The container is gone."));
    const auto counted = t.execute(R"(
        UPDATE account
        SET containers = containers - 1, updated_at_ms = :now
        WHERE id = :id)",
        { { ":now", t.stampMs() }, { ":id", container.account.text() } });
    if (!counted)
        return counted.error();
    return true;
}

Result<> ContainerStore::count(Transaction &t, qint64 container, const CountChange &change)
{
    const auto account = t.row(R"(
        UPDATE container
        SET objects = objects + :objects, bytes = bytes + :bytes,
            history_bytes = history_bytes + :history, updated_at_ms = :now
        WHERE number = :number
        RETURNING account)",
        { { ":objects", change.objects }, { ":bytes", change.bytes }, { ":history", change.historyBytes },
            { ":now", t.stampMs() }, { ":number", container } },
        [](const Row &row) { return row.text(0); });
    if (!account)
        return account.error();
    if (!*account)
        return notFound(QStringLiteral("The container is gone."));
    const auto done = t.execute(R"(
        UPDATE account
        SET objects = objects + :objects, bytes = bytes + :bytes
        WHERE id = :id)",
        { { ":objects", change.objects }, { ":bytes", change.bytes }, { ":id", **account } });
    return done ? Result<>() : Result<>(done.error());
}

} // namespace nephele
