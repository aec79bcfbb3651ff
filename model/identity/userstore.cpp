// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/userstore.h"

#include "model/identity/columns.h"
#include "model/identity/conditions.h"

namespace nephele {

namespace {

// Every store's writes end like this: how many rows changed matters to few of them.
Result<> done(const Result<qint64> &changed)
{
    return changed ? Result<>() : Result<>(changed.error());
}

UserWithHash withHash(const Row &row)
{
    return { userFromRow(row), row.text(userColumns), int(row.integer(userColumns + 1)),
        row.integer(userColumns + 2) };
}

// "name@domain", where the name itself may hold an @.
NameRef splitDisplayName(const QString &name)
{
    const qsizetype at = name.lastIndexOf(QLatin1Char('@'));
    return { {}, name.left(at), {}, name.mid(at + 1), false };
}

template <class T>
Page<T> pageOf(QList<T> found, int limit)
{
    const bool isTruncated = found.size() > limit;
    return { found.mid(0, limit), isTruncated };
}

} // namespace

Result<std::optional<UserWithHash>> UserStore::find(const ReadTransaction &t, const NameRef &ref)
{
    if (ref.id.isEmpty() && ref.isDisplayName) {
        auto found = find(t, NameRef::byName(ref.name));
        if (found && !*found && ref.name.contains(QLatin1Char('@')))
            found = find(t, splitDisplayName(ref.name));
        return found;
    }
    if (!ref.id.isEmpty())
        return t.row("SELECT " NEPHELE_USER_COLUMNS
                     ", u.password_hash, u.failed_sign_ins, u.last_failed_at_ms "
                     "FROM identity_user u JOIN domain ud ON ud.id = u.domain "
                     "WHERE u.id = :id",
            { { ":id", ref.id } }, withHash);
    const bool isDefault = ref.domainId.isEmpty() && ref.domainName.isEmpty();
    return t.row("SELECT " NEPHELE_USER_COLUMNS ", u.password_hash, u.failed_sign_ins, u.last_failed_at_ms "
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
    UserFilter filter;
    filter.name = name;
    filter.limit = limit;
    return matching(t, filter);
}

Result<Page<User>> UserStore::matching(const ReadTransaction &t, const UserFilter &filter)
{
    Conditions conditions;
    if (filter.name)
        conditions.add("u.name_key = :key", ":key", filter.name->toLower());
    if (filter.domain)
        conditions.add("u.domain = :domain", ":domain", *filter.domain);
    if (filter.isEnabled)
        conditions.add("u.enabled = :enabled", ":enabled", *filter.isEnabled);
    if (filter.after)
        conditions.add(
            "(u.name_key, u.id) > (SELECT a.name_key, a.id FROM identity_user a WHERE a.id = :after)",
            ":after", filter.after->text());
    conditions.bind(":most", filter.limit + 1);
    const auto found =
        t.rows("SELECT " NEPHELE_USER_COLUMNS " FROM identity_user u JOIN domain ud ON ud.id = u.domain"
                + conditions.where() + "ORDER BY u.name_key, u.id LIMIT :most",
            conditions.parameters(), [](const Row &row) { return userFromRow(row); });
    if (!found)
        return found.error();
    return pageOf(*found, filter.limit);
}

Result<> UserStore::insert(Transaction &t, const UserId &id, const NewUser &user)
{
    const auto inserted = t.execute(R"(
        INSERT INTO identity_user (id, domain, name, name_key, email, real_name, enabled, password_hash,
            has_first_password, default_project, default_chosen, extras, options, password_set_at_ms,
            password_expires_at_ms, must_change_password, created_at_ms)
        VALUES (:id, :domain, :name, :key, :email, :realName, :enabled, :hash,
            :isFirst, :project, :chosen, :extras, :options, :setAt, :expiresAt, :mustChange, :at))",
        { { ":id", id.text() }, { ":domain", user.domain.text() }, { ":name", user.name },
            { ":key", user.name.toLower() }, { ":email", user.email }, { ":realName", user.realName },
            { ":enabled", user.isEnabled }, { ":hash", user.passwordHash },
            { ":isFirst", user.hasFirstPassword },
            { ":project", user.defaultProject.value_or(ProjectId::stored(id.text())).text() },
            { ":chosen", user.hasChosenDefault }, { ":extras", textOfExtras(user.extras) },
            { ":options", textOfExtras(user.options) }, { ":setAt", t.stampMs() },
            { ":expiresAt", user.passwordExpiresAtMs ? QVariant(*user.passwordExpiresAtMs) : QVariant() },
            { ":mustChange", user.mustChangePassword }, { ":at", t.stampMs() } });
    if (!inserted && inserted.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a user named '%1' already.").arg(user.name));
    return done(inserted);
}

Result<> UserStore::change(Transaction &t, const User &user, const UserChange &wanted)
{
    const QString name = wanted.name.value_or(user.name);
    const ProjectId project = wanted.defaultProject.value_or(user.defaultProject);
    const bool isChosen = wanted.defaultProject ? !project.isNull() : user.hasChosenDefault;
    const auto changed = t.execute(R"(
        UPDATE identity_user SET name = :name, name_key = :key, email = :email, real_name = :realName,
            default_project = :project, default_chosen = :chosen, extras = :extras, options = :options
        WHERE id = :id)",
        { { ":name", name }, { ":key", name.toLower() }, { ":email", wanted.email.value_or(user.email) },
            { ":realName", wanted.realName.value_or(user.realName) },
            { ":project", project.isNull() ? user.id.text() : project.text() }, { ":chosen", isChosen },
            { ":extras", textOfExtras(mergedExtras(user.extras, wanted.extras)) },
            { ":options", textOfExtras(mergedExtras(user.options, wanted.options)) },
            { ":id", user.id.text() } });
    if (!changed && changed.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a user named '%1' already.").arg(name));
    return done(changed);
}

Result<> UserStore::remove(Transaction &t, const User &user)
{
    const auto kept = t.execute(R"(
        INSERT INTO former_user (id, name, deleted_at_ms)
        VALUES (:id, :name, :at))",
        { { ":id", user.id.text() }, { ":name", user.displayName() }, { ":at", t.stampMs() } });
    if (!kept)
        return kept.error();
    const auto forgotten =
        t.execute("DELETE FROM role_grant WHERE actor = :actor", { { ":actor", user.id.text() } });
    if (!forgotten)
        return forgotten.error();
    return done(t.execute("DELETE FROM identity_user WHERE id = :id", { { ":id", user.id.text() } }));
}

Result<> UserStore::setEnabled(Transaction &t, const UserId &id, bool isEnabled)
{
    return done(t.execute("UPDATE identity_user SET enabled = :enabled WHERE id = :id",
        { { ":enabled", isEnabled }, { ":id", id.text() } }));
}

Result<> UserStore::setPassword(
    Transaction &t, const UserId &id, const QString &hash, const PasswordKeeping &keeping)
{
    if (keeping.formerKept > 0) {
        const auto kept = t.execute(R"(
            INSERT INTO former_password (user_id, set_at_ms, password_hash)
            SELECT id, :at, password_hash FROM identity_user WHERE id = :id)",
            { { ":at", t.stampMs() }, { ":id", id.text() } });
        if (!kept)
            return kept.error();
    }
    const auto dropped = t.execute(R"(
        DELETE FROM former_password WHERE user_id = :id AND set_at_ms NOT IN (
            SELECT set_at_ms FROM former_password WHERE user_id = :same
            ORDER BY set_at_ms DESC LIMIT :kept))",
        { { ":id", id.text() }, { ":same", id.text() }, { ":kept", keeping.formerKept } });
    if (!dropped)
        return dropped.error();
    return done(t.execute(R"(
        UPDATE identity_user SET password_hash = :hash, has_first_password = :isFirst,
            must_change_password = :mustChange, password_set_at_ms = :at,
            password_expires_at_ms = :expiresAt, failed_sign_ins = 0
        WHERE id = :id)",
        { { ":hash", hash }, { ":isFirst", keeping.isFirst }, { ":mustChange", keeping.mustChange },
            { ":at", t.stampMs() },
            { ":expiresAt", keeping.expiresAtMs ? QVariant(*keeping.expiresAtMs) : QVariant() },
            { ":id", id.text() } }));
}

Result<QStringList> UserStore::formerPasswords(const ReadTransaction &t, const UserId &id, int most)
{
    const auto hashes = t.rows(R"(
        SELECT password_hash FROM former_password WHERE user_id = :id
        ORDER BY set_at_ms DESC LIMIT :most)",
        { { ":id", id.text() }, { ":most", most } }, [](const Row &row) { return row.text(0); });
    return hashes ? Result<QStringList>(QStringList(*hashes)) : Result<QStringList>(hashes.error());
}

Result<> UserStore::noteFailure(Transaction &t, const UserId &id, qint64 nowMs, qint64 sinceMs)
{
    return done(t.execute(R"(
        UPDATE identity_user SET last_failed_at_ms = :now,
            failed_sign_ins = CASE WHEN last_failed_at_ms < :since THEN 1 ELSE failed_sign_ins + 1 END
        WHERE id = :id)",
        { { ":now", nowMs }, { ":since", sinceMs }, { ":id", id.text() } }));
}

Result<> UserStore::forgetFailures(Transaction &t, const UserId &id)
{
    return done(
        t.execute("UPDATE identity_user SET failed_sign_ins = 0 WHERE id = :id", { { ":id", id.text() } }));
}

Result<> UserStore::setDefaultProject(Transaction &t, const UserId &id, const ProjectId &project)
{
    return done(
        t.execute("UPDATE identity_user SET default_project = :project, default_chosen = 1 WHERE id = :id",
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
        const auto user = find(t, UserId::stored(id));
        if (!user)
            return user.error();
        if (*user) {
            names.insert(id, (*user)->displayName());
            continue;
        }
        const auto name = t.row("SELECT name FROM former_user WHERE id = :id", { { ":id", id } },
            [](const Row &row) { return row.text(0); });
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
    return t.rows(R"(
        SELECT u.id, u.name, ud.id, ud.name
        FROM identity_user u JOIN domain ud ON ud.id = u.domain
        WHERE u.id > :after
        ORDER BY u.id LIMIT :most)",
        { { ":after", after }, { ":most", most } }, [](const Row &row) {
            const Domain domain { row.id<DomainId>(2), row.text(3) };
            return std::pair(row.text(0), User::displayNameOf(row.text(1), domain));
        });
}

Result<QHash<QString, QString>> UserStore::idsOf(const ReadTransaction &t, const QStringList &names)
{
    QHash<QString, QString> ids;
    for (const QString &name : names) {
        const auto user = find(t, NameRef::byDisplayName(name));
        if (!user)
            return user.error();
        if (*user)
            ids.insert(name.toLower(), (*user)->user.id.text());
    }
    return ids;
}

} // namespace nephele
