// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/project/projectlifestore.h"

#include "model/identity/project.h"

namespace nephele {

namespace {

constexpr qint64 hundredYearsMs = qint64(36'525) * 24 * 3'600'000;

// Projects that have a row, and those that do not (yet, or any more): two shapes of the same columns.
constexpr char withRow[] = R"(
    SELECT p.id, p.domain, pd.name, p.name, p.description, p.enabled, p.is_system, p.created_at_ms,
        l.project, l.state, l.name, l.description, l.owner, l.homepage, l.end_at_ms, l.join_policy,
        l.leave_policy, l.max_members, l.is_private, l.application, l.created_at_ms, l.deactivated_at_ms
    FROM project p JOIN domain pd ON pd.id = p.domain LEFT JOIN project_life l ON l.project = p.id )";
constexpr char withoutRow[] = R"(
    SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        l.project, l.state, l.name, l.description, l.owner, l.homepage, l.end_at_ms, l.join_policy,
        l.leave_policy, l.max_members, l.is_private, l.application, l.created_at_ms, l.deactivated_at_ms
    FROM project_life l )";

// As made by other doors: nobody comes or goes through this face.
ProjectRecord foreignProject(const Row &row)
{
    ProjectRecord project;
    project.id = row.id<ProjectId>(0);
    project.isSystem = row.flag(6);
    project.createdAtMs = row.integer(7);
    project.terms.joining = JoiningPolicy::Closed;
    project.terms.leaving = JoiningPolicy::Closed;
    project.terms.isPrivate = true;
    project.terms.endAtMs = project.createdAtMs + hundredYearsMs;
    project.terms.mostMembers = project.isSystem ? 1 : endless;
    return project;
}

ProjectRecord projectWithLife(const Row &row)
{
    ProjectRecord project;
    project.id = row.id<ProjectId>(8);
    project.hasLife = true;
    project.isSystem = row.flag(6);
    project.terms.name = row.text(10);
    project.terms.description = row.text(11);
    if (!row.isNull(12))
        project.terms.owner = row.id<UserId>(12);
    project.terms.homepage = row.text(13);
    project.terms.endAtMs = row.integer(14);
    // The schema lets no other word in.
    project.terms.joining = joiningPolicyFrom(row.text(15)).value_or(JoiningPolicy::Closed);
    project.terms.leaving = joiningPolicyFrom(row.text(16)).value_or(JoiningPolicy::Closed);
    project.terms.mostMembers = row.integer(17);
    project.terms.isPrivate = row.flag(18);
    if (!row.isNull(19))
        project.application = ApplicationNumber(row.integer(19));
    project.createdAtMs = row.integer(20);
    project.deactivatedAtMs = row.optionalInteger(21);
    return project;
}

ProjectState stateOf(const Row &row)
{
    const auto noted = projectStateFrom(row.text(9));
    if (row.isNull(0))
        return noted == ProjectState::Uninitialized ? ProjectState::Uninitialized : ProjectState::Deleted;
    if (row.flag(5))
        return ProjectState::Active;
    return noted == ProjectState::Terminated ? ProjectState::Terminated : ProjectState::Suspended;
}

ProjectRecord recordFromRow(const Row &row)
{
    ProjectRecord project = row.isNull(8) ? foreignProject(row) : projectWithLife(row);
    project.state = stateOf(row);
    if (row.isNull(0))
        return project;
    project.rowName = row.text(3);
    project.terms.description = row.text(4);
    if (project.isSystem)
        project.terms.name = QStringLiteral("system:") + project.id.text();
    else if (project.state != ProjectState::Terminated)
        project.terms.name = row.id<DomainId>(1) == Domain::defaultId()
            ? row.text(3)
            : row.text(3) + QLatin1Char('@') + row.text(2);
    return project;
}

// The clauses of a list over projects with a row. Each is led by an index; every value is a parameter.
QByteArray rowClauses(const ProjectListing &listing)
{
    QByteArray clauses;
    switch (listing.reach) {
    case ProjectListing::Reach::Every:
        break;
    case ProjectListing::Reach::Related:
        clauses += R"( AND p.id IN (
            SELECT project FROM membership
            WHERE user_id = :viewer AND state IN ('accepted', 'leave_requested', 'suspended')
            UNION SELECT project FROM project_life WHERE owner = :viewer))";
        break;
    case ProjectListing::Reach::Member:
        clauses += R"( AND p.enabled = 1 AND p.id IN (
            SELECT project FROM membership
            WHERE user_id = :viewer AND state IN ('accepted', 'leave_requested')))";
        break;
    case ProjectListing::Reach::Public:
        clauses += " AND p.enabled = 1 AND l.is_private = 0";
        break;
    }
    if (listing.owner)
        clauses += " AND l.owner = :owner";
    if (listing.name)
        clauses += R"( AND p.id IN (
            SELECT id FROM project WHERE domain = 'default' AND name = :name
            UNION SELECT project FROM project_life WHERE name = :name
            UNION SELECT id FROM project WHERE id = :systemId))";
    if (listing.state == ProjectState::Active)
        clauses += " AND p.enabled = 1";
    else if (listing.state == ProjectState::Suspended)
        clauses += " AND p.enabled = 0 AND COALESCE(l.state, '') <> 'terminated'";
    else if (listing.state == ProjectState::Terminated)
        clauses += " AND p.enabled = 0 AND l.state = 'terminated'";
    return clauses;
}

QByteArray lifeClauses(const ProjectListing &listing)
{
    QByteArray clauses = listing.state == ProjectState::Deleted ? " AND l.state = 'deleted'"
                                                                : " AND l.state = 'uninitialized'";
    clauses += " AND NOT EXISTS (SELECT 1 FROM project p WHERE p.id = l.project)";
    if (listing.reach == ProjectListing::Reach::Related)
        clauses += " AND l.owner = :viewer";
    if (listing.owner)
        clauses += " AND l.owner = :owner";
    if (listing.name)
        clauses += " AND l.name = :name";
    return clauses;
}

Parameters listingParameters(const ProjectListing &listing)
{
    Parameters parameters { { ":after", listing.after ? listing.after->text() : QString() },
        { ":most", listing.limit + 1 } };
    if (listing.owner)
        parameters.append({ ":owner", listing.owner->text() });
    if (listing.name)
        parameters.append({ ":name", *listing.name });
    return parameters;
}

Parameters withViewer(Parameters parameters, const ProjectListing &listing)
{
    parameters.append({ ":viewer", listing.viewer.text() });
    return parameters;
}

Result<QList<ProjectRecord>> withRows(const ReadTransaction &t, const ProjectListing &listing)
{
    using Reach = ProjectListing::Reach;
    if (listing.state == ProjectState::Uninitialized || listing.state == ProjectState::Deleted)
        return QList<ProjectRecord>();
    Parameters parameters = listingParameters(listing);
    if (listing.reach == Reach::Related || listing.reach == Reach::Member)
        parameters = withViewer(parameters, listing);
    if (listing.name)
        parameters.append({ ":systemId", listing.name->section(QLatin1Char(':'), 1) });
    return t.rows(
        withRow + QByteArray("WHERE p.id > :after") + rowClauses(listing) + " ORDER BY p.id LIMIT :most",
        parameters, recordFromRow);
}

Result<QList<ProjectRecord>> withoutRows(const ReadTransaction &t, const ProjectListing &listing)
{
    using Reach = ProjectListing::Reach;
    const bool isAsked = !listing.state || listing.state == ProjectState::Uninitialized
        || listing.state == ProjectState::Deleted;
    if (!isAsked || listing.reach == Reach::Member || listing.reach == Reach::Public)
        return QList<ProjectRecord>();
    Parameters parameters = listingParameters(listing);
    if (listing.reach == Reach::Related)
        parameters = withViewer(parameters, listing);
    return t.rows(withoutRow + QByteArray("WHERE l.project > :after") + lifeClauses(listing)
            + " ORDER BY l.project LIMIT :most",
        parameters, recordFromRow);
}

qint64 capacityOf(qint64 most)
{
    return most < 0 ? endless : most;
}

Result<QHash<QString, qint64>> limitsIn(
    const ReadTransaction &t, const QByteArray &sql, const ProjectId &project)
{
    QHash<QString, qint64> limits;
    const auto read = t.eachRow(sql, { { ":project", project.text() } },
        [&](const Row &row) { limits.insert(row.text(0), row.integer(1)); });
    return read ? Result<QHash<QString, qint64>>(limits) : Result<QHash<QString, qint64>>(read.error());
}

} // namespace

Result<std::optional<ProjectRecord>> ProjectLifeStore::find(const ReadTransaction &t, const ProjectId &id)
{
    const Parameters key { { ":id", id.text() } };
    const auto found = t.row(withRow + QByteArray("WHERE p.id = :id"), key, recordFromRow);
    if (!found || *found)
        return found;
    return t.row(withoutRow + QByteArray("WHERE l.project = :id"), key, recordFromRow);
}

Result<Page<ProjectRecord>> ProjectLifeStore::projects(
    const ReadTransaction &t, const ProjectListing &listing)
{
    auto projects = withRows(t, listing);
    if (!projects)
        return projects.error();
    const auto others = withoutRows(t, listing);
    if (!others)
        return others.error();
    projects->append(*others);
    std::sort(projects->begin(), projects->end(),
        [](const ProjectRecord &a, const ProjectRecord &b) { return a.id < b.id; });
    const bool isTruncated = projects->size() > listing.limit;
    projects->resize(std::min<qsizetype>(projects->size(), listing.limit));
    // A project may be found by a name it had once.
    if (listing.name)
        projects->removeIf([&](const ProjectRecord &project) { return project.terms.name != *listing.name; });
    return Page<ProjectRecord> { *projects, isTruncated };
}

Result<QList<ResourceCapacity>> ProjectLifeStore::capacities(
    const ReadTransaction &t, const ProjectRecord &project, const QList<QuotaResource> &resources)
{
    const auto whole = limitsIn(t, R"(
        SELECT resource, most FROM quota_project
        WHERE project = :project AND most IS NOT NULL ORDER BY resource)",
        project.id);
    if (!whole)
        return whole.error();
    const auto each = limitsIn(
        t, "SELECT resource, most FROM quota_member WHERE project = :project ORDER BY resource", project.id);
    if (!each)
        return each.error();
    QList<ResourceCapacity> capacities;
    for (const QuotaResource &resource : resources) {
        if (!resource.isApiVisible)
            continue;
        const qint64 usual = project.isSystem ? resource.systemMost : resource.projectMost;
        const qint64 ofProject = capacityOf(whole->value(resource.name, usual));
        const auto ofMember = each->constFind(resource.name);
        capacities.append(
            { resource.name, ofProject, ofMember == each->cend() ? ofProject : capacityOf(*ofMember) });
    }
    return capacities;
}

Result<QList<ProjectId>> ProjectLifeStore::endedBefore(const ReadTransaction &t, qint64 nowMs, int most)
{
    return t.rows(R"(
        SELECT l.project FROM project_life l JOIN project p ON p.id = l.project
        WHERE l.state = 'active' AND l.end_at_ms <= :now AND p.enabled = 1 AND p.is_system = 0
        ORDER BY l.end_at_ms, l.project LIMIT :most)",
        { { ":now", nowMs }, { ":most", most } }, [](const Row &row) { return row.id<ProjectId>(0); });
}

Result<> ProjectLifeStore::save(Transaction &t, const ProjectRecord &project)
{
    const ProjectTerms &terms = project.terms;
    const auto saved = t.execute(R"(
        INSERT INTO project_life (project, state, name, owner, homepage, description, end_at_ms, join_policy,
            leave_policy, max_members, is_private, application, created_at_ms, deactivated_at_ms)
        VALUES (:id, :state, :name, :owner, :homepage, :description, :end, :joining, :leaving, :most,
            :isPrivate, :application, :created, :deactivated)
        ON CONFLICT (project) DO UPDATE SET state = excluded.state, name = excluded.name,
            owner = excluded.owner, homepage = excluded.homepage, description = excluded.description,
            end_at_ms = excluded.end_at_ms, join_policy = excluded.join_policy,
            leave_policy = excluded.leave_policy, max_members = excluded.max_members,
            is_private = excluded.is_private, application = excluded.application,
            deactivated_at_ms = excluded.deactivated_at_ms)",
        { { ":id", project.id.text() }, { ":state", wordOf(project.state) }, { ":name", terms.name },
            { ":owner", terms.owner ? QVariant(terms.owner->text()) : QVariant() },
            { ":homepage", terms.homepage }, { ":description", terms.description }, { ":end", terms.endAtMs },
            { ":joining", wordOf(terms.joining) }, { ":leaving", wordOf(terms.leaving) },
            { ":most", terms.mostMembers }, { ":isPrivate", terms.isPrivate },
            { ":application", project.application ? QVariant(project.application->value()) : QVariant() },
            { ":created", project.createdAtMs },
            { ":deactivated", project.deactivatedAtMs ? QVariant(*project.deactivatedAtMs) : QVariant() } });
    return saved ? Result<>() : Result<>(saved.error());
}

Result<bool> ProjectLifeStore::isNameTaken(const ReadTransaction &t, const ProjectId &id, const QString &name)
{
    const auto other = t.row(R"(
        SELECT id FROM project
        WHERE domain = COALESCE((SELECT domain FROM project WHERE id = :id), 'default')
            AND name = :name AND id <> :id)",
        { { ":id", id.text() }, { ":name", name } }, [](const Row &row) { return row.text(0); });
    if (!other)
        return other.error();
    return other->has_value();
}

Result<> ProjectLifeStore::rename(
    Transaction &t, const ProjectId &id, const QString &name, const QString &description)
{
    const auto renamed =
        t.execute("UPDATE project SET name = :name, description = :description WHERE id = :id",
            { { ":name", name }, { ":description", description }, { ":id", id.text() } });
    return renamed ? Result<>() : Result<>(renamed.error());
}

} // namespace nephele
