// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/propertystore.h"

namespace nephele {

namespace {

// The three tables differ in their name and the name of their owner alone.
struct Table
{
    QByteArray select;
    QByteArray set;
    QByteArray unset;
};

const Table &accountTable()
{
    static const Table table {
        "SELECT scope, name, value FROM account_property WHERE account = :owner ORDER BY scope, name",
        R"(INSERT INTO account_property (account, scope, name, value)
           VALUES (:owner, :scope, :name, :value)
           ON CONFLICT (account, scope, name) DO UPDATE SET value = excluded.value)",
        "DELETE FROM account_property WHERE account = :owner AND scope = :scope AND name = :name",
    };
    return table;
}

const Table &containerTable()
{
    static const Table table {
        "SELECT scope, name, value FROM container_property WHERE container = :owner ORDER BY scope, name",
        R"(INSERT INTO container_property (container, scope, name, value)
           VALUES (:owner, :scope, :name, :value)
           ON CONFLICT (container, scope, name) DO UPDATE SET value = excluded.value)",
        "DELETE FROM container_property WHERE container = :owner AND scope = :scope AND name = :name",
    };
    return table;
}

const Table &versionTable()
{
    static const Table table {
        "SELECT scope, name, value FROM version_property WHERE version = :owner ORDER BY scope, name",
        R"(INSERT INTO version_property (version, scope, name, value)
           VALUES (:owner, :scope, :name, :value))",
        {}, // a version never changes
    };
    return table;
}

const QString userScope = QStringLiteral("user");
const QString systemScope = QStringLiteral("system");

Result<Properties> read(ReadTransaction &t, const Table &table, const QVariant &owner)
{
    Properties found;
    const auto done = t.eachRow(table.select, { { ":owner", owner } }, [&](const Row &row) {
        PropertyMap &scope = row.text(0) == userScope ? found.user : found.system;
        scope.insert(row.text(1), row.text(2));
    });
    if (!done)
        return done.error();
    return found;
}

Result<> setOne(Transaction &t, const Table &table, const QVariant &owner, const QString &scope,
    const QString &name, const QString &value)
{
    const auto done = t.execute(
        table.set, { { ":owner", owner }, { ":scope", scope }, { ":name", name }, { ":value", value } });
    return done ? Result<>() : Result<>(done.error());
}

Result<> unsetOne(
    Transaction &t, const Table &table, const QVariant &owner, const QString &scope, const QString &name)
{
    const auto done = t.execute(table.unset, { { ":owner", owner }, { ":scope", scope }, { ":name", name } });
    return done ? Result<>() : Result<>(done.error());
}

Result<> change(Transaction &t, const Table &table, const QVariant &owner, const Properties &changes)
{
    for (const auto &[scope, values] :
        { std::pair(userScope, changes.user), std::pair(systemScope, changes.system) }) {
        for (const auto &[name, value] : values.asKeyValueRange()) {
            // What belongs to a version comes with it and is never changed: there is nothing to take away.
            const bool isRemoval = value.isEmpty() && !table.unset.isEmpty();
            const auto done = isRemoval ? unsetOne(t, table, owner, scope, name)
                                        : setOne(t, table, owner, scope, name, value);
            if (!done)
                return done.error();
        }
    }
    return {};
}

} // namespace

Result<Properties> PropertyStore::ofAccount(ReadTransaction &t, const ProjectId &account)
{
    return read(t, accountTable(), account.text());
}

Result<Properties> PropertyStore::ofContainer(ReadTransaction &t, qint64 container)
{
    return read(t, containerTable(), container);
}

Result<Properties> PropertyStore::ofVersion(ReadTransaction &t, qint64 version)
{
    return read(t, versionTable(), version);
}

Result<> PropertyStore::changeAccount(Transaction &t, const ProjectId &account, const Properties &changes)
{
    return change(t, accountTable(), account.text(), changes);
}

Result<> PropertyStore::changeContainer(Transaction &t, qint64 container, const Properties &changes)
{
    return change(t, containerTable(), container, changes);
}

Result<> PropertyStore::insertForVersion(Transaction &t, qint64 version, const Properties &properties)
{
    return change(t, versionTable(), version, properties);
}

} // namespace nephele
