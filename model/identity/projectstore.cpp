// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/projectstore.h"

#include "model/identity/columns.h"
#include "model/identity/conditions.h"

namespace nephele {

namespace {

// How many of the tags a project has.
QByteArray countOfTags(Conditions &conditions, const char *prefix, const QStringList &tags)
{
    QByteArray sql = "(SELECT COUNT(*) FROM project_tag g WHERE g.project = p.id AND g.tag IN (";
    for (qsizetype i = 0; i < tags.size(); ++i)
        sql += (i == 0 ? "" : ", ") + conditions.bindNumbered(prefix, i, tags.at(i));
    return sql + "))";
}

void addTagConditions(Conditions &conditions, const ProjectFilter &filter)
{
    const auto numberOf = [](const QStringList &tags) { return QByteArray::number(tags.size()); };
    if (!filter.tags.isEmpty())
        conditions.add(
            (countOfTags(conditions, ":all", filter.tags) + " = " + numberOf(filter.tags)).constData());
    if (!filter.tagsAny.isEmpty())
        conditions.add((countOfTags(conditions, ":any", filter.tagsAny) + " > 0").constData());
    if (!filter.notTags.isEmpty())
        conditions.add((countOfTags(conditions, ":nall", filter.notTags) + " < " + numberOf(filter.notTags))
                           .constData());
    if (!filter.notTagsAny.isEmpty())
        conditions.add((countOfTags(conditions, ":nany", filter.notTagsAny) + " = 0").constData());
}

Result<> noteWhatIsAbove(Transaction &t, const ProjectId &id, const NewProject &project)
{
    if (project.parent.isNull()) {
        const auto noted =
            t.execute("INSERT INTO project_above (project, above, level) VALUES (:id, :domain, 0)",
                { { ":id", id.text() }, { ":domain", project.domain.text() } });
        return noted ? Result<>() : Result<>(noted.error());
    }
    const auto noted = t.execute(R"(
        INSERT INTO project_above (project, above, level)
        SELECT :id, above, level FROM project_above WHERE project = :parent
        UNION ALL
        SELECT :same, :parentItself, COUNT(*) FROM project_above WHERE project = :parentAgain)",
        { { ":id", id.text() }, { ":parent", project.parent.text() }, { ":same", id.text() },
            { ":parentItself", project.parent.text() }, { ":parentAgain", project.parent.text() } });
    return noted ? Result<>() : Result<>(noted.error());
}

} // namespace

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
    ProjectFilter filter;
    filter.name = name;
    filter.limit = limit;
    return matching(t, filter);
}

Result<Page<Project>> ProjectStore::matching(const ReadTransaction &t, const ProjectFilter &filter)
{
    Conditions conditions;
    if (filter.name)
        conditions.add("p.name = :name", ":name", *filter.name);
    if (filter.domain)
        conditions.add("p.domain = :domain", ":domain", *filter.domain);
    if (filter.parent) {
        conditions.add("COALESCE(p.parent, p.domain) = :parent", ":parent", *filter.parent);
        conditions.add("p.id IN (SELECT b.project FROM project_above b WHERE b.above = :above)", ":above",
            *filter.parent);
    }
    if (filter.isEnabled)
        conditions.add("p.enabled = :enabled", ":enabled", *filter.isEnabled);
    addTagConditions(conditions, filter);
    if (filter.after)
        conditions.add("(p.name, p.id) > (SELECT a.name, a.id FROM project a WHERE a.id = :after)", ":after",
            filter.after->text());
    conditions.bind(":most", filter.limit + 1);
    const auto found =
        t.rows("SELECT " NEPHELE_PROJECT_COLUMNS " FROM project p JOIN domain pd ON pd.id = p.domain"
                + conditions.where() + "ORDER BY p.name, p.id LIMIT :most",
            conditions.parameters(), [](const Row &row) { return projectFromRow(row); });
    if (!found)
        return found.error();
    const bool isTruncated = found->size() > filter.limit;
    return Page<Project> { found->mid(0, filter.limit), isTruncated };
}

Result<QList<Project>> ProjectStore::above(const ReadTransaction &t, const ProjectId &project)
{
    return t.rows("SELECT " NEPHELE_PROJECT_COLUMNS " "
                  "FROM project_above a JOIN project p ON p.id = a.above JOIN domain pd ON pd.id = p.domain "
                  "WHERE a.project = :project "
                  "ORDER BY a.level DESC",
        { { ":project", project.text() } }, [](const Row &row) { return projectFromRow(row); });
}

Result<QList<Project>> ProjectStore::below(const ReadTransaction &t, const ProjectId &project, int limit)
{
    return t.rows(
        "SELECT " NEPHELE_PROJECT_COLUMNS " "
        "FROM project_above a JOIN project p ON p.id = a.project JOIN domain pd ON pd.id = p.domain "
        "WHERE a.above = :project "
        "ORDER BY p.name, p.id LIMIT :most",
        { { ":project", project.text() }, { ":most", limit } },
        [](const Row &row) { return projectFromRow(row); });
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
        INSERT INTO project (id, domain, name, description, enabled, is_system, parent, extras, created_at_ms)
        VALUES (:id, :domain, :name, :description, :enabled, :isSystem, :parent, :extras, :at))",
        { { ":id", id.text() }, { ":domain", project.domain.text() }, { ":name", project.name },
            { ":description", project.description }, { ":enabled", project.isEnabled },
            { ":isSystem", project.isSystem },
            { ":parent", project.parent.isNull() ? QVariant() : QVariant(project.parent.text()) },
            { ":extras", textOfExtras(project.extras) }, { ":at", t.stampMs() } });
    if (!inserted && inserted.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a project named '%1' already.").arg(project.name));
    return inserted ? noteWhatIsAbove(t, id, project) : Result<>(inserted.error());
}

Result<> ProjectStore::change(Transaction &t, const Project &project, const ProjectChange &wanted)
{
    const QString name = wanted.name.value_or(project.name);
    const auto changed = t.execute(R"(
        UPDATE project SET name = :name, description = :description, enabled = :enabled, extras = :extras
        WHERE id = :id)",
        { { ":name", name }, { ":description", wanted.description.value_or(project.description) },
            { ":enabled", wanted.isEnabled.value_or(project.isEnabled) },
            { ":extras", textOfExtras(mergedExtras(project.extras, wanted.extras)) },
            { ":id", project.id.text() } });
    if (!changed && changed.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a project named '%1' already.").arg(name));
    return changed ? Result<>() : Result<>(changed.error());
}

Result<> ProjectStore::remove(Transaction &t, const ProjectId &id)
{
    const auto forgotten =
        t.execute("DELETE FROM role_grant WHERE target = :target", { { ":target", id.text() } });
    if (!forgotten)
        return forgotten.error();
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
