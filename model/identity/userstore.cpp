// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/userstore.h"

#include "model/identity/columns.h"

namespace nephele {

namespace {

// Every store's writes end like this: how many rows changed matters to few of them.
Result<> done(const Result<qint64> &changed)
{
    return changed ? Result<>() : Result<>(changed.error());
}

UserWithHash withHash(const Row &row)
{
    return { userFromRow(row), row.text(userColumns) };
}

} // namespace

Result<std::optional<UserWithHash>> UserStore::find(const ReadTransaction &t, const NameRef &ref)
{
    if (!ref.id.isEmpty())
        return t.row("SELECT " NEPHELE_USER_COLUMNS ", u.password_hash "
                     "FROM identity_user u JOIN domain ud ON ud.id = u.domain "
                     "WHERE u.id = :id",
            { { ":id", ref.id } }, withHash);
    const bool isDefault = ref.domainId.isEmpty() && ref.domainName.isEmpty();
    return t.row("SELECT " NEPHELE_USER_COLUMNS ", u.password_hash "
                 "FROM identity_user u JOIN domain ud ON ud.id = u.domain "
                 "WHERE u.name_key = :key AND (ud.id = :domainId OR ud.name = :domainName)",
        { { ":key", ref.name.toLower() },
            { ":domainId", isDefault ? Domain::defaultId().text() : ref.domainId },
            { ":domainName", ref.domainName } },
        withHash);
}

Result<std::optional<User>> UserStore::find(const ReadTransaction &t, const UserId &id)
{
    return t.row("SELECT " NEPHELE_USER_COLUMNS " "
                 "FROM identity_user u JOIN domain ud ON ud.id = u.domain "
                 "WHERE u.id = :id",
        { { ":id", id.text() } }, [](const Row &row) { return userFromRow(row); });
}

Result<Page<User>> UserStore::users(const ReadTransaction &t, const std::optional<QString> &name, int limit)
{
    auto found = t.rows("SELECT " NEPHELE_USER_COLUMNS " "
                        "FROM identity_user u JOIN domain ud ON ud.id = u.domain "
                        "WHERE :every = 1 OR u.name_key = :key "
                        "ORDER BY u.name_key, u.id LIMIT :most",
        { { ":every", !name.has_value() }, { ":key", name.value_or(QString()).toLower() },
            { ":most", limit + 1 } },
        [](const Row &row) { return userFromRow(row); });
    if (!found)
        return found.error();
    const bool isTruncated = found->size() > limit;
    return Page<User> { found->mid(0, limit), isTruncated };
}

Result<> UserStore::insert(Transaction &t, const UserId &id, const NewUser &user)
{
    const auto inserted = t.execute(R"(
        INSERT INTO identity_user (id, domain, name, name_key, email, real_name, enabled, password_hash,
            has_first_password, default_project, created_at_ms)
        VALUES (:id, :domain, :name, :key, :email, :realName, :enabled, :hash,
            :isFirst, :project, :at))",
        { { ":id", id.text() }, { ":domain", Domain::defaultId().text() }, { ":name", user.name },
            { ":key", user.name.toLower() }, { ":email", user.email }, { ":realName", user.realName },
            { ":enabled", user.isEnabled }, { ":hash", user.passwordHash },
            { ":isFirst", user.hasFirstPassword }, { ":project", id.text() }, { ":at", t.stampMs() } });
    if (!inserted && inserted.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a user named '%1' already.").arg(user.name));
    return done(inserted);
}

Result<> UserStore::remove(Transaction &t, const User &user)
{
    const auto kept = t.execute(R"(
        INSERT INTO former_user (id, name, deleted_at_ms)
        VALUES (:id, :name, :at))",
        { { ":id", user.id.text() }, { ":name", user.name }, { ":at", t.stampMs() } });
    if (!kept)
        return kept.error();
    return done(t.execute("DELETE FROM identity_user WHERE id = :id", { { ":id", user.id.text() } }));
}

Result<> UserStore::setEnabled(Transaction &t, const UserId &id, bool isEnabled)
{
    return done(t.execute("UPDATE identity_user SET enabled = :enabled WHERE id = :id",
        { { ":enabled", isEnabled }, { ":id", id.text() } }));
}

Result<> UserStore::setPassword(Transaction &t, const UserId &id, const QString &hash, bool isFirst)
{
    return done(t.execute(R"(
        UPDATE identity_user SET password_hash = :hash, has_first_password = :isFirst
        WHERE id = :id)",
        { { ":hash", hash }, { ":isFirst", isFirst }, { ":id", id.text() } }));
}

Result<> UserStore::setDefaultProject(Transaction &t, const UserId &id, const ProjectId &project)
{
    return done(t.execute("UPDATE identity_user SET default_project = :project WHERE id = :id",
        { { ":project", project.text() }, { ":id", id.text() } }));
}

Result<> UserStore::forgetDefaultProject(
    Transaction &t, const ProjectId &project, const std::optional<UserId> &user)
{
    return done(t.execute(R"(
        UPDATE identity_user SET default_project = id
        WHERE default_project = :project AND (:every = 1 OR id = :user))",
        { { ":project", project.text() }, { ":every", !user.has_value() },
            { ":user", user.value_or(UserId()).text() } }));
}

Result<QHash<QString, QString>> UserStore::namesOf(const ReadTransaction &t, const QStringList &ids)
{
    QHash<QString, QString> names;
    for (const QString &id : ids) {
        const auto name = t.row(R"(
            SELECT name FROM identity_user WHERE id = :id
            UNION ALL
            SELECT name FROM former_user WHERE id = :former)",
            { { ":id", id }, { ":former", id } }, [](const Row &row) { return row.text(0); });
        if (!name)
            return name.error();
        if (*name)
            names.insert(id, **name);
    }
    return names;
}

Result<QList<std::pair<QString, QString>>> UserStore::namesAfter(
    const ReadTransaction &t, const QString &after, int most)
{
    return t.rows("SELECT id, name FROM identity_user WHERE id > :after ORDER BY id LIMIT :most",
        { { ":after", after }, { ":most", most } },
        [](const Row &row) { return std::pair(row.text(0), row.text(1)); });
}

Result<QHash<QString, QString>> UserStore::idsOf(const ReadTransaction &t, const QStringList &names)
{
    QHash<QString, QString> ids;
    for (const QString &name : names) {
        const QString key = name.toLower();
        const auto id = t.row(R"(
            SELECT id FROM identity_user WHERE name_key = :key
            ORDER BY created_at_ms, id LIMIT 1)",
            { { ":key", key } }, [](const Row &row) { return row.text(0); });
        if (!id)
            return id.error();
        if (*id)
            ids.insert(key, **id);
    }
    return ids;
}

} // namespace nephele
