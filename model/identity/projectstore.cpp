// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/projectstore.h"

#include "model/identity/columns.h"

namespace nephele {

Result<std::optional<Project>> ProjectStore::find(const ReadTransaction &t, const NameRef &ref)
{
    const auto map = [](const Row &row) { return projectFromRow(row); };
    if (!ref.id.isEmpty())
        return t.row("SELECT " NEPHELE_PROJECT_COLUMNS " "
                     "FROM project p JOIN domain pd ON pd.id = p.domain "
                     "WHERE p.id = :id",
            { { ":id", ref.id } }, map);
    const bool isDefault = ref.domainId.isEmpty() && ref.domainName.isEmpty();
    return t.row("SELECT " NEPHELE_PROJECT_COLUMNS " "
                 "FROM project p JOIN domain pd ON pd.id = p.domain "
                 "WHERE p.name = :name AND (pd.id = :domainId OR pd.name = :domainName)",
        { { ":name", ref.name }, { ":domainId", isDefault ? Domain::defaultId().text() : ref.domainId },
            { ":domainName", ref.domainName } },
        map);
}

Result<Page<Project>> ProjectStore::projects(
    const ReadTransaction &t, const std::optional<QString> &name, int limit)
{
    auto found = t.rows("SELECT " NEPHELE_PROJECT_COLUMNS " "
                        "FROM project p JOIN domain pd ON pd.id = p.domain "
                        "WHERE :every = 1 OR p.name = :name "
                        "ORDER BY p.name, p.id LIMIT :most",
        { { ":every", !name.has_value() }, { ":name", name.value_or(QString()) }, { ":most", limit + 1 } },
        [](const Row &row) { return projectFromRow(row); });
    if (!found)
        return found.error();
    const bool isTruncated = found->size() > limit;
    return Page<Project> { found->mid(0, limit), isTruncated };
}

Result<QList<Membership>> ProjectStore::memberships(const ReadTransaction &t, const UserId &user)
{
    return t.rows("SELECT " NEPHELE_PROJECT_COLUMNS ", m.roles "
                  "FROM membership m JOIN project p ON p.id = m.project JOIN domain pd ON pd.id = p.domain "
                  "WHERE m.user_id = :user AND m.state IN ('accepted', 'leave_requested') "
                  "ORDER BY p.name, p.id",
        { { ":user", user.text() } }, [](const Row &row) {
            return Membership { projectFromRow(row), rolesFromBits(row.integer(projectColumns)) };
        });
}

Result<Page<Member>> ProjectStore::members(const ReadTransaction &t, const ProjectId &project, int limit)
{
    auto found = t.rows("SELECT " NEPHELE_USER_COLUMNS ", m.roles "
                        "FROM membership m JOIN identity_user u ON u.id = m.user_id "
                        "JOIN domain ud ON ud.id = u.domain "
                        "WHERE m.project = :project AND m.state IN ('accepted', 'leave_requested') "
                        "ORDER BY u.name_key, u.id LIMIT :most",
        { { ":project", project.text() }, { ":most", limit + 1 } }, [](const Row &row) {
            return Member { userFromRow(row), rolesFromBits(row.integer(userColumns)) };
        });
    if (!found)
        return found.error();
    const bool isTruncated = found->size() > limit;
    return Page<Member> { found->mid(0, limit), isTruncated };
}

Result<Roles> ProjectStore::rolesOf(const ReadTransaction &t, const ProjectId &project, const UserId &user)
{
    const auto roles = t.row(R"(
        SELECT roles FROM membership
        WHERE project = :project AND user_id = :user AND state IN ('accepted', 'leave_requested'))",
        { { ":project", project.text() }, { ":user", user.text() } },
        [](const Row &row) { return rolesFromBits(row.integer(0)); });
    if (!roles)
        return roles.error();
    return roles->value_or(Roles());
}

Result<> ProjectStore::insert(Transaction &t, const ProjectId &id, const NewProject &project)
{
    const auto inserted = t.execute(R"(
        INSERT INTO project (id, domain, name, description, enabled, is_system, created_at_ms)
        VALUES (:id, :domain, :name, :description, :enabled, :isSystem, :at))",
        { { ":id", id.text() }, { ":domain", Domain::defaultId().text() }, { ":name", project.name },
            { ":description", project.description }, { ":enabled", project.isEnabled },
            { ":isSystem", project.isSystem }, { ":at", t.stampMs() } });
    if (!inserted && inserted.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a project named '%1' already.").arg(project.name));
    return inserted ? Result<>() : Result<>(inserted.error());
}

Result<> ProjectStore::remove(Transaction &t, const ProjectId &id)
{
    const auto removed = t.execute("DELETE FROM project WHERE id = :id", { { ":id", id.text() } });
    return removed ? Result<>() : Result<>(removed.error());
}

Result<> ProjectStore::setEnabled(Transaction &t, const ProjectId &id, bool isEnabled)
{
    const auto changed = t.execute("UPDATE project SET enabled = :enabled WHERE id = :id",
        { { ":enabled", isEnabled }, { ":id", id.text() } });
    return changed ? Result<>() : Result<>(changed.error());
}

Result<> ProjectStore::setMember(Transaction &t, const ProjectId &project, const UserId &user, Roles roles)
{
    const auto set = t.execute(R"(
        INSERT INTO membership (project, user_id, roles, state, created_at_ms)
        VALUES (:project, :user, :roles, 'accepted', :at)
        ON CONFLICT (project, user_id) DO UPDATE SET roles = excluded.roles, state = 'accepted')",
        { { ":project", project.text() }, { ":user", user.text() }, { ":roles", int(roles.toInt()) },
            { ":at", t.stampMs() } });
    return set ? Result<>() : Result<>(set.error());
}

Result<> ProjectStore::removeMember(Transaction &t, const ProjectId &project, const UserId &user)
{
    const auto removed = t.execute("DELETE FROM membership WHERE project = :project AND user_id = :user",
        { { ":project", project.text() }, { ":user", user.text() } });
    if (!removed)
        return removed.error();
    if (*removed == 0)
        return notFound(QStringLiteral("The user is no member of this project."));
    return {};
}

} // namespace nephele
