// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/project/projectapplicationstore.h"

namespace nephele {

namespace {

#define NEPHELE_APPLICATION_COLUMNS                                                                          \
    "number, project, state, applicant, is_charged, comments, start_at_ms, name, owner, homepage,"           \
    " description, end_at_ms, join_policy, leave_policy, max_members, is_private"

template <class Value>
QVariant orNull(const std::optional<Value> &value)
{
    return value ? QVariant(*value) : QVariant();
}

QVariant orNull(const std::optional<JoiningPolicy> &policy)
{
    return policy ? QVariant(wordOf(*policy)) : QVariant();
}

std::optional<QString> textOrNothing(const Row &row, int column)
{
    return row.isNull(column) ? std::nullopt : std::optional(row.text(column));
}

std::optional<JoiningPolicy> policyOrNothing(const Row &row, int column)
{
    return row.isNull(column) ? std::nullopt : joiningPolicyFrom(row.text(column));
}

ProjectApplication applicationFromRow(const Row &row)
{
    ProjectApplication application;
    application.number = ApplicationNumber(row.integer(0));
    application.project = row.id<ProjectId>(1);
    application.state = applicationStateFrom(row.text(2)).value_or(ApplicationState::Cancelled);
    application.applicant = row.id<UserId>(3);
    application.isCharged = row.flag(4);
    ProjectWish &wish = application.wish;
    wish.comments = row.text(5);
    wish.startAtMs = row.optionalInteger(6);
    wish.name = textOrNothing(row, 7);
    if (!row.isNull(8))
        wish.owner = row.id<UserId>(8);
    wish.homepage = textOrNothing(row, 9);
    wish.description = textOrNothing(row, 10);
    wish.endAtMs = row.optionalInteger(11);
    wish.joining = policyOrNothing(row, 12);
    wish.leaving = policyOrNothing(row, 13);
    wish.mostMembers = row.optionalInteger(14);
    if (!row.isNull(15))
        wish.isPrivate = row.flag(15);
    return application;
}

Result<QList<ResourceCapacity>> capacitiesOf(const ReadTransaction &t, ApplicationNumber number)
{
    return t.rows(R"(
        SELECT resource, project_capacity, member_capacity FROM project_application_limit
        WHERE application = :number ORDER BY resource)",
        { { ":number", number.value() } }, [](const Row &row) {
            return ResourceCapacity { row.text(0), row.integer(1), row.integer(2) };
        });
}

Result<std::optional<ProjectApplication>> withCapacities(
    const ReadTransaction &t, Result<std::optional<ProjectApplication>> found)
{
    if (!found || !*found)
        return found;
    const auto capacities = capacitiesOf(t, (*found)->number);
    if (!capacities)
        return capacities.error();
    (*found)->wish.capacities = *capacities;
    return found;
}

} // namespace

Result<std::optional<ProjectApplication>> ProjectApplicationStore::find(
    const ReadTransaction &t, ApplicationNumber number)
{
    return withCapacities(t,
        t.row("SELECT " NEPHELE_APPLICATION_COLUMNS " FROM project_application WHERE number = :number",
            { { ":number", number.value() } }, applicationFromRow));
}

Result<std::optional<ProjectApplication>> ProjectApplicationStore::pendingOf(
    const ReadTransaction &t, const ProjectId &project)
{
    return withCapacities(t,
        t.row("SELECT " NEPHELE_APPLICATION_COLUMNS " FROM project_application "
              "WHERE project = :project AND state = 'pending'",
            { { ":project", project.text() } }, applicationFromRow));
}

Result<QList<ProjectApplication>> ProjectApplicationStore::pendingBy(
    const ReadTransaction &t, const UserId &applicant, int most)
{
    return t.rows("SELECT " NEPHELE_APPLICATION_COLUMNS " FROM project_application "
                  "WHERE applicant = :applicant AND state = 'pending' ORDER BY number LIMIT :most",
        { { ":applicant", applicant.text() }, { ":most", most } }, applicationFromRow);
}

Result<ApplicationNumber> ProjectApplicationStore::insert(
    Transaction &t, const ProjectApplication &application)
{
    const ProjectWish &wish = application.wish;
    const auto number = t.row(R"(
        INSERT INTO project_application (project, state, applicant, is_charged, comments, start_at_ms, name,
            owner, homepage, description, end_at_ms, join_policy, leave_policy, max_members, is_private,
            reason, created_at_ms)
        VALUES (:project, :state, :applicant, :isCharged, :comments, :start, :name,
            :owner, :homepage, :description, :end, :joining, :leaving, :most, :isPrivate, '', :at)
        RETURNING number)",
        { { ":project", application.project.text() }, { ":state", wordOf(application.state) },
            { ":applicant", application.applicant.text() }, { ":isCharged", application.isCharged },
            { ":comments", wish.comments }, { ":start", orNull(wish.startAtMs) },
            { ":name", orNull(wish.name) },
            { ":owner", wish.owner ? QVariant(wish.owner->text()) : QVariant() },
            { ":homepage", orNull(wish.homepage) }, { ":description", orNull(wish.description) },
            { ":end", orNull(wish.endAtMs) }, { ":joining", orNull(wish.joining) },
            { ":leaving", orNull(wish.leaving) }, { ":most", orNull(wish.mostMembers) },
            { ":isPrivate", wish.isPrivate ? QVariant(int(*wish.isPrivate)) : QVariant() },
            { ":at", t.stampMs() } },
        [](const Row &row) { return ApplicationNumber(row.integer(0)); });
    if (!number)
        return number.error();
    for (const ResourceCapacity &capacity : wish.capacities) {
        const auto kept = t.execute(R"(
            INSERT INTO project_application_limit (application, resource, project_capacity, member_capacity)
            VALUES (:number, :resource, :ofProject, :ofMember))",
            { { ":number", (*number)->value() }, { ":resource", capacity.resource },
                { ":ofProject", capacity.ofProject }, { ":ofMember", capacity.ofMember } });
        if (!kept)
            return kept.error();
    }
    return **number;
}

Result<> ProjectApplicationStore::setState(
    Transaction &t, ApplicationNumber number, ApplicationState state, const QString &reason)
{
    const auto set = t.execute(R"(
        UPDATE project_application SET state = :state, reason = :reason, decided_at_ms = :at
        WHERE number = :number)",
        { { ":state", wordOf(state) }, { ":reason", reason }, { ":at", t.stampMs() },
            { ":number", number.value() } });
    return set ? Result<>() : Result<>(set.error());
}

} // namespace nephele
