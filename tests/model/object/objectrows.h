// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/mapstore.h"
#include "model/object/containerstore.h"
#include "model/object/objectstore.h"
#include "tests/support/testdatabase.h"

namespace nephele::test {

// A database with one account, one container in it, and a hand for rows. What makes things aborts the program
// when it fails: it is for setting up, not for what is tested.
class ObjectRows
{
public:
    explicit ObjectRows(Engine engine, Versioning versioning = Versioning::None)
    {
        auto opened = TestDatabase::open(engine);
        if (!opened)
            qFatal("database: %s", qUtf8Printable(opened.error().detail));
        m_database = std::move(*opened);
        container = done(write([&](Transaction &t) {
            return ContainerStore::insert(t, account, QStringLiteral("c"), versioning);
        })).number;
    }

    Database &database() { return **m_database; }

    template <class Closure>
    std::invoke_result_t<Closure, Transaction &> write(Closure closure)
    {
        return database().write(std::move(closure)).result();
    }
    template <class T>
    static T done(Result<T> result)
    {
        if (!result)
            qFatal("%s (%s)", qUtf8Printable(result.error().message), qUtf8Printable(result.error().detail));
        return *std::move(result);
    }

    // A content of that many NULs, pinned once: no block is needed for it.
    static Result<qint64> content(Transaction &t, const ProjectId &account, qint64 bytes)
    {
        ContentMap map;
        map.account = account;
        map.sizeBytes = bytes;
        map.blockBytes = 4 << 20;
        map.root = holeHash();
        BlockClaim claim;
        claim.account = account;
        claim.hash = holeHash();
        const auto placed = MapStore::place(t, map, claim);
        if (!placed)
            return placed.error();
        return **placed;
    }

    // The next state of a name, as an upload makes it.
    static Result<> put(Transaction &t, const ProjectId &account, qint64 container, const QString &name,
        qint64 bytes, std::optional<qint64> deleteAtMs = {})
    {
        const auto map = content(t, account, bytes);
        if (!map)
            return map.error();
        const auto former = ObjectStore::find(t, container, name);
        if (!former)
            return former.error();
        const ObjectId object = *former ? (*former)->object : ObjectId::create();
        if (!*former) {
            if (const auto inserted = ObjectStore::insert(t, object, account); !inserted)
                return inserted.error();
        }
        ObjectVersion version { object, container, name, *map, bytes, QStringLiteral("text/plain"),
            UserId::stored(account.text()) };
        version.deleteAtMs = deleteAtMs;
        version.properties.user.insert(QStringLiteral("color"), QStringLiteral("blue"));
        const auto added = ObjectStore::addVersion(t, version);
        return added ? Result<>() : Result<>(added.error());
    }
    Result<> put(const QString &name, qint64 bytes, std::optional<qint64> deleteAtMs = {})
    {
        return write(
            [=, this](Transaction &t) { return put(t, account, container, name, bytes, deleteAtMs); });
    }
    Result<> end(const QString &name)
    {
        return write([=, this](Transaction &t) -> Result<> {
            const auto found = ObjectStore::find(t, container, name);
            if (!found)
                return found.error();
            if (!*found)
                return notFound(name);
            return ObjectStore::end(t, **found);
        });
    }

    std::optional<ObjectVersion> find(const QString &name)
    {
        return done(
            database().read([&](ReadTransaction &t) { return ObjectStore::find(t, container, name); }));
    }
    ObjectContainer theContainer()
    {
        return *done(database().read(
            [&](ReadTransaction &t) { return ContainerStore::find(t, account, QStringLiteral("c")); }));
    }
    ObjectAccount theAccount()
    {
        return done(database().read([&](ReadTransaction &t) { return ContainerStore::account(t, account); }));
    }
    qint64 count(const QByteArray &sql)
    {
        return *done(database().read([&](ReadTransaction &t) {
            return t.row(sql, {}, [](const Row &row) { return row.integer(0); });
        }));
    }

    const ProjectId account = ProjectId::create();
    qint64 container = 0;

private:
    std::unique_ptr<TestDatabase> m_database;
};

} // namespace nephele::test
